import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { bareEnvironment, followProgram, repository } from './support/processes.ts';
import { removeWhenWeEnd, watch } from './support/watchdog.ts';

/** What the words promise: the snippet is the file, the commands run, the links lead somewhere. */

const read = (path: string) => readFileSync(join(repository, path), 'utf8');

const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], {
  cwd: repository,
  exclude: ['**/node_modules/**'],
});
const withCommands = documents.filter((document) => commandsIn(read(document)).length > 0);

test('the client in the first steps is the one in examples', () => {
  const [, shown = ''] = read('docs/start/first-app.md').split(
    /<!-- \/?examples\/minimal-client\.js(?:: verbatim)? -->/,
  );
  const [block] = codeBlocks(shown, 'js');
  expect(block).toBe(read('examples/minimal-client.js'));
});

test('the configuration has the table of variables', () => {
  expect(read('docs/configuration.md')).toContain('| `ISSUER` |');
});

test('the README is short, and its pictures are small and there', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(90);
  const pictures = [...read('README.md').matchAll(/<img src="([^"]+)"/g)].map(([, path = '']) => path);
  expect(pictures).toHaveLength(3);
  const bytes = pictures.map((path) => statSync(join(repository, path)).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
});

test('no document types a name that npm would look up among strangers', () => {
  const found = documents.filter((document) => /\bnpx\b|npm run (?:-s )?gatehouse/.test(read(document)));
  expect(found).toEqual([]);
});

test.each(withCommands)(
  'every command in %s runs as it stands there, one after the other',
  { timeout: 120_000 },
  async (document) => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'));
    removeWhenWeEnd(folder);
    // Where `./gatehouse` is what it is in the checkout, and what a command writes is in nobody's way.
    await symlink(join(repository, 'gatehouse'), join(folder, 'gatehouse'));
    // The first one makes the database, as the start of a server does that was there before these commands.
    for (const command of ['./gatehouse keys list', ...commandsIn(read(document))]) {
      const { exitCode, stderr } = await runInShell(command, folder);
      expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' });
    }
  },
);

test('every link from one document to another file leads there', () => {
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(repository, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(dead).toEqual([]);
});

/** The lines of the shell blocks that begin with `./gatehouse`, as a shell reads them. */
function commandsIn(document: string): string[] {
  const lines = codeBlocks(document, 'sh').flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'));
  return lines.filter((line) => line.startsWith('./gatehouse '));
}

async function runInShell(
  command: string,
  cwd: string,
): Promise<{ exitCode: number | null; stderr: string }> {
  const env = { ...bareEnvironment(), DATA_DIR: join(cwd, 'data') };
  const child = spawn('sh', ['-c', command], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  watch(child, { signal: 'KILL' });
  const program = followProgram(child);
  return { exitCode: await program.ended, stderr: program.output() };
}

/** Blocks between fences of this language, without the indentation of the list that they stand in. */
function codeBlocks(document: string, language: string): string[] {
  const fences = new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms');
  return [...document.matchAll(fences)].map(([, indentation = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
  );
}
