import type { Redis, RedisScript } from '../database/redis.ts';
import type { RateLimitStore } from './store.ts';

/** The same counters in Redis: `rate:<id>` holds the points, and lives as long as its window. */
export function createRateLimitRedisStore(redis: Redis): RateLimitStore {
  const keyOf = (id: string) => redis.key(`rate:${id}`);

  return {
    async take(id, points, perMs, count = 1) {
      const window = await redis.run<Window | null>(TAKE, [keyOf(id)], [points, perMs, count]);
      return window === null ? undefined : windowOf(window);
    },

    async find(id) {
      const window = await redis.run<Window | null>(LOOK, [keyOf(id)]);
      return window === null ? undefined : windowOf(window);
    },

    async giveBack(id) {
      await redis.run(GIVE_BACK, [keyOf(id)]);
    },

    async remove(id) {
      await redis.send('del', keyOf(id));
    },
  };
}

type Window = [points: number, leftMs: number];

/** Told as what is left, so that no other clock is compared with Redis's own. */
function windowOf([points, leftMs]: Window) {
  return { points, resets_at: leftMs, now: 0 };
}

/** Takes a point if one is left; what is refused is not written. */
const TAKE: RedisScript = {
  keys: 1,
  lua: `
  local points = redis.call('GET', KEYS[1])
  if points and tonumber(points) >= tonumber(ARGV[1]) then return false end
  if points then redis.call('INCRBY', KEYS[1], ARGV[3]) else redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2]) end
  return { tonumber(points or 0) + tonumber(ARGV[3]), redis.call('PTTL', KEYS[1]) }`,
};

const LOOK: RedisScript = {
  keys: 1,
  lua: `
  local points = redis.call('GET', KEYS[1])
  if not points then return false end
  return { tonumber(points), redis.call('PTTL', KEYS[1]) }`,
};

const GIVE_BACK: RedisScript = {
  keys: 1,
  lua: `
  local points = tonumber(redis.call('GET', KEYS[1]) or 0)
  if points > 0 then redis.call('DECR', KEYS[1]) end`,
};
