import { createId } from '../lib/ids.ts';
import type { Database } from './database.ts';
import { createLeaseStore } from './store.ts';

/** The right to do something alone, until it runs out by the database's clock. */
export type Lease = {
  readonly name: string;
  readonly holder: string;
  /** Starts its time anew. False when it had run out: somebody else may be at work. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
};

export type Leases = ReturnType<typeof createLeases>;

/**
 * Leases in the database, so that of several nodes one does a thing. The database's clock decides, and each step is one
 * statement: two nodes with different clocks never both hold one.
 */
export function createLeases({ db }: { db: Database }) {
  const store = createLeaseStore(db);

  return {
    /** Takes a lease, or gives `undefined` while somebody holds it. Each call is a holder of its own. */
    async take(name: string, { ttlSeconds }: { ttlSeconds: number }): Promise<Lease | undefined> {
      const holder = createId('lease');
      if (!(await store.take(name, holder, ttlSeconds * 1000))) return undefined;
      return {
        name,
        holder,
        renew: () => store.renew(name, holder, ttlSeconds * 1000),
        release: () => store.release(name, holder),
      };
    },

    /** Does `work` under a lease and gives it back. `undefined`, and nothing done, while somebody else holds it. */
    async run<T>(
      name: string,
      { ttlSeconds }: { ttlSeconds: number },
      work: (lease: Lease) => Promise<T>,
    ): Promise<T | undefined> {
      const lease = await this.take(name, { ttlSeconds });
      if (!lease) return undefined;
      try {
        return await work(lease);
      } finally {
        await lease.release();
      }
    },
  };
}
