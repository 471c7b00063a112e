import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { databaseConfig } from '../../src/database/config.ts';
import { createDatabase } from '../../src/database/database.ts';
import { databaseDeeds } from '../../src/database/deeds.ts';
import { SQLITE_FILE } from '../../src/database/sqlite/sqlite.ts';
import { commandsOf } from '../../src/deeds/deeds.ts';
import type { CommandInput } from '../../src/lib/command.ts';
import { createEmptyDatabase, createTestDatabase, type Dialect, eachDatabase } from '../support/database.ts';
import { findInstalled } from '../support/services.ts';

const clock = { now: () => 1_795_000_000_000 };
const run = promisify(execFile);
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
    const restored = await restore(dialect, file);
    const ids: string[] = await restored('pairs').pluck('id');
    expect(ids).toContain('known-left');
    expect(ids.filter((id) => id.endsWith('-left'))).toHaveLength(ids.length / 2);
    expect(await restored('migrations').pluck('name')).toContain('202611210900_database_leases');
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
  const config = () => ({ databaseUrl: url || undefined, dataDir, database: databaseConfig.parse({}) });
  const command = commandsOf(databaseDeeds, { config, clock }).find((one) => one.name === name);
  const { signal } = new AbortController();
  return command!.run({ positionals, values, signal, readStdin: async () => '', write: () => {} });
}

/** A new database made of a backup, as the command's text tells the operator. */
async function restore(dialect: Dialect, file: string) {
  const { url, dataDir, remove } = await createEmptyDatabase(dialect);
  if (dialect === 'sqlite') copyFileSync(file, join(dataDir, SQLITE_FILE));
  else await run('pg_restore', ['--clean', '--if-exists', '--no-owner', `--dbname=${url}`, file]);
  const db = await createDatabase({ url, dataDir });
  onTestFinished(async () => {
    await db.close();
    await remove();
  });
  return db;
}
