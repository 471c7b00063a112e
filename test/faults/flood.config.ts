import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run flood`: 100,000 requests, the figures printed. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/faults/flood.test.ts'],
    maxWorkers: 1,
    testTimeout: 3_600_000,
    env: { FLOOD_REQUESTS: process.env.FLOOD_REQUESTS ?? '100000' },
  },
});
