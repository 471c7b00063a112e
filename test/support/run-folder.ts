import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWhenWeEnd } from './watchdog.ts';

/**
 * Called by vitest once, before the first test file: temporary folders of a run lie in one, which is gone when the run has
 * ended, however it ended.
 */
export async function setup(): Promise<void> {
  // What is worth keeping for the next run: the unpacked browser.
  process.env.TEST_LASTING_FOLDER ??= tmpdir();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-tests-'));
  // PostgreSQL, which runs as a user of its own, has to get to its folder in this one.
  await chmod(folder, 0o711);
  removeWhenWeEnd(folder);
  process.env.TMPDIR = folder;
}
