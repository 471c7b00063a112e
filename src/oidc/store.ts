import type { Database } from '../database/database.ts';
import type { SecondFactorRule } from './levels.ts';

export type SecondFactorStore = ReturnType<typeof createSecondFactorStore>;
export type SecondFactorPerson = { rule?: SecondFactorRule; putOff: number; putOffAt?: number };

/** What is particular about one person's second factor. */
export function createSecondFactorStore({ db }: { db: Database }) {
  return {
    async find(userId: string): Promise<SecondFactorPerson | undefined> {
      const [row] = await db.hot<{ rule: string | null; put_off: number; put_off_at: number | null }>(
        'select rule, put_off, put_off_at from second_factor_people where user_id = ?',
        [userId],
      );
      return (
        row && {
          putOff: row.put_off,
          ...(row.rule === null ? {} : { rule: row.rule as SecondFactorRule }),
          ...(row.put_off_at === null ? {} : { putOffAt: row.put_off_at }),
        }
      );
    },

    async setRule(userId: string, rule: SecondFactorRule | undefined): Promise<void> {
      await db('second_factor_people')
        .insert({ user_id: userId, rule: rule ?? null })
        .onConflict('user_id')
        .merge(['rule']);
    },

    /** Counts and checks in one statement. False when it was done too often already. */
    async putOff(userId: string, { atMost, now }: { atMost: number; now: number }): Promise<boolean> {
      await db('second_factor_people').insert({ user_id: userId }).onConflict('user_id').ignore();
      const rows = await db('second_factor_people')
        .where({ user_id: userId })
        .where('put_off', '<', atMost)
        .increment('put_off', 1)
        .update({ put_off_at: now })
        .returning('user_id');
      return rows.length === 1;
    },
  };
}
