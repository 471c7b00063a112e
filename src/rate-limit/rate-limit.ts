import type { ServerResponse } from 'node:http';
import type { Database } from '../database/database.ts';
import type { Redis } from '../database/redis.ts';
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
    /**
     * Takes one point. Simultaneous hits never get more points than there are. `count`: so many that were let go by
     * before and are told now, with this one; they are taken if there is one point left.
     */
    async hit(name: string, key: string, { points, perSeconds }: Limit, count = 1): Promise<Hit> {
      const id = idOf(name, key);
      const taken = await store.take(id, points, perSeconds * 1000, count);
      const window = taken ?? (await store.find(id));
      const resetSeconds = window ? Math.max(1, Math.ceil((window.resets_at - window.now) / 1000)) : 1;
      return {
        isAllowed: taken !== undefined,
        limit: points,
        remaining: taken ? Math.max(0, points - taken.points) : 0,
        resetSeconds,
        retryAfterSeconds: taken ? 0 : resetSeconds,
      };
    },

    /** Gives one point back: the attempt turned out to cost nothing. */
    refund: (name: string, key: string): Promise<void> => store.giveBack(idOf(name, key)),

    /** Forgets all that was counted. */
    reset: (name: string, key: string): Promise<void> => store.remove(idOf(name, key)),
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

function idOf(name: string, key: string): string {
  return sha256(JSON.stringify([name, key]));
}
