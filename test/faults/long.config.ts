import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run faults`: every fault several times, the figures printed, one file after the other. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/faults/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 1_200_000,
    env: { FAULT_ROUNDS: '5', FAULT_FIGURES: '1' },
  },
});
