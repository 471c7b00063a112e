import type { Knex } from 'knex';

/**
 * The one handle that stores get: `db('users').where(…)`. On SQLite, writes outside a transaction are committed in
 * groups, one transaction for each turn of the event loop, and answered after the commit; reads see committed rows.
 */
export type Database = {
  (table: string): Knex.QueryBuilder;
  readonly dialect: 'postgres' | 'sqlite';
  raw<Row = Record<string, unknown>>(sql: string, bindings?: readonly unknown[]): Promise<Row[]>;
  /**
   * Runs `work` in one transaction. On SQLite it holds the only writer: await nothing in it but the handle it is
   * given (a fetch, a hash or a mail would hold up every other write; `db` itself would wait for ever).
   */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** SQL expression for the database's own time in milliseconds since the epoch. For races between nodes. */
  nowMs(): Knex.Raw;
  /** The database's own time, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Throws `database.away` when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
  readonly knex: Knex;
};
