import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What stands for the release before: a commit of the checkout; or why there can be none. */
export type ReleaseBefore = { commit: string } | { missing: string };

/**
 * The release before the one in this checkout: the last tag, and until there is one, the commit before. Where the checkout
 * was made without its history (CI), that commit is fetched from where it came from; throws a sentence that says what to
 * do when that fails, because the release before exists and would be left out.
 */
export async function findReleaseBefore(checkout: string): Promise<ReleaseBefore> {
  const git = (...args: string[]) => runGit(checkout, args);
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD');
  if (head === undefined)
    return { missing: 'This is no git checkout, so there is no release before it here.' };
  const known = async () =>
    (await git('describe', '--tags', '--abbrev=0', 'HEAD~1')) ??
    (await git('rev-parse', '--verify', '--quiet', 'HEAD~1'));
  const found = await known();
  if (found !== undefined) return { commit: found };
  if ((await git('rev-parse', '--is-shallow-repository')) !== 'true')
    return { missing: 'This is the first commit, so there is no release before it.' };
  await git('fetch', '--quiet', '--depth=2', 'origin', head);
  const fetched = await known();
  if (fetched !== undefined) return { commit: fetched };
  throw new Error(
    'No upgrade can be tried: this checkout has no history, and the commit before could not be fetched from its origin. ' +
      'Run `git fetch --depth=2 origin HEAD` (in CI: check out with depth 2), or name a commit that is here with UPGRADE_FROM.',
  );
}

/** What it printed; undefined when it failed or printed nothing. It never asks for a password. */
async function runGit(cwd: string, args: string[]): Promise<string | undefined> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  const { stdout } = await promisify(execFile)('git', args, { cwd, env, timeout: 60_000 }).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() || undefined;
}
