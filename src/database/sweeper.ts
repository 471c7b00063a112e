import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import type { Leases } from './lease.ts';
import { type ExpiringTable, removeExpired } from './store.ts';

/** `keepSeconds`: how long a row stays after it ran out (what reuse detection still has to see). Default 0. */
export type SweptTable = ExpiringTable & { keepSeconds?: number; batch?: number };

type SweeperDeps = {
  db: Database;
  clock: Clock;
  leases: Leases;
  logger?: {
    debug(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  tables: readonly SweptTable[];
  everySeconds?: number;
  /** Told after each round how many rows went; nothing, when another node was at it. */
  onSwept?: (removed: Record<string, number>) => void;
};

export type Sweeper = ReturnType<typeof createSweeper>;

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
        for (const table of tables) removed[table.name] = await sweepTable(table, lease.renew);
        logger?.debug({ removed }, 'Removed expired rows');
        return { removed };
      });
    },
  };

  async function sweepTable(table: SweptTable, renew: () => Promise<boolean>): Promise<number> {
    const before = clock.now() - (table.keepSeconds ?? 0) * 1000;
    let batch = table.batch ?? FIRST_BATCH;
    let total = 0;
    while (!stopping.signal.aborted) {
      const started = performance.now();
      const removed = await removeExpired(db, table, before, batch);
      total += removed;
      if (removed < batch) break;
      if (performance.now() - started > LONGEST_BATCH_MS) batch = Math.max(SMALLEST_BATCH, batch >> 1);
      if (!(await renew())) break;
    }
    return total;
  }
}
