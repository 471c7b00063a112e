import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { describeCommands } from '../src/cli/commands.ts';
import { loadConfig } from '../src/config.ts';
import { BUILT_IN_NOUNS } from '../src/contributions.ts';
import { databaseDeeds } from '../src/database/deeds.ts';
import { commandsOf } from '../src/deeds/deeds.ts';
import { doctorDeeds } from '../src/doctor/deeds.ts';
import type { GatehouseError } from '../src/lib/errors.ts';
import { blocksIn, documents, isToBeRun, linesOf, readDocument as read } from './support/documents.ts';
import { repository } from './support/processes.ts';
import { filesThatType } from './support/typed-commands.ts';
import { removeWhenWeEnd } from './support/watchdog.ts';

/** What the words promise: the snippet is the file, the commands are there, the links lead somewhere. */

const blocks = documents.flatMap((document) => blocksIn(document));

/** Blocks that nobody runs: each says why in the line above it. Whoever adds one counts it here. */
const NOT_RUN: Readonly<Record<string, number>> = {
  'docs/api-keys.md': 3,
  'docs/decisions/password-blocklist.md': 1,
  'docs/install/apache.md': 1,
  'docs/install/container.md': 4,
  'docs/install/kubernetes.md': 2,
  'docs/install/systemd.md': 3,
  'docs/install/traefik.md': 2,
  'docs/metrics.md': 1,
  'docs/resource-servers.md': 1,
  'docs/upgrade.md': 1,
  'docs/upstream.md': 1,
  'docs/views.md': 1,
  'docs/webfinger.md': 1,
  'examples/api/README.md': 4,
  'examples/native/README.md': 1,
  'examples/python-api/README.md': 1,
  'examples/resource-server/README.md': 3,
  'examples/service/README.md': 2,
  'examples/spa/README.md': 1,
  'examples/web-app/README.md': 1,
};

test('the client in the first steps is the one in examples', () => {
  const shown = blocksIn('docs/start/first-app.md').filter(({ language }) => language === 'js');
  expect(shown.map(({ text }) => text)).toEqual([read('examples/minimal-client.js')]);
});

test('the transcript types what the documents say, and ends where they do', () => {
  const [{ text = '' } = {}] = blocksIn('docs/start/transcript.md');
  const typed = [...text.matchAll(/^\$ (.+)$/gm)].map(([, command = '']) => command);
  const shown = ['README.md', 'docs/start/first-app.md'].flatMap((document) => blocksIn(document));
  const known = shown.flatMap((block) => linesOf(block.text));
  const toCompare = (command: string) => command.replaceAll(/\b(CLIENT_\w+)=\S+/g, '$1=…');
  expect(known.map(toCompare)).toEqual(expect.arrayContaining(typed.slice(1).map(toCompare)));
  expect(typed).toHaveLength(4);
  expect(text).toContain('“Hello Ada Lovelace”');
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

test.each(['README.md', 'docs/README.md', 'docs/start/next-steps.md', 'CHANGELOG.md'])(
  '%s counts apps and libraries as their pages do',
  (document) => {
    const apps = read('docs/apps.md').match(/^## /gm)?.length;
    const libraries = read('docs/libraries.md').match(/^\|.*\| (?:\[|read )[^|]*\|$/gm)?.length;
    const said = [...read(document).matchAll(/(\d+)(?= apps| libraries)|for each of (\d+)/g)];
    expect(said.length).toBeGreaterThan(0);
    for (const [number] of said) expect([apps, libraries]).toContain(Number(/\d+/.exec(number)?.[0]));
  },
);

test('no document types a name that npm would look up among strangers', () => {
  const found = documents.filter((document) => /\bnpx\b|npm run (?:-s )?gatehouse/.test(read(document)));
  expect(found).toEqual([]);
});

test('every block of commands is typed by a test, runs in one that it names, or says why not', () => {
  expect(filesThatType.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
  const marks = blocks.flatMap(({ document, mark }) => (mark ? [{ document, ...mark }] : []));
  const counted: Record<string, number> = {};
  for (const mark of marks) {
    if ('isRunBy' in mark)
      expect({ ...mark, exists: existsSync(join(repository, mark.isRunBy)) }).toEqual({
        ...mark,
        exists: true,
      });
    else counted[mark.document] = (counted[mark.document] ?? 0) + 1;
  }
  expect(counted).toEqual(NOT_RUN);
  const unmarked = blocks.filter(isToBeRun).flatMap((block) => linesOf(block.text));
  expect(unmarked.filter((line) => !line.startsWith('./gatehouse '))).toEqual([]);
});

test('every block stands where its list has it, so that it is shown as one', () => {
  // CommonMark §5.2: what is four columns further in than its list item is code, fence and all.
  const astray = documents.filter((document) =>
    /^ {4,}(?:```|<!-- (?:run by|not run))/m.test(read(document)),
  );
  expect(astray).toEqual([]);
});

test('every block names its language, and what configures other programs is tried or says why not', () => {
  const silent = blocks.filter(({ language, mark }) => language === '' && mark === undefined);
  expect(silent).toEqual([]);
  const ofOthers = ['nginx', 'apache', 'caddyfile', 'ini', 'sql'];
  const untried = blocks.filter(({ language, mark }) => ofOthers.includes(language) && mark === undefined);
  expect(untried).toEqual([]);
});

test('every block of our own settings is one that Gatehouse takes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-readme-'));
  removeWhenWeEnd(folder);
  const ours = blocks.filter(({ language, mark }) => language === 'yaml' && mark === undefined);
  expect(ours.length).toBeGreaterThan(0);
  for (const { text } of ours) {
    await writeFile(join(folder, 'config.yaml'), text);
    expect(mistakesOf(join(folder, 'config.yaml'))).toEqual([]);
  }
});

/** Commands that no noun brings (`main.ts`). */
const OF_THE_LAUNCHER: ReadonlySet<string> = new Set(['start', 'compile', 'help']); // at most these

test('every command and option that the words name is there', () => {
  const commands = [
    ...describeCommands(BUILT_IN_NOUNS),
    ...commandsOf(databaseDeeds, {} as never),
    ...commandsOf(doctorDeeds, {} as never),
  ];
  const nouns = new Set(commands.map(({ name }) => name.split(' ', 1)[0] ?? ''));
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  // The changelog also names what somebody might type who does not know ours.
  const wrong = documents
    .filter((document) => document !== 'CHANGELOG.md')
    .flatMap((document) =>
      [...read(document).matchAll(/`(\.?\/?gatehouse )?([a-z][a-z-]+(?: [^`\n]+)?)`/g)].flatMap(
        ([code, prefix, typed = '']) => {
          const [first = '', second] = typed.split(' ');
          const [, script] = /^npm run ([\w:-]+)$/.exec(typed) ?? [];
          if (script !== undefined) return script in scripts ? [] : [`${document}: ${code}`];
          if (OF_THE_LAUNCHER.has(first) || !(prefix || (nouns.has(first) && second))) return [];
          const words = `${typed} `;
          const [command] = commands
            .filter(({ name }) => words.startsWith(`${name} `))
            .sort((a, b) => b.name.length - a.name.length);
          const options = [...typed.matchAll(/ --(?:no-)?([a-z-]+)/g)].map(([, option = '']) => option);
          const known = { ...command?.options, json: {}, help: {} };
          return command && options.every((option) => option in known) ? [] : [`${document}: ${code}`];
        },
      ),
    );
  expect(wrong).toEqual([]);
});

test('the examples ask for no newer Node than the README does', () => {
  const { engines } = JSON.parse(read('package.json'));
  expect(read('README.md')).toContain(`Node ${engines.node.slice(2)} or newer`);
  const examples = globSync('examples/*/package.json', { cwd: repository });
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples)
    expect({ example, engines: JSON.parse(read(example)).engines }).toEqual({ example, engines });
});

test('what an example imports is what its npm install brings; without a lock it is what the checkout tests it with', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const examples = globSync('examples/*/package.json', { cwd: repository }).map(dirname);
  expect(examples.length).toBeGreaterThan(9);
  for (const example of examples) {
    const own: Record<string, string> = JSON.parse(read(join(example, 'package.json'))).dependencies;
    const code = globSync(`${example}/*.js`, { cwd: repository }).map(read).join('\n');
    const imported = [...code.matchAll(/(?:from |import |resolve\()'((?:@[^/']+\/)?[^./'][^/':]*)[/']/g)];
    expect([example, [...new Set(imported.map(([, name = '']) => name))].sort()]).toEqual([
      example,
      Object.keys(own).sort(),
    ]);
    if (existsSync(join(repository, example, 'package-lock.json'))) continue;
    expect({ ...devDependencies, ...dependencies }).toMatchObject(own);
  }
});

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

test('every link to a heading leads to one', () => {
  const dead = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)]
      .map(([, path = '', heading = '']) => ({
        page: path ? join(dirname(document), path) : document,
        heading,
      }))
      .filter(({ page }) => page.endsWith('.md') && !/^[a-z]+:/.test(page))
      .filter(({ page, heading }) => !headingsOf(page).includes(heading))
      .map(({ page, heading }) => `${document}: ${page}#${heading}`),
  );
  expect(dead).toEqual([]);
});

/** The addresses of the headings, as forges make them: in small letters, without signs, a hyphen for each blank. */
function headingsOf(page: string): string[] {
  const prose = read(page).replaceAll(/^ *```.*?^ *```$/gms, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** But for files that only the reader has. */
function mistakesOf(CONFIG: string): string[] {
  try {
    loadConfig({ CONFIG });
    return [];
  } catch (error) {
    const { mistakes } = (error as GatehouseError).detail as { mistakes: string[] };
    return mistakes.filter((mistake) => !mistake.includes('(ENOENT)'));
  }
}
