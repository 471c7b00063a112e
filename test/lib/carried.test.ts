import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCarried } from '../../src/lib/carried.ts';
import { createSealer } from '../../src/lib/seal.ts';

test('what is carried opens at its place, whole, and for a while', () => {
  let now = 1_000;
  const sealer = createSealer([randomBytes(32)]);
  const carried = createCarried({ sealer, clock: { now: () => now } as never });
  const text = carried.seal('here', { code: 'a' }, 60);
  expect(text).not.toContain('code');
  expect(carried.open('here', text)).toEqual({ code: 'a' });
  const last = text.at(-2) === 'A' ? 'B' : 'A';
  for (const wrong of [
    `${text.slice(0, -2)}${last}${text.at(-1)}`,
    '',
    'v1.x.y.z',
    undefined,
    [text],
    'x'.repeat(1e6),
  ])
    expect(carried.open('here', wrong)).toBeUndefined();
  expect(carried.open('there', text)).toBeUndefined();
  now += 60_000;
  expect(carried.open('here', text)).toBeUndefined();
});
