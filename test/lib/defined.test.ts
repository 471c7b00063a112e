import { expect, expectTypeOf, test } from 'vitest';
import { defined } from '../../src/lib/defined.ts';

const maybe = (name?: string): string | undefined => name;

test('drops what is undefined, and keeps every other value', () => {
  const members = defined({ a: maybe(), b: maybe('b'), nothing: null, zero: 0, no: false, empty: '' });
  expect(Object.keys(members)).toEqual(['b', 'nothing', 'zero', 'no', 'empty']);
  expect(members).toEqual({ b: 'b', nothing: null, zero: 0, no: false, empty: '' });
});

test('makes optional what may be undefined, and leaves the rest as it is', () => {
  const members = defined({ a: maybe(), count: 1 });
  expectTypeOf(members).toEqualTypeOf<{ count: number; a?: string }>();
  const exact: { a?: string; count: number } = members;
  expect('a' in exact).toBe(false);
});
