import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error The launcher is plain JavaScript, for old versions of Node: it has no types.
import { findPackagedNode, isNewEnough } from '../../bin/node24.js';
import { followProgram, repository } from '../support/processes.ts';
import { watch } from '../support/watchdog.ts';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-launcher-'));
  program = join(folder, 'program.ts');
  await writeFile(
    program,
    `const [what, ...rest]: string[] = process.argv.slice(2);
     if (what === 'say') console.log(JSON.stringify({ rest, version: process.version, cwd: process.cwd() }));
     if (what === 'code') process.exitCode = Number(rest[0]);
     if (what === 'signal') process.kill(process.pid, rest[0] as NodeJS.Signals);
     if (what === 'wait') {
       for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(signal.length));
       setInterval(() => {}, 60_000);
       console.log('waiting');
     }`,
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the launcher sees of the Node that runs it, as it would be on an old one. */
const old = [
  '--import',
  `data:text/javascript,Object.assign(Object.defineProperty(process, 'version', { value: 'v20.11.1' }), { execPath: '/old' })`,
];

const launch = (node: string[], args: string[]) => {
  const launcher = join(repository, 'bin', 'node24.js');
  const child = spawn(process.execPath, [...node, launcher, program, ...args], { cwd: folder });
  watch(child, { signal: 'KILL' });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  return { child, ended, output: followProgram(child) };
};

test.each([
  ['v24.0.0', true],
  ['v26.10.0', true],
  ['v22.18.0', true],
  ['v22.17.1', false],
  ['v23.11.0', false],
  ['v20.20.2', false],
  ['v12.22.12', false],
])('tells whether Node %s strips types: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test('finds the Node 24 that came with the packages', async () => {
  const { stdout } = await promisify(execFile)(findPackagedNode(), ['--version']);
  expect(stdout).toMatch(/^v24\./);
});

test.each([
  ['a new Node', []],
  ['an old Node', old],
])('on %s passes on arguments, folder and the way it ended', async (_title, node) => {
  const said = launch(node, ['say', 'a b', '--json', '$x']);
  expect(await said.ended).toEqual({ code: 0, signal: null });
  await said.output.ended;
  const { rest, version, cwd } = JSON.parse(said.output.output());
  expect(rest).toEqual(['a b', '--json', '$x']);
  expect(cwd).toBe(folder);
  expect(isNewEnough(version)).toBe(true);
  expect(await launch(node, ['code', '78']).ended).toEqual({ code: 78, signal: null });
  expect(await launch(node, ['signal', 'SIGKILL']).ended).toEqual({ code: null, signal: 'SIGKILL' });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on an old Node passes on %s', async (signal) => {
  const { child, ended, output } = launch(old, ['wait']);
  await output.waitFor(/waiting/);
  child.kill(signal);
  expect(await ended).toEqual({ code: signal.length, signal: null });
});

test('says in one sentence what is missing when there is no Node that is new enough', async () => {
  const bare = join(folder, 'bare');
  await cp(join(repository, 'bin'), join(bare, 'bin'), { recursive: true });
  await cp(join(repository, 'package.json'), join(bare, 'package.json'));
  const failure = await promisify(execFile)(process.execPath, [
    ...old,
    join(bare, 'bin', 'gatehouse.js'),
    'start',
  ]).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^Gatehouse needs Node 22\.18\+.* \(this is v20\.11\.1\).*npm ci.*\n$/),
  });
});

const withFlags = async (node: string[], env: NodeJS.ProcessEnv = {}) => {
  const asked = join(folder, 'asked.ts');
  await writeFile(asked, 'console.log(JSON.stringify({ flags: process.execArgv, pid: process.pid }))');
  const launcher = join(folder, 'launcher.mjs');
  const run = join(repository, 'bin', 'node24.js');
  await writeFile(
    launcher,
    `import { run } from ${JSON.stringify(run)};
     run(${JSON.stringify(asked)}, [], { flags: ['--max-semi-space-size=16', '--heap-growing-percent=60'] });`,
  );
  const child = spawn(process.execPath, [...node, launcher], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = followProgram(child);
  await new Promise((resolve) => child.once('close', resolve));
  return { child, answer: JSON.parse(output.output()) as { flags: string[]; pid: number } };
};

test('gives way to a process that has the flags from its beginning, under the same id', async () => {
  const { child, answer } = await withFlags(['--no-warnings']);
  expect(answer.flags).toEqual(['--no-warnings', '--max-semi-space-size=16', '--heap-growing-percent=60']);
  expect(answer.pid).toBe(child.pid);
});

test('leaves alone the flags that the operator has set, in either way', async () => {
  const given = ['--max-semi-space-size=64', '--heap-growing-percent=60'];
  expect((await withFlags(given)).answer.flags).toEqual(given);
  const { answer } = await withFlags([], { NODE_OPTIONS: '--max-semi-space-size=64' });
  expect(answer.flags).toEqual(['--heap-growing-percent=60']);
});

test('on an old Node the child has the flags', async () => {
  const { answer } = await withFlags(old);
  expect(answer.flags).toEqual(['--max-semi-space-size=16', '--heap-growing-percent=60']);
});

test.each([
  ['a new Node', []],
  ['an old Node', old],
])('on %s starts a program again when it changes, and ends with it', async (_title, node) => {
  const changing = join(folder, 'changing.ts');
  const written = (word: string) =>
    writeFile(changing, `console.log('${word}'); setInterval(() => {}, 60_000);`);
  await written('before');
  const launcher = join(repository, 'bin', 'node24.js');
  const child = spawn(process.execPath, [...node, launcher, '--watch', changing], { cwd: folder });
  watch(child, { signal: 'KILL' });
  const output = followProgram(child);
  await output.waitFor(/before/);
  await written('after');
  await output.waitFor(/after/);
  child.kill('SIGTERM');
  await output.ended;
});
