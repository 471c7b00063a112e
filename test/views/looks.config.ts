import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run looks`: every page in every state in every look, by all rules, on phones in every language. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/views/look-*.test.ts'], env: { EVERY_LOOK: 'yes' } },
});
