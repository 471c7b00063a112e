import { constants, existsSync, statSync } from 'node:fs';
import { chmod, copyFile, link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { type BackupSource, runPostgresProgram, syncFolder } from './backup.ts';
import type { Database } from './database.ts';
import { databaseRestoreFailed } from './errors.ts';
import { lockForServer } from './sqlite/server-lock.ts';
import { SQLITE_FILE } from './sqlite/sqlite.ts';

const LOGS = ['-wal', '-shm'] as const;

/** `kept`: where what was there before is: a file, or a schema of PostgreSQL; nothing when there was nothing. */
export type Restored = { kept?: string };

/**
 * Puts a backup (`backUp`) in the place of the database. What was there before is kept beside it, and is back when anything
 * fails. `now`: milliseconds, for its name. Throws `database.restore_failed`, and `database.in_use` while a server runs on
 * the embedded database. Servers on PostgreSQL have to be stopped by whoever calls this.
 */
export async function restore(
  source: BackupSource & { openPostgres(): Promise<Database> },
  file: string,
  now: number,
): Promise<Restored> {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/\D/g, '');
  return source.databaseUrl === undefined
    ? await restoreSqlite(source.dataDir, { file, stamp })
    : await restorePostgres(source.databaseUrl, { file, stamp, openDatabase: source.openPostgres });
}

async function restoreSqlite(
  dataDir: string,
  { file, stamp }: { file: string; stamp: string },
): Promise<Restored> {
  assertSqliteBackup(file);
  const lock = await lockForServer(dataDir, { patienceMs: 0 });
  const target = join(dataDir, SQLITE_FILE);
  const draft = `${target}.restoring`;
  const kept = `${target}.before-${stamp}`;
  try {
    if (existsSync(kept)) throw databaseRestoreFailed({ why: `${kept} exists already` });
    await rm(draft, { force: true });
    await copyFile(file, draft, constants.COPYFILE_EXCL);
    await chmod(draft, 0o600);
    await syncFile(draft);
    const isThere = existsSync(target);
    await replace(target, draft, kept);
    await syncFolder(dataDir);
    return isThere ? { kept } : {};
  } finally {
    await rm(draft, { force: true });
    lock.release();
  }
}

/**
 * What was there is kept under a second name before anything is taken away, so that there is a database at every moment: a
 * server would begin with an empty one where there is none.
 */
async function replace(target: string, draft: string, kept: string): Promise<void> {
  // The log of the old database (-wal) belongs to it, and would be played into the new one.
  const [logs, all] = [LOGS, ['', ...LOGS]].map((parts) =>
    parts.filter((part) => existsSync(`${target}${part}`)),
  ) as [string[], string[]];
  const safe: string[] = [];
  try {
    for (const part of all) {
      await keep(`${target}${part}`, `${kept}${part}`);
      safe.push(part);
    }
    for (const part of logs) await rm(`${target}${part}`);
    await rename(draft, target);
  } catch (error) {
    for (const part of safe) {
      if (!existsSync(`${target}${part}`)) await rename(`${kept}${part}`, `${target}${part}`);
      await rm(`${kept}${part}`, { force: true });
    }
    throw error;
  }
}

/** A second name, or where a file system has none a copy. */
async function keep(file: string, kept: string): Promise<void> {
  await link(file, kept).catch(() => copyFile(file, kept, constants.COPYFILE_EXCL));
}

function assertSqliteBackup(file: string): void {
  // What a server has written last is in the log beside its database, which is not copied.
  if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size)
    throw databaseRestoreFailed({
      why: `${file} is a database in use, and no backup: ${file}-wal beside it belongs to it`,
    });
  let db: BetterSqlite3.Database | undefined;
  try {
    db = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
    const [answer] = db.pragma('quick_check') as { quick_check: string }[];
    if (answer?.quick_check !== 'ok') throw new Error(answer?.quick_check);
    db.prepare('select count(*) from migrations').get();
  } catch (cause) {
    const why = existsSync(file)
      ? `${file} is not a whole backup of the embedded database`
      : `there is no ${file}`;
    throw databaseRestoreFailed({ why }, cause);
  } finally {
    db?.close();
  }
}

async function restorePostgres(
  databaseUrl: string,
  { file, stamp, openDatabase }: { file: string; stamp: string; openDatabase(): Promise<Database> },
): Promise<Restored> {
  await assertPostgresBackup(file);
  const db = await openDatabase();
  const kept = `before_${stamp}`;
  try {
    const [{ schema } = { schema: 'public' }] = await db.raw<{ schema: string }>(
      'select current_schema() as schema',
    );
    const [{ count } = { count: 0 }] = await db.raw<{ count: number }>(
      'select count(*)::int as count from pg_tables where schemaname = ?',
      [schema],
    );
    if (count > 0) await setAside(db, schema, kept);
    try {
      await runPostgresProgram(
        'pg_restore',
        (url) => [
          '--no-owner',
          '--exit-on-error',
          '--single-transaction',
          '--no-password',
          `--dbname=${url}`,
          file,
        ],
        databaseUrl,
        (why, cause) => databaseRestoreFailed({ why }, cause),
      );
    } catch (error) {
      if (count > 0) await putBack(db, schema, kept);
      throw error;
    }
    return count > 0 ? { kept } : {};
  } finally {
    await db.close();
  }
}

/** Tables that are newer than the backup would be in the way of the migrations that make them. */
async function setAside(db: Database, schema: string, kept: string): Promise<void> {
  await db
    .transaction(async (inside) => {
      await inside.knex.raw('alter schema ?? rename to ??', [schema, kept]);
      await inside.knex.raw('create schema ??', [schema]);
    })
    .catch((cause) => {
      throw databaseRestoreFailed(
        { why: `the user of DATABASE_URL may not rename the schema ${schema}` },
        cause,
      );
    });
}

async function putBack(db: Database, schema: string, kept: string): Promise<void> {
  await db.transaction(async (inside) => {
    await inside.knex.raw('drop schema ?? cascade', [schema]);
    await inside.knex.raw('alter schema ?? rename to ??', [kept, schema]);
  });
}

async function assertPostgresBackup(file: string): Promise<void> {
  const handle = await open(file, 'r').catch((cause) => {
    throw databaseRestoreFailed({ why: `there is no ${file} that can be read` }, cause);
  });
  try {
    const { buffer } = await handle.read(Buffer.alloc(5), 0, 5, 0);
    if (buffer.toString('latin1') !== 'PGDMP')
      throw databaseRestoreFailed({ why: `${file} is no backup of PostgreSQL (pg_dump's custom format)` });
  } finally {
    await handle.close();
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  await handle.sync().finally(() => handle.close());
}
