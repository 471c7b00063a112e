import type { ServerMetadata } from 'openid-client';
import type { Outgoing } from '../http/outgoing.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import type { Keep } from './authorization.ts';
import { failureOf } from './calls.ts';
import type { Failure, Foreign } from './foreign.ts';
import { endpointsOf } from './oauth2.ts';
import type { Protocol } from './oidc.ts';
import { TOLERANCE_SECONDS } from './oidc.ts';
import { type ClientAuth, PRESET_FACTS } from './presets.ts';
import type { Provider } from './store.ts';

/** One thing that was looked at. What is not `ok` says what to do. */
export type Check = {
  about: 'discovery' | 'keys' | 'client' | 'secret' | 'clock' | 'redirect_uri' | 'user';
  level: 'ok' | 'warning' | 'error';
  what: string;
  action?: string;
};

export type ChecksDeps = {
  outgoing: Pick<Outgoing, 'fetch'>;
  clock: Clock;
  oidc: Protocol;
  finish(provider: Provider, keep: Keep, params: Record<string, string>): Promise<Foreign | Failure>;
};

/** A clock that is so far off is told before anybody is refused by it. */
const NEARLY_SECONDS = 5;

/** Looks at a provider as a sign-in would meet it. Nobody signs in, and nothing is changed there. */
export function createChecks({ outgoing, clock, oidc, finish }: ChecksDeps) {
  return async function checkProvider(provider: Provider, redirectUri: string): Promise<Check[]> {
    const checks =
      PRESET_FACTS[provider.preset].protocol === 'oidc'
        ? await checkOidc(provider, redirectUri)
        : await checkOauth2(provider, redirectUri);
    return [
      ...checks,
      { about: 'redirect_uri', level: 'ok', what: `Register there as the redirect URI: ${redirectUri}` },
    ];
  };

  async function checkOidc(provider: Provider, redirectUri: string): Promise<Check[]> {
    const document = `${(provider.issuer ?? '').replace(/\/$/, '')}/.well-known/openid-configuration`;
    let opened: Awaited<ReturnType<Protocol['open']>>;
    try {
      opened = await oidc.open(provider);
    } catch (error) {
      return [wrong('discovery', failureOf(error), actionOfDiscovery(document, provider))];
    }
    const metadata = opened.config.serverMetadata();
    return [
      { about: 'discovery', level: 'ok', what: `Discovery answers and names the issuer ${metadata.issuer}.` },
      ...(await checkKeys(opened)),
      ...(await checkClock(document)),
      ...judgeClient(provider, metadata),
      ...(await checkSecret(provider, redirectUri, metadata.issuer)),
    ];
  }

  async function checkOauth2(provider: Provider, redirectUri: string): Promise<Check[]> {
    const { user } = endpointsOf(provider);
    const checks = await checkSecret(provider, redirectUri);
    try {
      const answer = await ask(user);
      const isThere = answer.status === 401 || answer.status === 403 || answer.status === 400;
      const what = `${user} answers a request without a token with ${answer.status}`;
      checks.push(
        isThere
          ? { about: 'user', level: 'ok', what: `${what}.` }
          : { about: 'user', level: 'warning', what: `${what}, where 401 is usual.`, action: ACTION_OF_USER },
        ...judgeClock(answer),
      );
    } catch (error) {
      checks.push(wrong('user', failureOf(error), ACTION_OF_USER));
    }
    return checks;
  }

  async function checkKeys({ config }: Awaited<ReturnType<Protocol['open']>>): Promise<Check[]> {
    try {
      const { keys } = await oidc.readKeys(config);
      const usable = keys.filter(({ use, kty }) => (use === undefined || use === 'sig') && kty !== 'oct');
      if (usable.length > 0)
        return [{ about: 'keys', level: 'ok', what: `It publishes ${usable.length} signing keys.` }];
      return [
        {
          about: 'keys',
          level: 'error',
          what: 'It publishes no signing key.',
          action: 'Every sign-in will be refused. Ask its operator, or check that the issuer is right.',
        },
      ];
    } catch (error) {
      return [wrong('keys', failureOf(error), 'Check whether this machine can reach its jwks_uri.')];
    }
  }

  async function checkClock(url: string): Promise<Check[]> {
    try {
      return judgeClock(await ask(url));
    } catch (error) {
      return [wrong('clock', failureOf(error), 'Check whether this machine can reach it.')];
    }
  }

  /** HTTP tells the time in whole seconds (RFC 9110 §6.6.1). */
  function judgeClock(answer: Response): Check[] {
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return [];
    const skew = Math.round((theirs - clock.now()) / 1000);
    const apart = `Its clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} ours`;
    if (Math.abs(skew) < NEARLY_SECONDS)
      return [{ about: 'clock', level: 'ok', what: 'Its clock agrees with ours.' }];
    const isTooFar = Math.abs(skew) > TOLERANCE_SECONDS;
    return [
      {
        about: 'clock',
        level: isTooFar ? 'error' : 'warning',
        what: `${apart}${isTooFar ? `; ID tokens are refused from ${TOLERANCE_SECONDS} s on` : ''}.`,
        action: 'Let NTP (chrony, systemd-timesyncd) set the clock of this machine.',
      },
    ];
  }

  /** A code that nobody issued is refused in one way when we are known there, and in another one when we are not. */
  async function checkSecret(provider: Provider, redirectUri: string, iss?: string): Promise<Check[]> {
    const state = 'test';
    const begunAt = clock.now();
    const keep = { provider: provider.id, redirectUri, state, verifier: 'a'.repeat(43), begunAt };
    const found = await finish(provider, keep, {
      code: 'no-code',
      state,
      ...defined({ iss }),
    }).catch((error: unknown) => {
      if (error instanceof GatehouseError) return { failed: 'invalid', detail: error.code } as const;
      throw error;
    });
    if (!('failed' in found)) return [];
    if (/invalid_grant|bad_verification_code|authorization code|code is invalid/i.test(found.detail))
      return [{ about: 'secret', level: 'ok', what: 'The provider accepts our client id and secret.' }];
    if (/invalid_client|unauthorized_client|incorrect_client_credentials|\(401\)/.test(found.detail))
      return [
        {
          about: 'secret',
          level: 'error',
          what: `The provider rejects our client id or secret: ${found.detail}.`,
          action:
            'Compare the client id with the one at the provider, and enter the secret again: gatehouse upstream update <id> --client-secret-stdin.',
        },
      ];
    if (found.failed === 'unreachable' || found.failed === 'slow')
      return [wrong('secret', found, 'Check whether this machine can reach its token endpoint.')];
    return [
      {
        about: 'secret',
        level: 'warning',
        what: `It could not be tested whether the provider accepts our client id and secret: ${found.detail}.`,
        action: 'Sign in once, then read the exact reason: gatehouse audit tail --event upstream.failed.',
      },
    ];
  }

  function ask(url: string): Promise<Response> {
    return outgoing.fetch(url, {
      purpose: 'upstream',
      headers: { accept: 'application/json', 'cache-control': 'no-store', 'user-agent': 'Gatehouse' },
    });
  }
}

function actionOfDiscovery(document: string, { issuer }: Provider): string {
  return `Open ${document} in a browser: it must name the issuer ${issuer}. A private address or plain http needs the setting http.outgoing.allow.`;
}

const ACTION_OF_USER =
  'Check whether this machine can reach it, and whether it is the address that returns the user of a token.';

/** What its own document says against what we will ask. */
function judgeClient(provider: Provider, metadata: Readonly<ServerMetadata>): Check[] {
  const lacks = (offered: readonly unknown[] | undefined, wanted: string) =>
    offered !== undefined && !offered.includes(wanted);
  const method = METHODS[provider.clientAuth];
  const found: Check[] = [];
  const warn = (what: string, action: string) =>
    found.push({ about: 'client', level: 'warning', what, action });
  if (lacks(metadata.token_endpoint_auth_methods_supported, method))
    warn(
      `Its discovery document does not list the client authentication method ${method}.`,
      `Choose one that it lists (${metadata.token_endpoint_auth_methods_supported?.slice(0, 10).join(', ')}): --client-auth.`,
    );
  const { hasNoPkce } = PRESET_FACTS[provider.preset];
  if (!hasNoPkce && lacks(metadata.code_challenge_methods_supported, 'S256'))
    warn(
      'Its discovery document lists PKCE methods, but not S256.',
      'Ask its operator: RFC 7636 §4.2 demands S256.',
    );
  const missing = provider.scopes.filter((scope) => lacks(metadata.scopes_supported, scope));
  if (missing.length > 0)
    warn(
      `Its discovery document does not list these scopes: ${missing.join(', ')}.`,
      'It may not return everything that is asked for. --scope sets what to ask for.',
    );
  if (provider.issuer?.startsWith('http:'))
    warn(
      'It is called without TLS.',
      'Anybody on the network path can impersonate it. Use http only for tests.',
    );
  if (found.length > 0) return found;
  return [
    {
      about: 'client',
      level: 'ok',
      what: 'It offers what we use: the client authentication method, PKCE and scopes.',
    },
  ];
}

const METHODS: Readonly<Record<ClientAuth, string>> = {
  basic: 'client_secret_basic',
  post: 'client_secret_post',
  apple: 'client_secret_post',
  private_key_jwt: 'private_key_jwt',
  none: 'none',
};

function wrong(about: Check['about'], { failed, detail }: Failure, action: string): Check {
  const words = { slow: 'It does not answer in time', unreachable: 'It does not answer as it should' };
  const what = failed === 'slow' || failed === 'unreachable' ? words[failed] : 'Its answer is not right';
  return { about, level: 'error', what: `${what}: ${detail}.`, action };
}
