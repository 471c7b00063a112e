import type { ServerResponse } from 'node:http';
import type { Database } from '../database/database.ts';
import type { Redis } from '../database/redis/redis.ts';
import type { SweptTable } from '../database/sweeper.ts';
import { sha256 } from '../lib/secret.ts';
import { createRateLimitRedisStore } from './redis-store.ts';
import { createRateLimitStore } from './store.ts';

/** `points` within `perSeconds`. */
export type Limit = { points: number; perSeconds: number };

export type Hit = {
  isAllowed: boolean;
  limit: number;
  /** Points that are left in this window. */
  remaining: number;
  /** Until the window begins anew. */
  resetSeconds: number;
  /** 0 when it was allowed. */
  retryAfterSeconds: number;
};

export type RateLimit = ReturnType<typeof createRateLimit>;

/**
 * Counts hits by name and key in windows that begin with their first hit. The counts are in Redis, else in the database, so
 * they hold for all nodes and survive a restart of this one. Keys are stored as a hash.
 */
export function createRateLimit({ db, redis }: { db: Database; redis?: Redis | undefined }) {
  const store = redis ? createRateLimitRedisStore(redis) : createRateLimitStore(db);

  return {
    /** Its rows that run out. */
    sweeps: [sweptRateLimits],

    /**
     * Takes one point. Simultaneous hits never get more points than there are. `count`: so many that were let go by
     * before and are told now, with this one; they are taken if there is one point left.
     */
    async hit(name: string, key: string, limit: Limit, count = 1): Promise<Hit> {
      const [hit] = await take([{ name, key, limit }], count);
      return hit as Hit;
    },

    /** Takes one point of each, as one statement. Answers in their order. */
    hitAll: (points: readonly Point[]): Promise<Hit[]> => take(points, 1),

    /** What `hitAll` would answer now. Takes nothing. */
    async lookAll(points: readonly Point[]): Promise<Hit[]> {
      const found = points.length > 0 ? await store.find(idsOf(points)) : new Map<string, Window>();
      return points.map(({ name, key, limit }) => {
        const window = found.get(idOf(name, key));
        const isFree = !window || window.resets_at <= window.now || window.points < limit.points;
        return hitOf(limit.points, isFree ? (window ?? FRESH) : undefined, window);
      });
    },

    /** Gives one point of each back: the attempt turned out to cost nothing. */
    async refundAll(points: readonly Counted[]): Promise<void> {
      if (points.length > 0) await store.giveBack(idsOf(points));
    },

    /** Forgets all that was counted. */
    async resetAll(points: readonly Counted[]): Promise<void> {
      if (points.length > 0) await store.remove(idsOf(points));
    },
  };

  async function take(points: readonly Point[], count: number): Promise<Hit[]> {
    const wanted = points.map(({ name, key, limit }) => ({
      id: idOf(name, key),
      points: limit.points,
      perMs: limit.perSeconds * 1000,
      count,
    }));
    // Two limits of one window, as an operator may write them, are two statements: a row changes once in each.
    if (new Set(wanted.map(({ id }) => id)).size < wanted.length) {
      return (await Promise.all(points.map((point) => take([point], count)))).flat();
    }
    if (wanted.length === 0) return [];
    const taken = await store.take(wanted);
    const refused = wanted.filter(({ id }) => !taken.has(id));
    const others = refused.length > 0 ? await store.find(refused.map(({ id }) => id)) : undefined;
    return wanted.map(({ id, points: limit }) => hitOf(limit, taken.get(id), others?.get(id)));
  }
}

/** What is counted: by name and key. */
export type Counted = { name: string; key: string };
export type Point = Counted & { limit: Limit };

type Window = { points: number; resets_at: number; now: number };

const FRESH: Window = { points: 0, resets_at: 0, now: 0 };

function hitOf(limit: number, taken: Window | undefined, window = taken): Hit {
  const resetSeconds = window ? Math.max(1, Math.ceil((window.resets_at - window.now) / 1000)) : 1;
  return {
    isAllowed: taken !== undefined,
    limit,
    remaining: taken ? Math.max(0, limit - taken.points) : 0,
    resetSeconds,
    retryAfterSeconds: taken ? 0 : resetSeconds,
  };
}

/** For the sweeper: windows that are over count as absent. */
export const sweptRateLimits: SweptTable = { name: 'rate_limits', key: 'id', expiresAt: 'resets_at' };

/** Writes `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10) and, when refused, `Retry-After`. */
export function setRateLimitHeaders(res: ServerResponse, policy: string, hit: Hit, limit: Limit): void {
  res.setHeader('RateLimit-Policy', `"${policy}";q=${limit.points};w=${limit.perSeconds}`);
  res.setHeader('RateLimit', `"${policy}";r=${hit.remaining};t=${hit.resetSeconds}`);
  if (!hit.isAllowed) res.setHeader('Retry-After', String(hit.retryAfterSeconds));
}

const idsOf = (points: readonly Counted[]) => [...new Set(points.map(({ name, key }) => idOf(name, key)))];

function idOf(name: string, key: string): string {
  return sha256(JSON.stringify([name, key]));
}
