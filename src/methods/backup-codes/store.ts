import type { Database } from '../../database/database.ts';

export type BackupCodesStore = ReturnType<typeof createBackupCodesStore>;

/** A person's set of codes. `keyId`: the server key that the codes are hashed with. */
export type BackupCodeSet = { id: string; keyId: string; createdAt: number };

/** The SQL of backup codes. Of a code, only its HMAC is stored. */
export function createBackupCodesStore(db: Database) {
  return {
    async find(userId: string): Promise<BackupCodeSet | undefined> {
      const [row] = await db.hot<Row>(
        'select id, key_id, created_at from backup_code_sets where user_id = ?',
        [userId],
      );
      return row && { id: row.id, keyId: row.key_id, createdAt: row.created_at };
    },

    /** How many codes are left, and when one was used last. */
    async stateOf(setId: string): Promise<{ left: number; lastUsedAt?: number }> {
      const rows: { used_at: number | null }[] = await db('backup_codes')
        .where({ set_id: setId })
        .select('used_at');
      const used = rows.flatMap((row) => row.used_at ?? []);
      const left = rows.length - used.length;
      return { left, ...(used.length === 0 ? {} : { lastUsedAt: Math.max(...used) }) };
    },

    /**
     * Puts a set in the place of the one before, all or nothing. Of several at once, the last one stays. False when it
     * is there already: a form that was sent twice must not make used codes new.
     */
    async replace(userId: string, set: BackupCodeSet, hashes: readonly string[]): Promise<boolean> {
      return db.transaction(async (inside) => {
        const rows = await inside('backup_code_sets')
          .insert({ user_id: userId, id: set.id, key_id: set.keyId, created_at: set.createdAt })
          .onConflict('user_id')
          .merge(['id', 'key_id', 'created_at'])
          .where('backup_code_sets.id', '<>', set.id)
          .returning('id');
        if (rows.length === 0) return false;
        await inside('backup_codes').where({ user_id: userId }).delete();
        await inside('backup_codes').insert(
          hashes.map((hash) => ({ code_hash: hash, user_id: userId, set_id: set.id, used_at: null })),
        );
        return true;
      });
    },

    /** Checks and spends in one statement: of any number of callers at once, one gets it. */
    async spend(setId: string, hash: string, now: number): Promise<boolean> {
      const changed = await db('backup_codes')
        .where({ set_id: setId, code_hash: hash })
        .whereNull('used_at')
        .update({ used_at: now });
      return changed === 1;
    },

    async wasSpent(setId: string, hash: string): Promise<boolean> {
      const row = await db('backup_codes')
        .where({ set_id: setId, code_hash: hash })
        .whereNotNull('used_at')
        .first('set_id');
      return row !== undefined;
    },

    async delete(userId: string, setId: string): Promise<boolean> {
      return (await db('backup_code_sets').where({ id: setId, user_id: userId }).delete()) === 1;
    },
  };
}

type Row = { id: string; key_id: string; created_at: number };
