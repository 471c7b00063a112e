import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type DatabaseConfig, databaseConfig } from '../../src/database/config.ts';
import { createDatabase } from '../../src/database/database.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';

const AWAY = { code: 'database.away', status: 503 };
const BUSY = { code: 'database.busy', status: 503 };

test('says that it is away when the connection is cut, and is back with the network', async () => {
  const { db, network } = await setUp();
  await db('things').insert({ id: 'before' });
  network.cut();
  await expect(db('things').insert({ id: 'lost' })).rejects.toMatchObject(AWAY);
  await expect(db.ping()).rejects.toMatchObject(AWAY);
  network.mend();
  await db('things').insert({ id: 'after' });
  expect(await db('things').orderBy('id').pluck('id')).toEqual(['after', 'before']);
});

test('says that it is away when the connection is cut inside a transaction, which is then not there', async () => {
  const { db, network } = await setUp();
  const work = db.transaction(async (transaction) => {
    await transaction('things').insert({ id: 'lost' });
    network.cut();
    await transaction('things').insert({ id: 'lost too' });
  });
  await expect(work).rejects.toMatchObject(AWAY);
  network.mend();
  expect(await db('things').pluck('id')).toEqual([]);
});

test('says that it is away when the network swallows every packet, and is back with it', async () => {
  const { db, network } = await setUp({ statementTimeoutSeconds: 0.2, connectTimeoutSeconds: 0.5 });
  await db.ping();
  const readHot = () => db.hot('select id from things where id = ?', ['none']);
  const writeHot = () => db.hot('delete from things where id = ? returning id', ['none']);
  // The second time they are prepared, which is another way through the driver.
  for (const each of [readHot, writeHot, readHot, writeHot]) await each();
  network.silence();
  await expect(db('things').pluck('id')).rejects.toMatchObject(AWAY);
  await expect(db('things').pluck('id')).rejects.toMatchObject(AWAY);
  const answers = await Promise.allSettled([readHot(), readHot(), writeHot()]);
  expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.code)).toEqual(
    Array(3).fill(AWAY.code),
  );
  network.mend();
  expect(await db('things').pluck('id')).toEqual([]);
  expect(await readHot()).toEqual([]);
});

test('is back by itself when the server has ended all connections', async () => {
  const { db, url } = await setUp();
  await db.ping();
  const operator = new pg.Client({ connectionString: url });
  await operator.connect();
  onTestFinished(() => operator.end());
  // Of this database only: other tests use the same server. It answers at once, and they end a moment later.
  const others = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await operator.query(`select pg_terminate_backend(pid) ${others}`);
  while ((await operator.query(`select 1 ${others}`)).rowCount) {}
  // The connection may be found dead before or while it is used.
  await db.ping().catch((error) => expect(error).toMatchObject(AWAY));
  await db('things').insert({ id: 'a' });
  expect(await db('things').pluck('id')).toEqual(['a']);
});

test('says that it is away when nobody listens or the database is unknown', async () => {
  const { url, network } = await setUp();
  const elsewhere = new URL(url);
  elsewhere.pathname = '/no_such_database';
  await expect(open(elsewhere.href)).rejects.toMatchObject({ ...AWAY, detail: { why: '3D000' } });
  const proxied = new URL(url);
  proxied.port = String(network.port);
  await network.close();
  await expect(open(proxied.href)).rejects.toMatchObject({ ...AWAY, detail: { why: 'ECONNREFUSED' } });
});

test('ends a statement that takes too long', async () => {
  const { db } = await setUp({ statementTimeoutSeconds: 0.2 });
  await expect(db.raw('select pg_sleep(60)')).rejects.toMatchObject({ ...BUSY, detail: { why: '57014' } });
  await db.ping();
});

test('ends a statement that waits for a lock for too long', async () => {
  const { db } = await setUp({ lockTimeoutSeconds: 0.2 });
  await db('things').insert({ id: 'a' });
  await db.transaction(async (transaction) => {
    await transaction('things').update({ id: 'b' });
    const waits = db('things').where({ id: 'a' }).delete();
    await expect(waits).rejects.toMatchObject({ ...BUSY, detail: { why: '55P03' } });
  });
});

test('says that it is busy when every connection is taken for too long', async () => {
  const { db } = await setUp({ poolSize: 1, statementTimeoutSeconds: 0.2, connectTimeoutSeconds: 0.2 });
  await db.transaction(async () => {
    await expect(db('things').pluck('id')).rejects.toMatchObject({
      ...BUSY,
      detail: { why: 'no free connection' },
    });
  });
  expect(await db('things').pluck('id')).toEqual([]);
});

test('leaves the number format of other connections alone', async () => {
  const { db, url } = await setUp();
  expect(await db.raw('select 5::bigint as five')).toEqual([{ five: 5 }]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  const { rows } = await client.query('select 5::bigint as five');
  expect(rows).toEqual([{ five: '5' }]);
});

test('prepares statements by name, unless a pooler would lose them', async () => {
  for (const pooler of [false, true]) {
    const { db } = await setUp({ poolSize: 1, pooler });
    for (const id of ['a', 'b']) await db('things').insert({ id });
    await db('things').where({ id: 'a' }).select(['id']);
    const prepared = await db.raw('select statement from pg_prepared_statements where statement like ?', [
      '%"things"%',
    ]);
    expect(prepared).toHaveLength(pooler ? 0 : 2);
  }
});

test('works on when a prepared statement no longer fits its table', async () => {
  const { db, url } = await setUp({ poolSize: 1 });
  const read = () => db('things').select(['id']);
  await db('things').insert({ id: '1' });
  await read();
  const operator = new pg.Client({ connectionString: url });
  await operator.connect();
  onTestFinished(() => operator.end());
  await operator.query('alter table things alter column id type bigint using id::bigint');
  expect(await read()).toEqual([{ id: 1 }]);
});

test('refuses a URL of another kind of database', async () => {
  const refused = createDatabase({ url: 'mysql://root@localhost/gatehouse', dataDir: '' });
  await expect(refused).rejects.toMatchObject({ code: 'database.url_unknown' });
});

async function setUp(config: Partial<DatabaseConfig> = {}) {
  const { url, remove } = await createEmptyDatabase('postgres');
  const { hostname, port } = new URL(url);
  const network = await startProxy({ host: hostname, port: Number(port || 5432) });
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(network.port);
  const db = await createDatabase({
    url: proxied.href,
    dataDir: '',
    config: databaseConfig.parse({ lockTimeoutSeconds: 30, statementTimeoutSeconds: 30, ...config }),
  });
  onTestFinished(async () => {
    await db.close();
    await network.close().catch(() => {});
    await remove();
  });
  await db.raw('create table things (id text primary key)');
  return { db, url, network };
}

async function open(url: string): Promise<void> {
  const db = await createDatabase({ url, dataDir: '' });
  onTestFinished(() => db.close());
  await db.ping();
}
