import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { databaseConfig } from '../../src/database/config.ts';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { databaseDeeds } from '../../src/database/deeds.ts';
import { lockForServer } from '../../src/database/sqlite/server-lock.ts';
import { SQLITE_FILE } from '../../src/database/sqlite/sqlite.ts';
import { commandsOf } from '../../src/deeds/deeds.ts';
import type { CommandInput } from '../../src/lib/command.ts';
import { createEmptyDatabase, createTestDatabase, type Dialect, eachDatabase } from '../support/database.ts';
import { findInstalled } from '../support/services.ts';

const clock = { now: () => 1_795_000_000_000 };
// Debian keeps the programs of PostgreSQL out of PATH.
const program = findInstalled(
  ['pg_dump'],
  ['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql*/bin'],
);
if (program) process.env.PATH += `${delimiter}${dirname(program)}`;

eachDatabase('the commands of the database', (dialect) => {
  test('migrate --status shows what is not applied, without applying it', async () => {
    const place = await createEmptyDatabase(dialect);
    onTestFinished(place.remove);
    const name = '202611210900_database_leases';
    const status = async () => (await type(place, 'migrate', { status: true })).json;
    expect(await status()).toMatchObject({ migrations: expect.arrayContaining([{ name, applied: false }]) });
    expect((await type(place, 'migrate', {})).json).toMatchObject({
      applied: expect.arrayContaining([name]),
    });
    expect(await status()).toMatchObject({
      migrations: expect.arrayContaining([{ name, applied: true, applied_at: '2026-11-18T11:06:40.000Z' }]),
    });
    expect((await type(place, 'migrate', {})).text).toBe('The database is up to date.');
  });

  test('backup beside a busy server can be restored, whole', async () => {
    const { place, folder } = await setUp(dialect);
    const { db } = place;
    await db.raw('create table pairs (id text primary key)');
    // Both rows of a pair are there, or none: a copy of half a transaction would show.
    let isOver = false;
    let pairs = 0;
    const writing = (async () => {
      while (!isOver) {
        const id = `pair-${pairs++}`;
        await db.transaction(async (transaction) => {
          await transaction('pairs').insert({ id: `${id}-left` });
          await transaction('pairs').insert({ id: `${id}-right` });
        });
      }
    })();
    await db.transaction((transaction) =>
      transaction('pairs').insert([{ id: 'known-left' }, { id: 'known-right' }]),
    );
    const file = join(folder, 'backup');
    const { json } = await type(place, 'backup', {}, [file]);
    isOver = true;
    await writing;

    expect(json).toEqual({ file, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const copy = await restored(dialect, file);
    const ids: string[] = await copy('pairs').pluck('id');
    expect(ids).toContain('known-left');
    expect(ids.filter((id) => id.endsWith('-left'))).toHaveLength(ids.length / 2);
    expect(await copy('migrations').pluck('name')).toContain('202611210900_database_leases');
  });

  test('backup writes over nothing', async () => {
    const { place, folder } = await setUp(dialect);
    const file = join(folder, 'letter');
    writeFileSync(file, 'dear aunt');
    const refused = type(place, 'backup', {}, [file]);
    await expect(refused).rejects.toMatchObject({ sentence: `No backup was made: ${file} exists already.` });
    expect(readFileSync(file, 'utf8')).toBe('dear aunt');
  });

  test('backup leaves no half file behind when it fails', async () => {
    const { place, folder } = await setUp(dialect);
    const file = join(folder, 'backup');
    const nowhere = { dataDir: folder, url: place.url && new URL('/no_such_database', place.url).href };
    await expect(type(nowhere, 'backup', {}, [file])).rejects.toMatchObject({
      code: 'database.backup_failed',
    });
    expect(existsSync(file)).toBe(false);
  });
});

eachDatabase('restore', (dialect) => {
  const backupOf = async () => {
    const { place, folder } = await setUp(dialect);
    const file = join(folder, 'backup');
    await place.db('installation').insert({ name: 'issuer', value: 'https://of-the-backup.example' });
    await type(place, 'backup', {}, [file]);
    return file;
  };
  const issuerOf = async (db: Database) => (await db('installation').first('value')).value;

  test('keeps what was there before, and tables that the backup does not know are not in the way', async () => {
    const file = await backupOf();
    const place = await createEmptyDatabase(dialect);
    await type(place, 'migrate', {});
    const before = await createDatabase(place);
    await before('installation').insert({ name: 'issuer', value: 'https://before.example' });
    await before.raw('create table of_a_newer_release (id text)');
    await before.close();

    const { json } = await type(place, 'restore', {}, [file]);
    const { kept } = json as { kept: string };
    const db = await opened(place);
    expect(await issuerOf(db)).toBe('https://of-the-backup.example');
    await db.raw('create table of_a_newer_release (id text)');
    if (dialect === 'postgres') {
      const rows = await db.raw(`select value from "${kept}".installation`);
      expect(rows).toEqual([{ value: 'https://before.example' }]);
    } else {
      const again = await mkdtemp(join(tmpdir(), 'gatehouse-kept-'));
      copyFileSync(kept, join(again, SQLITE_FILE));
      const old = await createDatabase({ dataDir: again });
      expect(await issuerOf(old)).toBe('https://before.example');
      await old.close();
      await rm(again, { recursive: true });
    }
  });

  test.for(['no backup at all', 'half a backup'])('with %s changes nothing', async (what) => {
    const file = await backupOf();
    const bytes = readFileSync(file);
    writeFileSync(file, what === 'half a backup' ? bytes.subarray(0, bytes.length / 2) : 'dear aunt');
    const place = await createEmptyDatabase(dialect);
    await type(place, 'migrate', {});
    const before = await createDatabase(place);
    await before('installation').insert({ name: 'issuer', value: 'https://before.example' });
    await before.close();
    await expect(type(place, 'restore', {}, [file])).rejects.toMatchObject({
      code: 'database.restore_failed',
      sentence: expect.stringMatching(/^Nothing was restored: /),
    });
    expect(await issuerOf(await opened(place))).toBe('https://before.example');
  });

  test('says which file is missing', async () => {
    const place = await createEmptyDatabase(dialect);
    onTestFinished(place.remove);
    await expect(type(place, 'restore', {}, ['/nowhere/backup'])).rejects.toMatchObject({
      sentence: expect.stringContaining('there is no /nowhere/backup'),
    });
  });
});

test('restore that fails half way leaves the database where it was', async () => {
  const { place, folder } = await setUp('sqlite');
  const file = join(folder, 'backup');
  await type(place, 'backup', {}, [file]);
  const target = join(place.dataDir, SQLITE_FILE);
  const before = readFileSync(target);
  // Its last step but one meets something that is in the way.
  if (!existsSync(`${target}-shm`)) writeFileSync(`${target}-shm`, '');
  mkdirSync(join(`${target}.before-20261118110640-shm`, 'in-the-way'), { recursive: true });
  await expect(type(place, 'restore', {}, [file])).rejects.toThrow();
  expect(readFileSync(target).equals(before)).toBe(true);
  expect(existsSync(`${target}.before-20261118110640`)).toBe(false);
});

test('restore leaves no moment without a database', async () => {
  const { place, folder } = await setUp('sqlite');
  const file = join(folder, 'backup');
  await type(place, 'backup', {}, [file]);
  const seen: (string | null)[] = [];
  const watcher = watch(place.dataDir, (event, name) => {
    if (event === 'rename') seen.push(name);
  });
  await type(place, 'restore', {}, [file]);
  await expect.poll(() => seen.filter((name) => name === SQLITE_FILE).length).toBeGreaterThan(0);
  watcher.close();
  // It comes, and never goes: the other one is written over.
  expect(seen.filter((name) => name === SQLITE_FILE)).toHaveLength(1);
});

test('restore takes no copy of a database whose log is still beside it', async () => {
  const { place, folder } = await setUp('sqlite');
  const file = join(folder, 'copied');
  copyFileSync(join(place.dataDir, SQLITE_FILE), file);
  writeFileSync(`${file}-wal`, 'what was written last');
  await expect(type(place, 'restore', {}, [file])).rejects.toMatchObject({
    sentence: expect.stringContaining(`${file} is a database in use`),
  });
});

test('restore refuses while a server runs on the embedded database', async () => {
  const { place, folder } = await setUp('sqlite');
  const file = join(folder, 'backup');
  await type(place, 'backup', {}, [file]);
  const server = await lockForServer(place.dataDir);
  const refused = () => type(place, 'restore', {}, [file]);
  await expect(refused()).rejects.toMatchObject({ code: 'database.in_use' });
  server.release();
  expect(await refused()).toMatchObject({ json: { restored: file } });
});

test('backup hands the password to pg_dump by the environment, never as an argument', async () => {
  const { place, folder } = await setUp('sqlite');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pg_dump'), '#!/bin/sh\necho "$* $PGPASSWORD"\n', { mode: 0o755 });
  const before = process.env.PATH;
  process.env.PATH = `${bin}${delimiter}${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  const file = join(folder, 'backup');
  await type({ ...place, url: 'postgres://ada:hid%2Fden@db.example/gatehouse' }, 'backup', {}, [file]);
  expect(readFileSync(file, 'utf8')).toBe(
    '--format=custom --no-password --dbname=postgres://ada@db.example/gatehouse hid/den\n',
  );
});

test('backup says what is missing when pg_dump is not installed', async () => {
  const { place, folder } = await setUp('sqlite');
  const before = process.env.PATH;
  process.env.PATH = folder;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  const refused = type({ ...place, url: 'postgres://ada@db.example/gatehouse' }, 'backup', {}, [
    join(folder, 'b'),
  ]);
  await expect(refused).rejects.toMatchObject({
    sentence: expect.stringContaining('pg_dump is not installed'),
  });
});

type Place = { url: string; dataDir: string };

async function setUp(dialect: Dialect) {
  const place = await createTestDatabase(dialect);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-backup-'));
  onTestFinished(async () => {
    await place.close();
    await rm(folder, { recursive: true });
  });
  return { place, folder };
}

async function type(
  { url, dataDir }: Place,
  name: string,
  values: CommandInput['values'],
  positionals: string[] = [],
) {
  const config = async () => ({ databaseUrl: url || undefined, dataDir, database: databaseConfig.parse({}) });
  const command = commandsOf(databaseDeeds, { config, clock }).find((one) => one.name === name);
  const { signal } = new AbortController();
  return command!.run({ positionals, values, signal, readStdin: async () => '', write: () => {} });
}

/** A new database made of a backup. */
async function restored(dialect: Dialect, file: string) {
  const place = await createEmptyDatabase(dialect);
  await type(place, 'restore', {}, [file]);
  return await opened(place);
}

async function opened({ url, dataDir, remove }: Awaited<ReturnType<typeof createEmptyDatabase>>) {
  const db = await createDatabase({ url, dataDir });
  onTestFinished(async () => {
    await db.close();
    await remove();
  });
  return db;
}
