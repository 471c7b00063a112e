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

  test('bring every value as it is, the first time and each later one', async () => {
    const { db } = opened;
    await db.raw('create table texts (id text primary key, value text)');
    const values = [null, '', 'ä€𝄞', "quote ' and \\ back", 'line\nend', '0', 'null', 'x'.repeat(100_000)];
    for (const [index, value] of values.entries()) {
      await db.hot('insert into texts (id, value) values (?, ?) returning id', [`t${index}`, value]);
    }
    const read = (index: number) =>
      db.hot<{ value: string | null; none: null; big: number; negative: number }>(
        'select value, null as none, cast(? as bigint) as big, -1 as negative from texts where id = ?',
        [4_000_000_000_000, `t${index}`],
      );
    for (const [index, value] of values.entries()) {
      expect(await read(index)).toEqual([{ value, none: null, big: 4_000_000_000_000, negative: -1 }]);
    }
    expect(await read(99)).toEqual([]);
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

  describe('in a pair', () => {
    const insert = (id: string) => ({
      sql: 'insert into numbers (id, value) values (?, ?) on conflict (id) do nothing returning id',
      bindings: [id, 1],
    });
    const strict = (id: string) => ({
      sql: 'insert into numbers (id, value) values (?, ?) returning id',
      bindings: [id, 1],
    });
    const known = (start: string) =>
      opened.db('numbers').where('id', 'like', `${start}%`).orderBy('id').pluck('id');

    test('are both there, and the answer is that of the first', async () => {
      expect(await opened.db.hotPair(insert('both-1'), insert('both-2'))).toEqual([{ id: 'both-1' }]);
      expect(await known('both-')).toEqual(['both-1', 'both-2']);
    });

    test('the second is left out where the first reached no row: of 50 at once one runs both', async () => {
      const answers = await Promise.all(
        fifty.map((at) => opened.db.hotPair(insert('once'), insert(`second-${at}`))),
      );
      expect(answers.filter((rows) => rows.length === 1)).toHaveLength(1);
      expect(await known('second-')).toHaveLength(1);
    });

    test('the first is taken back where the second fails, and nothing of others', async () => {
      await opened.db.hot(insert('taken').sql, ['taken', 1]);
      const answers = await Promise.allSettled([
        opened.db.hotPair(insert('half-1'), insert('half-2')),
        opened.db.hotPair(insert('half-3'), strict('taken')),
        opened.db.hotPair(insert('half-4'), insert('half-5')),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await known('half-')).toEqual(['half-1', 'half-2', 'half-4', 'half-5']);
    });

    test('are part of a transaction when they are asked of its handle', async () => {
      const failing = opened.db.transaction(async (inside) => {
        await inside.hotPair(insert('inner-1'), insert('inner-2'));
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await known('inner-')).toEqual([]);
    });
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

  test('a statement that was prepared fails alone, and works again', async () => {
    const { db } = opened;
    const divide = (by: number) =>
      db.hot<{ quotient: number }>('select 60 / cast(? as integer) as quotient', [by]);
    expect(await divide(1)).toEqual([{ quotient: 60 }]);
    const answers = await Promise.allSettled([divide(2), divide(0), divide(3)]);
    expect(answers.map((answer) => answer.status === 'fulfilled' && answer.value[0]?.quotient)).toEqual([
      30,
      false,
      20,
    ]);
    expect(await divide(4)).toEqual([{ quotient: 15 }]);
  });

  test('a column that has another type since is read as what it is now', async () => {
    const { db } = opened;
    await db.raw('create table shapes (id text primary key, size integer)');
    await db.raw("insert into shapes (id, size) values ('s', 7)");
    const size = async () =>
      (await db.hot<{ size: unknown }>('select size from shapes where id = ?', ['s']))[0]?.size;
    expect([await size(), await size()]).toEqual([7, 7]);
    await db.raw('alter table shapes alter column size type text');
    expect([await size(), await size()]).toEqual(['7', '7']);
  });

  test('writes do not wait for each other’s commit: each has a connection', async () => {
    const { db } = opened;
    await db.raw('create table places (id text primary key, pid bigint)');
    const rows = await Promise.all(
      [1, 2, 3].map((id) =>
        db.hot<{ pid: number }>(
          'insert into places (id, pid) select ?, pg_backend_pid() from pg_sleep(0.5) returning pid',
          [`p${id}`],
        ),
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
