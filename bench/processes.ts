import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findFreePort, findInstalled, startRedis } from '../test/support/services.ts';
import { watch } from '../test/support/watchdog.ts';

const here = dirname(fileURLToPath(import.meta.url));
export const root = dirname(here);

/** Core 0 is the node's; what drives it and what stores for it share the others. */
const NODE_CORE = '0';
const hasTaskset = findInstalled(['taskset'], ['/usr/bin']) !== undefined && availableParallelism() > 1;
const ended: (() => Promise<void> | void)[] = [];

/** Keeps this process, and all it starts without `isNode`, off the node's core. */
export function leaveNodeCore(): void {
  if (!hasTaskset) return;
  execFileSync('taskset', ['-a', '-cp', `1-${availableParallelism() - 1}`, String(process.pid)], {
    stdio: 'ignore',
  });
}

/** A folder on a real disk: what is measured as durable must not lie in memory. */
export function createFolder(name: string): string {
  const parent = process.env.BENCH_DIR ?? tmpdir();
  if (statfsSync(parent).type === 0x01021994) throw new Error(`${parent} is memory: set BENCH_DIR to a disk`);
  const folder = mkdtempSync(join(parent, `gatehouse-bench-${name}-`));
  ended.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Running = { child: ChildProcess; pid: number; line: string };

/** Starts a script of ours and waits for its first line. `isNode`: on the core of the node. */
export async function start(
  script: string,
  args: readonly string[],
  {
    env = {},
    isNode = false,
    cores,
    flags = [],
    logTo,
  }: {
    env?: Record<string, string>;
    isNode?: boolean;
    cores?: string;
    flags?: string[];
    logTo?: string;
  } = {},
): Promise<Running> {
  const pin = cores ?? (isNode ? NODE_CORE : undefined);
  const command = [process.execPath, ...flags, join(root, script), ...args];
  const [program = '', ...rest] = hasTaskset && pin ? ['taskset', '-c', pin, ...command] : command;
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    cwd: root,
    stdio: ['ignore', 'pipe', logTo === undefined ? 'inherit' : openSync(logTo, 'a'), 'ipc'],
  });
  watch(child, { signal: 'TERM' });
  const line = await firstLine(child, script);
  ended.push(() => end(child));
  return { child, pid: child.pid ?? 0, line };
}

/**
 * Starts `gatehouse start` by the launcher, as an operator does: it sets how memory is used. The log goes to a file, as it
 * would to a collector. `flags` are Node's own, for a profile.
 */
export async function startGatehouse(
  env: Record<string, string>,
  { folder, cores = NODE_CORE, flags = [] }: { folder: string; cores?: string | undefined; flags?: string[] },
): Promise<Running & { startMs: number }> {
  const began = performance.now();
  const log = openSync(join(folder, 'log'), 'a');
  const command = [process.execPath, ...flags, join(root, 'bin/gatehouse.js'), 'start'];
  const [program = '', ...rest] =
    hasTaskset && cores !== 'all' ? ['taskset', '-c', cores, ...command] : command;
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    cwd: flags.length > 0 ? folder : root,
    stdio: ['ignore', log, 'inherit'],
  });
  watch(child, { signal: 'TERM' });
  ended.push(() => end(child));
  while (true) {
    if (child.exitCode !== null)
      throw new Error(`the node ended: ${readFileSync(join(folder, 'log'), 'utf8')}`);
    const isReady = await fetch(`${env.ISSUER}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return { child, pid: child.pid ?? 0, line: '', startMs: performance.now() - began };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** PostgreSQL with fsync and synchronous commit, as in production. */
export async function startDurablePostgres(): Promise<{
  url: string;
  port: number;
  version: string;
  run(sql: string): void;
}> {
  const places = ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin', '/opt/homebrew/opt/postgresql*/bin'];
  const initdb = findInstalled(['initdb'], places);
  if (!initdb) throw new Error('the bench needs PostgreSQL (initdb and postgres): npm test installs it');
  const folder = createFolder('postgres');
  const isRoot = process.getuid?.() === 0;
  const id = (what: string) => Number(execFileSync('id', [what, 'postgres']).toString());
  const owner = isRoot ? { uid: id('-u'), gid: id('-g') } : {};
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  execFileSync(
    initdb,
    ['-D', join(folder, 'data'), '-U', 'gatehouse', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    {
      ...owner,
      cwd: folder,
      stdio: 'ignore',
    },
  );
  const port = await findFreePort();
  const args = ['-D', join(folder, 'data'), '-p', String(port), '-h', '127.0.0.1', '-k', '', '-N', '300'];
  const child = spawn(
    join(dirname(initdb), 'postgres'),
    [...args, '-c', 'shared_buffers=512MB', '-c', 'max_wal_size=8GB', '-c', 'work_mem=64MB'],
    { ...owner, cwd: folder, stdio: 'ignore', detached: true },
  );
  watch(child, { signal: 'INT' });
  ended.push(() => end(child, 'SIGINT'));
  const psql = findInstalled(['psql'], [dirname(initdb), ...places]) ?? 'psql';
  const run = (sql: string, database = 'postgres') =>
    execFileSync(
      psql,
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'gatehouse', '-qAt', '-v', 'ON_ERROR_STOP=1', database],
      {
        input: sql,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    ).toString();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const version = run('show server_version').trim();
      return { url: `postgres://gatehouse@127.0.0.1:${port}`, port, version, run };
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export async function startBenchRedis(): Promise<{ url: string; port: number }> {
  const redis = await startRedis();
  ended.push(() => redis.stop());
  return { url: redis.url, port: Number(new URL(redis.url).port) };
}

/** Processor time of a process and of those it started, in seconds; memory in MiB of each, now and at most. */
export function usageOf(pid: number): {
  cpuSeconds: number;
  cpuSecondsOf: number[];
  residentMib: number[];
  mostMib: number[];
} {
  const children = processesOf(pid);
  const cpuSecondsOf: number[] = [];
  const residentMib: number[] = [];
  const mostMib: number[] = [];
  for (const each of children) {
    try {
      const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      cpuSecondsOf.push((Number(fields[11]) + Number(fields[12])) / 100);
      const status = readFileSync(`/proc/${each}/status`, 'utf8');
      const mib = (name: string) =>
        Math.round(Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
      residentMib.push(mib('VmRSS'));
      mostMib.push(mib('VmHWM'));
    } catch {
      // it ended meanwhile
    }
  }
  const cpuSeconds = cpuSecondsOf.reduce((sum, each) => sum + each, 0);
  return { cpuSeconds, cpuSecondsOf, residentMib, mostMib };
}

function processesOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
    return [pid, ...children.flatMap((child) => processesOf(Number(child)))];
  } catch {
    return [pid];
  }
}

/** Ends what was started, the last one first. */
export async function endAll(): Promise<void> {
  for (const stop of ended.splice(0).reverse()) await stop();
}

/** Ends one process and waits for it. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await closed;
}

export { findFreePort };

function firstLine(child: ChildProcess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error('no output'));
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}
