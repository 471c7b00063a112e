import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run clients-real`: beside what npm brings, clients of other languages, as far as their tools are there. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      'test/clients-real/*.test.ts',
      'test/clients-real/{apache,go,java,kubernetes,python,python-api}.ts',
    ],
    // They are downloaded and built.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
