import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { databaseAway } from '../errors.ts';
import type { HotStatement, Row, RunDirect } from '../hot.ts';
import { knex, requireOfKnex } from '../knex.ts';
import {
  createSqliteEngine,
  type SqliteAnswer,
  type SqliteConnection,
  type SqliteEngine,
} from './sqlite-engine.ts';

/** The name of the database file in `DATA_DIR`. */
export const SQLITE_FILE = 'gatehouse.sqlite';

/** Opens the embedded database: the folder 0700, the file 0600 (SQLite gives `-wal` and `-shm` the same mode). */
export async function openSqlite(
  dataDir: string,
  patienceMs: number,
): Promise<{ knex: Knex; engine: SqliteEngine }> {
  const file = join(dataDir, SQLITE_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch (cause) {
    throw databaseAway({ why: `cannot write ${file}` }, cause);
  }
  const engine = createSqliteEngine({ file, patienceMs });
  await engine.open();
  // compileSqlOnError would put the values, secrets among them, into the message of an error.
  const config = { client: SqliteClient, useNullAsDefault: true, compileSqlOnError: false, engine };
  return { knex: knex(config as unknown as Knex.Config), engine };
}

/** Statements as they are, past knex. */
export function runSqliteDirect({ plain, readNow }: SqliteEngine): RunDirect {
  return async (sql, bindings) => {
    const values = bindings.map(toBinding);
    return readNow(sql, values) ?? (await plain.run(sql, values)).rows ?? [];
  };
}

/** One write of two statements (`Database.hotPair`). */
export async function runSqlitePair(engine: SqliteEngine, pair: readonly HotStatement[]): Promise<Row[]> {
  const steps = pair.map(({ sql, bindings }) => ({ sql, bindings: bindings.map(toBinding) }));
  return (await engine.runInTurn(steps)).rows ?? [];
}

// knex has no types for its dialects. These are the parts that are built upon; knex is pinned by the lock file and
// test/database/sqlite.test.ts runs through all of them.
type Query = {
  sql: string;
  bindings?: readonly unknown[];
  method?: string;
  returning?: unknown;
  output?: unknown;
  response?: unknown;
  context?: { lastID: number; changes: number };
};
type DialectClient = {
  config: Knex.Config & { engine: SqliteEngine };
  transacting?: boolean;
  processResponse(query: Query, runner: unknown): unknown;
};
type DialectTransaction = {
  client: DialectClient;
  acquireConnection(
    config: TransactionConfig,
    work: (connection: SqliteConnection) => unknown,
  ): Promise<unknown>;
};
type TransactionConfig = { connection?: SqliteConnection } | undefined;
type DialectCompiler = {
  del(): string;
  single: { returning?: unknown };
  _returning(columns: unknown): string;
};
const BaseClient: new (config: unknown) => DialectClient = requireOfKnex(
  'lib/dialects/better-sqlite3/index.js',
);
const BaseTransaction: new (...options: unknown[]) => DialectTransaction = requireOfKnex(
  'lib/dialects/sqlite3/execution/sqlite-transaction.js',
);
const BaseCompiler: new (...options: unknown[]) => DialectCompiler = requireOfKnex(
  'lib/dialects/sqlite3/query/sqlite-querycompiler.js',
);

/**
 * knex over the engine: no pool, since plain statements never wait for a connection. Classes, because knex is
 * extended by them.
 */
class SqliteClient extends BaseClient {
  async acquireConnection(): Promise<SqliteConnection> {
    return this.config.engine.plain;
  }

  async releaseConnection(): Promise<void> {}

  async _query(connection: SqliteConnection, query: Query): Promise<Query> {
    const answer: SqliteAnswer = await connection.run(query.sql, (query.bindings ?? []).map(toBinding));
    query.response = answer.rows ?? [];
    query.context = { lastID: answer.lastId, changes: answer.changes };
    return query;
  }

  override processResponse(query: Query, runner: unknown): unknown {
    if (query.method === 'del' && query.returning && !query.output) return query.response;
    if (query.method === 'insert' && !query.returning && !query.output) return query.context?.changes ?? 0;
    return super.processResponse(query, runner);
  }

  transaction(...options: unknown[]) {
    return new SqliteTransaction(this, ...options);
  }

  queryCompiler(...options: unknown[]) {
    return new SqliteCompiler(this, ...options);
  }

  async destroy(): Promise<void> {
    await this.config.engine.close();
  }
}

class SqliteTransaction extends BaseTransaction {
  /** The outermost transaction takes the writer and begins; those inside it are savepoints of knex. */
  override async acquireConnection(
    config: TransactionConfig,
    work: (connection: SqliteConnection) => unknown,
  ): Promise<unknown> {
    if (this.client.transacting || config?.connection) return super.acquireConnection(config, work);
    const { connection, end } = await this.client.config.engine.begin();
    try {
      return await super.acquireConnection({ ...config, connection }, work);
    } finally {
      end();
    }
  }

  /** Begun already, with BEGIN IMMEDIATE: a transaction that reads first could never become a writer otherwise. */
  async begin(): Promise<void> {}
}

class SqliteCompiler extends BaseCompiler {
  /** knex leaves out RETURNING of DELETE on SQLite. */
  override del(): string {
    const { returning } = this.single;
    const sql = `${super.del()}${this._returning(returning)}`;
    return { sql, returning } as unknown as string;
  }
}

/** Whole numbers go in as integers: better-sqlite3 binds those above 32 bits as floating point. */
function toBinding(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return BigInt(value.valueOf());
  if (typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) > 0x7fffffff)
    return BigInt(value);
  return value;
}
