import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { Database } from './database.ts';
import type { Leases } from './lease.ts';
import { type ExpiringTable, removeExpired } from './store.ts';

/** `keepSeconds`: how long a row stays after it ran out (what reuse detection still has to see). Default 0. */
export type SweptTable = ExpiringTable & { keepSeconds?: number; batch?: number };

/** Something else to do in small batches: `run` answers how many rows it changed, fewer than `batch` at the end. */
export type SweptStep = { name: string; batch?: number; run(batch: number): Promise<number> };

type SweeperDeps = {
  db: Database;
  clock: Clock;
  leases: Leases;
  logger?: {
    debug(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  tables: readonly SweptTable[];
  /** Done after the tables, one after the other. */
  steps?: readonly SweptStep[];
  everySeconds?: number;
  /** Told after each round how many rows went; nothing, when another node was at it. */
  onSwept?: (removed: Record<string, number>) => void;
};

const LEASE_SECONDS = 60;
const FIRST_BATCH = 200;
const SMALLEST_BATCH = 10;
/** On SQLite nobody else writes meanwhile. */
const LONGEST_BATCH_MS = 20;

/**
 * Removes rows that ran out, in small batches, so that a request in between waits for 20 ms at most. Every node may run
 * one; only one of them works at a time.
 */
export function createSweeper({
  db,
  clock,
  leases,
  logger,
  tables,
  steps = [],
  everySeconds = 60,
  onSwept,
}: SweeperDeps) {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;

  return {
    /** Sweeps now and then, until `stop`. */
    start(): void {
      timer = setInterval(() => {
        running ??= this.sweep()
          .then((round) => onSwept?.(round?.removed ?? {}))
          .catch((error) => logger?.warn({ err: error }, 'Expired rows were not removed'))
          .finally(() => {
            running = undefined;
          });
      }, everySeconds * 1000);
      timer.unref();
    },

    /** Ends after the batch that is being removed. */
    async stop(): Promise<void> {
      stopping.abort();
      clearInterval(timer);
      await running;
    },

    /** One round through all tables. `undefined` while another node is at it. */
    async sweep(): Promise<{ removed: Record<string, number> } | undefined> {
      return leases.run('sweeper', { ttlSeconds: LEASE_SECONDS }, async (lease) => {
        const removed: Record<string, number> = {};
        for (const table of tables) removed[table.name] = await inBatches(removal(table), lease.renew);
        const changed: Record<string, number> = {};
        for (const step of steps) changed[step.name] = await inBatches(step, lease.renew);
        logger?.debug({ removed, changed }, 'Removed expired rows');
        return { removed };
      });
    },
  };

  function removal(table: SweptTable): SweptStep {
    const before = clock.now() - (table.keepSeconds ?? 0) * 1000;
    const { name, batch } = table;
    const run = (most: number) => removeExpired(db, table, before, most);
    return { name, run, ...defined({ batch }) };
  }

  async function inBatches(step: SweptStep, renew: () => Promise<boolean>): Promise<number> {
    let batch = step.batch ?? FIRST_BATCH;
    let total = 0;
    while (!stopping.signal.aborted) {
      const started = performance.now();
      const changed = await step.run(batch);
      total += changed;
      if (changed < batch) break;
      if (performance.now() - started > LONGEST_BATCH_MS) batch = Math.max(SMALLEST_BATCH, batch >> 1);
      if (!(await renew())) break;
    }
    return total;
  }
}
