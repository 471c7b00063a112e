import { defineConfig } from 'vitest/config';
import { closingLine } from './test/support/closing-line.ts';
import { interruption } from './test/support/interruption.ts';
import { openingLines } from './test/support/opening-lines.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // PostgreSQL and Redis, found, started or installed: TEST_DATABASE_URL and TEST_REDIS_URL for every test.
    globalSetup: ['test/support/services.ts', 'test/support/run-folder.ts'],
    setupFiles: ['test/support/set-up.ts'],
    // Node itself loads the code and strips its types, as in production: no bundler between a test and its subject.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', openingLines, interruption, closingLine],
    // Limits that only end what hangs, on machines that do much else, too: no test measures time. Hooks start servers and
    // browsers. The closing lines say which file took longer than a file should.
    testTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
  },
});
