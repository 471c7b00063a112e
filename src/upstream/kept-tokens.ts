import { setTimeout as wait } from 'node:timers/promises';
import type { Audit } from '../audit/audit.ts';
import type { Leases } from '../database/lease.ts';
import type { ChangedBy } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { Sealer } from '../lib/seal.ts';
import { tokenGiven, tokenRefused } from './events.ts';
import type { Failure, ForeignTokens } from './foreign.ts';
import type { Protocols } from './protocols.ts';
import { type Link, type Provider, tokensContext, type UpstreamStore } from './store.ts';

/** A token of theirs for an app of ours. `expiresAt`: milliseconds since the epoch; absent: the provider does not say. */
export type GivenToken = { accessToken: string; expiresAt?: number };

/**
 * Why there is none. `none`: nothing is kept of this person there. `sign_in`: what is kept is over, and the provider gives
 * no other one for it. `away`: the provider does not answer. `why` is for the app's developer: nothing personal.
 */
export type TokenRefusal = { refused: 'none' | 'sign_in' | 'away'; why: string };

export type KeptTokensDeps = {
  store: UpstreamStore;
  sealer: Pick<Sealer, 'seal' | 'open'>;
  clock: Clock;
  leases: Pick<Leases, 'run'>;
  protocols: Pick<Protocols, 'of'>;
  audit: Pick<Audit, 'record'>;
};

/** One that is over by then would be over on its way to their API. */
const SOON_MS = 30_000;
/** Longer than all calls to a provider that a refresh makes. */
const LEASE_SECONDS = 30;
const WAITS = 20;
const WAIT_MS = 500;

/** Tokens of theirs that are kept with connections (`--keep-tokens`), and how an app of ours comes by them. */
export function createKeptTokens({ store, sealer, clock, leases, protocols, audit }: KeptTokensDeps) {
  const refreshing = new Map<string, Promise<Found>>(); // at most one for each connection that is refreshed now

  return {
    seal,
    read,

    /** Those of another sign-in, sealed. Many give a refresh token at the first consent alone: it stays. */
    async renew(linkId: string, tokens: ForeignTokens): Promise<string> {
      if (tokens.refreshToken !== undefined) return seal(linkId, tokens);
      const before = await read(linkId);
      return seal(linkId, { ...defined({ refreshToken: before?.refreshToken }), ...tokens });
    },

    /**
     * The access token that this person has at a provider, fresh where it was over. Never the refresh token. With several
     * connections to one provider it is that of the one that was used last. Whether the app may ask is its caller's to know.
     */
    async give(
      provider: Provider,
      { userId, clientId, request }: { userId: string; clientId: string } & Pick<ChangedBy, 'request'>,
    ): Promise<GivenToken | TokenRefusal> {
      const found = await find(provider, userId);
      const by = {
        actor: { type: 'client' as const, id: clientId },
        userId,
        clientId,
        ...defined({ request }),
      };
      const named = { provider: provider.id, slug: provider.slug };
      if ('refused' in found) {
        await audit.record(tokenRefused, { outcome: 'refused', ...by, detail: { ...named, why: found.why } });
        return found;
      }
      const { link, isRefreshed, tokens } = found;
      await audit.record(tokenGiven, {
        outcome: 'success',
        ...by,
        detail: { ...named, link: link.id, isRefreshed },
      });
      return { accessToken: tokens.accessToken, ...defined({ expiresAt: tokens.expiresAt }) };
    },
  };

  function seal(linkId: string, tokens: ForeignTokens): string {
    return sealer.seal(JSON.stringify(tokens), tokensContext(linkId));
  }

  async function read(linkId: string): Promise<ForeignTokens | undefined> {
    const sealed = await store.findSealedTokens(linkId);
    return sealed === undefined
      ? undefined
      : JSON.parse(sealer.open(sealed, tokensContext(linkId)).toString());
  }

  async function find(provider: Provider, userId: string): Promise<Found> {
    if (!provider.isEnabled) return none('the provider is disabled');
    if (!provider.keepTokens) return none('tokens of this provider are not kept');
    const [link] = (await store.listLinksOf(userId))
      .filter(({ providerId }) => providerId === provider.id)
      .sort((left, right) => (right.lastUsedAt ?? 0) - (left.lastUsedAt ?? 0));
    if (!link) return none('the person has not connected this provider');
    return (await findFresh(link)) ?? (await share(link.id, () => refreshAlone(provider, link)));
  }

  /** Nothing: it is over, and there is something to refresh it with. */
  async function findFresh(link: Link): Promise<Found | undefined> {
    const tokens = await read(link.id);
    if (!tokens) return none('no token is kept since the person signed in last');
    if (tokens.expiresAt === undefined || tokens.expiresAt > clock.now() + SOON_MS)
      return { link, tokens, isRefreshed: false };
    if (tokens.refreshToken === undefined)
      return { refused: 'sign_in', why: 'the token has expired, and the provider gave no refresh token' };
    return undefined;
  }

  /** Of many who ask at once one refreshes: a second use of a refresh token looks like a theft there (RFC 9700 §4.14.2). */
  async function share(linkId: string, work: () => Promise<Found>): Promise<Found> {
    const running = refreshing.get(linkId);
    if (running) return running;
    const own = work().finally(() => refreshing.delete(linkId));
    refreshing.set(linkId, own);
    return own;
  }

  /** The same between nodes. Who comes second finds what the first one was given. */
  async function refreshAlone(provider: Provider, link: Link): Promise<Found> {
    for (let turn = 0; turn < WAITS; turn += 1) {
      const found = await leases.run(
        `upstream.tokens.${link.id}`,
        { ttlSeconds: LEASE_SECONDS },
        async () => (await findFresh(link)) ?? (await refresh(provider, link)),
      );
      if (found) return found;
      await wait(WAIT_MS);
    }
    return { refused: 'away', why: 'another node waits for the provider' };
  }

  async function refresh(provider: Provider, link: Link): Promise<Found> {
    const before = await read(link.id);
    const asked = { refreshToken: before?.refreshToken ?? '', subject: link.subject };
    const got = await protocols.of(provider).refresh(provider, asked);
    if ('failed' in got) return refusalOf(got);
    // RFC 6749 §6: without another one the refresh token stays as it is.
    const tokens = { ...defined({ refreshToken: before?.refreshToken }), ...got };
    // Disconnected meanwhile: nobody is given anything.
    if (!(await store.saveTokens(link.id, seal(link.id, tokens)))) return none('the person disconnected it');
    return { link, tokens, isRefreshed: true };
  }
}

type Found = { link: Link; tokens: ForeignTokens; isRefreshed: boolean } | TokenRefusal;

function none(why: string): TokenRefusal {
  return { refused: 'none', why };
}

function refusalOf({ failed, detail: why }: Failure): TokenRefusal {
  return { refused: failed === 'unreachable' || failed === 'slow' ? 'away' : 'sign_in', why };
}
