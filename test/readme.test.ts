import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { repository, runCommand } from './support/processes.ts';
import { removeWhenWeEnd } from './support/watchdog.ts';

/** What the words promise: the snippet is the file, the commands run, the links lead somewhere. */

const read = (path: string) => readFileSync(join(repository, path), 'utf8');

test('the client in the README is the one in examples', () => {
  const [, shown = ''] = read('README.md').split(/<!-- \/?examples\/minimal-client\.js(?:: verbatim)? -->/);
  const [block] = codeBlocks(shown, 'js');
  expect(block).toBe(read('examples/minimal-client.js'));
});

test('the README has the configuration table', () => {
  const [, table = ''] = read('README.md').split(/<!-- \/?configuration(?:: generated)? -->/);
  expect(table).toContain('| `ISSUER` |');
});

test.each(['README.md', ...globSync('examples/*/README.md', { cwd: repository })])(
  'every command in %s runs as it stands there, one after the other',
  { timeout: 120_000 },
  async (document) => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'));
    removeWhenWeEnd(folder);
    const commands = commandsIn(read(document));
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      const { exitCode, stderr } = await runCommand(wordsOf(command), {
        env: { DATA_DIR: join(folder, 'data') },
        cwd: folder,
      });
      expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' });
    }
  },
);

test('every link from one document to another file leads there', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'examples/*/README.md'], { cwd: repository });
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(repository, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(dead).toEqual([]);
});

test('words of a command are told apart as a shell does', () => {
  expect(wordsOf(`clients create --name "My app" --scope 'a b'="c d" e`)).toEqual([
    'clients',
    'create',
    '--name',
    'My app',
    '--scope',
    'a b=c d',
    'e',
  ]);
});

/** What follows `npm run -s gatehouse --`, of every line of the shell blocks. */
function commandsIn(document: string): string[] {
  const lines = codeBlocks(document, 'sh').flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'));
  return lines.flatMap((line) => /^npm run -s gatehouse -- (.+)$/.exec(line)?.[1] ?? []);
}

/** Blocks between fences of this language, without the indentation of the list that they stand in. */
function codeBlocks(document: string, language: string): string[] {
  const fences = new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms');
  return [...document.matchAll(fences)].map(([, indentation = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
  );
}

function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
}
