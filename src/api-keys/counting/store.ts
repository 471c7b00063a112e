import type { Database } from '../../database/database.ts';
import type { SweptTable } from '../../database/sweeper.ts';

export type WindowState = { points: number; endsAt: number };
export type Windows = Record<'burst' | 'minute' | 'day', WindowState>;
/** `now` is the time of who counts. */
export type Taken = { isTaken: boolean; now: number; windows: Windows };
export type CountingStore = {
  take(id: string, limits: Record<keyof Windows, number>): Promise<Taken>;
};

/** A row lives this much longer than its day: the minute of the last use in it goes on. */
export const LONGER_SECONDS = 60;

/** For the sweeper: a row whose windows are all over counts as absent. */
export const sweptCounts: SweptTable = {
  name: 'api_key_counts',
  key: 'id',
  expiresAt: 'day_ends_at',
  keepSeconds: LONGER_SECONDS,
};

/** A use in three windows, by one statement: its row gives a point of each, or changes not at all. */
export function createCountingStore(db: Database): CountingStore {
  return {
    async take(id, limits) {
      const [taken] = await db.hot<Row>(TAKE, [id, limits.burst, limits.minute, limits.day]);
      if (taken) return { isTaken: true, ...toWindows(taken) };
      const [found] = await db.hot<Row>(LOOK, [id]);
      return { isTaken: false, ...toWindows(found ?? NONE) };
    },
  };
}

type Row = {
  burst_points: number;
  burst_ends_at: number;
  minute_points: number;
  minute_ends_at: number;
  day_points: number;
  day_ends_at: number;
  now: number;
};

const NONE: Row = {
  burst_points: 0,
  burst_ends_at: 0,
  minute_points: 0,
  minute_ends_at: 0,
  day_points: 0,
  day_ends_at: 0,
  now: 0,
};

const COLUMNS = 'burst_points, burst_ends_at, minute_points, minute_ends_at, day_points, day_ends_at';
const NAMES = ['burst', 'minute', 'day'] as const;

const moved = NAMES.map(
  (name) => `
    ${name}_points = case when api_key_counts.${name}_ends_at <= now_ms() then 1 else api_key_counts.${name}_points + 1 end,
    ${name}_ends_at = case when api_key_counts.${name}_ends_at <= now_ms() then excluded.${name}_ends_at else api_key_counts.${name}_ends_at end`,
).join(',');
const isLeft = NAMES.map(
  (name) =>
    `(api_key_counts.${name}_ends_at <= now_ms() or api_key_counts.${name}_points < cast(? as bigint))`,
).join(' and ');

const TAKE = `insert into api_key_counts (id, ${COLUMNS})
  values (?, 1, now_ms() + 1000, 1, now_ms() + 60000, 1, now_ms() + 86400000)
  on conflict (id) do update set ${moved}
  where ${isLeft}
  returning ${COLUMNS}, now_ms() as now`;
const LOOK = `select ${COLUMNS}, now_ms() as now from api_key_counts where id = ?`;

function toWindows(row: Row): Pick<Taken, 'now' | 'windows'> {
  const of = (name: (typeof NAMES)[number]): WindowState => ({
    points: Number(row[`${name}_points`]),
    endsAt: Number(row[`${name}_ends_at`]),
  });
  return { now: Number(row.now), windows: { burst: of('burst'), minute: of('minute'), day: of('day') } };
}
