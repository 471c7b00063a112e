import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ownText } from '../../src/lib/text.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('what is remembered of a request keeps nothing of the rest of it in memory', () => {
  const heapBytes = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const body = (each: number) => `${'x'.repeat(64 * 1024)}the-id-of-a-client-${each}`;
  const before = heapBytes();
  const kept = Array.from({ length: 500 }, (_, each) => ownText(body(each).slice(64 * 1024)));
  const own = heapBytes() - before;
  const pieces = Array.from({ length: 500 }, (_, each) => body(each).slice(64 * 1024));
  const withTheRest = heapBytes() - before - own;
  expect(pieces).toEqual(kept);
  expect(own).toBeLessThan(withTheRest / 10);
});

test.each(['', 'a', 'Grüße', '鍵 🔑', '"\\', '\ud800 alone', '\0'])(
  'a text on its own is the same text: %j',
  (text) => {
    expect(ownText(text)).toBe(text);
  },
);
