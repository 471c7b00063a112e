import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** Run by interruption.test.ts only. */
export default defineConfig({ ...base, test: { ...base.test, include: ['test/support/hanging.ts'] } });
