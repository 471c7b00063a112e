import type { JSONWebKeySet } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import type { Configuration, CustomFetch } from 'openid-client';
import type { Outgoing } from '../http/outgoing.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { type Ask, addressOf, type Keep, type Sent, sendAway } from './authorization.ts';
import { failureOf, failureOfRefresh, fetchBy } from './calls.ts';
import { authenticateBy } from './client-auth.ts';
import { type Failure, type Foreign, type ForeignTokens, toForeign, tokensOf } from './foreign.ts';
import { MANY_TENANTS, PRESET_FACTS, tenantOf } from './presets.ts';
import type { Provider } from './store.ts';

export type ProtocolDeps = {
  outgoing: Pick<Outgoing, 'fetch'>;
  clock: Clock;
  /** Opens what the provider knows us by. */
  secretOf(provider: Provider): Promise<string>;
};

export type Protocol = ReturnType<typeof createOidcProtocol>;

const TIMEOUT_SECONDS = 5;
/** Clocks of two houses. The library's own default, said here because `upstream test` speaks of it. */
export const TOLERANCE_SECONDS = 30;
/** Of a set of keys that is as old as this the library takes a fresh one when it does not know a `kid`. */
const MAY_BE_STALE_SECONDS = 60;

/** OpenID Connect, by `openid-client`, over our own way out. */
export function createOidcProtocol({ outgoing, clock, secretOf }: ProtocolDeps) {
  const call = fetchBy(outgoing);

  return {
    async begin(provider: Provider, ask: Ask): Promise<Sent | Failure> {
      try {
        const opened = await open(provider);
        const facts = PRESET_FACTS[provider.preset];
        const nonce = facts.hasNoNonce ? undefined : opened.library.randomNonce();
        const [onlyDomain, ...others] = provider.allowDomains;
        return await sendAway(opened, provider, ask, {
          now: clock.now(),
          keep: defined({ nonce, maxAge: ask.maxAge }),
          parameters: {
            nonce,
            prompt: promptOf(provider, ask.prompt, opened.config.serverMetadata().prompt_values_supported),
            max_age: ask.maxAge === undefined ? undefined : String(ask.maxAge),
            login_hint: ask.loginHint,
            ui_locales: ask.uiLocales,
            acr_values: ask.acrValues,
            // A hint: what counts is the claim.
            hd: provider.preset === 'google' && others.length === 0 ? onlyDomain : undefined,
            ...facts.parameters,
            ...(provider.keepTokens ? facts.parametersToKeep : {}),
          },
        });
      } catch (error) {
        return failureOf(error);
      }
    },

    async finish(
      provider: Provider,
      keep: Keep,
      params: Readonly<Record<string, string>>,
    ): Promise<Foreign | Failure> {
      try {
        const { library, config } = await open(provider, await secretOf(provider));
        library.setJwksCache(config, { jwks: await readKeys(config), uat: staleSince() });
        const tokens = await library.authorizationCodeGrant(config, addressAt(provider, keep, params), {
          expectedState: keep.state,
          ...defined({ expectedNonce: keep.nonce, pkceCodeVerifier: keep.verifier }),
          idTokenExpected: true,
        });
        const idToken = tokens.claims() ?? {};
        const refusal =
          refusalOfClaims(provider, idToken, { now: clock.now(), answeredBy: params.iss }) ??
          refusalOfTenant(provider, idToken, tokens.id_token ?? '', library.getJwksCache(config)?.jwks) ??
          refusalOfAge(provider, idToken, { maxAge: keep.maxAge, now: clock.now() });
        if (refusal) return { failed: 'invalid', detail: refusal };
        const claims = await withUserInfo(provider, { library, config }, tokens.access_token, idToken);
        return toForeign(provider, withName(provider, claims, params.user), {
          subject: subjectOf(provider, claims),
          isEmailVerified: isEmailVerified(provider, claims),
          tokens: tokensOf(tokens, clock.now()),
        });
      } catch (error) {
        return failureOf(error);
      }
    },

    /** Fresh tokens for a refresh token (OIDC Core §12). `subject`: whose they must be. */
    async refresh(
      provider: Provider,
      { refreshToken, subject }: { refreshToken: string; subject: string },
    ): Promise<ForeignTokens | Failure> {
      try {
        const { library, config } = await open(provider, await secretOf(provider));
        library.setJwksCache(config, { jwks: await readKeys(config), uat: staleSince() });
        const tokens = await library.refreshTokenGrant(config, refreshToken);
        const idToken = tokens.claims();
        // §12.2: an ID token may be left out, and else is of the same person.
        if (idToken && subjectOf(provider, idToken) !== subject)
          return { failed: 'invalid', detail: 'the fresh tokens are of somebody else (sub)' };
        return tokensOf(tokens, clock.now());
      } catch (error) {
        return failureOfRefresh(error);
      }
    },

    open,
    readKeys,
  };

  /** What the provider says of itself, as its own headers let it be remembered, and we at it. */
  async function open(provider: Provider, secret?: string) {
    const library = await import('openid-client');
    const issuer = new URL(provider.issuer ?? '');
    // The address to go to needs no secret.
    const auth =
      secret === undefined ? library.None() : await authenticateBy(library, provider, secret, clock.now());
    const isTemplate = isOfTemplate(provider);
    const config = await library.discovery(isTemplate ? ENTRA : issuer, provider.clientId, {}, auth, {
      timeout: TIMEOUT_SECONDS,
      [library.customFetch]: isTemplate ? instead(ENTRA, issuer) : call,
      execute: [
        library.enableNonRepudiationChecks,
        // Whether http may be called at all is the operator's to say (`http/outgoing.ts`).
        ...(issuer.protocol === 'http:' ? [library.allowInsecureRequests] : []),
      ],
    });
    const { jwks_uri: keys, issuer: named } = config.serverMetadata();
    if (isTemplate && named !== `${issuer.origin}/{tenantid}/v2.0`)
      throw new library.ClientError(`the provider calls itself ${named.slice(0, 200)}`);
    // The keys are read anew only when one is not among those that we have: then no copy helps.
    config[library.customFetch] = (url, options) =>
      call(
        url,
        url === keys ? { ...options, headers: { ...options.headers, 'cache-control': 'no-cache' } } : options,
      );
    return { library, config };
  }

  /** Before the code is spent: without them its answer could not be judged. */
  async function readKeys(config: Configuration, { isAnew = false } = {}): Promise<JSONWebKeySet> {
    const { jwks_uri: url } = config.serverMetadata();
    if (url === undefined)
      throw new (await import('openid-client')).ClientError('it names no keys (jwks_uri)');
    const headers = { accept: 'application/json', ...(isAnew ? { 'cache-control': 'no-cache' } : {}) };
    const answer = await call(url, { method: 'GET', headers } as never);
    const keys = answer.ok ? await answer.json().catch(() => undefined) : undefined;
    if (Array.isArray(keys?.keys)) return keys;
    if (answer.status >= 500)
      throw new (await import('openid-client')).ClientError('no keys', { cause: answer });
    throw new (await import('openid-client')).ClientError(`its keys cannot be read (${answer.status})`);
  }

  function staleSince(): number {
    return Math.floor(Date.now() / 1000) - MAY_BE_STALE_SECONDS;
  }

  /** For the library, which knows Entra by one origin: the same software stands elsewhere, for governments and for tests. */
  function instead(known: URL, actual: URL): CustomFetch {
    return (url, options) => call(url.replace(known.href, actual.href), options);
  }

  async function withUserInfo(
    provider: Provider,
    { library, config }: { library: typeof import('openid-client'); config: Configuration },
    accessToken: string,
    idToken: Claims,
  ): Promise<Claims> {
    if (!PRESET_FACTS[provider.preset].asksUserInfo || !config.serverMetadata().userinfo_endpoint)
      return idToken;
    // The library compares `sub` (OIDC Core §5.3.2).
    const told = await library.fetchUserInfo(config, accessToken, String(idToken.sub));
    // Whether an address is verified is said by who says the address; how somebody proved, by the signed token alone (§2).
    const { email, email_verified, acr: _acr, amr: _amr, auth_time: _at, sid: _sid, ...rest } = told;
    const address = idToken.email === undefined ? { email, email_verified } : {};
    return { ...rest, ...address, ...idToken };
  }
}

type Claims = Readonly<Record<string, unknown>>;

const ENTRA = new URL('https://login.microsoftonline.com/common/v2.0');
/** https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference, read 2026-11-29: people's own accounts. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function isOfTemplate({ preset, issuer }: Provider): boolean {
  const tenant = preset === 'microsoft' ? tenantOf(issuer ?? '') : undefined;
  return MANY_TENANTS.some((each) => each === tenant && each !== 'consumers');
}

/**
 * Some refuse the whole request for a word of `prompt` that they do not know: it is left out, and how old the proof is says
 * `auth_time` alone. Choosing an account is the next best thing to proving again.
 */
function promptOf({ preset }: Provider, asked: string | undefined, listed: unknown): string | undefined {
  const { prompts } = PRESET_FACTS[preset];
  const known = prompts ?? (Array.isArray(listed) ? (listed as unknown[]) : undefined);
  if (asked === undefined || known === undefined) return asked;
  const taken = asked.split(' ').flatMap((word) => {
    if (known.includes(word)) return [word];
    return word === 'login' && known.includes('select_account') ? ['select_account'] : [];
  });
  return (prompts ? taken[0] : taken.join(' ')) || undefined;
}

function addressAt(provider: Provider, keep: Keep, params: Readonly<Record<string, string>>): URL {
  const url = addressOf(keep, params);
  // Of a provider for many the document names a template; whose `iss` this is, is compared with that of the token.
  const template = isOfTemplate(provider) && `${new URL(provider.issuer ?? '').origin}/{tenantid}/v2.0`;
  if (template && params.iss !== undefined) url.searchParams.set('iss', template);
  return url;
}

/** What the library does not look at: OIDC Core §3.1.3.7, points 5 and 10, and that there is a subject at all. */
function refusalOfClaims(
  { clientId }: Provider,
  { azp, iat, sub, iss }: Claims,
  { now, answeredBy }: { now: number; answeredBy: string | undefined },
): string | undefined {
  if (answeredBy !== undefined && answeredBy !== iss)
    return 'its answer (iss) is of another one than its token';
  if (azp !== undefined && azp !== clientId) return 'it was issued to another app (azp)';
  if (typeof iat !== 'number' || iat > now / 1000 + TOLERANCE_SECONDS) return 'it is of the future (iat)';
  return typeof sub === 'string' && sub !== '' ? undefined : 'it does not say who it is (sub)';
}

/** Of Microsoft: the tenant is one, of the kind that was allowed, and its key is one for it. */
function refusalOfTenant(
  provider: Provider,
  { tid, iss }: Claims,
  idToken: string,
  keys: { keys: readonly object[] } | undefined,
): string | undefined {
  if (provider.preset !== 'microsoft') return undefined;
  if (typeof tid !== 'string' || !GUID.test(tid)) return 'its tid is none';
  const tenant = tenantOf(provider.issuer ?? '');
  if (tenant === 'organizations' && tid === CONSUMERS) return 'its tid is not of an organisation';
  const { kid } = decodeProtectedHeader(idToken);
  const key = keys?.keys.find((each) => 'kid' in each && each.kid === kid) as
    | { issuer?: unknown }
    | undefined;
  if (typeof key?.issuer !== 'string') return undefined;
  return key.issuer.replace('{tenantid}', tid) === iss ? undefined : 'its key is of another issuer';
}

/** OIDC Core §2 (`auth_time`) and §3.1.3.7, point 13. */
function refusalOfAge(
  { preset }: Provider,
  { auth_time: at }: Claims,
  { maxAge, now }: { maxAge: number | undefined; now: number },
): string | undefined {
  if (maxAge === undefined) return undefined;
  if (typeof at !== 'number')
    return PRESET_FACTS[preset].saysWhenProved
      ? 'it does not say when the person proved (auth_time), though max_age was asked'
      : undefined;
  return now / 1000 - at > maxAge + TOLERANCE_SECONDS
    ? 'the person proved too long ago (auth_time)'
    : undefined;
}

function subjectOf({ preset }: Provider, { sub, tid, oid }: Claims): unknown {
  if (preset !== 'microsoft') return sub;
  return typeof oid === 'string' && GUID.test(oid) ? `${String(tid)}:${oid}` : undefined;
}

function isEmailVerified({ preset }: Provider, claims: Claims): boolean {
  // Whoever administers a tenant writes what they like into `email`.
  if (preset === 'microsoft') return [true, 1, '1', 'true'].some((each) => each === claims.xms_edov);
  if (preset === 'apple') return claims.email_verified === true || claims.email_verified === 'true';
  return claims.email_verified === true && (preset !== 'google' || isOfGoogle(claims));
}

/**
 * Whether Google keeps the mailbox: its own, or that of an organisation (`hd`). Any other address was proved once, when the
 * account was made with it, and may be another person's since: https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
 * and https://jpassing.com/2021/01/27/what-does-the-email_verified-claim-indicate-in-google-idtokens/, excerpts of 2026-11-29.
 */
function isOfGoogle({ email, hd }: Claims): boolean {
  return (typeof hd === 'string' && hd !== '') || /@gmail\.com$/i.test(String(email));
}

/** Apple tells the name once, beside the token and through the browser: good as a proposal to the person alone. */
function withName({ preset }: Provider, claims: Claims, user: string | undefined): Claims {
  if (preset !== 'apple' || user === undefined || user.length > 2000) return claims;
  try {
    const { firstName, lastName } = (JSON.parse(user).name ?? {}) as Record<string, unknown>;
    const given = typeof firstName === 'string' ? firstName : undefined;
    const family = typeof lastName === 'string' ? lastName : undefined;
    const name = [given, family].filter((each) => each).join(' ');
    return { ...claims, ...defined({ given_name: given, family_name: family, name: name || undefined }) };
  } catch {
    return claims;
  }
}
