import type { CustomFetch } from 'openid-client';
import { defined } from '../lib/defined.ts';
import { type Ask, addressOf, type Keep, type Sent, sendAway } from './authorization.ts';
import { failureOf, failureOfRefresh, fetchBy } from './calls.ts';
import { authenticateBy } from './client-auth.ts';
import { type Failure, type Foreign, type ForeignTokens, toForeign, tokensOf } from './foreign.ts';
import type { ProtocolDeps } from './oidc.ts';
import { type Endpoints, PRESET_FACTS } from './presets.ts';
import type { Provider } from './store.ts';

const TIMEOUT_SECONDS = 5;

/** OAuth 2.0 alone: who somebody is, is asked of an API with the access token that the code was changed for. */
export function createOauth2Protocol({ outgoing, clock, secretOf }: ProtocolDeps) {
  const call = fetchBy(outgoing);

  return {
    async begin(provider: Provider, ask: Ask): Promise<Sent | Failure> {
      try {
        const parameters = promptOf(provider, ask.prompt);
        return await sendAway(await open(provider), provider, ask, { now: clock.now(), parameters });
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
        const { library, config, endpoints } = await open(provider, await secretOf(provider));
        const tokens = await library.authorizationCodeGrant(config, addressOf(keep, params), {
          expectedState: keep.state,
          ...defined({ pkceCodeVerifier: keep.verifier }),
        });
        const user = await read(endpoints.user, tokens.access_token);
        if ('failed' in user) return user;
        const email = endpoints.emails ? await read(endpoints.emails, tokens.access_token) : undefined;
        if (email && 'failed' in email) return email;
        const { claims, subject, isEmailVerified } = readUser(endpoints, user.json, email?.json);
        return toForeign(provider, claims, {
          subject,
          isEmailVerified,
          tokens: tokensOf(tokens, clock.now()),
        });
      } catch (error) {
        return failureOf(error);
      }
    },

    /** Fresh tokens for a refresh token (RFC 6749 §6). Of whom they are, such a server does not say. */
    async refresh(
      provider: Provider,
      { refreshToken }: { refreshToken: string; subject: string },
    ): Promise<ForeignTokens | Failure> {
      try {
        const { library, config } = await open(provider, await secretOf(provider));
        return tokensOf(await library.refreshTokenGrant(config, refreshToken), clock.now());
      } catch (error) {
        return failureOfRefresh(error);
      }
    },
  };

  async function open(provider: Provider, secret?: string) {
    const library = await import('openid-client');
    const endpoints = endpointsOf(provider);
    const auth =
      secret === undefined ? library.None() : await authenticateBy(library, provider, secret, clock.now());
    const server = {
      issuer: provider.issuer ?? new URL(endpoints.authorization).origin,
      authorization_endpoint: endpoints.authorization,
      token_endpoint: endpoints.token,
    };
    const config = new library.Configuration(server, provider.clientId, {}, auth);
    config.timeout = TIMEOUT_SECONDS;
    config[library.customFetch] = withStatus(call);
    if (isPlain(endpoints)) library.allowInsecureRequests(config);
    return { library, config, endpoints };
  }

  /** Never from a memory: it is about whoever holds the token. */
  async function read(url: string, accessToken: string): Promise<{ json: unknown } | Failure> {
    const answer = await outgoing.fetch(url, {
      purpose: 'upstream',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
        'cache-control': 'no-store',
        'user-agent': 'Gatehouse',
      },
    });
    const { pathname } = new URL(url);
    if (answer.status >= 500)
      return { failed: 'unreachable', detail: `${pathname} answered with ${answer.status}` };
    if (!answer.ok) return { failed: 'refused', detail: `${pathname} answered with ${answer.status}` };
    const json = await answer.json().catch(() => undefined);
    if (typeof json === 'object' && json !== null) return { json };
    return { failed: 'invalid', detail: `${pathname} answered with no JSON` };
  }
}

/** Where it is: below the issuer for those that are known by name. */
export function endpointsOf({ preset, issuer, endpoints }: Provider): Endpoints & { emails?: string } {
  const known = PRESET_FACTS[preset].endpointsOf?.(issuer ?? '');
  const found = known ?? endpoints;
  if (!found) throw new Error(`the provider of ${preset} has no addresses`);
  return found;
}

function isPlain({ token, authorization }: Endpoints): boolean {
  return [token, authorization].some((url) => url.startsWith('http:'));
}

/** RFC 6749 §5.2 says 400: GitHub answers a code that it refuses with 200, and the error in the body. */
function withStatus(call: CustomFetch): CustomFetch {
  return async (url, options) => {
    const answer = await call(url, options);
    if (answer.status !== 200 || !answer.headers.get('content-type')?.startsWith('application/json'))
      return answer;
    const body = await answer.text();
    const isError = typeof parsed(body)?.error === 'string';
    return new Response(body, { status: isError ? 400 : 200, headers: answer.headers });
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What each of them understands of being asked to prove, or choose, again. */
function promptOf({ preset }: Provider, prompt: string | undefined): Record<string, string> {
  if (prompt === undefined) return {};
  if (preset === 'github') return { prompt: 'select_account' };
  if (preset === 'facebook') return { auth_type: 'reauthenticate' };
  return preset === 'discord' ? { prompt: 'consent' } : { prompt };
}

function readUser({ fields }: Endpoints, user: unknown, emails: unknown) {
  const at = (path: string | undefined): unknown =>
    path
      ?.split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], user);
  const primary = Array.isArray(emails) ? emails.find((each) => each?.primary === true) : undefined;
  const email = primary ? primary.email : at(fields.email);
  const claims = { ...(user as Record<string, unknown>), name: at(fields.name), email };
  const isEmailVerified = primary ? primary.verified === true : at(fields.emailVerified) === true;
  return { claims, subject: at(fields.subject), isEmailVerified };
}
