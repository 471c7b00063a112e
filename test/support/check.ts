import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './repository.ts';

/** `npm run check`: everything that can be wrong with the code without running it. Every check runs, whatever fails. */

const generators = [
  'src/generate.ts',
  'test/security/write-table.ts',
  'test/clients-real/write-libraries.ts',
];
const generated = ['config/*', 'docs/**/*'];

const SHAPE = ['test/architecture.test.ts', 'test/collections.test.ts'];

const checks: [name: string, passes: () => boolean][] = [
  ['types', () => runs('typescript/bin/tsc', '--project', '.')],
  ['lint and format', () => runs('@biomejs/biome/bin/biome', 'check', '--error-on-warnings')],
  ['regular expressions', () => runsOwn('test/support/check-expressions.ts')],
  ['architecture', () => runs('vitest/vitest.mjs', 'run', ...SHAPE, '--reporter=dot')],
  ['generated files', areGeneratedFilesCurrent],
  ['commit messages', areSubjectsShort],
];

const failed = checks.filter(([name, passes]) => {
  console.log(`\n${name}`);
  return !passes();
});
console.log(
  failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.map(([name]) => name).join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** With this Node, not the system's: some of these tools need a newer one. */
function runs(program: string, ...args: string[]): boolean {
  return runsOwn(join('node_modules', program), ...args);
}

function runsOwn(program: string, ...args: string[]): boolean {
  return (
    spawnSync(process.execPath, [join(repository, program), ...args], { cwd: repository, stdio: 'inherit' })
      .status === 0
  );
}

/** Writes them again and looks whether that changed anything: the new ones stay, to be committed. */
function areGeneratedFilesCurrent(): boolean {
  const before = fingerprints();
  const statuses = generators.map(
    (file) =>
      spawnSync(process.execPath, [join(repository, file)], { cwd: repository, stdio: 'inherit' }).status,
  );
  const changed = [...fingerprints()].filter(([path, print]) => before.get(path) !== print);
  for (const [path] of changed) console.log(`${path} was not up to date; it is now: commit it.`);
  return statuses.every((status) => status === 0) && changed.length === 0;
}

function fingerprints(): Map<string, string> {
  const files = globSync(generated, { cwd: repository, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path, createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

/** Of what came after the rule: a line of `git log --oneline` is cut where the terminal ends. */
function areSubjectsShort(): boolean {
  const subjectsOf = (...range: string[]) =>
    spawnSync('git', ['log', '--no-merges', '--format=%s', ...range], { cwd: repository, encoding: 'utf8' });
  const sinceTheRule = subjectsOf('cfa0133..HEAD');
  // A shallow clone does not know that commit, and a folder without history has no messages.
  const { stdout } = sinceTheRule.status === 0 ? sinceTheRule : subjectsOf('-1');
  const long = (stdout ?? '').split('\n').filter((subject) => subject.length > 72);
  for (const subject of long) console.log(`longer than 72 characters: ${subject}`);
  return long.length === 0;
}
