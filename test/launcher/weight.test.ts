import { execFile } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { createCheckout, environmentOfNewcomer, installPackagesOf } from '../support/checkout.ts';
import { runCommand } from '../support/processes.ts';
import { removeWhenWeEnd } from '../support/watchdog.ts';

/** What an installation weighs that has its own Node; `npm run weight` writes all figures to bench/WEIGHT.md. */

const MB = 1_000_000;
const run = promisify(execFile);
let checkout: string;
let printed: string;

beforeAll(async () => {
  checkout = await createCheckout();
  // As where the settings of npm do not switch the audit off; a registry may answer it or not.
  printed = await installPackagesOf(checkout, ['--omit=dev', '--omit=optional', '--audit'], {
    node: process.execPath,
  });
});

test('npm installs it without a warning', () => {
  expect(printed).toMatch(/added \d+ packages/);
  expect(printed).not.toMatch(/\b(warn|error|deprecated)\b/i);
});

test('its packages take less than 85 MB of a disk', () => {
  const bytes = sizeOnDisk(join(checkout, 'node_modules'));
  expect(bytes).toBeLessThan(85 * MB);
  // Less would mean that something was not installed.
  expect(bytes).toBeGreaterThan(50 * MB);
});

test('npm finds nothing missing in it', async () => {
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--omit=optional', '--all', '--json'], {
    cwd: checkout,
    env: environmentOfNewcomer(),
    maxBuffer: 2 ** 24,
  });
  expect(JSON.parse(stdout).problems ?? []).toEqual([]);
});

test('it hashes passwords and keeps them', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-weight-'));
  removeWhenWeEnd(dataDir);
  const args = ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--password-stdin'];
  const options = { checkout, env: { DATA_DIR: dataDir }, stdin: 'four words are enough' };
  const { exitCode, stderr } = await runCommand(args, options);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

/** On a file system with blocks of 4 KB. */
function sizeOnDisk(folder: string): number {
  const blocks = readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) =>
    entry.isFile() ? Math.ceil(lstatSync(join(entry.parentPath, entry.name)).size / 4096) : 1,
  );
  return blocks.reduce((sum, each) => sum + each * 4096, 0);
}
