import type { JSONWebKeySet, JWTPayload } from 'jose';
import * as errors from 'jose/errors';
import type { Clock } from '../lib/clock.ts';
import { sha256 } from '../lib/secret.ts';
import { failureOf } from './calls.ts';
import { type Protocol, TOLERANCE_SECONDS } from './oidc.ts';
import { PRESET_FACTS } from './presets.ts';
import type { Provider, UpstreamStore } from './store.ts';

/**
 * Whom a provider has signed out: all sessions of a subject, or one of theirs. One of both is there. `at`: when, at the
 * latest, by our clock in milliseconds since the epoch; absent: now.
 */
export type SignedOutThere = { subject?: string; sid?: string; at?: number };

export type LogoutDeps = {
  protocol: Pick<Protocol, 'open' | 'readKeys'>;
  store: Pick<UpstreamStore, 'spendLogout'>;
  clock: Clock;
};

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Those that need the provider's own key: what is signed with a secret, or not at all, is none. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const MOST_BYTES = 10_000;
/** A token that was made longer ago is not sent now; §2.4 asks for an `exp` of two minutes at the most. */
const MOST_AGE_SECONDS = 600;
/** How often the keys are read anew for a key that is not among them: anybody can send such a token. */
const NEW_KEYS_EVERY_MS = 60_000;

/** Logout tokens that providers send us (OpenID Connect Back-Channel Logout 1.0). */
export function createLogoutTokens({ protocol, store, clock }: LogoutDeps) {
  const readAnewAt = new Map<string, number>(); // at most one for each provider

  return {
    /**
     * Validates one as §2.6 has it. `refused`: why it does not count, for the audit. The same one twice is refused, also at
     * the same moment and on another node.
     */
    async read(provider: Provider, token: string): Promise<SignedOutThere | { refused: string }> {
      if (!canSignOut(provider)) return { refused: 'this provider sends no logout tokens' };
      if (token === '' || token.length > MOST_BYTES) return { refused: 'there is no logout token' };
      try {
        const payload = await verify(provider, token);
        const problem = problemOf(payload);
        if (problem !== undefined) return { refused: problem };
        const { jti = '', exp = 0, iat = 0, sub, sid } = payload;
        const isFirst = await store.spendLogout({
          id: sha256(`${provider.id} ${jti}`),
          expiresAt: (exp + TOLERANCE_SECONDS) * 1000,
        });
        if (!isFirst) return { refused: 'it was sent before (jti)' };
        return {
          ...(typeof sub === 'string' ? { subject: sub } : {}),
          ...(typeof sid === 'string' ? { sid } : {}),
          // It may be late, and the person may be on their way in again. Up to the end of that second, by a clock that is slow.
          at: Math.min(clock.now(), (iat + 1 + TOLERANCE_SECONDS) * 1000),
        };
      } catch (error) {
        return { refused: sayWhy(error) };
      }
    },
  };

  /** Signature, `iss`, `aud`, `iat` and `exp` as of an ID token. */
  async function verify(provider: Provider, token: string): Promise<JWTPayload> {
    const { createLocalJWKSet, jwtVerify } = await import('jose');
    const { config } = await protocol.open(provider);
    const check = async (keys: JSONWebKeySet) => {
      const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
        issuer: config.serverMetadata().issuer,
        audience: provider.clientId,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_SECONDS,
        maxTokenAge: MOST_AGE_SECONDS,
        requiredClaims: ['iat', 'exp', 'jti'],
        currentDate: new Date(clock.now()),
      });
      // §2.4 recommends `logout+jwt`; one that says it is something else is that.
      if (!['logout+jwt', 'jwt', undefined].includes(protectedHeader.typ?.toLowerCase()))
        throw new errors.JWTInvalid(`it is a ${String(protectedHeader.typ).slice(0, 40)}`);
      return payload;
    };
    try {
      return await check(await protocol.readKeys(config));
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayReadAnew(provider.id)) throw error;
      return await check(await protocol.readKeys(config, { isAnew: true }));
    }
  }

  function mayReadAnew(id: string): boolean {
    const last = readAnewAt.get(id) ?? Number.NEGATIVE_INFINITY;
    if (clock.now() - last < NEW_KEYS_EVERY_MS) return false;
    readAnewAt.set(id, clock.now());
    return true;
  }
}

/** Microsoft's subject is made of two claims, which a logout token does not have: nothing would be found by it. */
function canSignOut({ preset }: Provider): boolean {
  return PRESET_FACTS[preset].protocol === 'oidc' && preset !== 'microsoft';
}

/** §2.6, 4 to 6, and what §2.4 forbids. */
function problemOf({ sub, sid, jti, events, ...claims }: JWTPayload): string | undefined {
  if (typeof sub !== 'string' && typeof sid !== 'string') return 'it names neither sub nor sid';
  if ((sub !== undefined && typeof sub !== 'string') || (sid !== undefined && typeof sid !== 'string'))
    return 'its sub or sid is no text';
  if (typeof jti !== 'string' || jti === '') return 'it has no jti';
  if (typeof events !== 'object' || events === null) return 'it has no events';
  const event = (events as Record<string, unknown>)[EVENT];
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return 'its events name no back-channel logout';
  // So that no ID token is taken for one.
  if ('nonce' in claims) return 'it has a nonce';
  return undefined;
}

function sayWhy(error: unknown): string {
  if (error instanceof errors.JOSEError) return `${error.code}: ${error.message}`.slice(0, 200);
  return failureOf(error).detail;
}
