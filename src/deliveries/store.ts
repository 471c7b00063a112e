import type { Database } from '../database/database.ts';

/** What this worker alone may deliver, until its lease runs out by the database's clock. */
export type Taken = { id: string; sealed: string; attempts: number };

export type DeliveriesStore = ReturnType<typeof createDeliveriesStore>;

/**
 * One table of what waits to be delivered: `id`, `sealed`, `attempts`, `next_attempt_at`, `lease_holder`, `expires_at`
 * (milliseconds of the database's clock). Each kind has a table of its own, so that none waits behind another.
 */
export function createDeliveriesStore(db: Database, table: string) {
  const later = (ms: number) => db.knex.raw('? + ?', [db.nowMs(), ms]);

  return {
    async insert({ id, sealed, keepMs }: { id: string; sealed: string; keepMs: number }): Promise<void> {
      await db(table).insert({
        id,
        sealed,
        attempts: 0,
        next_attempt_at: db.nowMs(),
        expires_at: later(keepMs),
      });
    },

    /**
     * Takes what waits longest, and puts its next attempt behind the lease: should the worker die, another one takes it
     * then. One statement, so that one worker gets it.
     */
    async take(holder: string, leaseMs: number): Promise<Taken | undefined> {
      const due = db(table)
        .select('id')
        .where('next_attempt_at', '<=', db.nowMs())
        .where('expires_at', '>', db.nowMs())
        .orderBy('next_attempt_at')
        .limit(1);
      if (db.dialect === 'postgres') due.forUpdate().skipLocked();
      // `=` and not `in`: PostgreSQL may run a list's query more than once, and lock more than one row.
      const [row]: Taken[] = await db(table)
        .where('id', '=', due)
        .update({
          lease_holder: holder,
          next_attempt_at: later(leaseMs),
          attempts: db.knex.raw('attempts + 1'),
        })
        .returning(['id', 'sealed', 'attempts']);
      return row;
    },

    /** Delivered, or given up: gone. Nothing when the lease ran out and another worker has it. */
    async remove(id: string, holder: string): Promise<void> {
      await db(table).where({ id, lease_holder: holder }).delete();
    },

    async postpone(id: string, holder: string, delayMs: number): Promise<void> {
      await db(table)
        .where({ id, lease_holder: holder })
        .update({ lease_holder: null, next_attempt_at: later(delayMs) });
    },

    /** How many wait, those that are on their way among them. */
    async count(): Promise<number> {
      const row = await db(table).where('expires_at', '>', db.nowMs()).count({ count: '*' }).first();
      return Number(row?.count ?? 0);
    },

    /** Milliseconds until the next one is due; `undefined` when there is none. */
    async untilNext(): Promise<number | undefined> {
      const row = await db(table)
        .where('expires_at', '>', db.nowMs())
        .orderBy('next_attempt_at')
        .first(db.knex.raw('next_attempt_at - ? as wait', [db.nowMs()]));
      return row?.wait;
    },
  };
}
