import { readMailDomain } from '../lib/email-address.ts';
import { isPlainText } from '../lib/text.ts';
import { problemOfSecret } from './client-auth.ts';
import { isOpenToAnybody } from './foreign.ts';
import { type ClientAuth, type Endpoints, PRESET_FACTS, type Preset, presetAt } from './presets.ts';
import type { Provider } from './store.ts';

/** What makes a provider. Absent: as the preset says. */
export type ProviderInput = {
  /** Its slug. */
  id: string;
  preset: Preset;
} & ProviderChanges & { clientId: string };

/** What can be changed of one. Lists are replaced; `null`: as the preset says. */
export type ProviderChanges = {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  clientAuth?: ClientAuth | null | undefined;
  teamId?: string | null | undefined;
  keyId?: string | null | undefined;
  issuer?: string | null | undefined;
  name?: string | null | undefined;
  scopes?: readonly string[] | null | undefined;
  order?: number | undefined;
  isEnabled?: boolean | undefined;
  registration?: Provider['registration'] | undefined;
  allowDomains?: readonly string[] | null | undefined;
  trustEmail?: boolean | undefined;
  trustEmailDomains?: readonly string[] | null | undefined;
  trustSecondFactor?: readonly string[] | null | undefined;
  keepTokens?: boolean | undefined;
  authorizationUrl?: string | null | undefined;
  tokenUrl?: string | null | undefined;
  userUrl?: string | null | undefined;
  /** `subject=id`, `email=mail`, `emailVerified=confirmed`, `name=display.name`. */
  userFields?: readonly string[] | null | undefined;
};

type Problem = { field: string; why: string };

export function newProvider(
  { id: slug, preset, ...input }: ProviderInput,
  id: Provider['id'],
  now: number,
): Provider {
  const blank: Provider = {
    id,
    slug,
    preset,
    name: '',
    icon: preset,
    order: 0,
    isEnabled: true,
    clientId: '',
    clientAuth: PRESET_FACTS[preset].clientAuth,
    hasSecret: false,
    scopes: PRESET_FACTS[preset].scopes,
    registration: 'follow',
    allowDomains: [],
    trustEmail: false,
    trustEmailDomains: [],
    trustSecondFactor: [],
    keepTokens: false,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  return changedProvider(
    blank,
    { ...input, name: input.name ?? null, issuer: input.issuer ?? null, clientSecret: input.clientSecret },
    now,
  );
}

/** As it is with the changes: nothing is judged yet. */
export function changedProvider(before: Provider, changes: ProviderChanges, now: number): Provider {
  const facts = PRESET_FACTS[before.preset];
  const take = <Value>(value: Value | null | undefined, fallback: Value, was: Value): Value =>
    value === undefined ? was : (value ?? fallback);
  const { issuer: _issuer, teamId: _teamId, keyId: _keyId, endpoints: _endpoints, ...rest } = before;
  const issuer = take(changes.issuer, facts.issuer, before.issuer);
  const teamId = take(changes.teamId, undefined, before.teamId);
  const keyId = take(changes.keyId, undefined, before.keyId);
  const endpoints = changedEndpoints(before.endpoints, changes);
  return {
    ...rest,
    ...(issuer === undefined ? {} : { issuer }),
    ...(teamId === undefined ? {} : { teamId }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(endpoints === undefined ? {} : { endpoints }),
    name: take(changes.name, facts.name ?? '', before.name),
    clientId: changes.clientId ?? before.clientId,
    clientAuth: take(changes.clientAuth, facts.clientAuth, before.clientAuth),
    hasSecret: before.hasSecret || changes.clientSecret !== undefined,
    scopes: take(changes.scopes, facts.scopes, before.scopes),
    order: changes.order ?? before.order,
    isEnabled: changes.isEnabled ?? before.isEnabled,
    registration: changes.registration ?? before.registration,
    allowDomains: take(changes.allowDomains, [], before.allowDomains).map(asDomain),
    trustEmail: changes.trustEmail ?? before.trustEmail,
    trustEmailDomains: take(changes.trustEmailDomains, [], before.trustEmailDomains).map(asDomain),
    trustSecondFactor: take(changes.trustSecondFactor, [], before.trustSecondFactor),
    keepTokens: changes.keepTokens ?? before.keepTokens,
    updatedAt: now,
  };
}

/** Everything that is wrong with it, by the fields of the input. */
export function judgeProvider(
  provider: Provider,
  { secret, isNew }: { secret: string | undefined; isNew: boolean },
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: keyof ProviderInput, why: string | undefined) => {
    if (why !== undefined) problems.push({ field, why });
  };
  if (!/^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?$/.test(provider.slug))
    refuse('id', 'must have 1 to 64 small letters, digits and - within');
  if (provider.name === '') refuse('name', 'is missing: people read it on the sign-in page');
  else if (provider.name.length > 60 || !isPlainText(provider.name) || provider.name.trim() !== provider.name)
    refuse('name', 'must be one line of 1 to 60 characters');
  if (!/^[\x21-\x7e]{1,255}$/.test(provider.clientId))
    refuse('clientId', 'must have 1 to 255 characters of ASCII');
  if (secret !== undefined || isNew || (provider.clientAuth !== 'none' && !provider.hasSecret))
    refuse('clientSecret', problemOfSecret(provider.clientAuth, secret));
  refuse('issuer', problemOfIssuer(provider));
  // RFC 6749 §3.3.
  for (const scope of provider.scopes)
    if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(scope))
      refuse('scopes', 'must be names of scopes, one at a time');
  if (PRESET_FACTS[provider.preset].protocol === 'oidc' && !provider.scopes.includes('openid'))
    refuse('scopes', 'must name openid, without which it does not say who somebody is');
  for (const field of ['allowDomains', 'trustEmailDomains'] as const)
    if (provider[field].some((each) => readMailDomain(each) === undefined))
      refuse(field, 'must be domains of addresses, such as example.com');
  for (const value of provider.trustSecondFactor)
    if (value.length > 200 || !isPlainText(value) || value === '')
      refuse('trustSecondFactor', 'must be values of acr or amr');
  refuseTrust(provider, refuse);
  refuseApple(provider, refuse);
  refuseEndpoints(provider, refuse);
  return problems;
}

type Refuse = (field: keyof ProviderInput, why: string | undefined) => void;

function refuseTrust(provider: Provider, refuse: Refuse): void {
  if (!provider.trustEmail) return;
  if (isOpenToAnybody(provider))
    refuse(
      'trustEmail',
      'works only for the directory of one organisation: at this provider anybody can get an account or a tenant',
    );
  if (provider.trustEmailDomains.length === 0)
    refuse('trustEmail', 'needs --trust-email-domain: the domains for which it is believed');
}

function refuseApple({ clientAuth, teamId, keyId }: Provider, refuse: Refuse): void {
  if (clientAuth !== 'apple') return;
  const isTen = (text: string | undefined) => /^[A-Z\d]{10}$/.test(text ?? '');
  if (!isTen(teamId)) refuse('teamId', 'must be the ten letters and digits of the team at Apple');
  if (!isTen(keyId)) refuse('keyId', 'must be the ten letters and digits in the name of the key file');
}

function refuseEndpoints({ preset, endpoints }: Provider, refuse: Refuse): void {
  if (preset !== 'oauth2') {
    if (endpoints) refuse('authorizationUrl', 'is only for the preset oauth2: the others have their own');
    return;
  }
  if (!isWebUrl(endpoints?.authorization)) refuse('authorizationUrl', 'must be its https address');
  else refuse('authorizationUrl', problemOfPreset(preset, endpoints?.authorization));
  if (!isWebUrl(endpoints?.token)) refuse('tokenUrl', 'must be its https address');
  if (!isWebUrl(endpoints?.user))
    refuse('userUrl', 'must be the https address at which it says who somebody is');
  if (!endpoints?.fields.subject)
    refuse('userFields', 'must say where the id is that never changes: subject=id');
}

/** What is wrong with where it is, in words that go on after its name. */
function problemOfIssuer({ preset, issuer }: Provider): string | undefined {
  if (issuer === undefined)
    return preset === 'oauth2' ? undefined : 'is missing: the issuer address of the provider';
  const url = URL.parse(issuer);
  if (!isWebUrl(issuer) || !url || url.search !== '' || url.hash !== '' || issuer.endsWith('?'))
    return 'must be an https address without ? and #';
  if (PRESET_FACTS[preset].protocol === 'oauth2' && issuer.endsWith('/')) return 'must not end with /';
  if (preset === 'microsoft' && !/^\/[\w.-]+\/v2\.0$/.test(url.pathname))
    return 'must be https://login.microsoftonline.com/<tenant>/v2.0';
  return problemOfPreset(preset, issuer);
}

/**
 * What a provider's word for an address is worth is known of its own preset alone. And the library, which knows Microsoft by
 * its origin, would take tokens of every tenant for one issuer's.
 */
function problemOfPreset(preset: Preset, url: string | undefined): string | undefined {
  const known = presetAt(url ?? '');
  if (known === undefined || known === preset) return undefined;
  return `is that of ${PRESET_FACTS[known].name}: use --preset ${known}, which knows what it says of people`;
}

/** http too: the setting `http.outgoing.allow` says where it may be called, and so does `upstream test`. */
function isWebUrl(text: string | undefined): boolean {
  const url = URL.parse(text ?? '');
  if (!url || !['https:', 'http:'].includes(url.protocol) || (text?.length ?? 0) > 1000) return false;
  return url.username === '' && url.password === '' && url.hash === '' && /^[\x21-\x7e]+$/.test(text ?? '');
}

const FIELDS = ['subject', 'email', 'emailVerified', 'name'] as const;

function changedEndpoints(before: Endpoints | undefined, changes: ProviderChanges): Endpoints | undefined {
  const { authorizationUrl, tokenUrl, userUrl, userFields } = changes;
  if ([authorizationUrl, tokenUrl, userUrl, userFields].every((each) => each === undefined)) return before;
  const fields =
    userFields === undefined
      ? before?.fields
      : (Object.fromEntries((userFields ?? []).map(readField)) as Fields);
  const given = (value: string | null | undefined, was: string | undefined) =>
    value === undefined ? (was ?? '') : (value ?? '');
  return {
    authorization: given(authorizationUrl, before?.authorization),
    token: given(tokenUrl, before?.token),
    user: given(userUrl, before?.user),
    fields: fields ?? { subject: '' },
  };
}

type Fields = Endpoints['fields'];

/** `email=mail.value`. What is none of the fields is left out, and then `subject` is missing or the field is not there. */
function readField(text: string): [string, string] {
  const at = text.indexOf('=');
  const name = text.slice(0, at).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const isField = FIELDS.some((each) => each === name);
  return [isField ? name : 'unknown', text.slice(at + 1)];
}

/** As addresses are compared. What is no domain stays as it is, and is refused. */
function asDomain(text: string): string {
  return readMailDomain(text) ?? text;
}
