import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type DatabaseConfig, databaseConfig } from '../../src/database/config.ts';
import { createDatabase } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { startAppForTest } from '../support/app.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startPgbouncer } from '../support/services.ts';

/** The real PgBouncer in transaction mode: 4 connections to the server, whoever needs one gets any of them. */
let pooler: Service;
beforeAll(async () => {
  pooler = await startPgbouncer(process.env.TEST_DATABASE_URL ?? '');
});
afterAll(() => pooler.stop());

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
function throughPooler(url: string): string {
  const through = new URL(pooler.url);
  through.pathname = new URL(url).pathname;
  return through.href;
}
