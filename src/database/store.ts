import type { Database } from './database.ts';

/** The table `leases`. */
export function createLeaseStore(db: Database) {
  const expiry = (ttlMs: number) => db.knex.raw('? + ?', [db.nowMs(), ttlMs]);

  return {
    /** Takes what is free or has run out. */
    async take(name: string, holder: string, ttlMs: number): Promise<boolean> {
      const rows = await db('leases')
        .insert({ name, holder, expires_at: expiry(ttlMs) })
        .onConflict('name')
        .merge(['holder', 'expires_at'])
        .where('leases.expires_at', '<=', db.nowMs())
        .returning(['holder']);
      return rows.length > 0;
    },

    async renew(name: string, holder: string, ttlMs: number): Promise<boolean> {
      const changed = await db('leases')
        .where({ name, holder })
        .where('expires_at', '>', db.nowMs())
        .update({ expires_at: expiry(ttlMs) });
      return changed > 0;
    },

    async release(name: string, holder: string): Promise<void> {
      await db('leases').where({ name, holder }).delete();
    },
  };
}

/** One table whose rows run out. */
export type ExpiringTable = {
  name: string;
  /** The column that names a row. */
  key: string;
  /** The column with the time in milliseconds after which a row counts as absent. */
  expiresAt: string;
  /** SQL for rows that stay all the same. */
  unless?: string;
};

/** Removes rows that ran out before `before`, at most `batch` of them. Answers how many there were. */
export async function removeExpired(
  db: Database,
  { name, key, expiresAt, unless }: ExpiringTable,
  before: number,
  batch: number,
): Promise<number> {
  const expired = () => {
    const rows = db(name).where(expiresAt, '<=', before);
    return unless === undefined ? rows : rows.whereRaw(`not (${unless})`);
  };
  const oldest = expired().select(key).orderBy(expiresAt).limit(batch);
  // A row that somebody is writing is not waited for: who writes several of them in another order would wait for us.
  if (db.dialect === 'postgres') oldest.forUpdate().skipLocked();
  return expired().whereIn(key, oldest).delete();
}
