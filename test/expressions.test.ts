import { expect, test } from 'vitest';
import { findExpressions } from './support/expressions.ts';

const { literals, made } = findExpressions();

// `npm run check` judges each one (`support/check-expressions.ts`).
test('expressions are written down, where they can be found; only these are made of others', () => {
  // Of an alphabet that is ours, and a copy of a literal beside it.
  expect([...new Set(made)]).toEqual(['src/methods/backup-codes/codes.ts', 'src/views/page-facts.ts']);
  expect(literals.length).toBeGreaterThan(200);
});
