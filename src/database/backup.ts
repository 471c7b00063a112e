import { spawn } from 'node:child_process';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { databaseBackupFailed } from './errors.ts';
import { SQLITE_FILE } from './sqlite/sqlite.ts';

export type BackupSource = { databaseUrl?: string | undefined; dataDir: string };

/**
 * Writes a consistent copy of the database to a new file that only its owner can read, beside a running server.
 * SQLite: a database file. PostgreSQL: the custom format of `pg_dump`. Throws `database.backup_failed`, and leaves no
 * half file behind.
 */
export async function backUp(
  { databaseUrl, dataDir }: BackupSource,
  file: string,
): Promise<{ bytes: number }> {
  const target = await createFile(file);
  try {
    if (databaseUrl) await dumpPostgres(databaseUrl, target);
    else copySqlite(join(dataDir, SQLITE_FILE), file);
    await target.sync();
    await syncFolder(dirname(file));
    return { bytes: (await stat(file)).size };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await target.close();
  }
}

/** A backup holds what the database holds: nobody else may read it, and none is written over. */
async function createFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw databaseBackupFailed({ why: isThere ? `${file} exists already` : `cannot write ${file}` }, cause);
  }
}

/** VACUUM INTO reads one state of the database, whatever is written meanwhile, and fills the empty file. */
function copySqlite(source: string, file: string): void {
  let db: BetterSqlite3.Database | undefined;
  try {
    db = new BetterSqlite3(source, { fileMustExist: true, timeout: 10_000 });
    db.prepare('VACUUM INTO ?').run(file);
  } catch (cause) {
    throw databaseBackupFailed({ why: `cannot copy ${source}` }, cause);
  } finally {
    db?.close();
  }
}

async function dumpPostgres(databaseUrl: string, target: FileHandle): Promise<void> {
  await runPostgresProgram(
    'pg_dump',
    (url) => ['--format=custom', '--no-password', `--dbname=${url}`],
    databaseUrl,
    (why, cause) => databaseBackupFailed({ why }, cause),
    target.fd,
  );
}

/** Runs a program of PostgreSQL's client; it prints into `stdout`, a file descriptor. `failure` makes what is thrown. */
export async function runPostgresProgram(
  program: string,
  argsFor: (url: string) => string[],
  databaseUrl: string,
  failure: (why: string, cause?: unknown) => Error,
  stdout: number | 'ignore' = 'ignore',
): Promise<void> {
  const { url, password } = withoutPassword(databaseUrl);
  // Every user of a machine can read the arguments of a process; its environment only its owner.
  const env = password === undefined ? process.env : { ...process.env, PGPASSWORD: password };
  const running = spawn(program, argsFor(url), { env, stdio: ['ignore', stdout, 'pipe'] });
  let complaint = '';
  running.stderr?.on('data', (bytes) => {
    complaint = `${complaint}${bytes}`.slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    running.on('error', (cause) =>
      reject(failure(`${program} is not installed; install the PostgreSQL client programs`, cause)),
    );
    running.on('close', resolve);
  });
  if (code !== 0) throw failure(complaint.trim() || `${program} ended with ${code}`);
}

function withoutPassword(databaseUrl: string): { url: string; password: string | undefined } {
  const url = new URL(databaseUrl);
  const password = url.password ? decodeURIComponent(url.password) : url.searchParams.get('password');
  url.password = '';
  url.searchParams.delete('password');
  return { url: url.href, password: password ?? undefined };
}

/** So that a name in it outlives a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
