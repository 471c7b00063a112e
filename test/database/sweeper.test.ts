import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLeases } from '../../src/database/lease.ts';
import { createSweeper, type SweptTable } from '../../src/database/sweeper.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';

const NOW = 1_795_000_000_000;

eachDatabase('the sweeper', (dialect) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await createTestDatabase(dialect);
    await place.db.knex.schema.createTable('codes', (table) => {
      table.text('hash').primary();
      table.bigInteger('expires_at').index();
    });
  });
  beforeEach(async () => {
    await place.db('codes').delete();
    await place.db('leases').delete();
  });
  afterAll(() => place.close());

  function setUp(options: Partial<SweptTable> = {}) {
    const { db } = place;
    const leases = createLeases({ db });
    const tables = [{ name: 'codes', key: 'hash', expiresAt: 'expires_at', ...options }];
    return { db, leases, sweeper: createSweeper({ db, leases, clock: { now: () => NOW }, tables }) };
  }

  async function insertCodes(count: number, expiresAt: number | null): Promise<void> {
    const rows = Array.from({ length: count }, (_, number) => ({
      hash: `${expiresAt}-${number}`,
      expires_at: expiresAt,
    }));
    await place.db('codes').insert(rows);
  }

  test('removes what ran out, in as many batches as it takes, and nothing else', async () => {
    const { db, sweeper } = setUp({ batch: 10 });
    await insertCodes(25, NOW);
    await insertCodes(3, NOW + 1);
    await insertCodes(2, null);
    expect(await sweeper.sweep()).toEqual({ removed: { codes: 25 } });
    expect(await db('codes').orderBy('hash').pluck('hash')).toHaveLength(5);
    expect(await sweeper.sweep()).toEqual({ removed: { codes: 0 } });
  });

  test('keeps rows for as long as somebody still has to see them', async () => {
    const { db, sweeper } = setUp({ keepSeconds: 600 });
    await insertCodes(1, NOW - 600_000);
    await insertCodes(1, NOW - 599_999);
    await sweeper.sweep();
    expect(await db('codes').pluck('expires_at')).toEqual([NOW - 599_999]);
  });

  test('leaves what somebody is writing at the moment for its next round', async () => {
    if (dialect === 'sqlite') return; // One writer at a time: nobody else is at it.
    const { db, sweeper } = setUp();
    await insertCodes(2, NOW);
    await db.transaction(async (inside) => {
      await inside('codes')
        .where({ hash: `${NOW}-0` })
        .update({ expires_at: NOW - 1 });
      expect(await sweeper.sweep()).toEqual({ removed: { codes: 1 } });
    });
    expect(await sweeper.sweep()).toEqual({ removed: { codes: 1 } });
  });

  test('does nothing while another node is at it', async () => {
    const { db, leases, sweeper } = setUp();
    await insertCodes(1, NOW);
    const lease = await leases.take('sweeper', { ttlSeconds: 60 });
    expect(await sweeper.sweep()).toBeUndefined();
    expect(await db('codes').count('* as count')).toEqual([{ count: 1 }]);
    await lease?.release();
    expect(await sweeper.sweep()).toEqual({ removed: { codes: 1 } });
  });

  test('does other things in batches until there is less than a batch, under the same lease', async () => {
    const { db, leases } = setUp();
    let left = 25;
    const asked: number[] = [];
    const steps = [
      {
        name: 'other',
        batch: 10,
        async run(batch: number) {
          asked.push(batch);
          expect(await leases.take('sweeper', { ttlSeconds: 60 })).toBeUndefined();
          const done = Math.min(left, batch);
          left -= done;
          return done;
        },
      },
    ];
    await createSweeper({ db, leases, clock: { now: () => NOW }, tables: [], steps }).sweep();
    expect([left, asked.length]).toEqual([0, 3]);
  });

  test('removes nothing more once it was stopped', async () => {
    const { db, sweeper } = setUp();
    await insertCodes(1, NOW);
    await sweeper.stop();
    await sweeper.sweep();
    expect(await db('codes').count('* as count')).toEqual([{ count: 1 }]);
  });
});
