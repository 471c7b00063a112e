import type { Database } from '../database.ts';

/** Connections of one process. `waiting`: requests that wait for one. */
export type PoolState = { used: number; free: number; waiting: number; max: number };

type Tarn = { numUsed(): number; numFree(): number; numPendingAcquires(): number; max: number };

/** The pool of PostgreSQL connections at this moment; `undefined` for the embedded database, which has none. */
export function readPool(db: Database): PoolState | undefined {
  if (db.dialect !== 'postgres') return undefined;
  const { pool } = db.knex.client as { pool?: Tarn };
  if (!pool) return undefined;
  return {
    used: pool.numUsed(),
    free: pool.numFree(),
    waiting: pool.numPendingAcquires(),
    max: pool.max,
  };
}
