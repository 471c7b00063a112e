import type { Database } from '../../database/database.ts';
import { defined } from '../../lib/defined.ts';

export type PasswordStore = ReturnType<typeof createPasswordStore>;

export type PasswordCredential = { userId: string; hash: string; changedAt: number; createdAt: number };

/** The SQL of passwords. Hashes only, in PHC form. */
export function createPasswordStore(db: Database) {
  return {
    async find(userId: string): Promise<PasswordCredential | undefined> {
      const [row] = await db.hot<Row>(
        'select user_id, hash, changed_at, created_at from password_credentials where user_id = ?',
        [userId],
      );
      return row && toCredential(row);
    },

    /** Sets or changes a person's password. */
    async save(userId: string, hash: string, now: number): Promise<void> {
      await db('password_credentials')
        .insert({ user_id: userId, hash, changed_at: now, created_at: now })
        .onConflict('user_id')
        .merge(['hash', 'changed_at']);
    },

    /** A stronger hash of the same password. Only over the old one: a change made meanwhile wins. */
    async replaceHash(userId: string, oldHash: string, newHash: string): Promise<boolean> {
      const changed = await db('password_credentials')
        .where({ user_id: userId, hash: oldHash })
        .update({ hash: newHash });
      return changed === 1;
    },

    /** `changedAt`: only the one that was set then. */
    async delete(userId: string, changedAt?: number): Promise<boolean> {
      const which = defined({ changed_at: changedAt });
      return (
        (await db('password_credentials')
          .where({ user_id: userId, ...which })
          .delete()) === 1
      );
    },
  };
}

type Row = { user_id: string; hash: string; changed_at: number; created_at: number };

function toCredential(row: Row): PasswordCredential {
  return { userId: row.user_id, hash: row.hash, changedAt: row.changed_at, createdAt: row.created_at };
}
