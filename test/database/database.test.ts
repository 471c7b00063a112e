import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isForeignKeyViolation, isUniqueViolation } from '../../src/database/errors.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';

eachDatabase('the database', (dialect) => {
  let place: TestDatabase;
  const database = () => place.db;

  beforeAll(async () => {
    place = await createTestDatabase(dialect);
    const { knex } = place.db;
    await knex.schema.createTable('things', (table) => {
      table.text('id').primary();
      table.bigInteger('number');
      table.bigInteger('consumed_at');
    });
    await knex.schema.createTable('parts', (table) => {
      table.text('id').primary();
      table.text('thing_id').notNullable().references('things.id').onDelete('CASCADE');
    });
  });
  beforeEach(async () => {
    await database()('things').delete();
  });
  afterAll(() => place.close());

  test('gives whole numbers beyond 32 bits back as numbers', async () => {
    const db = database();
    const number = 1_795_252_270_700;
    await db('things').insert({ id: 'a', number });
    expect(await db('things').select(['number'])).toEqual([{ number }]);
    expect(await db.raw('select sum(number) as sum, count(*) as count from things')).toEqual([
      { sum: number, count: 1 },
    ]);
  });

  test('gives rows for raw reads, none for raw writes', async () => {
    const db = database();
    expect(await db.raw('insert into things (id) values (?)', ['a'])).toEqual([]);
    expect(await db.raw('select id from things where id = ?', ['a'])).toEqual([{ id: 'a' }]);
    expect(await db.raw('update things set number = 3 where id = ? returning number', ['a'])).toEqual([
      { number: 3 },
    ]);
  });

  test('answers how many rows an insert wrote', async () => {
    const db = database();
    expect(await db('things').insert([{ id: 'a' }, { id: 'b' }])).toBe(2);
    expect(await db('things').insert({ id: 'a' }).onConflict('id').ignore()).toBe(0);
  });

  test('answers how many rows an update and a delete reached', async () => {
    const db = database();
    await db('things').insert([{ id: 'a' }, { id: 'b' }]);
    expect(await db('things').update({ number: 1 })).toBe(2);
    expect(await db('things').where({ id: 'c' }).delete()).toBe(0);
  });

  test('gives the rows of insert, update and delete with returning', async () => {
    const db = database();
    expect(await db('things').insert({ id: 'a', number: 1 }).returning(['id'])).toEqual([{ id: 'a' }]);
    expect(await db('things').update({ number: 2 }).returning(['number'])).toEqual([{ number: 2 }]);
    expect(await db('things').where({ id: 'a' }).delete().returning(['id', 'number'])).toEqual([
      { id: 'a', number: 2 },
    ]);
    expect(await db('things').where({ id: 'a' }).delete().returning(['id'])).toEqual([]);
  });

  test('lets exactly one of 50 simultaneous check-and-change statements win', async () => {
    const db = database();
    await db('things').insert({ id: 'code' });
    const consume = () =>
      db('things').where({ id: 'code' }).whereNull('consumed_at').update({ consumed_at: db.nowMs() });
    const answers = await Promise.all(Array.from({ length: 50 }, consume));
    expect(answers.filter((changed) => changed === 1)).toHaveLength(1);
  });

  test('tells its own time in milliseconds, as an expression and as a value', async () => {
    const db = database();
    const before = await db.now();
    await db('things').insert({ id: 'a', number: db.nowMs() });
    const { number } = await db('things').first(['number']);
    expect(Number.isSafeInteger(before)).toBe(true);
    expect(number).toBeGreaterThanOrEqual(before);
    expect(await db.now()).toBeGreaterThanOrEqual(number);
    expect(new Date(before).getUTCFullYear()).toBe(new Date().getUTCFullYear());
  });

  test('recognizes a row that was there before', async () => {
    const db = database();
    await db('things').insert({ id: 'a' });
    const error = await db('things')
      .insert({ id: 'a' })
      .catch((reason) => reason);
    expect([isUniqueViolation(error), isForeignKeyViolation(error)]).toEqual([true, false]);
  });

  test('checks foreign keys, and recognizes a row that names none', async () => {
    const db = database();
    const error = await db('parts')
      .insert({ id: 'p', thing_id: 'nobody' })
      .catch((reason) => reason);
    expect([isUniqueViolation(error), isForeignKeyViolation(error)]).toEqual([false, true]);
  });

  test('keeps values out of its errors', async () => {
    const db = database();
    await db('things').insert({ id: 'ada@example.com' });
    const error = await db('things')
      .insert({ id: 'ada@example.com' })
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('ada@');
  });

  test('commits a transaction and gives what its work gave', async () => {
    const db = database();
    const answer = await db.transaction(async (transaction) => {
      await transaction('things').insert({ id: 'a' });
      return transaction('things').count('* as count');
    });
    expect(answer).toEqual([{ count: 1 }]);
    expect(await db('things').count('* as count')).toEqual([{ count: 1 }]);
  });

  test('takes a transaction back when its work fails, and passes the error on', async () => {
    const db = database();
    const work = db.transaction(async (transaction) => {
      await transaction('things').insert({ id: 'a' });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await db('things').select(['id'])).toEqual([]);
  });

  test('takes back only the inner transaction when it fails inside another', async () => {
    const db = database();
    await db.transaction(async (outer) => {
      await outer('things').insert({ id: 'outer' });
      const inner = outer.transaction(async (transaction) => {
        await transaction('things').insert({ id: 'inner' });
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
    });
    expect(await db('things').select(['id'])).toEqual([{ id: 'outer' }]);
  });

  test('never shows rows of a transaction before it is committed', async () => {
    const db = database();
    await db.transaction(async (transaction) => {
      await transaction('things').insert({ id: 'a' });
      expect(await transaction('things').select(['id'])).toEqual([{ id: 'a' }]);
      expect(await db('things').select(['id'])).toEqual([]);
    });
    expect(await db('things').select(['id'])).toEqual([{ id: 'a' }]);
  });

  test('keeps a write that came while a transaction was open, whatever becomes of the transaction', async () => {
    const db = database();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    const transaction = db.transaction(async (handle) => {
      await handle('things').insert({ id: 'lost' });
      begin();
      await told;
      throw new Error('rolled back');
    });
    await begun;
    const write = db('things').insert({ id: 'kept' }).then();
    tell();
    await expect(transaction).rejects.toThrow('rolled back');
    await write;
    expect(await db('things').select(['id'])).toEqual([{ id: 'kept' }]);
  });

  test('answers a ping, and after close says that it is away', async () => {
    const other = await createTestDatabase(dialect);
    await other.db.ping();
    await other.close();
    await expect(other.db.ping()).rejects.toMatchObject({ code: 'database.away', status: 503 });
    await expect(other.db('leases').select(['name'])).rejects.toMatchObject({ code: 'database.away' });
  });
});
