import { defined } from '../lib/defined.ts';
import { readEmailAddress } from '../lib/email-address.ts';
import { isKey, isPlainText } from '../lib/text.ts';
import { MANY_TENANTS, PRESET_FACTS, presetAt, tenantOf } from './presets.ts';
import type { Provider } from './store.ts';

/** Who somebody is at a provider, after everything about its answer was checked. */
export type Foreign = {
  /** Theirs alone, for ever: a number where names change, at Microsoft `tid` and `oid`. */
  subject: string;
  /** Where the subject means something: it is compared again when a link is made. */
  issuer: string | undefined;
  email?: string;
  /** The provider says that the person has proved the address. */
  isEmailVerified: boolean;
  /** It is verified, and the operator believes this provider about addresses of this domain (`--trust-email`). */
  isEmailTrusted: boolean;
  name?: string;
  givenName?: string;
  familyName?: string;
  locale?: string;
  amr?: readonly string[];
  acr?: string;
  /** Milliseconds since the epoch. */
  authTime?: number;
  /** Their session, for a logout that comes from there. */
  sid?: string;
  /** When they were sent there, in milliseconds since the epoch: who was signed out there since is not signed in. */
  begunAt?: number;
  /** Everything that was said of the person. `valuesOfClaim` reads groups. */
  claims: Readonly<Record<string, unknown>>;
  /** Only of a provider whose tokens are kept. */
  tokens?: ForeignTokens;
};

export type ForeignTokens = { accessToken: string; refreshToken?: string; expiresAt?: number };

/** What a token endpoint answered. `now`: milliseconds since the epoch. */
export function tokensOf(
  answer: { access_token: string; refresh_token?: string; expiresIn(): number | undefined },
  now: number,
): ForeignTokens {
  const expiresIn = answer.expiresIn();
  return {
    accessToken: answer.access_token,
    ...defined({
      refreshToken: answer.refresh_token,
      expiresAt: expiresIn === undefined ? undefined : now + expiresIn * 1000,
    }),
  };
}

/**
 * Why there is nobody. `cancelled`: by the person, there. `refused`: by the provider. `unreachable`, `slow`: no whole answer.
 * `invalid`: its answer is not to be believed. `not_allowed`: of another organisation. `no_email`: for who needs one.
 * `signed_out`: it has signed the person out since.
 * `detail` is for the log and the audit: no secret, nothing personal.
 */
export type Failure = {
  failed:
    | 'cancelled'
    | 'refused'
    | 'unreachable'
    | 'slow'
    | 'invalid'
    | 'not_allowed'
    | 'no_email'
    | 'signed_out';
  detail: string;
};

/** Makes one of what a provider said, or says why it is nobody. */
export function toForeign(
  provider: Provider,
  claims: Readonly<Record<string, unknown>>,
  {
    subject,
    isEmailVerified,
    tokens,
  }: { subject: unknown; isEmailVerified: boolean; tokens?: ForeignTokens },
): Foreign | Failure {
  const id = typeof subject === 'number' && Number.isSafeInteger(subject) ? String(subject) : subject;
  if (typeof id !== 'string' || !isKey(id)) return { failed: 'invalid', detail: 'it does not say who it is' };
  const email = typeof claims.email === 'string' ? readEmailAddress(claims.email) : undefined;
  const isVerified = email !== undefined && isEmailVerified;
  const domain = email?.key.split('@')[1] ?? '';
  const refusal = refusalOfDomain(provider, claims, isVerified ? domain : undefined);
  if (refusal) return { failed: 'not_allowed', detail: refusal };
  const text = (name: string) => (isShort(claims[name]) ? { [name]: claims[name] } : {});
  const said = { ...text('name'), ...text('given_name'), ...text('family_name'), ...text('locale') } as Said;
  return {
    subject: id,
    issuer: provider.issuer,
    ...(email ? { email: email.address } : {}),
    isEmailVerified: isVerified,
    isEmailTrusted: isVerified && isTrusted(provider, domain),
    ...(said.name === undefined ? {} : { name: said.name }),
    ...(said.given_name === undefined ? {} : { givenName: said.given_name }),
    ...(said.family_name === undefined ? {} : { familyName: said.family_name }),
    ...(said.locale === undefined ? {} : { locale: said.locale }),
    ...(isTexts(claims.amr) ? { amr: claims.amr } : {}),
    ...(isShort(claims.acr) ? { acr: claims.acr } : {}),
    ...(typeof claims.auth_time === 'number' ? { authTime: claims.auth_time * 1000 } : {}),
    ...(isShort(claims.sid) ? { sid: claims.sid } : {}),
    claims,
    ...(provider.keepTokens && tokens ? { tokens } : {}),
  };
}

type Said = Partial<Record<'name' | 'given_name' | 'family_name' | 'locale', string>>;

/** The values of a claim that names groups: a list, or one text. Anything else is none. */
export function valuesOfClaim(claims: Readonly<Record<string, unknown>>, claim: string): readonly string[] {
  const value = claims[claim];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/**
 * Whether anybody anywhere may have an account there, or whoever makes a tenant. An address that was proved there once may
 * be another person's by now, so such a one finds nobody's account by an address. Google says which ones it keeps itself.
 */
export function isOpenToAnybody({ preset, issuer }: Pick<Provider, 'preset' | 'issuer'>): boolean {
  if (preset === 'microsoft') return MANY_TENANTS.some((each) => each === tenantOf(issuer ?? ''));
  const { isForAnybody } = PRESET_FACTS[preset];
  return isForAnybody === true || (isForAnybody === 'here' && presetAt(issuer ?? '') === preset);
}

function isTrusted(provider: Provider, domain: string): boolean {
  return provider.trustEmail && !isOpenToAnybody(provider) && provider.trustEmailDomains.includes(domain);
}

/** `domain`: of an address that is verified. */
function refusalOfDomain(
  { allowDomains, preset }: Provider,
  claims: Readonly<Record<string, unknown>>,
  domain: string | undefined,
): string | undefined {
  if (allowDomains.length === 0) return undefined;
  // An account of Google may have any address that its owner proved; only `hd` says that an organisation manages it.
  const own = preset === 'google' ? claims.hd : domain;
  if (typeof own === 'string' && allowDomains.includes(own.toLowerCase())) return undefined;
  const what = preset === 'google' ? 'its organisation (hd)' : 'its verified address';
  return `${what} is of none of the domains that are allowed`;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 500 && isPlainText(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_AMR && value.every(isShort);
}

/** It goes into sessions and tokens of ours. RFC 8176 knows 20 values. */
const MOST_AMR = 30;
