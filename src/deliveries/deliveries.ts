import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { Sealer } from '../lib/seal.ts';
import { createDeliveriesStore } from './store.ts';
import { createWorker, type WorkerDeps } from './worker.ts';

export type { Attempt } from './worker.ts';

export type DeliveriesDeps<Content> = Omit<WorkerDeps<Content>, 'store' | 'open'> & {
  db: Database;
  sealer: Sealer;
  /** The kind's own table (`store.ts`). */
  table: string;
};

export type Deliveries<Content> = {
  /** Resolves when it is safely in the database, sealed. It is thrown away after `keepMs`; 0 delivers nothing. */
  put(id: string, content: Content, keepMs: number): Promise<void>;
  /** How many wait. */
  count(): Promise<number>;
  /** Delivers all that is due, now. */
  sendDue(): Promise<void>;
  /** Delivers what is due, from now on. */
  start(): void;
  /**
   * Ends after those that are on their way, but waits no more than 5 s for a peer that says nothing. What waits stays
   * queued, and what was on its way is tried again when its lease has run out.
   */
  stop(): Promise<void>;
};

/**
 * What must leave this server, whatever happens to it: sealed rows, of which each is taken by one worker of all nodes
 * under a lease, and tried again until it is delivered, refused for good or too old. Each arrives at least once.
 */
export function createDeliveries<Content>(deps: DeliveriesDeps<Content>): Deliveries<Content> {
  const { db, sealer, table } = deps;
  const store = createDeliveriesStore(db, table);
  const context = sealedContext(table);
  const worker = createWorker({
    ...deps,
    store,
    open: (id, sealed) => JSON.parse(sealer.open(sealed, context(id)).toString()) as Content,
  });

  return {
    async put(id, content, keepMs) {
      await store.insert({ id, sealed: sealer.seal(JSON.stringify(content), context(id)), keepMs });
      if (keepMs > 0) worker.wake();
    },
    count: store.count,
    sendDue: worker.sendDue,
    start: worker.start,
    stop: worker.stop,
  };
}

/** For the sweeper: what could not be delivered for too long. */
export function sweptDeliveries(table: string): SweptTable {
  return { name: table, key: 'id', expiresAt: 'expires_at' };
}

/** For `keys reseal`. */
export function sealedDeliveryColumn(table: string) {
  return { table, column: 'sealed', idColumn: 'id', context: sealedContext(table) };
}

/** A row's content opens only in its own row. */
function sealedContext(table: string): (id: string) => string {
  return (id) => `${table}.sealed:${id}`;
}
