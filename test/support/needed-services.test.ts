import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { needServices } from './needed-services.ts';

const tests = dirname(dirname(fileURLToPath(import.meta.url)));

test.each([
  ['pure code', 'lib/seal.test.ts', false],
  ['the shape of the code', 'architecture.test.ts', false],
  ['a file that reads an address itself', 'database/pooler.test.ts', true],
  ['a file that stands on one through others', 'flows/sign-in.test.ts', true],
])('knows whether %s needs PostgreSQL and Redis', (_what, file, needs) => {
  expect(needServices([join(tests, file)])).toBe(needs);
});

test('one file that needs them is enough', () => {
  expect(needServices(['lib/seal.test.ts', 'flows/sign-in.test.ts'].map((file) => join(tests, file)))).toBe(
    true,
  );
});
