import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe } from 'vitest';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { SQLITE_FILE } from '../../src/database/sqlite/sqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';

export type Dialect = Database['dialect'];

/** `url` is empty for SQLite: what `createDatabase` takes for "SQLite in `dataDir`". */
export type TestDatabase = { db: Database; url: string; dataDir: string; close(): Promise<void> };

/** `TEST_STORAGES=sqlite` (`npm run test:quick`): the others are left out, and need not be there. */
const asked = process.env.TEST_STORAGES?.split(',');
const askedOf = <S extends Storage>(storages: readonly S[]) =>
  storages.filter((storage) => asked === undefined || asked.includes(storage));

/** Runs the same tests on both databases. */
export function eachDatabase(name: string, suite: (dialect: Dialect) => void): void {
  describe.each(askedOf<Dialect>(['postgres', 'sqlite']))(`${name} (%s)`, suite);
}

/** `redis`: PostgreSQL, and Redis for what is short-lived. */
export type Storage = Dialect | 'redis';

/** Runs the same tests on everything that `startApp` can stand on. */
export function eachStorage(name: string, suite: (storage: Storage) => void): void {
  describe.each(askedOf<Storage>(['postgres', 'sqlite', 'redis']))(`${name} (%s)`, suite);
}

/** A migrated, empty database of its own. `close` closes and removes it. */
export async function createTestDatabase(dialect: Dialect): Promise<TestDatabase> {
  const { url, dataDir, remove } = await createEmptyDatabase(dialect, { isMigrated: true });
  const db = await createDatabase({ url, dataDir });
  return {
    db,
    url,
    dataDir,
    async close() {
      await db.close();
      await remove();
    },
  };
}

/** A place for a database without any tables (or with all, `isMigrated`), for tests that open it themselves. */
export async function createEmptyDatabase(dialect: Dialect, { isMigrated = false } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  const removeDataDir = () => rm(dataDir, { recursive: true, force: true });
  if (dialect === 'sqlite') {
    if (isMigrated) await writeFile(join(dataDir, SQLITE_FILE), await migratedFile(), { mode: 0o600 });
    return { url: '', dataDir, remove: removeDataDir };
  }
  const name = `gatehouse_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  const template = isMigrated ? await migratedTemplate() : 'template0';
  await onServer((client) => client.query(`create database ${name} template ${template}`));
  return {
    url: urlOf(name),
    dataDir,
    async remove() {
      await onServer((client) => client.query(`drop database if exists ${name} with (force)`));
      await removeDataDir();
    },
  };
}

let file: Promise<Buffer> | undefined;

/** The bytes of a migrated SQLite database, made once for each test file. */
function migratedFile(): Promise<Buffer> {
  file ??= createMigratedFile();
  return file;
}

async function createMigratedFile(): Promise<Buffer> {
  const { dataDir, remove } = await createEmptyDatabase('sqlite');
  const db = await createDatabase({ dataDir });
  await migrate({ db, clock: systemClock });
  await db.close();
  const bytes = await readFile(join(dataDir, SQLITE_FILE));
  await remove();
  return bytes;
}

const templates = new Map<string, Promise<string>>();

/** The migrated database that PostgreSQL copies, made once for each server and each state of the migrations. */
function migratedTemplate(): Promise<string> {
  const made = templates.get(serverUrl()) ?? createTemplate();
  templates.set(serverUrl(), made);
  return made;
}

async function createTemplate(): Promise<string> {
  const name = `gatehouse_template_${await hashOfMigrations()}`;
  await onServer(async (client) => {
    // Held until the connection ends: the first test file makes it, the others wait and find it.
    await client.query('select pg_advisory_lock(4711)');
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length > 0) return;
    await client.query(`drop database if exists ${name}_new with (force)`);
    await client.query(`create database ${name}_new template template0`);
    const db = await createDatabase({ url: urlOf(`${name}_new`), dataDir: '' });
    await migrate({ db, clock: systemClock });
    await db.close();
    await client.query(`alter database ${name}_new rename to ${name}`);
  });
  return name;
}

async function hashOfMigrations(): Promise<string> {
  const folder = new URL('../../migrations/', import.meta.url);
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort())
    hash.update(name).update(await readFile(new URL(name, folder)));
  return hash.digest('hex').slice(0, 16);
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is missing: the global setup of the tests starts PostgreSQL.');
  return url;
}

function urlOf(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
