import type { Database } from '../database/database.ts';

type Window = { points: number; resets_at: number; now: number };

export type RateLimitStore = ReturnType<typeof createRateLimitStore>;

export function createRateLimitStore(db: Database) {
  return {
    /**
     * Takes one point, if the window has one left, and starts a new window when the old one is over. `undefined` when
     * there was none. One statement by the database's clock: however many ask at once, no more than `points` get one.
     * What is refused is not written, so that a flood costs reads only. `count`: so many points for one.
     */
    async take(id: string, points: number, perMs: number, count = 1): Promise<Window | undefined> {
      const now = db.nowMs();
      const [row] = await db.raw<Window>(
        `insert into rate_limits (id, points, resets_at) values (?, ?, ? + ?)
         on conflict (id) do update set
           points = case when rate_limits.resets_at <= ? then excluded.points else rate_limits.points + excluded.points end,
           resets_at = case when rate_limits.resets_at <= ? then excluded.resets_at else rate_limits.resets_at end
         where rate_limits.resets_at <= ? or rate_limits.points < ?
         returning points, resets_at, ? as now`,
        [id, count, now, perMs, now, now, now, points, now],
      );
      return row;
    },

    async find(id: string): Promise<Window | undefined> {
      return db('rate_limits')
        .where({ id })
        .first('points', 'resets_at', db.knex.raw('? as now', [db.nowMs()]));
    },

    async giveBack(id: string): Promise<void> {
      await db('rate_limits').where({ id }).where('points', '>', 0).decrement('points', 1);
    },

    async remove(id: string): Promise<void> {
      await db('rate_limits').where({ id }).delete();
    },
  };
}
