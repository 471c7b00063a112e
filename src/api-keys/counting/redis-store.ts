import type { Redis, RedisScript } from '../../database/redis/redis.ts';
import { sha256 } from '../../lib/secret.ts';
import { type CountingStore, LONGER_SECONDS } from './store.ts';

/** The same windows in Redis: one hash for each key, which lives as long as its last window. */
export function createCountingRedisStore(redis: Redis): CountingStore {
  return {
    async take(id, limits) {
      const [taken, now, bp, be, mp, me, dp, de] = await redis.run<Answer>(
        TAKE,
        [redis.key(`api-key:${sha256(id)}`)],
        [limits.burst, limits.minute, limits.day],
      );
      return {
        isTaken: taken === 1,
        now,
        windows: {
          burst: { points: bp, endsAt: be },
          minute: { points: mp, endsAt: me },
          day: { points: dp, endsAt: de },
        },
      };
    },
  };
}

type Answer = [
  taken: number,
  now: number,
  burstPoints: number,
  burstEnd: number,
  minutePoints: number,
  minuteEnd: number,
  dayPoints: number,
  dayEnd: number,
];

/** By Redis's own clock. Times are milliseconds, which a double holds exactly. */
const TAKE: RedisScript = {
  keys: 1,
  lua: `
  local clock = redis.call('TIME')
  local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
  local found = redis.call('HMGET', KEYS[1], 'bp', 'be', 'mp', 'me', 'dp', 'de')
  local lengths = { 1000, 60000, 86400000 }
  local state = {}
  local taken = 1
  for at = 1, 3 do
    local points = tonumber(found[2 * at - 1] or 0)
    local ends = tonumber(found[2 * at] or 0)
    if ends <= now then
      points = 0
      ends = now + lengths[at]
    end
    if points >= tonumber(ARGV[at]) then taken = 0 end
    state[2 * at - 1] = points
    state[2 * at] = ends
  end
  if taken == 1 then
    for at = 1, 3 do state[2 * at - 1] = state[2 * at - 1] + 1 end
    redis.call('HSET', KEYS[1], 'bp', state[1], 'be', state[2], 'mp', state[3], 'me', state[4], 'dp', state[5], 'de', state[6])
    redis.call('PEXPIREAT', KEYS[1], state[6] + ${LONGER_SECONDS * 1000})
  end
  return { taken, now, state[1], state[2], state[3], state[4], state[5], state[6] }`,
};
