import type { Database } from '../database/database.ts';
import { sha256 } from '../lib/secret.ts';

/**
 * Spends an id, in the transaction that gives it to somebody or takes its holder away. False when it was spent before,
 * also for all but one who spend it at the same moment. What is kept is a hash: an id may be a name from elsewhere, and
 * of who is deleted nothing readable stays.
 */
export async function spendId(inside: Database, id: string, now: number): Promise<boolean> {
  const rows: unknown[] = await inside('spent_ids')
    .insert({ id_hash: sha256(id), spent_at: now })
    .onConflict('id_hash')
    .ignore()
    .returning(['id_hash']);
  return rows.length === 1;
}
