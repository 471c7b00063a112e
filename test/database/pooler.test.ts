import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type DatabaseConfig, databaseConfig } from '../../src/database/config.ts';
import { createDatabase } from '../../src/database/database.ts';
import { toDatabaseError } from '../../src/database/errors.ts';
import { migrate } from '../../src/database/migrate.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startAppForTest } from '../support/app.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { runCommand } from '../support/processes.ts';
import { createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startPgbouncer } from '../support/services.ts';

/** The real PgBouncer in transaction mode: 4 connections to the server, whoever needs one gets any of them. */
let pooler: Service;
beforeAll(async () => {
  pooler = await startPgbouncer(process.env.TEST_DATABASE_URL ?? '');
});
afterAll(() => pooler?.stop());

test('migrates and works with more connections than the pooler has', async () => {
  const { db } = await setUp({ poolSize: 20 });
  expect((await migrate({ db, clock: systemClock })).applied.length).toBeGreaterThan(10);
  await db.raw('create table things (id text primary key)');
  const write = async (id: string) => {
    await db('things').insert({ id });
    await db.transaction(async (transaction) => {
      await transaction('things')
        .where({ id })
        .update({ id: `${id}!` });
      await transaction.transaction((inner) => inner('things').insert({ id: `${id}?` }));
    });
    return db('things')
      .where({ id: `${id}?` })
      .pluck('id');
  };
  const ids = Array.from({ length: 60 }, (_, index) => `thing ${index}`);
  expect((await Promise.all(ids.map(write))).flat()).toEqual(ids.map((id) => `${id}?`));
  expect(await db('things').pluck('id')).toHaveLength(120);
});

test('sets the limits of time for each transaction, and leaves none behind for others', async () => {
  const { db } = await setUp({ statementTimeoutSeconds: 0.2, lockTimeoutSeconds: 0.3 });
  await db.transaction(async (transaction) => {
    expect(await transaction.raw('show statement_timeout')).toEqual([{ statement_timeout: '200ms' }]);
    expect(await transaction.raw('show lock_timeout')).toEqual([{ lock_timeout: '300ms' }]);
    const limit = await transaction.raw('show idle_in_transaction_session_timeout');
    expect(limit).toEqual([{ idle_in_transaction_session_timeout: '10s' }]);
  });
  const slow = db.transaction((transaction) => transaction.raw('select pg_sleep(60)'));
  await expect(slow).rejects.toMatchObject({ code: 'database.busy', detail: { why: '57014' } });
  const shown = await Promise.all(Array.from({ length: 8 }, () => db.raw('show statement_timeout')));
  expect(shown.flat()).toEqual(Array(8).fill({ statement_timeout: '0' }));
});

test('says that it is away while the server behind the pooler refuses, and is back with it', async () => {
  const { db, url } = await setUp();
  await db.ping();
  await pooler.halt();
  await expect(db.ping()).rejects.toMatchObject({ code: 'database.away' });
  await pooler.resume();
  await db.ping();
  const elsewhere = new URL(url);
  elsewhere.pathname = '/no_such_database';
  const unknown = await open(elsewhere.href);
  await expect(unknown.ping()).rejects.toMatchObject({ code: 'database.away' });
});

test('without the setting says which one is missing, not what the pooler said', async () => {
  const { url } = await setUp();
  const db = await open(url, { pooler: false });
  await expect(db.ping()).rejects.toMatchObject({
    code: 'database.pooled',
    sentence: expect.stringContaining('database.pooler: true'),
  });
});

test('so it does where the pooler overlooks what it was told at the door, before any statement is lost', async () => {
  const lenient = await startPgbouncer(process.env.TEST_DATABASE_URL ?? '', [
    'ignore_startup_parameters = statement_timeout, lock_timeout, idle_in_transaction_session_timeout',
  ]);
  onTestFinished(() => lenient.stop());
  const database = await createEmptyDatabase('postgres', { isMigrated: true });
  onTestFinished(() => database.remove());
  const url = throughPooler(database.url, lenient);
  const db = await open(url, { pooler: false });
  const refused = {
    code: 'database.pooled',
    sentence:
      'DATABASE_URL names a pooler such as PgBouncer, not PostgreSQL itself; set `database.pooler: true`, or name PostgreSQL.',
  };
  await expect(db.ping()).rejects.toMatchObject(refused);
  await expect(migrate({ db, clock: systemClock })).rejects.toMatchObject(refused);
  const reads = Array.from({ length: 20 }, () => db.hot('select id from users where id = ?', ['usr_a']));
  for (const { reason } of (await Promise.allSettled(reads)) as PromiseRejectedResult[]) {
    expect(reason).toMatchObject(refused);
  }
  const env = { DATABASE_URL: url, DATA_DIR: database.dataDir };
  for (const command of [['users', 'list'], ['start']]) {
    const told = await runCommand(command, { env });
    expect(told.exitCode).toBe(1);
    expect(told.stderr).toContain(refused.sentence);
    expect(told.stdout + told.stderr).not.toMatch(/\bselect\b|prepared statement/i);
  }
  await (await open(url)).ping();
});

test('a statement that somebody else has prepared under our name is told as the missing setting', () => {
  const twice = Object.assign(new Error('select 1 - prepared statement "gatehouse_0" already exists'), {
    code: '42P05',
  });
  const another = Object.assign(
    new Error('bind message supplies 2 parameters, but prepared statement "gatehouse_1" requires 0'),
    { code: '08P01' },
  );
  for (const error of [twice, another]) {
    expect(toDatabaseError(error)).toMatchObject({ code: 'database.pooled', message: 'database.pooled' });
  }
});

test('carries a whole journey: sign-in, consent, code, refresh, sign-out', async () => {
  const database = await createEmptyDatabase('postgres', { isMigrated: true });
  const started = await startAppForTest({
    environment: { DATABASE_URL: throughPooler(database.url) },
    settings: { database: { pooler: true, poolSize: 20 } },
  });
  onTestFinished(() => void database.remove());
  const party = await createRelyingParty(started);
  const people = await Promise.all(Array.from({ length: 4 }, () => createPerson(started)));
  await Promise.all(
    people.map(async (person) => {
      const { tokens } = await signIn(started, party, person);
      const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
      await oidc.fetchUserInfo(party.configuration, next.access_token, person.id);
      await started.modules.oidc.sessions.signOut(person.id);
      const refused = oidc.refreshTokenGrant(party.configuration, next.refresh_token ?? '');
      await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' });
    }),
  );
});

async function setUp(config: Partial<DatabaseConfig> = {}) {
  const database = await createEmptyDatabase('postgres');
  onTestFinished(() => database.remove());
  const url = throughPooler(database.url);
  return { db: await open(url, config), url };
}

async function open(url: string, config: Partial<DatabaseConfig> = {}) {
  const db = await createDatabase({
    url,
    dataDir: '',
    config: databaseConfig.parse({ pooler: true, ...config }),
  });
  onTestFinished(() => db.close());
  return db;
}

/** The same database, reached through the pooler. */
function throughPooler(url: string, by: Service = pooler): string {
  const through = new URL(by.url);
  through.pathname = new URL(url).pathname;
  return through.href;
}
