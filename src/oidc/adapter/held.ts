import { errors } from 'oidc-provider';
import { networksOf } from '../../http/client-address.ts';
import type { RequestInfo } from '../../http/request.ts';
import { type Clock, steadyClock } from '../../lib/clock.ts';
import { sha256 } from '../../lib/secret.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { RateLimit } from '../../rate-limit/rate-limit.ts';
import type { OidcConfig } from '../config.ts';
import type { ShortLivedStore } from './stored.ts';

/*
 * Anybody may begin a sign-in, and each one is stored until it is used or too old. Who holds it is written beside it,
 * as long as nobody has proved anything in it: one letter for what it is, and the hash of the network.
 *
 *   u   a sign-in whose page was never opened
 *   o   one whose page was opened, and nothing proved yet
 *   p   a pushed request of a public client (RFC 9126 §2: anybody may push one)
 */

export type HeldKind = 'u' | 'p';

/** Whether a network is named: an exempt one holds things like everybody, and is not counted. */
export const hasHolder = (heldBy: string): boolean => heldBy.length > 1;

/** What a sign-in is held as once its page was opened; undefined when it was before, or is no such thing. */
export function openedHolder(heldBy: string | undefined): string | undefined {
  return heldBy?.startsWith('u') ? `o${heldBy.slice(1)}` : undefined;
}

export type HeldDeps = {
  store: Pick<ShortLivedStore, 'dropHeld' | 'dropAnyHeld'>;
  rateLimit: Pick<RateLimit, 'hit'>;
  config: OidcConfig['unused'];
  /** On a developer's machine everybody is one network: no limits. */
  isLoopback: boolean;
  metrics?: Pick<Metrics, 'count'> | undefined;
  /** Only goes forward (milliseconds). */
  clock?: Clock;
};

export type Held = ReturnType<typeof createHeld>;

/** How much of what nobody has proved anything in one network, and all networks together, may begin and keep. */
export function createHeld({ store, rateLimit, config, isLoopback, metrics, clock = steadyClock }: HeldDeps) {
  const { perNetwork, perMinute, total, exemptNetworks } = config;
  const isExempt = networksOf(exemptNetworks);
  const free = Math.floor(perMinute * UNTOLD_SHARE);
  const unlooked = Math.floor(perNetwork / UNLOOKED_PER);
  const lookEvery = Math.max(1, Math.floor(total / 100));
  const openedLimit = perNetwork * OPENED_PER_UNUSED;
  const openedEvery = Math.max(1, Math.floor(openedLimit / 100));
  // at most MOST_NETWORKS: all are forgotten then, and with them what the other nodes were not told yet
  const begun = new Map<string, { since: number; count: number; isTold: boolean }>();
  let sinceLook = 0;
  let sinceOpened = 0;
  /** What one takes on average: a flood of large ones leaves room for fewer. */
  let usualBytes = USUAL_BYTES;

  return {
    /**
     * Before something is saved: under whom. Refused with 429 when the network has begun too many within the minute;
     * `retryAfter` is told when to come back.
     */
    async admit(
      kind: HeldKind,
      { address, network }: Pick<RequestInfo, 'address' | 'network'>,
      retryAfter: (seconds: number) => void,
    ): Promise<string> {
      if (isLoopback || isExempt(address)) return kind;
      const heldBy = kind + sha256(network).slice(0, 22);
      const seen = note(heldBy);
      // The other nodes are told from then on: who begins few costs no statement.
      if (seen.count <= free) return heldBy;
      const told = seen.isTold ? 1 : seen.count;
      seen.isTold = true;
      const limit = { points: perMinute, perSeconds: WINDOW_SECONDS };
      const hit = await rateLimit.hit('oidc.unused', heldBy, limit, told);
      if (hit.isAllowed) return heldBy;
      metrics?.count('gatehouse_oidc_unused_refused_total', { kind: KINDS[kind] });
      retryAfter(hit.retryAfterSeconds);
      throw tooMany();
    },

    /** After it was saved, with so many bytes: what is too much goes, and what would have gone first is first. */
    async keepWithin(heldBy: string, bytes: number): Promise<void> {
      if (isLoopback) return;
      usualBytes += (bytes - usualBytes) / 100;
      await Promise.all([keepNetworkWithin(heldBy, bytes), keepAllWithin()]);
    },

    /** After the first page of a sign-in was opened. */
    async keepOpenedWithin(heldBy: string): Promise<void> {
      sinceOpened += 1;
      if (isLoopback || !hasHolder(heldBy) || sinceOpened < openedEvery) return;
      sinceOpened = 0;
      dropped('network', await store.dropHeld(heldBy, openedLimit));
    },
  };

  async function keepNetworkWithin(heldBy: string, bytes: number): Promise<void> {
    // So few in a minute are fewer than it may hold in the time that they live.
    if (!hasHolder(heldBy) || (begun.get(heldBy)?.count ?? 0) <= unlooked) return;
    const room = Math.floor((perNetwork * MOST_BYTES_OF_NETWORK) / bytes);
    dropped('network', await store.dropHeld(heldBy, Math.max(1, Math.min(perNetwork, room))));
  }

  async function keepAllWithin(): Promise<void> {
    sinceLook += 1;
    if (sinceLook < lookEvery) return;
    sinceLook = 0;
    const room = Math.ceil((total * USUAL_BYTES) / usualBytes);
    dropped('installation', await store.dropAnyHeld(Math.max(1, Math.min(total, room))));
  }

  function note(heldBy: string) {
    const now = clock.now();
    const known = begun.get(heldBy);
    if (known && now - known.since < WINDOW_SECONDS * 1000) {
      known.count += 1;
      return known;
    }
    if (begun.size >= MOST_NETWORKS) begun.clear();
    const fresh = { since: now, count: 1, isTold: false };
    begun.set(heldBy, fresh);
    return fresh;
  }

  function dropped(bound: 'network' | 'installation', count: number): void {
    if (count > 0) metrics?.count('gatehouse_oidc_unused_dropped_total', { bound }, count);
  }
}

const KINDS = { u: 'sign_in', p: 'pushed_request' } as const;

const WINDOW_SECONDS = 60;
const MOST_NETWORKS = 20_000;
/** A node keeps so much of a network's minute to itself before it tells the others: with few nodes it makes no difference. */
const UNTOLD_SHARE = 0.05;
/** Fifteen minutes, on four nodes. */
const UNLOOKED_PER = 60;
/** Opened ones live an hour, and a large office has many of them. */
const OPENED_PER_UNUSED = 10;
/** An ordinary one takes less; what the store needs beside it comes on top. */
const USUAL_BYTES = 400;
/** A `state` of 4,000 characters is allowed, and leaves room for fewer. */
const MOST_BYTES_OF_NETWORK = 2048;

/** RFC 6585 §4, and RFC 9126 §2.3 for a pushed request. A person gets our page, and the app is not told: it can do nothing. */
function tooMany(): Error {
  const error = new errors.CustomOIDCProviderError(
    'slow_down',
    'too many authorization requests were begun from this network',
  );
  return Object.assign(error, { status: 429, statusCode: 429, allow_redirect: false });
}
