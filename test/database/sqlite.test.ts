import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { databaseConfig } from '../../src/database/config.ts';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { SQLITE_FILE } from '../../src/database/sqlite/sqlite.ts';
import { startChild } from './child.ts';

test('makes the folder for its owner only, and every file in it too', async () => {
  const { dataDir, db } = await setUp({ dataDir: 'deep/inside' });
  await db('things').insert({ id: 'a' });
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  for (const suffix of ['', '-wal', '-shm']) {
    expect(statSync(join(dataDir, SQLITE_FILE + suffix)).mode & 0o777).toBe(0o600);
  }
});

test('who hears of a commit reads it, though others of the same turn have looked at the file before', async () => {
  const { db } = await setUp();
  await db('things').insert({ id: 'a' });
  const read = () => db.hot<{ id: string }>('select id from things where id <> ?', ['']);
  for (let round = 0; round < 20; round += 1) {
    // Looks right before the writes of this turn are committed, and is not asked to look away before the next turn.
    const looked = new Promise((resolve) => setImmediate(() => resolve(read())));
    await db.hot('update things set id = ? where id <> ? returning id', [`n${round}`, '']);
    expect(await read()).toEqual([{ id: `n${round}` }]);
    await looked;
  }
  const late = new Promise((resolve) => setImmediate(() => resolve(read())));
  await db.transaction((inside) => inside('things').update({ id: 'by a transaction' }));
  expect(await read()).toEqual([{ id: 'by a transaction' }]);
  await late;
});

test('who comes after the commit of another process reads it', async () => {
  const { db, dataDir } = await setUp();
  await db('things').insert({ id: 'a' });
  const other = await createDatabase({ dataDir });
  onTestFinished(() => other.close());
  const read = () => db.hot<{ id: string }>('select id from things where id <> ?', ['']);
  await read();
  for (let round = 0; round < 20; round += 1) {
    const looked = new Promise((resolve) => setImmediate(() => resolve(read())));
    await other.hot('update things set id = ? where id <> ? returning id', [`n${round}`, '']);
    db.lookAgain();
    expect(await read()).toEqual([{ id: `n${round}` }]);
    await looked;
  }
});

test('syncs each commit to the disk, in WAL mode, with foreign keys on', async () => {
  const { db } = await setUp();
  await db.transaction(async (writer) => {
    expect(await writer.raw('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await writer.raw('pragma synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await writer.raw('pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(await writer.raw('pragma busy_timeout')).toEqual([{ timeout: 20 }]);
  });
});

test('commits the writes of one turn of the event loop together', async () => {
  const { db, commits } = await setUp();
  const before = commits();
  await Promise.all(rows(50).map((row) => db('things').insert(row)));
  expect(commits() - before).toBe(1);
  await db('things').insert({ id: 'later' });
  expect(commits() - before).toBe(2);
});

test('commits a pair as one write, also where a group of writes is full', async () => {
  const { db, other, commits } = await setUp();
  const insert = (id: string) => ({
    sql: 'insert into things (id) values (?) returning id',
    bindings: [id],
  });
  const odd = other
    .prepare(
      "select count(*) from things where replace(id, 'first', 'second') not in (select id from things)",
    )
    .pluck();
  const before = commits();
  const writes = rows(1201).map(({ id }) => db.hotPair(insert(`first ${id}`), insert(`second ${id}`)));
  const halves = await Promise.all(writes.map((write) => write.then(() => odd.get())));
  expect(new Set(halves)).toEqual(new Set([0]));
  expect(commits() - before).toBe(3);
});

test('answers a write only when another connection can see it', async () => {
  const { db, other } = await setUp();
  const count = other.prepare('select count(*) from things').pluck();
  const writes = rows(20).map((row) => db('things').insert(row));
  const seen = await Promise.all(writes.map((write) => write.then(() => count.get())));
  expect(seen).toEqual(seen.map(() => 20));
});

test('gives the rows of a write with returning after its commit too', async () => {
  const { db, other } = await setUp();
  expect(await db('things').insert({ id: 'a' }).returning(['id'])).toEqual([{ id: 'a' }]);
  expect(other.prepare('select id from things').all()).toEqual([{ id: 'a' }]);
});

test('lets a failing write fail alone', async () => {
  const { db, commits } = await setUp();
  await db('things').insert({ id: 'b' });
  const before = commits();
  const answers = await Promise.allSettled(['a', 'b', 'c'].map((id) => db('things').insert({ id })));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(commits() - before).toBe(1);
  expect(await db('things').orderBy('id').pluck('id')).toEqual(['a', 'b', 'c']);
});

test('takes a failing write back as a whole, also when SQLite keeps the rows before the failing one', async () => {
  const { db } = await setUp();
  const write = db.raw("insert or fail into things (id) values ('a'), ('a')");
  await expect(write).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  expect(await db('things').pluck('id')).toEqual([]);
});

test('keeps the writes of others when one breaks a promise that is checked at the commit', async () => {
  const { db } = await setUp();
  await db.raw('create table parts (thing_id text references things (id) deferrable initially deferred)');
  const answers = await Promise.allSettled([
    db('things').insert({ id: 'a' }),
    db('parts').insert({ thing_id: 'nobody' }),
    db('things').insert({ id: 'b' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await db('things').orderBy('id').pluck('id')).toEqual(['a', 'b']);
});

test('reads while a transaction holds the writer', async () => {
  const { db } = await setUp();
  await db('things').insert({ id: 'a' });
  await db.transaction(async (transaction) => {
    await transaction('things').delete();
    expect(await db('things').pluck('id')).toEqual(['a']);
  });
});

test('refuses a write on the outer handle inside a transaction, where it would wait for ever', async () => {
  const { db } = await setUp();
  const refusal = { code: 'database.waits_for_itself' };
  await db.transaction(async (transaction) => {
    await expect(db('things').insert({ id: 'a' })).rejects.toMatchObject(refusal);
    await expect(db.transaction(async () => {})).rejects.toMatchObject(refusal);
    await transaction('things').insert({ id: 'b' });
  });
  expect(await db('things').pluck('id')).toEqual(['b']);
});

test('says that it is busy when a transaction holds the writer for too long, and goes on afterwards', async () => {
  const { db } = await setUp({ lockTimeoutSeconds: 0.1 });
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const transaction = db.transaction(async () => {
    begin();
    await told;
  });
  await begun;
  const busy = { code: 'database.busy', status: 503 };
  await expect(db('things').insert({ id: 'a' })).rejects.toMatchObject(busy);
  await expect(db.transaction(async () => {})).rejects.toMatchObject(busy);
  tell();
  await transaction;
  await db('things').insert({ id: 'b' });
  expect(await db('things').pluck('id')).toEqual(['b']);
});

test('waits for another process that holds the lock, and reads meanwhile', async () => {
  const { db, dataDir, file } = await setUp();
  const impatient = await open(dataDir, 0.1);
  const child = startChild('lock-process.ts', { FILE: file });
  expect(await child.line()).toBe('locked');

  const write = db('things').insert({ id: 'ours' }).then();
  const transaction = db.transaction((handle) => handle('things').insert({ id: 'ours too' }));
  // Once this one has given up, the others have tried in vain for as long.
  await expect(impatient('things').insert({ id: 'lost' })).rejects.toMatchObject({ code: 'database.busy' });
  expect(await db('things').pluck('id')).toEqual([]);

  child.say('go on');
  await Promise.all([write, transaction]);
  expect(await db('things').orderBy('id').pluck('id')).toEqual(['ours', 'ours too', 'theirs']);
});

test('lets two processes write into one file', async () => {
  const { db, dataDir } = await setUp();
  const children = ['left', 'right'].map((NAME) =>
    startChild('write-process.ts', { DATA_DIR: dataDir, NAME, COUNT: '150' }),
  );
  expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0]);
  expect(await db('things').count('* as count')).toEqual([{ count: 300 }]);
});

test('still has every write that it answered after a kill at any moment', async () => {
  const { db, dataDir } = await setUp();
  for (let round = 0; round < 5; round++) {
    const child = startChild('write-process.ts', { DATA_DIR: dataDir, NAME: `round${round}` });
    const answered: string[] = [];
    while (answered.length < 40 + round * 7) answered.push(await child.line());
    child.kill();
    await child.ended;
    expect(await db('things').whereIn('id', answered).pluck('id')).toHaveLength(answered.length);
  }
});

test('says that the disk is full, is not ready meanwhile, and goes on when there is room again', async () => {
  const { db } = await setUp();
  const limitPages = (pages: number) =>
    db.transaction((writer) => writer.raw(`pragma max_page_count = ${pages}`));
  const full = { code: 'database.full', status: 503 };
  await limitPages(1);
  await expect(insertMuch(db)).rejects.toMatchObject(full);
  await expect(
    db.transaction((writer) => writer('things').insert({ id: 'x'.repeat(100_000) })),
  ).rejects.toMatchObject(full);
  await limitPages(1_000_000);
  await db.ping();
  await insertMuch(db);
});

test('says that it is away while its file is broken, and goes on when it is mended', async () => {
  const { db, other } = await setUp();
  const away = { code: 'database.away', status: 503 };
  breakSchema(other);
  await expect(db('things').pluck('id')).rejects.toMatchObject(away);
  await expect(db.transaction((handle) => handle('things').insert({ id: 'a' }))).rejects.toMatchObject(away);
  await expect(db.ping()).rejects.toMatchObject(away);
  mendSchema(other);
  await db.ping();
  await db('things').insert({ id: 'b' });
  expect(await db('things').pluck('id')).toEqual(['b']);
});

test('refuses to start on a file that is no database, and leaves it as it is', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  writeFileSync(join(dataDir, SQLITE_FILE), 'a letter to my aunt '.repeat(100));
  await expect(createDatabase({ dataDir })).rejects.toMatchObject({ code: 'database.away' });
  expect(readFileSync(join(dataDir, SQLITE_FILE), 'utf8')).toBe('a letter to my aunt '.repeat(100));
});

test('refuses to start where it may not write', async () => {
  const error = await createDatabase({ dataDir: '/dev/null/data' }).catch((reason) => reason);
  expect(error).toMatchObject({
    code: 'database.away',
    detail: { why: expect.stringContaining('/dev/null/data') },
  });
});

test('names no value in the message of an error', async () => {
  const { db } = await setUp();
  await db('things').insert({ id: 'hidden' });
  const error = await db
    .transaction((handle) => handle('things').insert({ id: 'hidden' }))
    .catch((reason) => reason);
  expect(error.message).not.toContain('hidden');
});

test('refuses to begin a transaction by hand', async () => {
  const { db } = await setUp();
  await expect(db.raw('begin')).rejects.toThrow('db.transaction');
});

test('runs more different statements than it keeps prepared', async () => {
  const { db } = await setUp();
  const answers = await Promise.all(
    Array.from({ length: 400 }, (_, number) => db.raw(`select ${number} as number`)),
  );
  expect(answers.flat()).toEqual(answers.map((_, number) => ({ number })));
});

async function setUp({ dataDir = '', lockTimeoutSeconds = 10 } = {}) {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  const folder = join(root, dataDir);
  const file = join(folder, SQLITE_FILE);
  const db = await open(folder, lockTimeoutSeconds);
  await db.raw('create table things (id text primary key)');
  const other = new BetterSqlite3(file);
  onTestFinished(async () => {
    other.close();
    await db.close();
    await rm(root, { recursive: true, force: true });
  });
  return { db, dataDir: folder, file, other, commits: () => countCommits(`${file}-wal`) };
}

async function open(dataDir: string, lockTimeoutSeconds = 10): Promise<Database> {
  const db = await createDatabase({ dataDir, config: databaseConfig.parse({ lockTimeoutSeconds }) });
  onTestFinished(() => db.close());
  return db;
}

function rows(count: number): { id: string }[] {
  return Array.from({ length: count }, (_, number) => ({ id: `row-${number}` }));
}

function insertMuch(db: Database): Promise<unknown> {
  return db('things').insert({ id: `${'much '.repeat(20_000)}${Math.random()}` });
}

/** What a failing disk does to a page: no connection can read the tables any more. */
function breakSchema(db: BetterSqlite3.Database): void {
  db.unsafeMode();
  db.pragma('writable_schema = ON');
  db.exec(
    "insert into sqlite_master (type, name, tbl_name, rootpage, sql) values ('table', 'x', 'x', 0, 'x')",
  );
  db.pragma('schema_version = 100');
}

function mendSchema(db: BetterSqlite3.Database): void {
  db.exec("delete from sqlite_master where name = 'x'");
  db.pragma('schema_version = 101');
}

/** A frame of the WAL that ends a transaction carries the size of the database (https://sqlite.org/fileformat.html#walformat). */
function countCommits(file: string): number {
  const wal = readFileSync(file);
  const frameBytes = wal.readUInt32BE(8) + 24;
  let commits = 0;
  for (let at = 32; at + frameBytes <= wal.length; at += frameBytes)
    if (wal.readUInt32BE(at + 4) > 0) commits++;
  return commits;
}
