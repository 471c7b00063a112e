import type { HotBinding, Row, RunDirect } from '../hot.ts';

/*
 * Statements that run with each request are written as SQL and sent as they are: building one with knex, and taking a
 * connection for it, costs this process several times what sending it does (docs/decisions/speed-statements.md).
 */

/** The parts of our PostgreSQL client that are used. */
type Client<Connection> = {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
  hot(connection: Connection, text: string, bindings: readonly HotBinding[]): Promise<Row[]>;
  hotReads(connection: Connection, reads: readonly HotRead[]): Promise<void>;
};
type Pipelined = {
  pipeline?: boolean;
  /** Why it cannot be used any more; set by the client. */
  __knex__disposed?: unknown;
  connection?: { stream?: { cork?(): void; uncork?(): void } };
};

/**
 * Reads of requests that come at the same time go out together on one connection, and nobody waits for anybody: a
 * single one is sent at once. Writes take a connection each, because on one their commits would wait in line.
 * `mayShare` is false behind a pooler, which gives each statement another connection.
 */
export function createPostgresDirect<Connection extends Pipelined>(
  client: Client<Connection>,
  { mayShare, poolSize }: { mayShare: boolean; poolSize: number },
): RunDirect {
  const texts = new Map<string, { text: string; isRead: boolean }>(); // at most the statements of the code
  const queue: HotRead[] = []; // at most one for each request in flight
  const spare: Connection[] = []; // at most `mostSpare`
  const mostSpare = Math.max(1, poolSize - LEFT_IN_POOL);
  let fewestSpare = 0;
  let shared: Connection | undefined;
  let isAcquiring = false;
  let isDue = false;
  let inFlight = 0;
  let wasUsed = false;
  let isKept = false;

  return (sql, bindings) => {
    let known = texts.get(sql);
    if (!known) {
      known = { text: withPositions(sql), isRead: /^select\b/i.test(sql) };
      texts.set(sql, known);
    }
    if (!mayShare || !known.isRead) return alone(known.text, bindings);
    const { text } = known;
    return new Promise((resolve, reject) => {
      queue.push({ text, bindings, resolve, reject });
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    });
  };

  async function alone(text: string, bindings: readonly HotBinding[]): Promise<Row[]> {
    const connection = takeSpare() ?? (await client.acquireConnection());
    try {
      return await client.hot(connection, text, bindings);
    } finally {
      if (isUsable(connection) && spare.length < mostSpare) {
        spare.push(connection);
        keepForNow();
      } else void client.releaseConnection(connection);
    }
  }

  function takeSpare(): Connection | undefined {
    for (let connection = spare.pop(); connection; connection = spare.pop()) {
      fewestSpare = Math.min(fewestSpare, spare.length);
      if (isUsable(connection)) return connection;
      void client.releaseConnection(connection);
    }
    return undefined;
  }

  /** Connections wait a moment for more to do before they go back to the pool, since taking one costs more than that. */
  function keepForNow(): void {
    wasUsed = true;
    if (isKept) return;
    isKept = true;
    setTimeout(giveBack, KEPT_MS).unref();
  }

  /** Gives back those that nobody needed since the last look, and in the end all of them. */
  function giveBack(): void {
    for (const connection of spare.splice(0, fewestSpare)) void client.releaseConnection(connection);
    fewestSpare = spare.length;
    if (wasUsed || spare.length > 0) {
      wasUsed = false;
      setTimeout(giveBack, KEPT_MS).unref();
      return;
    }
    isKept = false;
    if (inFlight === 0 && queue.length === 0) giveSharedBack();
  }

  function giveSharedBack(): void {
    if (!shared) return;
    const connection = shared;
    shared = undefined;
    connection.pipeline = false;
    void client.releaseConnection(connection);
  }

  function flush(): void {
    isDue = false;
    if (shared && inFlight === 0 && !isUsable(shared)) giveSharedBack();
    if (shared) send(shared);
    else if (!isAcquiring) void acquire();
  }

  async function acquire(): Promise<void> {
    isAcquiring = true;
    try {
      shared = await client.acquireConnection();
      shared.pipeline = true;
      send(shared);
    } catch (error) {
      for (const { reject } of queue.splice(0)) reject(error);
    } finally {
      isAcquiring = false;
    }
  }

  function send(connection: Connection): void {
    const stream = connection.connection?.stream;
    stream?.cork?.();
    const reads = queue.splice(0);
    inFlight += reads.length;
    void client.hotReads(
      connection,
      reads.map(({ text, bindings, resolve, reject }) => ({
        text,
        bindings,
        resolve(rows) {
          answered();
          resolve(rows);
        },
        reject(error) {
          answered();
          reject(error);
        },
      })),
    );
    stream?.uncork?.();
  }

  /** One that died goes back with its last answer, and the pool ends it. */
  function answered(): void {
    inFlight -= 1;
    if (inFlight > 0 || !shared) return;
    if (isUsable(shared)) keepForNow();
    else giveSharedBack();
  }
}

const KEPT_MS = 20;
/** For transactions, and for what is written with the query builder. */
const LEFT_IN_POOL = 4;

const isUsable = (connection: Pipelined) => !connection.__knex__disposed;

/** A read that waits for its connection. */
export type HotRead = {
  text: string;
  bindings: readonly HotBinding[];
  resolve(rows: Row[]): void;
  reject(error: unknown): void;
};

/** `?` as PostgreSQL writes it. None of our statements has one in a text. */
export function withPositions(sql: string): string {
  let position = 0;
  return sql.replaceAll('?', () => {
    position += 1;
    return `$${position}`;
  });
}
