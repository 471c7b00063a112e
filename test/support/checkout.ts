import { execFile } from 'node:child_process';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './processes.ts';
import { removeWhenWeEnd } from './watchdog.ts';

/** The files of the repository in a folder of their own, without packages: what `git clone` gives somebody new. */

const run = promisify(execFile);

/** Files that git knows or would take, as they are now. The folder is removed when the test file has ended. */
export async function createCheckout(): Promise<string> {
  const checkout = await mkdtemp(join(tmpdir(), 'gatehouse-checkout-'));
  removeWhenWeEnd(checkout);
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: repository,
    maxBuffer: 2 ** 24,
  });
  for (const path of stdout.split('\0').filter(Boolean))
    await cp(join(repository, path), join(checkout, path)).catch(ignoreMissing); // deleted, and not yet committed
  return checkout;
}

/** `npm ci` in a checkout; answers all that it printed. The packages come from npm's cache where they are in it. */
export async function installPackagesOf(
  checkout: string,
  args: readonly string[] = [],
  { node }: { node?: string } = {},
): Promise<string> {
  const env = environmentOfNewcomer();
  const path = node === undefined ? env.PATH : `${join(node, '..')}${delimiter}${env.PATH}`;
  const { stdout, stderr } = await run('npm', ['ci', '--prefer-offline', ...args], {
    cwd: checkout,
    env: { ...env, PATH: path },
    maxBuffer: 2 ** 24,
  });
  return `${stderr}${stdout}`;
}

/** PATH without the folders that npm put there for this run, and HOME. */
export function environmentOfNewcomer(): { PATH: string; HOME: string } {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { PATH: path.join(delimiter), HOME: process.env.HOME ?? tmpdir() };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
