import type { Knex } from 'knex';
import { type DatabaseConfig, databaseConfig } from './config.ts';
import { databaseUrlUnknown, toDatabaseError } from './errors.ts';
import type { HotBinding, HotStatement, Row, RunDirect } from './hot.ts';
import { createPostgresDirect, withPositions } from './postgres/direct.ts';
import type { SqliteEngine } from './sqlite/sqlite-engine.ts';

export { oldestFirst } from './page.ts';

/**
 * The one handle that stores get: `db('users').where(…)`. On SQLite, writes outside a transaction are committed in
 * groups, one transaction for each turn of the event loop, and answered after the commit; reads see committed rows.
 * A write answers how many rows it wrote (an insert too: 0 when `onConflict().ignore()` left it out), or, with
 * `returning`, the rows. Whole numbers come back as numbers.
 */
export type Database = {
  (table: string): Knex.QueryBuilder;
  readonly dialect: 'postgres' | 'sqlite';
  raw<Row = Record<string, unknown>>(sql: string, bindings?: readonly unknown[]): Promise<Row[]>;
  /**
   * The same for statements that run with each request: one that reads or has `returning`, with `?` for values and
   * `now_ms()` for the database's own time. Texts and whole numbers only.
   */
  hot<Row>(sql: string, bindings: readonly HotBinding[]): Promise<Row[]>;
  /**
   * Two of them that count as one: both are there or neither, also after a kill. The second runs only when the first
   * gave a row; the answer is the first one's rows. For what is one statement of PostgreSQL (`with …`) and two of
   * SQLite, where they cost no more than one of them; on PostgreSQL they are a transaction.
   */
  hotPair<Row>(first: HotStatement, second: HotStatement): Promise<Row[]>;
  /**
   * Runs `work` in one transaction. On SQLite it holds the only writer: await nothing in it but the handle it is
   * given (a fetch, a hash or a mail would hold up every other write; a write on `db` itself is refused with
   * `database.waits_for_itself`). A transaction inside a transaction is a savepoint.
   */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** SQL expression for the database's own time in milliseconds since the epoch. For races between nodes. */
  nowMs(): Knex.Raw;
  /** The database's own time, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Throws `database.away` when the database does not answer, `database.full` while it cannot be written. */
  ping(): Promise<void>;
  /**
   * Called when a request comes in: what is read from now on knows whatever was committed before, by anybody. On SQLite
   * the reads in between share one look at the file.
   */
  lookAgain(): void;
  close(): Promise<void>;
  readonly knex: Knex;
};

export type DatabaseOptions = {
  /** `postgres://…`; without it SQLite in `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  config?: DatabaseConfig;
  logger?: { warn(fields: object, message: string): void };
};

/**
 * Opens PostgreSQL or SQLite. Every statement may throw `database.away`, `database.busy` or `database.full` (503);
 * the next one tries again, so a database that comes back is used again without a restart.
 */
export async function createDatabase({ url, dataDir, config, logger }: DatabaseOptions): Promise<Database> {
  const settings = config ?? databaseConfig.parse({});
  if (!url) {
    const { openSqlite, runSqliteDirect, runSqlitePair } = await import('./sqlite/sqlite.ts');
    const { knex, engine } = await openSqlite(dataDir, settings.lockTimeoutSeconds * 1000);
    const pair: RunPair = (steps) => runSqlitePair(engine, steps);
    return bind({ knex, dialect: 'sqlite', engine, direct: runSqliteDirect(engine), pair });
  }
  if (!/^postgres(ql)?:\/\//.test(url)) throw databaseUrlUnknown({ expected: 'postgres://…' });
  const warn = (message: string) => logger?.warn({}, message);
  const { openPostgres } = await import('./postgres/postgres.ts');
  const knex = openPostgres({ ...settings, url, warn });
  const direct = createPostgresDirect(knex.client, {
    mayShare: !settings.pooler,
    poolSize: settings.poolSize,
  });
  return bind({ knex, dialect: 'postgres', direct });
}

type Binding = {
  knex: Knex;
  dialect: 'postgres' | 'sqlite';
  engine?: SqliteEngine;
  /** Absent inside a transaction, which has its connection. */
  direct?: RunDirect;
  /** Of SQLite; absent inside a transaction as well. */
  pair?: RunPair;
};

type RunPair = (pair: readonly HotStatement[]) => Promise<Row[]>;

const NOW_MS = {
  postgres: '(extract(epoch from clock_timestamp()) * 1000)::bigint',
  sqlite: "cast(unixepoch('subsec') * 1000 as integer)",
};

/** `now_ms()` in the words of the database, for each statement once: at most as many as stand in the code. */
const dialectTexts: Record<Database['dialect'], Map<string, string>> = {
  postgres: new Map(), // at most the statements of the code
  sqlite: new Map(), // at most the statements of the code
};

function textFor(dialect: Database['dialect'], sql: string): string {
  const known = dialectTexts[dialect].get(sql);
  if (known !== undefined) return known;
  const timed = sql.replaceAll('now_ms()', NOW_MS[dialect]);
  // A bare value that is compared with the column of a partial index makes SQLite parse and plan the statement anew
  // whenever it is another one (sqlite.org: "Query Planner Stability Guarantee"); one with a sign before it does not.
  const text = dialect === 'sqlite' ? timed.replaceAll('?', '+?') : timed;
  dialectTexts[dialect].set(sql, text);
  return text;
}

function bind({ knex, dialect, engine, direct, pair }: Binding): Database {
  const open = (table: string): Knex.QueryBuilder => knex(table);
  return Object.assign(open, {
    dialect,
    knex,
    nowMs: () => knex.raw(NOW_MS[dialect]),

    async raw<Row>(sql: string, bindings: readonly unknown[] = []): Promise<Row[]> {
      const answer = await knex.raw(sql, bindings as Knex.RawBinding[]);
      return dialect === 'postgres' ? answer.rows : answer;
    },

    async hot<Row>(sql: string, bindings: readonly HotBinding[]): Promise<Row[]> {
      const text = textFor(dialect, sql);
      if (!direct) return this.raw<Row>(text, bindings);
      if (knex.listenerCount('query') > 0) {
        knex.emit('query', { sql: dialect === 'postgres' ? withPositions(text) : text, bindings });
      }
      return (await direct(text, bindings)) as Row[];
    },

    async hotPair<Row>(first: HotStatement, second: HotStatement): Promise<Row[]> {
      if (pair) {
        const steps = [first, second].map(({ sql, bindings }) => ({ sql: textFor(dialect, sql), bindings }));
        for (const each of steps) if (knex.listenerCount('query') > 0) knex.emit('query', each);
        return (await pair(steps)) as Row[];
      }
      return await this.transaction(async (inside) => {
        const rows = await inside.hot<Row>(first.sql, first.bindings);
        if (rows.length > 0) await inside.hot(second.sql, second.bindings);
        return rows;
      });
    },

    async transaction<T>(work: (db: Database) => Promise<T>): Promise<T> {
      const run = (transaction: Knex) =>
        work(bind({ knex: transaction, dialect, ...(engine && { engine }) }));
      try {
        return await knex.transaction((transaction) =>
          engine ? engine.inside(() => run(transaction)) : run(transaction),
        );
      } catch (error) {
        throw toDatabaseError(error);
      }
    },

    async now(): Promise<number> {
      const [row] = await this.raw<{ now: number }>(`select ${NOW_MS[dialect]} as now`);
      return row?.now ?? Number.NaN;
    },

    async ping(): Promise<void> {
      if (engine) await engine.ping();
      else await knex.raw('select 1');
    },

    lookAgain() {
      engine?.lookAgain();
    },

    close: () => knex.destroy(),
  });
}
