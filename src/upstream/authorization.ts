import type { Configuration } from 'openid-client';
import { defined } from '../lib/defined.ts';
import { PRESET_FACTS } from './presets.ts';
import type { Provider } from './store.ts';

/** What a sign-in asks of the provider. `state`: what it brings back with the browser; one is made up unless given. */
export type Ask = {
  redirectUri: string;
  state?: string;
  prompt?: string;
  /** Seconds. */
  maxAge?: number;
  loginHint?: string;
  uiLocales?: string;
  acrValues?: string;
};

/** What `begin` must be brought back for `finish`: once, and in the browser that began. */
export type Keep = {
  /** The row's id: an answer for another provider is none for this one. */
  provider: string;
  /** Where it was then. */
  issuer?: string;
  redirectUri: string;
  state: string;
  nonce?: string;
  verifier?: string;
  maxAge?: number;
  /** Milliseconds since the epoch. */
  begunAt: number;
};

/** Where the browser goes, and what has to be brought back. */
export type Sent = { url: string; keep: Keep };

type Opened = { library: typeof import('openid-client'); config: Configuration };

/**
 * The request to the authorization endpoint, as far as it is the same by any protocol (RFC 6749 §4.1.1, RFC 7636 §4.3).
 * `keep` and `parameters`: what one of them adds. `now`: milliseconds since the epoch.
 */
export async function sendAway(
  { library, config }: Opened,
  provider: Provider,
  ask: Ask,
  more: {
    now: number;
    keep?: Pick<Keep, 'nonce' | 'maxAge'>;
    parameters: Record<string, string | undefined>;
  },
): Promise<Sent> {
  const { hasNoPkce } = PRESET_FACTS[provider.preset];
  const keep: Keep = {
    provider: provider.id,
    ...defined({ issuer: provider.issuer }),
    redirectUri: ask.redirectUri,
    state: ask.state ?? library.randomState(),
    ...(hasNoPkce ? {} : { verifier: library.randomPKCECodeVerifier() }),
    begunAt: more.now,
    ...more.keep,
  };
  const challenge = keep.verifier && (await library.calculatePKCECodeChallenge(keep.verifier));
  const parameters = defined({
    redirect_uri: keep.redirectUri,
    scope: provider.scopes.length === 0 ? undefined : provider.scopes.join(' '),
    state: keep.state,
    code_challenge: challenge,
    code_challenge_method: challenge && 'S256',
    ...more.parameters,
  });
  return { url: library.buildAuthorizationUrl(config, parameters as Record<string, string>).href, keep };
}

/** The address that the browser came back to, as the library reads it: of what came with it only what it may judge. */
export function addressOf({ redirectUri }: Keep, params: Readonly<Record<string, string>>): URL {
  const url = new URL(redirectUri);
  for (const name of ['code', 'state', 'iss', 'error', 'error_description'] as const) {
    const value = params[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}
