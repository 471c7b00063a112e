import type { Database } from '../../database/database.ts';
import type { Redis } from '../../database/redis/redis.ts';
import type { Tier } from '../config.ts';
import { createCountingRedisStore } from './redis-store.ts';
import { createCountingStore, type Windows } from './store.ts';

/** One window of a tier: `points` within `seconds`, of which `remaining` are left until `resetSeconds` from now. */
export type Window = {
  name: 'burst' | 'minute' | 'day';
  points: number;
  seconds: number;
  remaining: number;
  resetSeconds: number;
};

/** `retryAfterSeconds`: 0 when it was counted. */
export type Counted = { isCounted: boolean; windows: readonly Window[]; retryAfterSeconds: number };

/**
 * Counts uses of keys against their tiers, in Redis, else in the database. A use is counted in all windows or in none,
 * and by one step there: however many nodes ask at once, no window gives more than it has.
 */
export function createCounting({ db, redis }: { db: Database; redis?: Redis | undefined }) {
  const store = redis ? createCountingRedisStore(redis) : createCountingStore(db);
  return {
    async take(id: string, tier: Tier): Promise<Counted> {
      const limits = limitsOf(tier);
      const { isTaken, now, windows } = await store.take(id, limits);
      return { isCounted: isTaken, ...toCounted(limits, now, windows, isTaken) };
    },
  };
}

/** A window that is absent from a tier never runs out. */
const BOUNDLESS = 2_000_000_000;

const SECONDS = { burst: 1, minute: 60, day: 86_400 } as const;
const NAMES = ['burst', 'minute', 'day'] as const;

export type Limits = Record<(typeof NAMES)[number], number>;

function limitsOf({ perMinute, perDay, burst }: Tier): Limits {
  return { burst: burst ?? BOUNDLESS, minute: perMinute, day: perDay ?? BOUNDLESS };
}

function toCounted(limits: Limits, now: number, windows: Windows, isTaken: boolean) {
  const told: Window[] = [];
  let retryAfterSeconds = 0;
  for (const name of NAMES) {
    if (limits[name] === BOUNDLESS) continue;
    const { points, endsAt } = windows[name];
    const isOver = endsAt <= now;
    const remaining = isOver ? limits[name] : Math.max(0, limits[name] - points);
    const resetSeconds = isOver ? SECONDS[name] : Math.max(1, Math.ceil((endsAt - now) / 1000));
    told.push({ name, points: limits[name], seconds: SECONDS[name], remaining, resetSeconds });
    if (!isTaken && remaining === 0) retryAfterSeconds = Math.max(retryAfterSeconds, resetSeconds);
  }
  // What was used up at the moment of the try may be free again when the answer is made.
  return { windows: told, retryAfterSeconds: isTaken ? 0 : Math.max(1, retryAfterSeconds) };
}

/**
 * What whoever has the key is told: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), and
 * `Retry-After` (RFC 9110 §10.2.3) when it is used up.
 */
export function rateLimitFields({ isCounted, windows, retryAfterSeconds }: Counted): Record<string, string> {
  const policies = windows.map(({ name, points, seconds }) => `"${name}";q=${points};w=${seconds}`);
  const states = windows.map(
    ({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`,
  );
  return {
    'RateLimit-Policy': policies.join(', '),
    RateLimit: states.join(', '),
    ...(isCounted ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  };
}
