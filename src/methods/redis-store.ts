import type { Redis, RedisScript } from '../database/redis/redis.ts';
import { sha256 } from '../lib/secret.ts';
import type { MemoryKey, MethodsStore } from './store.ts';

/**
 * What methods remember between two requests, in Redis: `memory:<hash of the handle>` holds how many answers are left
 * (6 digits), when it runs out (13 digits), what it is bound to (a hash) and what was kept.
 */
export function createMemoryRedisStore(
  redis: Redis,
): Pick<MethodsStore, 'remember' | 'consumeMemory' | 'answerMemory' | 'isMemoryOpen'> {
  const keyOf = ({ handleHash }: MemoryKey) => redis.key(`memory:${handleHash}`);

  return {
    async remember(memory) {
      const value = `${pad(memory.answersLeft, 6)}${pad(memory.expiresAt, 13)}${scopeOf(memory)}${memory.kept}`;
      const saved = await redis.send('set', keyOf(memory), value, 'PXAT', memory.expiresAt, 'NX');
      if (saved !== 'OK') throw new Error('a memory with this handle is there already');
    },

    async consumeMemory(key, now) {
      return (await redis.run<string | null>(SPEND, [keyOf(key)], [scopeOf(key), now])) ?? undefined;
    },

    async answerMemory(key, now) {
      return (await redis.run<string | null>(ANSWER, [keyOf(key)], [scopeOf(key), now])) ?? undefined;
    },

    isMemoryOpen: async (key, now) =>
      (await redis.run<number | null>(IS_OPEN, [keyOf(key)], [scopeOf(key), now])) === 1,
  };
}

const pad = (number: number, digits: number) => String(number).padStart(digits, '0');

function scopeOf({ method, purpose, binding }: MemoryKey): string {
  return sha256(JSON.stringify([method, purpose, binding]));
}

const FOUND = `
  local value = redis.call('GET', KEYS[1])
  if not value or string.sub(value, 20, 62) ~= ARGV[1] then return false end
  if tonumber(string.sub(value, 7, 19)) <= tonumber(ARGV[2]) then return false end`;

/** Reads and spends: of any number of callers at once, one gets it. */
const SPEND: RedisScript = {
  keys: 1,
  lua: `${FOUND}
  redis.call('DEL', KEYS[1])
  return string.sub(value, 63)`,
};

/** 1 when an answer would be taken. */
const IS_OPEN: RedisScript = {
  keys: 1,
  lua: `${FOUND}
  return tonumber(string.sub(value, 1, 6)) > 0 and 1 or 0`,
};

/** Reads and counts: of any number of callers at once, no more get it than answers are left. */
const ANSWER: RedisScript = {
  keys: 1,
  lua: `${FOUND}
  local left = tonumber(string.sub(value, 1, 6))
  if left < 1 then return false end
  redis.call('SETRANGE', KEYS[1], 0, string.format('%06d', left - 1))
  return string.sub(value, 63)`,
};
