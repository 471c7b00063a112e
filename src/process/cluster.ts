import cluster, { type Worker } from 'node:cluster';
import type { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defined } from '../lib/defined.ts';
import { defineError } from '../lib/errors.ts';

/** A worker ended before it was ready for the first time; it has said why. */
export const workerFailed = defineError(
  'process.worker_failed',
  500,
  ({ pid }) => `Worker ${pid} ended before it was ready; its own message says why.`,
);

/**
 * How many processes serve: `auto` is one for each processor that we may use, and one with the embedded database, which
 * belongs to one process. (A number above 1 with it is a mistake of the configuration.)
 */
export function countWorkers({
  workers,
  databaseUrl,
}: {
  workers: number | 'auto';
  databaseUrl?: string;
}): number {
  if (workers !== 'auto') return workers;
  return databaseUrl === undefined ? 1 : availableParallelism();
}

/** What is used of a `Worker` of node:cluster; tests give a stand-in. */
export type WorkerProcess = Pick<EventEmitter, 'on' | 'once'> & {
  process: { pid?: number | undefined; kill(signal: NodeJS.Signals): unknown };
  send(message: Message): unknown;
};

/** Between the first process and its workers. prom-client sends others on the same way. */
type Message = { gatehouse: 'ready' | 'link?' } | { gatehouse: 'link'; url?: string };

export type SupervisorDeps = {
  count: number;
  fork?: () => WorkerProcess;
  logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  /** How long a worker may take to finish what runs. */
  drainMs: number;
  /** Tests give their own time: milliseconds that only grow, and a way to wait. */
  now?: () => number;
  wait?: (ms: number) => Promise<void>;
};

/**
 * The first process of several: it holds the port and starts a new worker for each that ends. Whichever worker has time
 * takes the next connection, so that one that hangs gets none.
 */
export function createSupervisor({
  count,
  fork = forkWorker,
  logger,
  drainMs,
  now = () => performance.now(),
  wait = sleep,
}: SupervisorDeps) {
  const running = new Map<WorkerProcess, { startedAt: number; isReady: boolean }>(); // at most WORKERS
  const stopping = Promise.withResolvers<void>();
  const firstReady = Promise.withResolvers<void>();
  let isStopping = false;
  let hasStarted = false;
  let earlyEnds = 0;
  let onEmpty = () => {};

  return {
    /** Starts the workers; resolves when all are ready. Throws `process.worker_failed` when one cannot start. */
    async start(): Promise<void> {
      for (let each = 0; each < count; each += 1) startWorker();
      await firstReady.promise;
      hasStarted = true;
    },

    /** Asks a worker for the link that makes the first administrator; `undefined` when somebody exists. */
    firstAdministratorUrl(): Promise<string | undefined> {
      return new Promise((resolve) => {
        const [worker] = running.keys();
        if (!worker) return resolve(undefined);
        worker.once('exit', () => resolve(undefined));
        worker.on('message', (message: Message) => {
          if (message?.gatehouse === 'link') resolve(message.url);
        });
        worker.send({ gatehouse: 'link?' });
      });
    },

    /** Lets every worker finish what runs. Those that take too long are ended, and it throws. */
    async stop(): Promise<void> {
      isStopping = true;
      stopping.resolve();
      if (running.size === 0) return;
      const empty = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      for (const worker of running.keys()) worker.process.kill('SIGTERM');
      const late = wait(drainMs + DRAIN_MARGIN_MS).then(() => 'late' as const);
      if ((await Promise.race([empty, late])) !== 'late') return;
      this.kill();
      throw new Error('a worker did not end in time');
    },

    /** Ends all workers at once. */
    kill(): void {
      isStopping = true;
      stopping.resolve();
      for (const worker of running.keys()) worker.process.kill('SIGKILL');
    },

    /** Process ids, for logs and tests. */
    pids: () => [...running.keys()].map(({ process }) => process.pid),
  };

  function startWorker(): void {
    const worker = fork();
    const state = { startedAt: now(), isReady: false };
    running.set(worker, state);
    worker.on('message', (message: Message) => {
      if (message?.gatehouse !== 'ready') return;
      state.isReady = true;
      logger.info({ pid: worker.process.pid }, 'A worker is ready');
      if ([...running.values()].filter(({ isReady }) => isReady).length === count) firstReady.resolve();
    });
    // Without it, a message to a worker that is ending would be an error that ends us.
    worker.on('error', () => {});
    worker.once('exit', (exitCode: number | null, signal: string | null) => {
      running.delete(worker);
      if (running.size === 0) onEmpty();
      if (isStopping) return;
      if (hasStarted) void replace(worker, state.startedAt, { exitCode, signal });
      else firstReady.reject(workerFailed({ pid: worker.process.pid, exit_code: exitCode, signal }));
    });
  }

  async function replace(
    worker: WorkerProcess,
    startedAt: number,
    end: { exitCode: number | null; signal: string | null },
  ): Promise<void> {
    earlyEnds = now() - startedAt < EARLY_MS ? earlyEnds + 1 : 0;
    const waitMs = backOffMs(earlyEnds);
    logger.warn(
      { pid: worker.process.pid, exit_code: end.exitCode, signal: end.signal, wait_ms: waitMs },
      'A worker ended; another one takes its place',
    );
    if (waitMs > 0) await Promise.race([wait(waitMs), stopping.promise]);
    if (!isStopping) startWorker();
  }
}

/** A worker that ended sooner than this after its start counts as one that cannot run. */
const EARLY_MS = 60_000;
const LONGEST_BACK_OFF_MS = 30_000;
/** What a worker may need after its last request: the mail that is being sent, the database. */
const DRAIN_MARGIN_MS = 10_000;

/** How long to wait before a worker is replaced, when so many in a row ended early: 0, then 250 ms doubled each time. */
export function backOffMs(earlyEnds: number): number {
  return earlyEnds <= 1 ? 0 : Math.min(LONGEST_BACK_OFF_MS, 250 * 2 ** (earlyEnds - 2));
}

/**
 * Through the launcher, because it sets how memory is used. The workers accept from one socket themselves (SCHED_NONE):
 * a connection that Node hands over is lost for ever, and its client left waiting, when the worker dies meanwhile.
 */
function forkWorker(): Worker {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('../../bin/gatehouse.js', import.meta.url)),
    args: process.argv.slice(2),
  });
  return cluster.fork();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Whether this process is a worker, and no port is its own. */
export function isWorker(): boolean {
  return cluster.isWorker;
}

/** In a worker: tells the first process that requests may come, and answers what it asks. */
export function reportReady({
  firstAdministratorUrl,
}: {
  firstAdministratorUrl(): Promise<string | undefined>;
}) {
  process.on('message', async (message: Message) => {
    if (message?.gatehouse !== 'link?') return;
    const url = await firstAdministratorUrl().catch(() => undefined);
    process.send?.({ gatehouse: 'link', ...defined({ url }) } satisfies Message);
  });
  process.send?.({ gatehouse: 'ready' } satisfies Message);
}
