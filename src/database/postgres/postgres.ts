import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import type pg from 'pg';
import { databaseAway, databaseBusy, databasePooled, isConnectionLost, toDatabaseError } from '../errors.ts';
import type { HotBinding, Row } from '../hot.ts';
import { knex, requireOfKnex } from '../knex.ts';
import type { HotRead } from './direct.ts';
import { type HotRun, type HotStatement, rememberStatement, sendHotQueries } from './hot-query.ts';
import { type PostgresTarget, readPostgresUrl } from './postgres-url.ts';

export type PostgresOptions = {
  url: string;
  poolSize: number;
  connectTimeoutSeconds: number;
  statementTimeoutSeconds: number;
  lockTimeoutSeconds: number;
  pooler: boolean;
  warn(message: string): void;
};

/** A pool of connections. Nothing is connected yet: a database that is away shows with the first statement. */
export function openPostgres(options: PostgresOptions): Knex {
  const statementTimeoutMs = options.statementTimeoutSeconds * 1000;
  const limits = {
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutSeconds * 1000,
    idle_in_transaction_session_timeout: Math.max(10_000, statementTimeoutMs * 2),
  };
  const { targets } = readPostgresUrl(options.url);
  // Whoever waits for the connection is told that there is none, and why.
  const warn = (message: string) => {
    if (!String(message).startsWith('Acquire connection error')) options.warn(message);
  };
  const log = { warn, error: options.warn, deprecate: options.warn, debug: () => {} };
  return knex({
    client: PostgresClient as unknown as typeof Knex.Client,
    // compileSqlOnError would put the values, secrets among them, into the message of an error.
    compileSqlOnError: false,
    connection: {
      ...targets[0],
      application_name: 'gatehouse',
      keepAlive: true,
      connectionTimeoutMillis: options.connectTimeoutSeconds * 1000,
      // A pooler gives each transaction another connection: what is set for one stays with whoever comes next.
      ...(options.pooler ? {} : limits),
      types: { getTypeParser },
    } as Knex.PgConnectionConfig,
    pool: {
      min: 0,
      max: options.poolSize,
      acquireTimeoutMillis: (options.connectTimeoutSeconds + options.statementTimeoutSeconds) * 1000,
      createTimeoutMillis: options.connectTimeoutSeconds * 2000 * targets.length,
      idleTimeoutMillis: 30_000,
    },
    log,
    targets,
    preparedStatements: !options.pooler,
    transactionLimits: options.pooler ? setLocal(limits) : '',
    ...(options.pooler ? {} : { startedWithMs: statementTimeoutMs }),
    // A network that swallows packets answers nothing at all: the server's own limit would never be heard of.
    silenceTimeoutMs: statementTimeoutMs + Math.min(statementTimeoutMs, 5000),
  } as Knex.Config);
}

function setLocal(limits: Record<string, number>): string {
  return Object.entries(limits)
    .map(([name, ms]) => ` SET LOCAL ${name} = ${ms};`)
    .join('');
}

/** Lifts the limits of time for the connection of a transaction: a migration may take as long as it takes. */
export async function liftTimeouts(transaction: Knex): Promise<void> {
  patient.add(await transaction.client.acquireConnection());
  await transaction.raw(`set local statement_timeout = 0`);
  await transaction.raw(`set local idle_in_transaction_session_timeout = 0`);
}

/** Puts the limits back; PostgreSQL's own are back with the end of the transaction. */
export async function restoreTimeouts(transaction: Knex): Promise<void> {
  patient.delete(await transaction.client.acquireConnection());
}

/** int8 (20) and numeric (1700, the sum of int8) as numbers, for this pool only. Times are far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === 20 || oid === 1700) return Number;
  types ??= driver().types;
  return types.getTypeParser(oid, format as 'text');
}

/** Asked for with each column of each answer: kept, because finding a module again costs more than a query. */
let types: typeof pg.types | undefined;

/** Loaded when PostgreSQL is used: the embedded database does without the memory that it takes. */
function driver(): typeof pg {
  return createRequire(import.meta.url)('pg');
}

type Connection = pg.Client & {
  __knex__disposed?: unknown;
  /** Set while a transaction holds it. */
  __knexTxId?: string;
  connection?: { stream?: { destroy(): void } };
};
type Query = {
  sql: string;
  bindings?: readonly unknown[];
  method?: string;
  returning?: unknown;
  output?: unknown;
  options?: object;
  response?: { rowCount: number; rows?: Row[]; fields?: { name: string; dataTypeID: number }[] };
};
type DialectClient = {
  config: Knex.Config & {
    silenceTimeoutMs: number;
    preparedStatements: boolean;
    transactionLimits: string;
    /** The limit of time that each connection begins with; absent behind a pooler. */
    startedWithMs?: number;
    targets: readonly PostgresTarget[];
  };
  connectionSettings: object;
  driver: { Client: new (settings: object) => Connection };
  acquireConnection(): Promise<Connection>;
  destroyRawConnection(connection: Connection): Promise<void>;
  _query(connection: Connection, query: Query): Promise<Query>;
  processResponse(query: Query, runner: unknown): unknown;
};
type DialectTransaction = {
  client: DialectClient;
  query(connection: Connection, sql: string): Promise<unknown>;
};
const BaseTransaction: new (...options: unknown[]) => DialectTransaction = requireOfKnex(
  'lib/dialects/postgres/execution/pg-transaction.js',
);
const BaseClient: new (config: unknown) => DialectClient = requireOfKnex('lib/dialects/postgres/index.js');

/** Connections whose statements may take as long as they take. */
const patient = new WeakSet<Connection>();

/** knex for PostgreSQL that says `database.away` and `database.busy`, and never keeps a connection that died. */
class PostgresClient extends BaseClient {
  /** The host that could be written to the last time. */
  lastTarget = 0;
  /** Hosts that heed what a connection begins with. */
  readonly judged = new WeakSet<PostgresTarget>();

  transaction(...options: unknown[]) {
    return new PostgresTransaction(this, ...options);
  }

  /** Of several hosts the first one that is no standby, beginning with the one that was right before. */
  async _acquireOnlyConnection(): Promise<Connection> {
    const { targets } = this.config;
    let failure: unknown;
    for (let attempt = 0; attempt < targets.length; attempt += 1) {
      const index = (this.lastTarget + attempt) % targets.length;
      try {
        const connection = await this.connect(targets[index] as PostgresTarget, targets.length > 1);
        this.lastTarget = index;
        return connection;
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  async connect(target: PostgresTarget, mustBePrimary: boolean): Promise<Connection> {
    const connection = new this.driver.Client({ ...this.connectionSettings, ...target });
    connection.on('error', (error) => {
      connection.__knex__disposed = error;
    });
    connection.on('end', () => {
      connection.__knex__disposed ??= 'ended';
    });
    try {
      await connection.connect();
      await this.judge(connection, target);
      if (!mustBePrimary) return connection;
      const { rows } = await connection.query('select pg_is_in_recovery() as is_standby');
      if (!rows[0]?.is_standby) return connection;
      throw databaseAway({ why: 'a standby' });
    } catch (error) {
      cut(connection);
      throw error;
    }
  }

  /**
   * A pooler that was told to ignore what a connection begins with (`ignore_startup_parameters`) lets us in: without our
   * limits of time, and sooner or later on a connection on which our statements have other names. Looked at once for each
   * host.
   */
  async judge(connection: Connection, target: PostgresTarget): Promise<void> {
    const { startedWithMs } = this.config;
    if (startedWithMs === undefined || this.judged.has(target)) return;
    const { rows } = await connection.query(
      "select setting::bigint as limit_ms from pg_settings where name = 'statement_timeout'",
    );
    if (Number(rows[0]?.limit_ms) !== Math.round(startedWithMs)) throw databasePooled();
    this.judged.add(target);
  }

  override async acquireConnection(): Promise<Connection> {
    try {
      return await super.acquireConnection();
    } catch (error) {
      if (error instanceof Error && error.name === 'KnexTimeoutError') {
        throw databaseBusy({ why: 'no free connection' }, error);
      }
      throw toDatabaseError(error);
    }
  }

  override async _query(connection: Connection, query: Query): Promise<Query> {
    const watch = patient.has(connection) ? undefined : watchOf(connection, this.config.silenceTimeoutMs);
    watch?.begin();
    try {
      return await this.runPrepared(connection, query);
    } catch (error) {
      if (isConnectionLost(error)) connection.__knex__disposed = error;
      throw toDatabaseError(error);
    } finally {
      watch?.end();
    }
  }

  /** Prepared by name, so that PostgreSQL parses and plans a statement once for each connection. */
  async runPrepared(connection: Connection, query: Query): Promise<Query> {
    const name = this.config.preparedStatements ? nameOf(connection, query) : undefined;
    if (!name) return super._query(connection, query);
    try {
      return await sendPrepared(connection, query, name);
    } catch (error) {
      if (!isPlanStale(error)) throw error;
      forgetName(connection, query);
      if (connection.__knexTxId) throw databaseBusy({ why: 'the tables have changed' }, error);
      return super._query(connection, query);
    }
  }

  /** A statement of each request, outside of transactions: as `_query`, for a third of the work. */
  async hot(connection: Connection, sql: string, bindings: readonly HotBinding[]): Promise<Row[]> {
    let known = hotStatements.get(connection);
    if (!known) {
      known = new Map();
      hotStatements.set(connection, known);
    }
    const statement = known.get(sql);
    if (!statement) return await this.hotForTheFirstTime(connection, sql, bindings, known);
    const watch = watchOf(connection, this.config.silenceTimeoutMs);
    watch.begin();
    try {
      const { found, error } = await sendHotQueries(connection, [{ statement, bindings }]);
      if (error !== undefined) throw error;
      return found[0] ?? [];
    } catch (error) {
      if (isPlanStale(error)) {
        known.delete(sql);
        forgetName(connection, { sql });
        return await this.hotForTheFirstTime(connection, sql, bindings, known);
      }
      if (isConnectionLost(error)) connection.__knex__disposed = error;
      throw toDatabaseError(error);
    } finally {
      watch.end();
    }
  }

  /**
   * Reads of one moment: PostgreSQL answers them in one piece instead of one by one, which spares both sides as many turns.
   * Those that one of them broke off are run alone, and so is that one, for the error that is its own.
   */
  async hotReads(connection: Connection, reads: readonly HotRead[]): Promise<void> {
    const known = hotStatements.get(connection);
    const together: (HotRead & HotRun)[] = [];
    for (const read of reads) {
      const statement = known?.get(read.text);
      if (statement) together.push({ ...read, statement });
      else this.hot(connection, read.text, read.bindings).then(read.resolve, read.reject);
    }
    if (together.length === 0) return;
    const watch = watchOf(connection, this.config.silenceTimeoutMs);
    watch.begin();
    const { found } = await sendHotQueries(connection, together);
    watch.end();
    together.forEach(({ text, bindings, resolve, reject }, at) => {
      const rows = found[at];
      if (rows) resolve(rows);
      else this.hot(connection, text, bindings).then(resolve, reject);
    });
  }

  async hotForTheFirstTime(
    connection: Connection,
    sql: string,
    bindings: readonly HotBinding[],
    known: Map<string, HotStatement>,
  ): Promise<Row[]> {
    const { response } = await this._query(connection, { sql, bindings });
    const name = this.config.preparedStatements ? nameOf(connection, { sql, bindings }) : undefined;
    if (name && response?.fields) known.set(sql, rememberStatement(name, response.fields, getTypeParser));
    return response?.rows ?? [];
  }

  override processResponse(query: Query, runner: unknown): unknown {
    const isPlainInsert = query.method === 'insert' && !query.returning && !query.output;
    return isPlainInsert ? query.response?.rowCount : super.processResponse(query, runner);
  }

  /** A connection that is cut off cannot say goodbye. */
  override async destroyRawConnection(connection: Connection): Promise<void> {
    if (connection.__knex__disposed) cut(connection);
    await super.destroyRawConnection(connection).catch(() => {});
  }
}

/** Behind a pooler each transaction brings its own limits of time, in the statement that begins it. */
class PostgresTransaction extends BaseTransaction {
  begin(connection: Connection): Promise<unknown> {
    return this.query(connection, `BEGIN;${this.client.config.transactionLimits}`);
  }
}

/** What knex does for a statement, and no more. */
function sendPrepared(connection: Connection, query: Query, name: string): Promise<Query> {
  const { sql: text, bindings = [], options } = query;
  return new Promise((resolve, reject) => {
    connection.query({ ...options, text, values: bindings as unknown[], name }, (error, response) => {
      if (error) return reject(error);
      query.response = response as never;
      resolve(query);
    });
  });
}

function cut(connection: Connection): void {
  connection.connection?.stream?.destroy();
}

/** What each connection has prepared, and answered at least once. */
const hotStatements = new WeakMap<Connection, Map<string, HotStatement>>();

const watches = new WeakMap<Connection, ReturnType<typeof createWatch>>();

function watchOf(connection: Connection, silenceMs: number) {
  let watch = watches.get(connection);
  if (!watch) {
    watch = createWatch(connection, silenceMs);
    watches.set(connection, watch);
  }
  return watch;
}

/** Cuts a connection on which something was asked and nothing was answered for so long. One timer for all of it. */
function createWatch(connection: Connection, silenceMs: number) {
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    begin(): void {
      inFlight += 1;
      if (!timer) {
        timer = setTimeout(() => {
          timer = undefined;
          if (inFlight > 0) cut(connection);
        }, silenceMs).unref();
      } else if (inFlight === 1) timer.refresh();
    },
    end(): void {
      inFlight -= 1;
      if (inFlight > 0) timer?.refresh();
    },
  };
}

const LARGEST_CACHE = 200;

/** The names of the statements of each connection; `undefined` for one that is not prepared any more. */
const names = new WeakMap<Connection, Map<string, string | undefined>>();

function nameOf(connection: Connection, { sql, bindings, method }: Query): string | undefined {
  // Without values it may be several statements in one, which cannot be prepared.
  if (!/^(select|insert|update|delete|with)\b/i.test(sql)) return undefined;
  if (method === 'raw' && !bindings?.length) return undefined;
  let known = names.get(connection);
  if (!known) {
    known = new Map();
    names.set(connection, known);
  }
  if (!known.has(sql) && known.size < LARGEST_CACHE) known.set(sql, `gatehouse_${known.size}`);
  return known.get(sql);
}

function forgetName(connection: Connection, { sql }: Pick<Query, 'sql'>): void {
  names.get(connection)?.set(sql, undefined);
}

/** A column has another type now (feature_not_supported), or a pooler gave us another connection (invalid_sql_statement_name). */
function isPlanStale(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return error.code === '26000' || (error.code === '0A000' && error.message.includes('cached plan'));
}
