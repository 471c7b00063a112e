import { defineConfig } from 'vitest/config';
import { closingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // PostgreSQL and Redis, found, started or installed: TEST_DATABASE_URL and TEST_REDIS_URL for every test.
    globalSetup: ['test/support/services.ts'],
    // Node itself loads the code and strips its types, as in production: no bundler between a test and its subject.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', closingLine],
    // Limits that only end what hangs: no test measures time. Hooks start servers and browsers.
    testTimeout: 60_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
  },
});
