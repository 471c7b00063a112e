import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRateLimit, type RateLimit, sweptRateLimits } from '../../src/rate-limit/rate-limit.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';

const LIMIT = { points: 3, perSeconds: 60 };

eachDatabase('rate limit', (dialect) => {
  let database: TestDatabase;
  let rateLimit: RateLimit;

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    rateLimit = createRateLimit({ db: database.db });
  });
  afterAll(() => database.close());

  /** Moves all windows into the past, as if a minute had gone by. */
  const letWindowsPass = () => database.db('rate_limits').update({ resets_at: database.db.nowMs() });

  test('allows as many hits as there are points, and then says when to come back', async () => {
    const hits = [];
    for (let count = 0; count < 4; count += 1) hits.push(await rateLimit.hit('login', 'ada', LIMIT));
    expect(hits.map(({ isAllowed, remaining }) => [isAllowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(hits[3]?.retryAfterSeconds).toBeGreaterThan(0);
    expect(hits[3]?.retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(hits[3]?.limit).toBe(3);
  });

  test('lets exactly as many through as there are points when 100 come at once', async () => {
    const limit = { points: 17, perSeconds: 60 };
    const hits = await Promise.all(Array.from({ length: 100 }, () => rateLimit.hit('login', 'race', limit)));
    expect(hits.filter(({ isAllowed }) => isAllowed)).toHaveLength(17);
  });

  test('counts names and keys apart, whatever they are made of', async () => {
    for (let count = 0; count < 3; count += 1) await rateLimit.hit('a', 'b:c', LIMIT);
    expect((await rateLimit.hit('a', 'b:c', LIMIT)).isAllowed).toBe(false);
    expect((await rateLimit.hit('a:b', 'c', LIMIT)).isAllowed).toBe(true);
    expect((await rateLimit.hit('a', 'b', LIMIT)).isAllowed).toBe(true);
  });

  test('begins a new window when the old one is over by the clock of the database', async () => {
    for (let count = 0; count < 4; count += 1) await rateLimit.hit('login', 'later', LIMIT);
    await letWindowsPass();
    const hit = await rateLimit.hit('login', 'later', LIMIT);
    expect(hit).toMatchObject({ isAllowed: true, remaining: 2 });
  });

  test('gives a point back, and never more than were taken', async () => {
    for (let count = 0; count < 4; count += 1) await rateLimit.hit('login', 'refund', LIMIT);
    await rateLimit.refund('login', 'refund');
    expect((await rateLimit.hit('login', 'refund', LIMIT)).isAllowed).toBe(true);
    expect((await rateLimit.hit('login', 'refund', LIMIT)).isAllowed).toBe(false);

    await rateLimit.refund('login', 'nobody');
    await rateLimit.hit('login', 'once', LIMIT);
    await rateLimit.refund('login', 'once');
    await rateLimit.refund('login', 'once');
    expect((await rateLimit.hit('login', 'once', LIMIT)).remaining).toBe(2);
  });

  test('forgets a key', async () => {
    for (let count = 0; count < 4; count += 1) await rateLimit.hit('login', 'reset', LIMIT);
    await rateLimit.reset('login', 'reset');
    expect((await rateLimit.hit('login', 'reset', LIMIT)).remaining).toBe(2);
  });

  test('a refused hit changes nothing, so that a flood does not write', async () => {
    for (let count = 0; count < 3; count += 1) await rateLimit.hit('login', 'flood', LIMIT);
    const before = await database.db('rate_limits').select('id', 'points', 'resets_at').orderBy('id');
    await Promise.all(Array.from({ length: 20 }, () => rateLimit.hit('login', 'flood', LIMIT)));
    expect(await database.db('rate_limits').select('id', 'points', 'resets_at').orderBy('id')).toEqual(
      before,
    );
  });

  test('stores no key readable', async () => {
    await rateLimit.hit('login', 'ada@example.com', LIMIT);
    expect(JSON.stringify(await database.db('rate_limits').select('id'))).not.toContain('ada@');
  });

  test('is swept by the columns that it names', async () => {
    await letWindowsPass();
    const { name, expiresAt } = sweptRateLimits;
    expect(await database.db(name).where(expiresAt, '>', database.db.nowMs())).toEqual([]);
  });
});
