import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run plans`: the plans of PostgreSQL in tables of a million rows. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/database/plans.test.ts'],
    testTimeout: 3_600_000,
    env: { PLAN_ROWS: '1000000' },
  },
});
