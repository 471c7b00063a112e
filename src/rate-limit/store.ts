import type { Database } from '../database/database.ts';

type Window = { points: number; resets_at: number; now: number };

/** A window, and what is wanted of it: `count` points, where it has given fewer than `points` in each `perMs`. */
export type Wanted = { id: string; points: number; perMs: number; count: number };

export type RateLimitStore = ReturnType<typeof createRateLimitStore>;

/**
 * Each of these is one statement for all the windows that one deed touches. It locks them in the order of their ids: two
 * deeds at once would else wait for each other.
 */
export function createRateLimitStore(db: Database) {
  return {
    /**
     * Takes from each window that has a point left, and starts a new one where the old one is over. Answers the windows
     * that gave one, by id. By the database's clock: however many ask at once, no more than `points` get one. What is
     * refused is not written, so that a flood costs reads only.
     */
    async take(wanted: readonly Wanted[]): Promise<Map<string, Window>> {
      const sorted = [...wanted].sort((a, b) => (a.id < b.id ? -1 : 1));
      const rows = await db.hot<Row>(
        `insert into rate_limits (id, points, resets_at)
         values ${sorted.map(() => '(?, ?, now_ms() + ?)').join(', ')}
         on conflict (id) do update set
           points = case when rate_limits.resets_at <= now_ms() then excluded.points else rate_limits.points + excluded.points end,
           resets_at = case when rate_limits.resets_at <= now_ms() then excluded.resets_at else rate_limits.resets_at end
         where rate_limits.resets_at <= now_ms()
           or rate_limits.points < case rate_limits.id ${sorted.map(() => 'when ? then cast(? as bigint)').join(' ')} end
         returning id, points, resets_at, now_ms() as now`,
        [
          ...sorted.flatMap(({ id, count, perMs }) => [id, count, perMs]),
          ...sorted.flatMap(({ id, points }) => [id, points]),
        ],
      );
      return byId(rows);
    },

    /** Of these windows those that there are, by id. */
    async find(ids: readonly string[]): Promise<Map<string, Window>> {
      const rows = await db.hot<Row>(
        `select id, points, resets_at, now_ms() as now from rate_limits where id in (${ids.map(() => '?').join(', ')})`,
        ids,
      );
      return byId(rows);
    },

    /** Gives a point back to each. A window that is gone is written as one that is over. */
    async giveBack(ids: readonly string[]): Promise<void> {
      await change(ids, 'points = rate_limits.points - 1 where rate_limits.points > 0');
    },

    /** Begins each anew. */
    async remove(ids: readonly string[]): Promise<void> {
      await change(ids, 'points = 0, resets_at = excluded.resets_at');
    },
  };

  /** By an insert, because it alone takes its rows in the order in which they are written. */
  async function change(ids: readonly string[], how: string): Promise<void> {
    const sorted = [...ids].sort();
    await db.hot(
      `insert into rate_limits (id, points, resets_at) values ${sorted.map(() => '(?, 0, now_ms())').join(', ')}
       on conflict (id) do update set ${how} returning id`,
      sorted,
    );
  }
}

type Row = Window & { id: string };

const byId = (rows: readonly Row[]) => new Map(rows.map(({ id, ...window }) => [id, window]));
