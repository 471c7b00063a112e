import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { databaseAway, databaseInUse, isLocked } from '../errors.ts';

/** A database of its own, so that commands and `backup` go on beside the server that holds it. */
const LOCK_FILE = 'gatehouse.lock';
/** A restart begins the new server while the old one finishes what runs. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

export type ServerLock = { release(): void };

/**
 * One embedded database, one server: what a server holds in memory (limits, keys, sessions that have ended) would be wrong
 * beside another one. The lock is an exclusive transaction that is never finished, so it ends with the process, however that
 * ends. Throws `database.in_use` when another server holds it for longer than a restart takes; `onWaiting` is told first.
 */
export async function lockForServer(
  dataDir: string,
  { onWaiting, patienceMs = PATIENCE_MS }: { onWaiting?: () => void; patienceMs?: number } = {},
): Promise<ServerLock> {
  const lock = open(dataDir);
  const endsAt = performance.now() + patienceMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      lock.exec('begin exclusive');
      return { release: () => void lock.close() };
    } catch (cause) {
      if (!isLocked(cause) || performance.now() >= endsAt) {
        lock.close();
        throw isLocked(cause) ? databaseInUse({ dataDir }, cause) : cause;
      }
      if (isFirst) onWaiting?.();
      await wait(PAUSE_MS);
    }
  }
}

function open(dataDir: string): BetterSqlite3.Database {
  const file = join(dataDir, LOCK_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    return new BetterSqlite3(file, { timeout: 0 });
  } catch (cause) {
    throw databaseAway({ why: `cannot write ${file}` }, cause);
  }
}
