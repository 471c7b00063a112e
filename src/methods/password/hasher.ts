import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Clock, steadyClock } from '../../lib/clock.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { type Argon, type Argon2Parameters, createArgon2id } from './argon2id.ts';
import type { PasswordConfig } from './config.ts';
import { passwordQueueFull } from './errors.ts';

export type Hasher = ReturnType<typeof createHasher>;

/**
 * Argon2id (RFC 9106) behind a queue: as many hashes at once as there are cores, each with its own memory, the rest
 * wait. When a new one would wait longer than `maxWaitSeconds`, it throws `password.busy` (503) and computes nothing.
 */
export function createHasher({ config, argon = createArgon2id(), clock = steadyClock, metrics }: HasherDeps) {
  const inQueue = createQueue(config, clock, metrics);
  const dummy = dummyHash(config);

  return {
    /** How many wait for their turn. */
    waiting: inQueue.waiting,

    /** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. */
    hash: (password: string): Promise<string> => inQueue(() => argon.hash(password, config)),

    /**
     * Whether `password` is the one that was hashed. Without a hash (nobody there, no password set) it does the same
     * work and answers false, so that time tells nothing.
     */
    async verify(hash: string | undefined, password: string): Promise<boolean> {
      const isRight = await inQueue(() => argon.verify(hash ?? dummy, password));
      return isRight && hash !== undefined;
    },

    /** Whether a hash is weaker than the configuration asks for now, so that the next sign-in makes a new one. */
    isStale(hash: string): boolean {
      const now = parametersOf(hash);
      return (
        !now ||
        now.memoryKib < config.memoryKib ||
        now.passes < config.passes ||
        now.parallelism < config.parallelism
      );
    },
  };
}

export type HasherDeps = {
  config: PasswordConfig;
  /** The work itself, and a clock that only goes forward (milliseconds). */
  argon?: Argon;
  clock?: Clock;
  metrics?: Pick<Metrics, 'count' | 'gauge' | 'observe'> | undefined;
};

function parametersOf(hash: string): Argon2Parameters | undefined {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash);
  if (!found) return undefined;
  const [memoryKib = 0, passes = 0, parallelism = 0] = found.slice(1).map(Number);
  return { memoryKib, passes, parallelism };
}

/** Before the first measurement: about what the default parameters take. */
const FIRST_GUESS_MS = 50;
/** How much the newest duration counts in the moving average. */
const NEWEST = 0.2;

function createQueue(
  { concurrency = defaultConcurrency(), maxWaitSeconds }: PasswordConfig,
  clock: Clock,
  metrics: HasherDeps['metrics'],
) {
  const waiting: (() => void)[] = []; // at most what is done in `maxWaitSeconds`
  let running = 0;
  let averageMs = FIRST_GUESS_MS;
  metrics?.gauge('gatehouse_password_hashes_running', () => [{ value: running }]);
  metrics?.gauge('gatehouse_password_hashes_waiting', () => [{ value: waiting.length }]);

  async function inQueue<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) {
      const waitSeconds = ((waiting.length + 1) * averageMs) / concurrency / 1000;
      if (waitSeconds > maxWaitSeconds) {
        metrics?.count('gatehouse_password_hashes_refused_total', {});
        throw passwordQueueFull({ retryAfterSeconds: Math.max(1, Math.ceil(waitSeconds)) });
      }
      // Whoever ends hands its place on, so that nobody who comes later slips in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    const startedAt = clock.now();
    try {
      return await work();
    } finally {
      const durationMs = clock.now() - startedAt;
      metrics?.observe('gatehouse_password_hash_duration_seconds', {}, durationMs / 1000);
      averageMs += NEWEST * (durationMs - averageMs);
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }
  return Object.assign(inQueue, { waiting: () => waiting.length });
}

/** Argon2 computes in Node's thread pool, which has 4 threads unless told otherwise; more would only wait there. */
function defaultConcurrency(): number {
  return Math.min(availableParallelism(), Number(process.env.UV_THREADPOOL_SIZE) || 4);
}

/** A hash of nothing, made without hashing: to verify against it costs what any other one costs. */
function dummyHash({ memoryKib, passes, parallelism }: PasswordConfig): string {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${base64(16)}$${base64(32)}`;
}
