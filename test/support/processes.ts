import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './repository.ts';
import { findFreePort } from './services.ts';
import { whileStarting } from './starting.ts';
import { removeWhenWeEnd, watch } from './watchdog.ts';

/** The real program in its own process, as an operator runs it: through bin/gatehouse.js. */

export { repository };

/** A running server. */
export interface GatehouseProcess {
  /** The issuer, which is also where it listens. */
  url: string;
  pid: number;
  dataDir: string;
  /** All that it has printed until now, standard output and error together. */
  output(): string;
  /** Resolves with the first match in what it printed or prints; rejects when it ends without. */
  waitFor(pattern: RegExp): Promise<RegExpMatchArray>;
  /** From now on nobody reads what it prints, as when whoever collects its log has died. */
  stopReading(): void;
  /** Resident memory in bytes. */
  memory(): Promise<number>;
  /** Asks it to end (SIGTERM) and resolves with its exit code, `null` when a signal ended it. */
  stop(): Promise<number | null>;
  /** Ends it in the middle of whatever it does; its data folder stays until the test file ends. */
  kill9(): Promise<void>;
  /** Resolves with the exit code when it ends by itself. */
  ended: Promise<number | null>;
}

export interface GatehouseOptions {
  /** Added to an environment that holds only PATH, HOME and what a private server needs. */
  env?: Record<string, string>;
  /** Node's own, V8's included. */
  flags?: string[];
  /** Arguments after `start`. */
  args?: string[];
  /** Kept afterwards when given; else a temporary folder. */
  dataDir?: string;
  port?: number;
  /** The Node binary that runs the launcher; this one by default. */
  node?: string;
  /** Where the checkout is; this one by default. */
  checkout?: string;
}

/** Starts a server and waits until it says that it is ready. It is ended with the test file at the latest. */
export async function startGatehouse(options: GatehouseOptions = {}): Promise<GatehouseProcess> {
  const dataDir = options.dataDir ?? (await createDataDir());
  const port = options.port ?? (await findFreePort());
  const url = options.env?.ISSUER ?? `http://localhost:${port}`;
  const env = { ...bareEnvironment(), ISSUER: url, PORT: String(port), DATA_DIR: dataDir, ...options.env };
  const checkout = options.checkout ?? repository;
  const program = join(checkout, 'bin', 'gatehouse.js');
  const args = [...(options.flags ?? []), program, 'start', ...(options.args ?? [])];
  // A group of its own, which its workers belong to: they are ended with the test file, also when it has gone before them.
  const child = spawn(options.node ?? process.execPath, args, { env, cwd: dataDir, detached: true });
  return becomeReady({ child, url, dataDir });
}

type Started = { child: ChildProcess; url: string; dataDir: string };

async function becomeReady({ child, url, dataDir }: Started): Promise<GatehouseProcess> {
  watch(child, { signal: 'KILL', isGroup: true });
  const program = followProgram(child);
  const server: GatehouseProcess = {
    ...program,
    url,
    dataDir,
    pid: child.pid ?? -1,
    memory: () => residentMemory(child.pid ?? -1),
    stopReading() {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    async stop() {
      program.signal('SIGTERM');
      return program.ended;
    },
    async kill9() {
      program.signal('SIGKILL');
      await program.ended;
    },
  };
  try {
    await whileStarting(server.kill9, () => program.waitFor(/Gatehouse is ready at \S+/));
  } catch (error) {
    await server.kill9();
    throw error;
  }
  return server;
}

/** What a command answered. */
export interface CommandResult {
  stdout: string;
  stderr: string;
  /** `null` when a signal ended it. */
  exitCode: number | null;
  /** Its one JSON document (`--json`); throws when standard output holds anything else. */
  json<T = unknown>(): T;
}

/** Runs one command to its end, for example `['clients', 'list', '--json']`. */
export async function runCommand(
  args: string[],
  options: {
    env?: Record<string, string>;
    stdin?: string;
    cwd?: string;
    node?: string;
    /** Where the checkout is; this one by default. */
    checkout?: string;
  } = {},
): Promise<CommandResult> {
  const program = join(options.checkout ?? repository, 'bin', 'gatehouse.js');
  const child = spawn(options.node ?? process.execPath, [program, ...args], {
    env: { ...bareEnvironment(), ...options.env },
    cwd: options.cwd ?? repository,
  });
  watch(child, { signal: 'KILL' });
  child.stdin.on('error', () => {}); // it ended without reading what we say: its answer tells why
  child.stdin.end(options.stdin ?? '');
  const collect = (stream: NodeJS.ReadableStream) => {
    const chunks: string[] = [];
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    return () => chunks.join('');
  };
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { stdout: stdout(), stderr: stderr(), exitCode, json: <T>() => JSON.parse(stdout()) as T };
}

/** PATH and HOME and nothing else: what is set where the tests run must not change what they show. */
export function bareEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? tmpdir() };
}

/** Resident memory of a process in bytes, its children not counted. */
export async function residentMemory(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) * 1024;
}

/** Every process of this machine that has not ended. */
export async function listProcesses(): Promise<{ pid: number; parent: number; command: string }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 2 ** 24,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([pid, parent, , ...command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      command: command.join(' '),
    }));
}

/** What a program prints, and its end. */
export function followProgram(child: ChildProcess) {
  let text = '';
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      tell();
    });
  }
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      text += `${error.message}\n`;
      hasEnded = true;
      resolve(null);
    });
    child.once('close', (code) => {
      hasEnded = true;
      resolve(code);
    });
  });
  void ended.then(tell);

  return {
    ended,
    output: () => text,
    signal: (signal: NodeJS.Signals) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    },
    waitFor(pattern: RegExp): Promise<RegExpMatchArray> {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = text.match(pattern);
          if (!match && !hasEnded) return;
          listeners.delete(look);
          if (match) resolve(match);
          else reject(new Error(`The program ended without printing ${pattern}. It printed:\n${text}`));
        };
        listeners.add(look);
        look();
      });
    },
  };
}

async function createDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-data-'));
  removeWhenWeEnd(folder);
  return folder;
}
