import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { createEmptyDatabase } from './database.ts';
import { startGatehouse } from './processes.ts';
import { startPostgres, startRedis } from './services.ts';

/** Run by interruption.test.ts only: a test that fails, then one that never ends, with all that a test can start. */

test('fails before the signal', () => {
  expect('what is').toBe('what should be');
});

test('never ends', { timeout: 600_000 }, async () => {
  const database = await createEmptyDatabase('postgres', { isMigrated: true });
  await startGatehouse({ env: { DATABASE_URL: database.url, WORKERS: '2' } });
  await Promise.all([startPostgres(), startRedis()]);
  await (await openBrowser()).newPage();
  await mkdtemp(join(tmpdir(), 'gatehouse-left-behind-'));
  console.log('Everything runs');
  await new Promise(() => {});
});
