import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run soak:hostile`: 100,000 requests, or as many as `HOSTILE_REQUESTS` says, with the figures. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/faults/hostile.test.ts'],
    testTimeout: 3_600_000,
    env: { HOSTILE_REQUESTS: process.env.HOSTILE_REQUESTS ?? '100000', FAULT_FIGURES: '1' },
  },
});
