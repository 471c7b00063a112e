import type { Knex } from 'knex';
import type { Database } from '../database/database.ts';

/** A secret as it is stored. `secretHash` is the SHA-256 of a value that is random and long. */
export type NewSecret = { id: string; secretHash: string; createdAt: number };

/** Where the secrets of one kind of owner are, and the column that names the owner. */
export type SecretsTable = { table: string; owner: string };

/**
 * The SQL of one table of secrets: `id`, the owner's column, `secret_hash`, `created_at`, `expires_at`. Each function
 * takes the database or the transaction that it is to be part of.
 */
export function createSecretsStore({ table, owner }: SecretsTable) {
  const valid = (db: Database, now: number): Knex.QueryBuilder =>
    db(table).where((open) => open.whereNull('expires_at').orWhere('expires_at', '>', now));

  return {
    /** Hashes of the secrets that have not expired, oldest first, by their owner's id. Absent: of all owners. */
    async hashesByOwner(
      db: Database,
      now: number,
      ownerIds?: readonly string[],
    ): Promise<Map<string, string[]>> {
      const found = valid(db, now);
      if (ownerIds) found.whereIn(owner, ownerIds);
      const rows = await found.orderBy(['created_at', 'id']).select({ owner, hash: 'secret_hash' });
      const byOwner = new Map<string, string[]>(); // at most one entry for each row
      for (const row of rows) byOwner.set(row.owner, [...(byOwner.get(row.owner) ?? []), row.hash]);
      return byOwner;
    },

    async hashesOf(db: Database, ownerId: string, now: number): Promise<string[]> {
      const rows: { secret_hash: string }[] = await valid(db, now)
        .where({ [owner]: ownerId })
        .orderBy(['created_at', 'id'])
        .select('secret_hash');
      return rows.map((row) => row.secret_hash);
    },

    async insert(db: Database, ownerId: string, { id, secretHash, createdAt }: NewSecret): Promise<void> {
      await db(table).insert({
        id,
        [owner]: ownerId,
        secret_hash: secretHash,
        created_at: createdAt,
        expires_at: null,
      });
    },

    /**
     * Adds a secret and ends the older ones at `olderEndAt`, or sooner if they end sooner. Of the older ones only the
     * newest lives on, so that there are never more than two. The caller's transaction holds the owner's row, so that
     * two rotations at once come one after the other.
     */
    async rotate(inside: Database, ownerId: string, secret: NewSecret, olderEndAt: number): Promise<void> {
      const newest: { id: string } | undefined = await valid(inside, secret.createdAt)
        .where({ [owner]: ownerId })
        .orderBy([
          { column: 'created_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .first(['id']);
      const older = inside(table).where({ [owner]: ownerId });
      if (newest && olderEndAt > secret.createdAt) older.whereNot({ id: newest.id });
      await older.delete();
      await inside(table)
        .where({ [owner]: ownerId })
        .where((open) => open.whereNull('expires_at').orWhere('expires_at', '>', olderEndAt))
        .update({ expires_at: olderEndAt });
      await this.insert(inside, ownerId, secret);
    },

    async endAll(db: Database, ownerId: string): Promise<void> {
      await db(table)
        .where({ [owner]: ownerId })
        .delete();
    },
  };
}
