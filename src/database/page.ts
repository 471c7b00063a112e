import type { Knex } from 'knex';

/** So many rows of a noun's table, the oldest first, after the one with this id. Read by the index of both columns. */
export function oldestFirst(
  db: (table: string) => Knex.QueryBuilder,
  table: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Knex.QueryBuilder {
  const query = db(table).orderBy(['created_at', 'id']).limit(limit);
  if (after === undefined) return query;
  const last = db(table).where({ id: after }).select('created_at');
  return query.whereRaw('(created_at, id) > (?, ?)', [last, after]);
}
