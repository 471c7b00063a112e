import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createCheckout, environmentOfNewcomer, installPackagesOf } from '../test/support/checkout.ts';
import { runCommand, startGatehouse } from '../test/support/processes.ts';
import { createFolder, endAll, root, startBenchRedis, startDurablePostgres } from './processes.ts';

/**
 * What Gatehouse weighs: installed, idle, and the processor time of each command (WEIGHT.md).
 *
 * npm run weight -- [--skip disk,memory,commands] [--write]
 */
const { values: given } = parseArgs({
  options: { skip: { type: 'string', default: '' }, write: { type: 'boolean', default: false } },
});
const skipped = new Set(given.skip.split(','));

const IDLE_MS = 10_000;
const ROUNDS = 10;
const COMMANDS = [
  'help',
  'users list',
  'clients list',
  'keys list',
  'audit tail',
  'doctor --offline',
  'start --check',
];

const parts: string[] = [];
try {
  if (!skipped.has('disk')) parts.push(await weighDisk());
  if (!skipped.has('memory')) parts.push(await weighMemory());
  if (!skipped.has('commands')) parts.push(await weighCommands());
} finally {
  await endAll();
}
const report = `${introduction()}\n${parts.join('\n')}`;
console.log(report);
if (given.write || given.skip === '') writeFileSync(join(root, 'bench', 'WEIGHT.md'), report);

function introduction(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }).toString().trim();
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return `# What it weighs

Written by \`npm run weight\` on ${date} UTC, commit ${commit}. ${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Linux ${release()},
Node ${process.versions.node}.
`;
}

/** `npm ci` in folders of their own; sizes of what it laid there. */
async function weighDisk(): Promise<string> {
  const rows: string[] = [];
  let heaviest = '';
  for (const [title, args] of [
    ['Node of the system', ['--omit=dev', '--omit=optional']],
    ["with npm's copy of Node", ['--omit=dev']],
  ] as const) {
    const checkout = await createCheckout();
    await installPackagesOf(checkout, args);
    const packages = join(checkout, 'node_modules');
    const { bytes, blocks, files } = sizeOf(packages);
    const command = `\`npm ci${args.map((each) => ` ${each}`).join('')}\``;
    rows.push(`| ${title} | ${command} | ${megabytes(blocks)} | ${megabytes(bytes)} | ${files} |`);
    if (heaviest === '') heaviest = listHeaviest(packages);
    rmSync(checkout, { recursive: true, force: true });
  }
  return `## Installed

| | Command | MB on disk | MB in files | Files |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

On disk each file fills whole blocks of 4 KB. MB are millions of bytes. The heaviest packages of the first row: ${heaviest}.
`;
}

/** Resident memory some seconds after the start, of the first start of a checkout and of the second one. */
async function weighMemory(): Promise<string> {
  const postgres = await startDurablePostgres();
  const redis = await startBenchRedis();
  postgres.run('create database one');
  postgres.run('create database two');
  const checkout = await createCheckout();
  await installPackagesOf(checkout, ['--omit=dev', '--omit=optional']);
  const stores: [string, Record<string, string>][] = [
    ['SQLite', {}],
    ['PostgreSQL', { DATABASE_URL: `${postgres.url}/one` }],
    ['PostgreSQL and Redis', { DATABASE_URL: `${postgres.url}/two`, REDIS_URL: redis.url }],
  ];
  const rows: string[] = [];
  for (const [name, env] of stores) {
    const dataDir = createFolder('weight');
    rmSync(join(checkout, 'node_modules', '.cache'), { recursive: true, force: true });
    const starts: string[] = [];
    for (const _ of ['first', 'second']) {
      const began = performance.now();
      const server = await startGatehouse({ checkout, dataDir, env });
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      await wait(IDLE_MS);
      starts.push(`${megabytes(await server.memory())} | ${seconds}`);
      await server.stop();
    }
    rows.push(`| ${name} | ${starts.join(' | ')} |`);
  }
  return `## Idle

Resident memory of \`node bin/gatehouse.js start\`, in MB (\`ps -o rss\`), ${IDLE_MS / 1000} s after it is ready, and seconds until then. The
first start of a checkout strips types and makes the tables; each one after it reads what the first one kept.

| Stores | First start, MB | s | Later starts, MB | s |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** Processor time of a command, user and system, of the mean of some runs. */
async function weighCommands(): Promise<string> {
  const env = { ...environmentOfNewcomer(), DATA_DIR: createFolder('weight') };
  const rows: string[] = [];
  for (const command of COMMANDS) {
    // The first one makes the database, and keeps what it compiled.
    await runCommand(command.split(' '), { env });
    const seconds = processorSeconds(['bin/gatehouse.js', ...command.split(' ')], env);
    rows.push(`| \`${command}\` | ${seconds.toFixed(2)} |`);
  }
  const bare = processorSeconds(['-e', '0'], env);
  return `## Commands

Processor time, user and system together, in seconds: mean of ${ROUNDS} runs on SQLite, after one that is not counted. Node alone
(\`node -e 0\`) takes ${bare.toFixed(2)}.

| Command | s |
| --- | --- |
${rows.join('\n')}
`;
}

function processorSeconds(args: readonly string[], env: NodeJS.ProcessEnv): number {
  // The shell adds up its children by the clock of the scheduler, so it runs all of them.
  const script = 'n=$1; shift; while [ $n -gt 0 ]; do "$@" >/dev/null 2>&1; n=$((n-1)); done; times';
  const output = execFileSync('/bin/sh', ['-c', script, 'sh', String(ROUNDS), process.execPath, ...args], {
    env,
    cwd: root,
  });
  const [, children = ''] = output.toString().trim().split('\n');
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return seconds.reduce((sum, each) => sum + each, 0) / ROUNDS;
}

type Size = { bytes: number; blocks: number; files: number };

function sizeOf(folder: string): Size {
  const size: Size = { bytes: 0, blocks: 0, files: 0 };
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const { size: bytes, blocks } = lstatSync(join(entry.parentPath, entry.name));
    size.blocks += blocks * 512;
    if (!entry.isFile()) continue;
    size.bytes += bytes;
    size.files += 1;
  }
  return size;
}

function listHeaviest(packages: string): string {
  const names = readdirSync(packages).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(packages, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  const sizes = names
    .filter((name) => lstatSync(join(packages, name)).isDirectory())
    .map((name) => ({ name, blocks: sizeOf(join(packages, name)).blocks }))
    .sort((one, other) => other.blocks - one.blocks);
  return sizes
    .slice(0, 8)
    .map(({ name, blocks }) => `\`${name}\` ${megabytes(blocks)}`)
    .join(', ');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
