import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run soak`: half an hour, or as many minutes as `SOAK_MINUTES` says. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/faults/soak.ts'], maxWorkers: 1, testTimeout: 24 * 3_600_000 },
});
