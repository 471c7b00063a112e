import { expect, test } from 'vitest';
import { findExpressions } from './support/expressions.ts';
import { findGrowth } from './support/growth.ts';

/**
 * Most of what the server looks at was written by a stranger. An expression that goes back over the same text stops the
 * process for seconds with 57,000 letters, so each one is run on what is worst for it, made of its own letters.
 */

const { literals, made } = findExpressions();

test('no regular expression takes longer than in proportion to what it reads', () => {
  const slow = literals.flatMap(({ where, expression }) => {
    const found = findGrowth(expression);
    return found === undefined ? [] : [`${where} ${expression} on ${found}`];
  });
  expect(literals.length).toBeGreaterThan(200);
  expect(slow).toEqual([]);
});

test('expressions are written down, where they can be found; only these are made of others', () => {
  // Of an alphabet that is ours, and a copy of a literal beside it.
  expect([...new Set(made)]).toEqual(['src/methods/backup-codes/codes.ts', 'src/views/page-facts.ts']);
});

test.each([
  /\beyJ[\w-]+\.[\w-]*/g,
  /([A-Za-z][\w-]*)(=|":\s*)"/g,
  /\/+$/,
  /\s*;\s*/,
  /\bVersion\/[\d.]+.*\bSafari\//,
  /\/\*[\s\S]*?\*\//g,
  /^(\d+)*$/,
  /^(\s|\uFEFF|<[^>]*>)*<svg/,
])('finds %s, which goes back over the same text', (expression) => {
  expect(findGrowth(expression)).toBeDefined();
});
