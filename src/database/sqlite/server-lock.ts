import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { databaseAway, databaseInUse, isLocked } from '../errors.ts';

/** A database of its own, so that commands and `backup` go on beside the server that holds it. */
const LOCK_FILE = 'gatehouse.lock';
/** A restart begins the new server while the old one finishes what runs. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;
const LOOK_MS = 2_000;

export type ServerLock = { release(): void };

/**
 * One embedded database, one server: what a server holds in memory (limits, keys, sessions that have ended) would be wrong
 * beside another one. The lock is an exclusive transaction that is never finished, so it ends with the process, however that
 * ends. Throws `database.in_use` when another server holds it for longer than a restart takes; `onWaiting` is told first.
 * `onLost` is told, once, when the folder was removed or another one put in its place: what is open goes on in files that
 * nobody finds any more.
 */
export async function lockForServer(
  dataDir: string,
  {
    onWaiting,
    onLost,
    patienceMs = PATIENCE_MS,
    lookMs = LOOK_MS,
  }: { onWaiting?: () => void; onLost?: () => void; patienceMs?: number; lookMs?: number } = {},
): Promise<ServerLock> {
  const lock = open(dataDir);
  const endsAt = performance.now() + patienceMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      lock.exec('begin exclusive');
      const watching = onLost && watchFolder(dataDir, { onLost, lookMs });
      return {
        release() {
          clearInterval(watching);
          lock.close();
        },
      };
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

function watchFolder(
  dataDir: string,
  { onLost, lookMs }: { onLost: () => void; lookMs: number },
): NodeJS.Timeout {
  let held = inodeOf(join(dataDir, LOCK_FILE));
  const watching = setInterval(() => {
    const found = inodeOf(join(dataDir, LOCK_FILE));
    // The first good look is what later ones are compared with.
    if (held === 'unknown' && found !== 'gone') held = found;
    if (found === held || found === 'unknown') return;
    clearInterval(watching);
    onLost();
  }, lookMs);
  return watching.unref();
}

/** `gone`: there is no such file. Throws nothing: a folder that cannot be read is another matter, told by what reads it. */
function inodeOf(file: string): number | 'gone' | 'unknown' {
  try {
    return statSync(file, { throwIfNoEntry: false })?.ino ?? 'gone';
  } catch {
    return 'unknown';
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
