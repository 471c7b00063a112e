import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';

const fifty = Array.from({ length: 50 }, (_, index) => index);

eachDatabase('statements of each request', (dialect) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await createTestDatabase(dialect);
    await opened.db.raw('create table numbers (id text primary key, value bigint)');
  });
  afterAll(() => opened.close());

  test('that come together get each its own answer', async () => {
    const { db } = opened;
    await Promise.all(
      fifty.map((value) =>
        db.hot('insert into numbers (id, value) values (?, ?) returning id', [`n${value}`, value]),
      ),
    );
    const answers = await Promise.all(
      fifty.map((value) =>
        db.hot<{ value: number }>('select value from numbers where id = ?', [`n${value}`]),
      ),
    );
    expect(answers.map(([row]) => row?.value)).toEqual(fifty);
  });

  test('see the time of the database', async () => {
    const [row] = await opened.db.hot<{ now: number }>('select now_ms() as now', []);
    expect(Math.abs((row?.now ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('are part of a transaction when they are asked of its handle', async () => {
    const { db } = opened;
    const failing = db.transaction(async (inside) => {
      await inside.hot('insert into numbers (id, value) values (?, ?) returning id', ['undone', 1]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await db.hot('select value from numbers where id = ?', ['undone'])).toEqual([]);
  });
});

describe('on one connection of PostgreSQL', () => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await createTestDatabase('postgres');
  });
  afterAll(() => opened.close());

  test('a read that fails harms none of those that went out with it', async () => {
    const { db } = opened;
    const answers = await Promise.allSettled(
      fifty.map((value) =>
        db.hot<{ shared: number; quotient: number }>(
          'select pg_backend_pid() as shared, 100 / cast(? as integer) as quotient',
          [value % 7],
        ),
      ),
    );
    const good = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    expect(answers.map(({ status }) => status)).toEqual(
      fifty.map((value) => (value % 7 === 0 ? 'rejected' : 'fulfilled')),
    );
    expect(good.map(({ quotient }) => quotient)).toEqual(
      fifty.filter((value) => value % 7 !== 0).map((value) => Math.trunc(100 / (value % 7))),
    );
    expect(new Set(good.map(({ shared }) => shared)).size).toBe(1);
  });

  test('writes do not wait for each other’s commit: each has a connection', async () => {
    const { db } = opened;
    await db.raw('create table places (id text primary key, pid bigint)');
    const rows = await Promise.all(
      [1, 2, 3].map((id) =>
        db.hot<{ pid: number }>('insert into places (id, pid) values (?, pg_backend_pid()) returning pid', [
          `p${id}`,
        ]),
      ),
    );
    expect(new Set(rows.map(([row]) => row?.pid)).size).toBe(3);
  });

  test('whose server ended it, what was under way is told, and the next read has another one', async () => {
    const { db } = opened;
    const pid = async () => (await db.hot<{ pid: number }>('select pg_backend_pid() as pid', []))[0]?.pid;
    const before = await pid();
    const answers = await Promise.allSettled([
      db.hot('select pg_terminate_backend(pg_backend_pid())', []),
      db.hot('select 1 as one', []),
    ]);
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.code)).toEqual([
      'database.away',
      'database.away',
    ]);
    expect(await pid()).not.toBe(before);
  });
});
