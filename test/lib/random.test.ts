import { expect, test } from 'vitest';
import { randomText } from '../../src/lib/random.ts';

test('gives as many bytes as were asked for, and never the same again', () => {
  // Several pools are used up on the way.
  const texts = Array.from({ length: 5000 }, (_, index) => randomText(index % 2 === 0 ? 12 : 16));
  expect(texts[0]).toMatch(/^[\w-]{16}$/);
  expect(texts[1]).toMatch(/^[\w-]{22}$/);
  expect(new Set(texts).size).toBe(texts.length);
});
