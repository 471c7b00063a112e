import { expect, test } from 'vitest';
import { createReadCache } from '../../src/lib/read-cache.ts';

function setUp() {
  const clock = { ms: 10_000, now: () => clock.ms };
  const cache = createReadCache<string>({ clock, ttlMs: 1000 });
  const loads: string[] = [];
  const read = (value: string | undefined, key = 'key') =>
    cache.read(key, async () => {
      loads.push(key);
      return value;
    });
  return { clock, cache, loads, read };
}

test('answers from memory until the time is over, to the millisecond', async () => {
  const { clock, read } = setUp();
  expect(await read('old')).toBe('old');
  clock.ms += 999;
  expect(await read('new')).toBe('old');
  clock.ms += 1;
  expect(await read('new')).toBe('new');
});

test('does not keep an answer alive when the clock is set back', async () => {
  const { clock, read } = setUp();
  await read('old');
  clock.ms -= 5000;
  expect(await read('new')).toBe('new');
});

test('reads once for all who ask at the same time', async () => {
  const { loads, read } = setUp();
  expect(await Promise.all(['a', 'b', 'c'].map((value) => read(value)))).toEqual(['a', 'a', 'a']);
  expect(loads).toHaveLength(1);
});

test('remembers neither an absence nor a failure', async () => {
  const { cache, read } = setUp();
  expect(await read(undefined)).toBeUndefined();
  expect(await read('there')).toBe('there');
  const failing = cache.read('other', async () => {
    throw new Error('away');
  });
  await expect(failing).rejects.toThrow('away');
  expect(await read('back', 'other')).toBe('back');
});

test('does not remember what was being read while it was cleared', async () => {
  const { cache, read } = setUp();
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = cache.read('key', () => promise);
  cache.clear();
  resolve('before the change');
  expect(await slow).toBe('before the change');
  expect(await read('after the change')).toBe('after the change');
});

test('forgets the oldest when strangers ask for very many keys', async () => {
  const { loads, read } = setUp();
  for (let count = 0; count < 2001; count += 1) await read('value', `key ${count}`);
  loads.length = 0;
  await read('value', 'key 2000');
  await read('value', 'key 0');
  expect(loads).toEqual(['key 0']);
});
