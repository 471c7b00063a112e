import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe } from 'vitest';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { systemClock } from '../../src/lib/clock.ts';

export type Dialect = Database['dialect'];

/** `url` is empty for SQLite: what `createDatabase` takes for "SQLite in `dataDir`". */
export type TestDatabase = { db: Database; url: string; dataDir: string; close(): Promise<void> };

/** Runs the same tests on both databases. */
export function eachDatabase(name: string, suite: (dialect: Dialect) => void): void {
  describe.each<Dialect>(['postgres', 'sqlite'])(`${name} (%s)`, suite);
}

/** A migrated, empty database of its own. `close` closes and removes it. */
export async function createTestDatabase(dialect: Dialect): Promise<TestDatabase> {
  const { url, dataDir, remove } = await createEmptyDatabase(dialect, { isMigrated: dialect === 'postgres' });
  const db = await createDatabase({ url, dataDir });
  if (dialect === 'sqlite') await migrate({ db, clock: systemClock });
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
  if (dialect === 'sqlite') return { url: '', dataDir, remove: removeDataDir };
  const source = isMigrated ? await migratedTemplate() : 'template0';
  const name = newName('test');
  await onServer(`create database ${name} template ${source}`);
  return {
    url: urlOf(name),
    dataDir,
    async remove() {
      await onServer(`drop database if exists ${name} with (force)`);
      await removeDataDir();
    },
  };
}

/** Migrated once for each test file that needs it; copying a database takes far less time than migrating one. */
function migratedTemplate(): Promise<string> {
  template ??= createTemplate();
  return template;
}

let template: Promise<string> | undefined;

async function createTemplate(): Promise<string> {
  const name = newName('template');
  await onServer(`create database ${name} template template0`);
  const db = await createDatabase({ url: urlOf(name), dataDir: '' });
  await migrate({ db, clock: systemClock });
  await db.close();
  return name;
}

function newName(kind: string): string {
  return `gatehouse_${kind}_${process.pid}_${randomBytes(6).toString('hex')}`;
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

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
