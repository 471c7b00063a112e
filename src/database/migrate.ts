import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import { databaseReleaseTooOld, toDatabaseError } from './errors.ts';

/** One file of `migrations/`. `oldestRelease` is the oldest release that still works after it. */
type Migration = { up(knex: Knex): Promise<void>; down(knex: Knex): Promise<void>; oldestRelease: string };

export type MigrationStatus = { name: string; applied: boolean; appliedAt?: number };

type MigrateDeps = {
  db: Database;
  clock: Clock;
  /** The version of this code; tests give another one. */
  release?: string;
  /** Where the migrations are; tests give another folder. */
  folder?: string;
};

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const PACKAGE = new URL('../../package.json', import.meta.url);

/**
 * Brings the tables up to date, each migration in its own transaction, in the order of their names. Nodes that start
 * at the same time wait for each other, and each migration runs once. Migrations of a newer release are left alone.
 * Throws `database.release_too_old` when one of those says that this code is too old for it.
 */
export async function migrate({
  db,
  clock,
  release,
  folder = FOLDER,
}: MigrateDeps): Promise<{ applied: string[] }> {
  const version = release ?? (await codeRelease());
  const applied: string[] = [];
  await assertRelease(db, version);
  const recorded = await findRecorded(db);
  for (const { name, file } of await listFiles(folder)) {
    // What another node has applied meanwhile is seen in the transaction.
    if (recorded.has(name)) continue;
    const migration: Migration = await import(pathToFileURL(file).href);
    if (await apply(db, clock, name, migration)) applied.push(name);
  }
  await assertRelease(db, version);
  return { applied };
}

/** All known migrations, the recorded ones of other releases among them, in the order of their names. */
export async function migrationStatus(db: Database, folder = FOLDER): Promise<MigrationStatus[]> {
  const recorded = await findRecorded(db);
  const names = new Set([...recorded.keys(), ...(await listFiles(folder)).map(({ name }) => name)]);
  return [...names].sort().map((name) => {
    const row = recorded.get(name);
    return row ? { name, applied: true, appliedAt: row.appliedAt } : { name, applied: false };
  });
}

/** Refuses to work on tables that a newer release has changed beyond what this one understands. */
export async function assertRelease(db: Database, release: string): Promise<void> {
  for (const [migration, { oldestRelease }] of await findRecorded(db)) {
    if (compareReleases(release, oldestRelease) < 0) {
      throw databaseReleaseTooOld({ migration, oldestRelease, release });
    }
  }
}

/** The version in package.json. */
export async function codeRelease(): Promise<string> {
  return JSON.parse(await readFile(PACKAGE, 'utf8')).version;
}

/** Runs one migration, unless another node was faster. Answers whether it ran here. */
async function apply(db: Database, clock: Clock, name: string, migration: Migration): Promise<boolean> {
  try {
    return await db.transaction(async (transaction) => {
      if (db.dialect === 'postgres') await takeTurn(transaction);
      try {
        await createTable(transaction);
        if ((await findRecorded(transaction)).has(name)) return false;
        await migration.up(transaction.knex);
        await transaction('migrations').insert({
          name,
          applied_at: clock.now(),
          oldest_release: migration.oldestRelease,
        });
        return true;
      } finally {
        if (db.dialect === 'postgres') await endTurn(transaction);
      }
    });
  } catch (error) {
    const known = toDatabaseError(error);
    if (known instanceof Error) known.message = `Migration ${name}: ${known.message}`;
    throw known;
  }
}

/** SQLite has one writer. On PostgreSQL nodes queue up here, as long as it takes; a table's lock is not waited for. */
async function takeTurn(transaction: Database): Promise<void> {
  const { liftTimeouts } = await import('./postgres/postgres.ts');
  await liftTimeouts(transaction.knex);
  await transaction.raw('set local lock_timeout = 0');
  await transaction.raw(`select pg_advisory_xact_lock(hashtextextended('gatehouse migrations', 0))`);
  // DDL that waits for a lock makes every later statement on that table wait behind it.
  await transaction.raw(`set local lock_timeout = '10s'`);
}

async function endTurn(transaction: Database): Promise<void> {
  const { restoreTimeouts } = await import('./postgres/postgres.ts');
  await restoreTimeouts(transaction.knex);
}

async function createTable(db: Database): Promise<void> {
  await db.raw(
    'create table if not exists migrations (name text primary key, applied_at bigint not null, oldest_release text not null)',
  );
}

type Row = { name: string; applied_at: number; oldest_release: string };

async function findRecorded(
  db: Database,
): Promise<Map<string, { appliedAt: number; oldestRelease: string }>> {
  if (!(await db.knex.schema.hasTable('migrations'))) return new Map();
  const rows = await db('migrations').select(['name', 'applied_at', 'oldest_release']).orderBy('name');
  return new Map(
    rows.map((row: Row) => [row.name, { appliedAt: row.applied_at, oldestRelease: row.oldest_release }]),
  );
}

/** Names are recorded without their extension: a package has `.js`, a checkout `.ts`. */
async function listFiles(folder: string): Promise<{ name: string; file: string }[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{12}_.+(?<!\.d)\.[jt]s$/.test(file)).sort();
  return files.map((file) => ({ name: file.replace(/\.[jt]s$/, ''), file: `${folder}/${file}` }));
}

/** Below 0 when `left` is the older one. A pre-release counts as its release. */
function compareReleases(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(/[-+]/)[0]?.split('.').map(Number) ?? []);
  for (let part = 0; part < 3; part++) {
    const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
