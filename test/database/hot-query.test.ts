import { expect, test } from 'vitest';
import { rememberStatement } from '../../src/database/postgres/hot-query.ts';

test('a statement that is kept with its connection keeps no piece of the pool of small buffers', () => {
  const { head } = rememberStatement('s1', [], () => (text) => text);
  expect(head.toString('latin1')).toBe('\0s1\0\0\0');
  expect(head.buffer.byteLength).toBe(head.length);
});
