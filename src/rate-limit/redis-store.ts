import type { Redis, RedisScript } from '../database/redis/redis.ts';
import type { RateLimitStore } from './store.ts';

/** The same counters in Redis: `rate:<id>` holds the points, and lives as long as its window. */
export function createRateLimitRedisStore(redis: Redis): RateLimitStore {
  const keyOf = (id: string) => redis.key(`rate:${id}`);

  // One command for each window: on a cluster they lie apart. Those of one turn go out in one packet.
  return {
    async take(wanted) {
      const windows = wanted.map(({ id, points, perMs, count }) =>
        redis.run<Window | null>(TAKE, [keyOf(id)], [points, perMs, count]),
      );
      return byId(wanted, await Promise.all(windows));
    },

    async find(ids) {
      const windows = ids.map((id) => redis.run<Window | null>(LOOK, [keyOf(id)]));
      return byId(
        ids.map((id) => ({ id })),
        await Promise.all(windows),
      );
    },

    async giveBack(ids) {
      await Promise.all(ids.map((id) => redis.run(GIVE_BACK, [keyOf(id)])));
    },

    async remove(ids) {
      await Promise.all(ids.map((id) => redis.send('del', keyOf(id))));
    },
  };
}

type Window = [points: number, leftMs: number];

/** Redis tells the time that is left, and the end of the window is counted from 0: so no clock is compared with Redis's. */
function windowOf([points, leftMs]: Window) {
  return { points, resets_at: leftMs, now: 0 };
}

function byId(all: readonly { id: string }[], windows: readonly (Window | null)[]) {
  const found = all.flatMap(({ id }, at) => {
    const window = windows[at] ?? null;
    return window === null ? [] : [[id, windowOf(window)] as const];
  });
  return new Map(found);
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
