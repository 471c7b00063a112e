import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, globSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { needServices } from './needed-services.ts';
import { installPackages } from './packages.ts';
import { watch } from './watchdog.ts';

/**
 * Real services for tests: PostgreSQL and Redis.
 *
 * `TEST_DATABASE_URL` and `TEST_REDIS_URL` are used when they are given. Else the programs of this machine are
 * started on free ports with temporary folders, installed first where they are missing and may be installed. What
 * cannot be had ends the run with one sentence: nothing is skipped.
 */

/** A private server of a test, reached at `url` (loopback only). */
export interface Service {
  url: string;
  /** Ends the server and keeps its data and port, so that a test can take it away for a while. */
  halt(): Promise<void>;
  /** Starts it again where it was after `halt`. */
  resume(): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

let running: Service[] = [];

/** Called by vitest once, before the first test file. Tests of pure code wait for no server. */
export async function setup(project: TestProject): Promise<void> {
  // Internal to vitest: without it the services start whatever is asked for.
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  if (!needServices(testFiles)) return;
  try {
    process.env.TEST_DATABASE_URL ||= await startShared(() => startPostgres());
    process.env.TEST_REDIS_URL ||= await startShared(startRedis);
    await requirePostgresAt(process.env.TEST_DATABASE_URL);
    await requireRedisAt(process.env.TEST_REDIS_URL);
  } catch (error) {
    await teardown();
    throw error;
  }
}

/** Called by vitest once, after the last test file. */
export async function teardown(): Promise<void> {
  const ending = running;
  running = [];
  await Promise.all(ending.map((service) => service.stop()));
}

/** How the run gets its PostgreSQL, for people. */
export function planPostgres(): string {
  return plan('TEST_DATABASE_URL', postgresProgram);
}

/** How the run gets its Redis, for people. */
export function planRedis(): string {
  return plan('TEST_REDIS_URL', redisProgram);
}

function plan(variable: string, { names, places, packages }: Program): string {
  if (process.env[variable]) return `the server at ${variable}`;
  const program = findInstalled(names, places);
  return program
    ? `started for this run (${program})`
    : `installed first (${packages.join(' ')}: a minute or two, as root on Debian), then started for this run`;
}

export interface PostgresOptions {
  /** `-c` settings that win over ours: `['ssl=on']`. */
  settings?: string[];
  /** Makes it a streaming standby of the server at this URL. */
  standbyOf?: string;
  /** Puts files into its data folder before it starts. */
  addFiles?(dataFolder: string): Promise<void>;
  /** How it is ended: `INT` in order, without waiting for clients; `QUIT` as if it had crashed. */
  endSignal?: 'INT' | 'QUIT';
}

/** A private PostgreSQL: role `gatehouse` is superuser, 300 connections; without fsync, because no test pulls the plug. */
export async function startPostgres(chosen: PostgresOptions = {}): Promise<Service> {
  const initdb = await findProgram(postgresProgram);
  const owner = await unprivilegedOwner();
  return startService({
    owner,
    prepare: async (folder) => {
      const options = [
        '-U',
        'gatehouse',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ];
      const data = join(folder, 'data');
      if (chosen.standbyOf === undefined) {
        await promisify(execFile)(initdb, ['-D', data, ...options], { ...owner, cwd: folder });
      } else {
        const copy = ['-D', data, '-d', chosen.standbyOf, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'];
        const program = join(dirname(await realpath(initdb)), 'pg_basebackup');
        await promisify(execFile)(program, copy, { ...owner, cwd: folder });
      }
      await chosen.addFiles?.(data);
      const files = owner.uid === undefined ? [] : await readdir(data);
      for (const file of files) await chown(join(data, file), owner.uid ?? -1, owner.gid ?? -1);
    },
    command: ({ folder, port }) => [
      join(dirname(initdb), 'postgres'),
      ...['-D', join(folder, 'data'), '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F', '-N', '300'],
      ...['-c', 'full_page_writes=off', '-c', 'synchronous_commit=off', '-c', 'shared_buffers=64MB'],
      ...(chosen.settings ?? []).flatMap((setting) => ['-c', setting]),
    ],
    endSignal: chosen.endSignal ?? 'INT', // "fast" shutdown: does not wait for clients
    url: (port) => `postgres://gatehouse@127.0.0.1:${port}/postgres`,
    isReady: isPostgresReady,
  });
}

/** A private PgBouncer in transaction mode, with few connections to the server at this URL. `more`: settings of its own. */
export async function startPgbouncer(serverUrl: string, more: readonly string[] = []): Promise<Service> {
  const pgbouncer = await findProgram({
    names: ['pgbouncer'],
    places: programPlaces,
    packages: ['pgbouncer'],
    what: 'PgBouncer',
  });
  const { hostname, port: serverPort, pathname } = new URL(serverUrl);
  return startService({
    owner: await unprivilegedOwner(),
    prepare: async () => {},
    command({ folder, port }) {
      const settings = [
        '[databases]',
        `* = host=${hostname} port=${serverPort}`,
        '[pgbouncer]',
        `listen_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
        `auth_type = trust\nauth_file = ${join(folder, 'users.txt')}`,
        'pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 200\nserver_login_retry = 1',
        ...more,
      ];
      writeFileSync(join(folder, 'users.txt'), '"gatehouse" ""\n', { mode: 0o644 });
      writeFileSync(join(folder, 'pgbouncer.ini'), `${settings.join('\n')}\n`, { mode: 0o644 });
      return [pgbouncer, join(folder, 'pgbouncer.ini')];
    },
    endSignal: 'INT',
    url: (port) => `postgres://gatehouse@127.0.0.1:${port}${pathname}`,
    isReady: isPostgresReady,
  });
}

/** A private Redis (or Valkey) that writes nothing to disk. */
export async function startRedis(): Promise<Service> {
  const redis = await findRedis();
  return startService({
    owner: {},
    prepare: async () => {},
    command: ({ folder, port }) => [
      redis,
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    ],
    endSignal: 'TERM',
    url: (port) => `redis://127.0.0.1:${port}`,
    isReady: isRedisReady,
  });
}

/** The path of `redis-server`, installed when it is missing. */
export function findRedis(): Promise<string> {
  return findProgram(redisProgram);
}

/** A TCP port of the loopback interface that nobody listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

interface Owner {
  uid?: number;
  gid?: number;
}

/** How a server is started, ended and asked whether it is ready. */
export interface ServiceKind {
  owner: Owner;
  prepare(folder: string): Promise<void>;
  command(place: { folder: string; port: number }): string[];
  endSignal: 'INT' | 'TERM' | 'QUIT';
  url(port: number): string;
  isReady(url: string): Promise<boolean>;
}

async function startShared(start: () => Promise<Service>): Promise<string> {
  const service = await start();
  running.push(service);
  return service.url;
}

export async function startService(kind: ServiceKind): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  try {
    await chmod(folder, 0o700);
    if (kind.owner.uid !== undefined) await chown(folder, kind.owner.uid, kind.owner.gid ?? -1);
    await kind.prepare(folder);
    return await startOnFreePort(kind, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Another process can take a free port before our server does: then it is tried again on another one. */
async function startOnFreePort(kind: ServiceKind, folder: string): Promise<Service> {
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    try {
      let kept = await startKept(kind, folder, port);
      return {
        url: kind.url(port),
        halt: () => kept.end(),
        resume: async () => {
          kept = await startKept(kind, folder, port);
        },
        stop: async () => {
          await kept.end();
          await rm(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function startKept(kind: ServiceKind, folder: string, port: number) {
  const [program = '', ...args] = kind.command({ folder, port });
  // Detached: a Ctrl-C at the terminal ends the test run, which ends its servers in order.
  const child = spawn(program, args, {
    ...kind.owner,
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  watch(child, { signal: kind.endSignal, folder });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', (error) => {
    output += error.message;
  });
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill(`SIG${kind.endSignal}`);
    await closed;
  };
  try {
    await waitUntilReady(child, () => kind.isReady(kind.url(port)));
  } catch (cause) {
    await end();
    throw new Error(`${program} ${args.join(' ')}\n${output}`, { cause });
  }
  return { end };
}

async function waitUntilReady(child: ChildProcess, isReady: () => Promise<boolean>): Promise<void> {
  const lastMoment = Date.now() + 120_000;
  while (!(await isReady())) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (hasEnded) throw new Error('the server ended while it started');
    if (Date.now() > lastMoment) throw new Error('the server did not get ready within 120 s');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function requirePostgresAt(url: string): Promise<void> {
  if (!(await isPostgresReady(url))) throw new Error('TEST_DATABASE_URL: no PostgreSQL answers there.');
}

async function requireRedisAt(url: string): Promise<void> {
  if (!(await isRedisReady(url))) throw new Error('TEST_REDIS_URL: no Redis answers there.');
}

async function isPostgresReady(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Any reply line, also one that asks for a password, shows that a Redis is there. */
export function isRedisReady(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port || 6379), hostname, () => socket.write('PING\r\n'));
    socket.once('data', (reply) => {
      resolve(/^[+-](PONG|NOAUTH)/.test(String(reply)));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

/** PostgreSQL refuses to run as root: then it runs as its own user. */
async function unprivilegedOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (flag) => Number((await promisify(execFile)('id', [flag, user])).stdout)),
      );
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // no such user here: the next one
    }
  }
  throw new Error(
    'PostgreSQL cannot run as root, and there is no user postgres or nobody: run the tests as a person.',
  );
}

const programPlaces = ['/usr/local/bin', '/usr/bin', '/usr/sbin', '/opt/homebrew/bin'];
const postgresPlaces = [
  '/usr/lib/postgresql/*/bin', // Debian
  '/usr/pgsql-*/bin', // Red Hat
  '/usr/local/pgsql/bin',
  '/opt/homebrew/opt/postgresql*/bin',
  '/usr/local/opt/postgresql*/bin',
];

interface Program {
  names: string[];
  places: string[];
  /** Debian packages that bring it. */
  packages: string[];
  what: string;
}

const postgresProgram: Program = {
  names: ['initdb'],
  places: postgresPlaces,
  packages: ['postgresql'],
  what: 'PostgreSQL',
};
const redisProgram: Program = {
  names: ['redis-server', 'valkey-server'],
  places: programPlaces,
  packages: ['redis-server'],
  what: 'Redis',
};

async function findProgram({ names, places, packages, what }: Program): Promise<string> {
  const find = () => findInstalled(names, places);
  await installPackages({ packages, what, isThere: () => find() !== undefined });
  const program = find();
  if (!program)
    throw new Error(`The tests need ${what}: it was installed, but ${names.join(' or ')} is not there.`);
  return program;
}

/** The path of an installed program: the one in PATH, else in the usual places, the highest version first. */
export function findInstalled(names: string[], places: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const place of places) folders.push(...globSync(place).sort(byVersion));
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function byVersion(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
