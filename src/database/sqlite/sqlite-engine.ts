import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import {
  databaseAway,
  databaseBusy,
  databaseWaitsForItself,
  isConnectionLost,
  isConstraintViolation,
  isLocked,
  toDatabaseError,
} from '../errors.ts';

/** What a statement gave: its rows (also of `RETURNING`), or how many rows it changed. */
export type SqliteAnswer = { rows?: Record<string, unknown>[]; changes: number; lastId: number };

/** What knex holds as its connection. `__knexUid` is its own mark. */
export type SqliteConnection = {
  __knexUid: string;
  run(sql: string, bindings: readonly unknown[]): Promise<SqliteAnswer>;
};

export type SqliteEngine = ReturnType<typeof createSqliteEngine>;

/** The busy handler blocks the event loop, so it is short; the rest of the waiting is asynchronous. */
const BUSY_TIMEOUT_MS = 20;
const LARGEST_GROUP = 500;
const LARGEST_CACHE = 300;

/**
 * SQLite for one process: a writer and a reader on the same file. Reads run at once and see committed rows only.
 * Writes outside a transaction wait for the end of the event loop's turn and are committed together, each in its own
 * savepoint, and are answered after the commit. A transaction holds the writer alone. Another process that holds the
 * file's lock is waited for without blocking, up to `patienceMs`; then `database.busy`.
 */
export function createSqliteEngine({ file, patienceMs }: { file: string; patienceMs: number }) {
  const lock = createLock();
  const scopes = new AsyncLocalStorage<{ isOpen: boolean }>();
  const queue: Write[] = []; // at most one for each request in flight
  let writer: Handle | undefined;
  let reader: Handle | undefined;
  let hasSnapshot = false;
  let isFlushDue = false;
  let isClosed = false;
  let hasFailed = false;
  let probes = 0;

  const plain: SqliteConnection = {
    __knexUid: 'sqlite',
    async run(sql, bindings) {
      if (isClosed) throw databaseAway({ why: 'closed' });
      if (await reading((handle) => handle.isRead(sql)))
        return reading((handle) => handle.execute(sql, bindings));
      return enqueue([{ sql, bindings }]);
    },
  };

  return {
    /** For everything outside a transaction. */
    plain,

    /** The rows of a statement that is known to read only, at once; `undefined`: ask `plain`, which is patient. */
    readNow(sql: string, bindings: readonly unknown[]): Record<string, unknown>[] | undefined {
      if (isClosed || !reader) return undefined;
      try {
        if (!hasSnapshot) beginSnapshot(reader);
        return reader.readKnown(sql, bindings);
      } catch {
        endSnapshot();
        return undefined;
      }
    },

    /** One write of several statements: each runs when the one before wrote a row. Answers what the first one gave. */
    async runInTurn(steps: readonly Step[]): Promise<SqliteAnswer> {
      if (isClosed) throw databaseAway({ why: 'closed' });
      return enqueue(steps);
    },

    /** Reads from now on see what others have committed before now. */
    lookAgain: endSnapshot,

    /** Opens the file, so that a mistake shows at the start. */
    async open(): Promise<void> {
      const release = await lock.take(patienceMs);
      try {
        await patiently(() => {
          writer ??= openHandle(file, 'writer', false);
          reader ??= openHandle(file, 'reader', true);
        }, patienceMs);
      } finally {
        release();
      }
    },

    /**
     * Takes the writer and begins. `end` gives it back, and rolls back what was not committed. Throws
     * `database.busy` when another transaction holds it for too long.
     */
    async begin(): Promise<{ connection: SqliteConnection; end(): void }> {
      if (isClosed) throw databaseAway({ why: 'closed' });
      assertOutsideTransaction();
      // SQLite answers at once: one transaction after another would never let the event loop turn.
      await nextTurn();
      const release = await lock.take(patienceMs);
      try {
        const handle = await beginImmediate();
        let isOver = false;
        const connection: SqliteConnection = {
          __knexUid: 'sqlite-writer',
          async run(sql, bindings) {
            if (isOver) throw new Error('This transaction is over.');
            // SQLite may have rolled back by itself (a full disk does that).
            if (sql.startsWith('ROLLBACK') && !handle.db.inTransaction) return { changes: 0, lastId: 0 };
            try {
              return handle.execute(sql, bindings);
            } catch (error) {
              throw failed(error);
            } finally {
              if (!handle.db.inTransaction) endSnapshot();
            }
          },
        };
        return {
          connection,
          end() {
            isOver = true;
            rollback(handle);
            release();
          },
        };
      } catch (error) {
        release();
        throw failed(error);
      }
    },

    /** Runs `work` as the inside of a transaction, so that using the outer handle there is an error and no deadlock. */
    async inside<T>(work: () => Promise<T>): Promise<T> {
      const scope = { isOpen: true };
      try {
        return await scopes.run(scope, work);
      } finally {
        scope.isOpen = false;
      }
    },

    /** Throws when the database cannot be read, or could not be written and still cannot. */
    async ping(): Promise<void> {
      if (isClosed) throw databaseAway({ why: 'closed' });
      await reading((handle) => handle.execute('select name from sqlite_master limit 1', []));
      if (!hasFailed) return;
      // Writes the first page and nothing that anybody reads.
      probes = (probes + 1) % 1000;
      await enqueue([{ sql: `pragma user_version = ${probes}`, bindings: [] }]);
    },

    /** Commits what waits, then closes the file. */
    async close(): Promise<void> {
      if (isClosed) return;
      while (queue.length > 0) await flush();
      isClosed = true;
      endSnapshot();
      const release = await lock.take(patienceMs);
      reader?.close();
      writer?.close();
      release();
    },
  };

  function assertOutsideTransaction() {
    if (scopes.getStore()?.isOpen) throw databaseWaitsForItself();
  }

  /**
   * Reads of one turn of the event loop share one look at the file, because taking and giving back its lock costs more
   * than most reads. A request that comes in ends it, and a commit of ours before anybody hears of the commit, and the
   * turn whatever happens.
   */
  function beginSnapshot(handle: Handle): void {
    handle.execute('BEGIN', []);
    hasSnapshot = true;
    setImmediate(endSnapshot);
  }

  function endSnapshot(): void {
    if (!hasSnapshot) return;
    hasSnapshot = false;
    try {
      if (reader?.db.inTransaction) reader.execute('COMMIT', []);
    } catch {
      reader?.close();
      reader = undefined;
    }
  }

  /** Reads now, synchronously when nothing is in the way. */
  async function reading<T>(read: (handle: Handle) => T): Promise<T> {
    const attempt = () => {
      reader ??= openHandle(file, 'reader', true);
      return read(reader);
    };
    try {
      return attempt();
    } catch (error) {
      if (isLocked(error)) return patiently(attempt, patienceMs);
      if (isConnectionLost(error)) {
        hasSnapshot = false;
        reader?.close();
        reader = undefined;
      }
      throw toDatabaseError(error);
    }
  }

  function enqueue(steps: readonly Step[]): Promise<SqliteAnswer> {
    assertOutsideTransaction();
    return new Promise((resolve, reject) => {
      queue.push({ steps, resolve, reject });
      if (isFlushDue) return;
      isFlushDue = true;
      setImmediate(() => void flush());
    });
  }

  /** Commits the writes that wait. Never throws: each write hears of its own fate. */
  async function flush(): Promise<void> {
    isFlushDue = true;
    let release = () => {};
    try {
      release = await lock.take(patienceMs);
      const handle = await beginImmediate();
      commitGroup(handle, queue.splice(0, queue[0]?.isAlone ? 1 : LARGEST_GROUP));
    } catch (error) {
      for (const write of queue.splice(0)) write.reject(failed(error));
    } finally {
      release();
      isFlushDue = queue.length > 0;
      if (isFlushDue) setImmediate(() => void flush());
    }
  }

  async function beginImmediate(): Promise<Handle> {
    return patiently(() => {
      writer ??= openHandle(file, 'writer', true);
      writer.execute('BEGIN IMMEDIATE', []);
      return writer;
    }, patienceMs);
  }

  /** One transaction for all of them. Whoever calls has begun it. */
  function commitGroup(handle: Handle, group: Write[]): void {
    let answers: (() => void)[];
    try {
      answers = runGroup(handle, group);
      handle.execute('COMMIT', []);
      endSnapshot();
    } catch (error) {
      rollback(handle);
      // A promise that is checked at the commit was broken, and it does not tell by whom: now each on its own.
      if (group.length > 1 && isConstraintViolation(error)) {
        queue.unshift(...group.map((write) => ({ ...write, isAlone: true })));
      } else {
        const reason = failed(error);
        for (const write of group) write.reject(reason);
      }
      return;
    }
    hasFailed = false;
    for (const answer of answers) answer();
  }

  /** All of them at once; only when one fails, each in a savepoint of its own. Gives what to tell their callers. */
  function runGroup(handle: Handle, group: readonly Write[]): (() => void)[] {
    const runAll = () =>
      group.map((write) => {
        const answer = runSteps(handle, write);
        return () => write.resolve(answer);
      });
    if (group.length === 1) return runAll();
    handle.execute('SAVEPOINT all_writes', []);
    try {
      const answers = runAll();
      handle.execute('RELEASE all_writes', []);
      return answers;
    } catch (error) {
      // A full or broken disk makes SQLite roll back everything: then nobody's write is there.
      if (!handle.db.inTransaction) throw error;
      handle.execute('ROLLBACK TO all_writes', []);
      handle.execute('RELEASE all_writes', []);
    }
    return group.map((write) => runInSavepoint(handle, write));
  }

  /** Runs one write, and gives what to tell its caller once all of them are committed. */
  function runInSavepoint(handle: Handle, write: Write): () => void {
    handle.execute('SAVEPOINT one_write', []);
    try {
      const answer = runSteps(handle, write);
      handle.execute('RELEASE one_write', []);
      return () => write.resolve(answer);
    } catch (error) {
      if (!handle.db.inTransaction) throw error;
      handle.execute('ROLLBACK TO one_write', []);
      handle.execute('RELEASE one_write', []);
      const reason = failed(error);
      return () => write.reject(reason);
    }
  }

  function rollback(handle: Handle): void {
    try {
      if (handle.db.open && handle.db.inTransaction) handle.execute('ROLLBACK', []);
    } catch (error) {
      failed(error);
      dropWriter();
    }
  }

  /** Remembers that the disk refused, so that `ping` looks again and a broken handle is opened anew. */
  function failed(error: unknown): unknown {
    const known = toDatabaseError(error);
    if (known !== error || isConnectionLost(error)) hasFailed = true;
    if (isConnectionLost(error) && writer && !writer.db.inTransaction) dropWriter();
    return known;
  }

  function dropWriter(): void {
    writer?.close();
    writer = undefined;
  }
}

type Step = { sql: string; bindings: readonly unknown[] };

type Write = {
  isAlone?: boolean;
  steps: readonly Step[];
  resolve(answer: SqliteAnswer): void;
  reject(error: unknown): void;
};

/** All steps of a write, up to one that reaches no row; the answer is the first one's. */
function runSteps(handle: Handle, { steps }: Write): SqliteAnswer {
  let first: SqliteAnswer | undefined;
  for (const { sql, bindings } of steps) {
    const answer = handle.execute(sql, bindings);
    first ??= answer;
    if ((answer.rows?.length ?? answer.changes) === 0) break;
  }
  return first ?? { changes: 0, lastId: 0 };
}

type Handle = ReturnType<typeof openHandle>;

/** `mustExist`: opening again after a failure must never make a new, empty database. */
function openHandle(file: string, role: 'writer' | 'reader', mustExist: boolean) {
  const db = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: mustExist });
  try {
    if (role === 'writer') {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('journal_size_limit = 67108864');
    } else {
      db.pragma('query_only = ON');
    }
    db.pragma('foreign_keys = ON');
    db.pragma('temp_store = MEMORY');
    db.pragma('trusted_schema = OFF');
  } catch (error) {
    db.close();
    throw error;
  }

  // Both at most LARGEST_CACHE.
  const statements = new Map<string, BetterSqlite3.Statement<unknown[], Record<string, unknown>>>();
  const reads: typeof statements = new Map();

  return {
    db,

    /** Whether a statement changes nothing, so that the reader may run it. */
    isRead(sql: string): boolean {
      const statement = prepare(sql);
      if (statement.readonly && !statement.reader) throw new Error(`Use db.transaction instead of ${sql}.`);
      if (statement.readonly && reads.size < LARGEST_CACHE) reads.set(sql, statement);
      return statement.readonly;
    },

    /** Rows of a statement that `isRead` was asked about, if it is one. */
    readKnown(sql: string, bindings: readonly unknown[]): Record<string, unknown>[] | undefined {
      return reads.get(sql)?.all(...bindings);
    },

    execute(sql: string, bindings: readonly unknown[]): SqliteAnswer {
      const statement = prepare(sql);
      if (statement.reader) return { rows: statement.all(...bindings), changes: 0, lastId: 0 };
      const { changes, lastInsertRowid } = statement.run(...bindings);
      return { changes, lastId: Number(lastInsertRowid) };
    },

    close() {
      statements.clear();
      reads.clear();
      try {
        db.close();
      } catch {
        // The connection is broken already, and a new one takes its place.
      }
    },
  };

  /** Least recently used statements go first. A Map keeps the order in which keys were set. */
  function prepare(sql: string) {
    let statement = statements.get(sql);
    if (statement) statements.delete(sql);
    else statement = db.prepare<unknown[], Record<string, unknown>>(sql);
    statements.set(sql, statement);
    if (statements.size > LARGEST_CACHE) {
      const [oldest] = statements.keys();
      if (oldest !== undefined) statements.delete(oldest);
    }
    return statement;
  }
}

/** Tries again while another process holds the lock. The event loop goes on meanwhile. */
async function patiently<T>(attempt: () => T, patienceMs: number): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isLocked(error) || performance.now() > end) throw toDatabaseError(error);
    }
    await delay(2 + Math.random() * 20);
  }
}

/** First come, first served. Whoever waits longer than `patienceMs` gets `database.busy`. */
function createLock() {
  const waiting: (() => void)[] = []; // at most one for each request in flight, for `patienceMs`
  let isTaken = false;

  return {
    async take(patienceMs: number): Promise<() => void> {
      if (isTaken) await turn(patienceMs);
      isTaken = true;
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        const next = waiting.shift();
        // The lock stays taken while it is handed to the next in line, so that nobody slips in between.
        if (next) next();
        else isTaken = false;
      };
    },
  };

  function turn(patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(granted), 1);
        reject(databaseBusy({ why: 'another transaction holds the writer' }));
      }, patienceMs);
      function granted() {
        clearTimeout(timer);
        resolve();
      }
      waiting.push(granted);
    });
  }
}
