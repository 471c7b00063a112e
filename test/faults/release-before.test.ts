import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findReleaseBefore } from './release-before.ts';

/** The test of upgrades is worth nothing where it is left out without a word. */

test('the release before is the last tag, else the commit before', async () => {
  const { folder, commits } = createHistory();
  expect(await findReleaseBefore(folder)).toEqual({ commit: commits[1] });
  git(folder, 'tag', 'v1.0.0', commits[0] ?? '');
  expect(await findReleaseBefore(folder)).toEqual({ commit: 'v1.0.0' });
});

test('a checkout without its history fetches the commit before', async () => {
  const { folder, commits } = createHistory();
  const shallow = cloneShallow(folder);
  expect(await findReleaseBefore(shallow)).toEqual({ commit: commits[1] });
  expect(git(shallow, 'cat-file', '-t', commits[1] ?? '')).toBe('commit');
});

test('a checkout without its history whose origin is away fails, and says what to do', async () => {
  const { folder } = createHistory();
  const shallow = cloneShallow(folder);
  rmSync(folder, { recursive: true });
  await expect(findReleaseBefore(shallow)).rejects.toThrow(/No upgrade can be tried: .* depth 2/);
});

test('the first commit, and files without git, have no release before them', async () => {
  expect(await findReleaseBefore(createHistory(1).folder)).toEqual({
    missing: expect.stringContaining('the first commit'),
  });
  expect(await findReleaseBefore(createFolder())).toEqual({
    missing: expect.stringContaining('no git checkout'),
  });
});

function createHistory(length = 3) {
  const folder = createFolder();
  git(folder, 'init', '--quiet');
  const commits = Array.from({ length }, (_, index) => {
    git(folder, 'commit', '--quiet', '--allow-empty', '--message', `No. ${index}`);
    return git(folder, 'rev-parse', 'HEAD');
  });
  return { folder, commits };
}

function cloneShallow(origin: string): string {
  const folder = createFolder();
  git(folder, 'clone', '--quiet', '--depth=1', `file://${origin}`, '.');
  return folder;
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-history-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function git(cwd: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-c', 'commit.gpgSign=false'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8' }).trim();
}
