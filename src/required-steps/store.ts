import type { Database } from '../database/database.ts';

/** What an operator demands of one person. `since`: milliseconds. */
export type OwnDemand = { demand: string; since: number };

type Row = { demand: string; created_at: number | string };

export function createRequiredStepStore(db: Database) {
  return {
    async hasAny(): Promise<boolean> {
      return (await db('required_steps').first('user_id')) !== undefined;
    },

    /** Oldest first: one statement, which runs with each authorization of who has some. */
    async listOf(userId: string): Promise<OwnDemand[]> {
      const rows = await db.hot<Row>(
        'select demand, created_at from required_steps where user_id = ? order by created_at, demand',
        [userId],
      );
      return rows.map(({ demand, created_at }) => ({ demand, since: Number(created_at) }));
    },

    /** Demanded once more: from now on. Answers whether it was not demanded before. */
    async save(userId: string, demand: string, now: number): Promise<boolean> {
      return await db.transaction(async (inside) => {
        const before = await inside('required_steps').where({ user_id: userId, demand }).first('demand');
        await inside('required_steps')
          .insert({ user_id: userId, demand, created_at: now })
          .onConflict(['user_id', 'demand'])
          .merge(['created_at']);
        return before === undefined;
      });
    },

    /** Answers what was demanded; nothing of what was not. */
    async delete(userId: string, demand: string): Promise<OwnDemand | undefined> {
      const [row]: Row[] = await db('required_steps')
        .where({ user_id: userId, demand })
        .delete()
        .returning(['demand', 'created_at']);
      return row && { demand: row.demand, since: Number(row.created_at) };
    },

    /** What was demanded up to then, and is done. */
    async settle(userId: string, demand: string, until: number): Promise<void> {
      await db('required_steps').where({ user_id: userId, demand }).where('created_at', '<=', until).delete();
    },
  };
}
