import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import type { Redis } from '../../src/database/redis/redis.ts';
import { createRateLimit, type RateLimit, sweptRateLimits } from '../../src/rate-limit/rate-limit.ts';
import { createTestDatabase, type Dialect } from '../support/database.ts';
import { createTestRedis, startRedisCluster } from '../support/redis.ts';

const LIMIT = { points: 3, perSeconds: 60 };

type Counters = {
  rateLimit: RateLimit;
  /** Moves all windows into the past, as if a minute had gone by. */
  letWindowsPass(): Promise<unknown>;
  /** All that is stored, in a fixed order. */
  dump(): Promise<string>;
  close(): Promise<void>;
};

async function openDatabase(dialect: Dialect): Promise<Counters> {
  const { db, close } = await createTestDatabase(dialect);
  return {
    rateLimit: createRateLimit({ db }),
    letWindowsPass: () => db('rate_limits').update({ resets_at: db.nowMs() }),
    dump: async () =>
      JSON.stringify(await db('rate_limits').select('id', 'points', 'resets_at').orderBy('id')),
    close,
  };
}

async function openRedis(): Promise<Counters> {
  const { redis, pass, dump, close } = await createTestRedis();
  return { rateLimit: createOnRedis(redis), letWindowsPass: () => pass(60_001), dump, close };
}

async function openCluster(): Promise<Counters> {
  const cluster = await startRedisCluster();
  const { redis, pass, dump, close } = await createTestRedis(cluster.url);
  return {
    rateLimit: createOnRedis(redis),
    letWindowsPass: () => pass(60_001),
    dump: async () => (await dump()).split('\n').sort().join('\n'),
    async close() {
      await close();
      await cluster.stop();
    },
  };
}

const noDatabase = new Proxy({} as Database, {
  get: () => {
    throw new Error('the database was asked');
  },
});
const createOnRedis = (redis: Redis) => createRateLimit({ db: noDatabase, redis });

describe.each([
  ['postgres', () => openDatabase('postgres')],
  ['sqlite', () => openDatabase('sqlite')],
  ['redis', openRedis],
  ['redis cluster', openCluster],
] as const)('rate limit (%s)', (_name, open) => {
  let counters: Counters;
  let rateLimit: RateLimit;

  beforeAll(async () => {
    counters = await open();
    rateLimit = counters.rateLimit;
  });
  afterAll(() => counters.close());
  const letWindowsPass = () => counters.letWindowsPass();

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
    await rateLimit.refundAll([{ name: 'login', key: 'refund' }]);
    expect((await rateLimit.hit('login', 'refund', LIMIT)).isAllowed).toBe(true);
    expect((await rateLimit.hit('login', 'refund', LIMIT)).isAllowed).toBe(false);

    await rateLimit.refundAll([{ name: 'login', key: 'nobody' }]);
    await rateLimit.hit('login', 'once', LIMIT);
    await rateLimit.refundAll([{ name: 'login', key: 'once' }]);
    await rateLimit.refundAll([{ name: 'login', key: 'once' }]);
    expect((await rateLimit.hit('login', 'once', LIMIT)).remaining).toBe(2);
  });

  test('forgets a key', async () => {
    for (let count = 0; count < 4; count += 1) await rateLimit.hit('login', 'reset', LIMIT);
    await rateLimit.resetAll([{ name: 'login', key: 'reset' }]);
    expect((await rateLimit.hit('login', 'reset', LIMIT)).remaining).toBe(2);
  });

  test('takes a point of each limit at once, and tells which of them has none', async () => {
    const limits = (most: number) => [
      { name: 'each', key: 'one', limit: { points: most, perSeconds: 60 } },
      { name: 'each', key: 'two', limit: { points: 2, perSeconds: 900 } },
    ];
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await rateLimit.hitAll(limits(9)));
    const remaining = answers.map((hits) => hits.map((hit) => (hit.isAllowed ? hit.remaining : 'none')));
    expect(remaining).toEqual([
      [8, 1],
      [7, 0],
      [6, 'none'],
    ]);
    expect(answers[2]?.[1]?.retryAfterSeconds).toBeGreaterThan(800);
    expect(await rateLimit.hitAll([])).toEqual([]);
  });

  test('lets exactly as many through when 50 take of several limits, give back and forget at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const limits = names.map((key) => ({ name: 'many', key, limit: { points: 17, perSeconds: 60 } }));
    // Each in an order of its own: none waits for another that waits for it.
    const turned = (by: number) => [...limits.slice(by % 5), ...limits.slice(0, by % 5)];
    const all = await Promise.all(Array.from({ length: 50 }, (_, by) => rateLimit.hitAll(turned(by))));
    const through = all.filter((hits) => hits.every(({ isAllowed }) => isAllowed));
    expect(all.flat().filter(({ isAllowed }) => isAllowed)).toHaveLength(17 * names.length);
    expect(through.length).toBeLessThanOrEqual(17);
    await Promise.all(
      Array.from({ length: 50 }, (_, by) =>
        by % 2 === 0 ? rateLimit.refundAll(turned(by)) : rateLimit.hitAll(turned(by)),
      ),
    );
    await Promise.all(Array.from({ length: 20 }, (_, by) => rateLimit.resetAll(turned(by))));
    expect((await rateLimit.hitAll(limits)).map(({ remaining }) => remaining)).toEqual(names.map(() => 16));
  });

  test('counts both of two limits that have one window', async () => {
    const limit = (points: number) => ({ name: 'twice', key: 'same', limit: { points, perSeconds: 60 } });
    const hits = await rateLimit.hitAll([limit(5), limit(5)]);
    expect(hits.map(({ remaining }) => remaining).sort()).toEqual([3, 4]);
  });

  test('a refused hit changes nothing, so that a flood does not write', async () => {
    for (let count = 0; count < 3; count += 1) await rateLimit.hit('login', 'flood', LIMIT);
    const before = await counters.dump();
    await Promise.all(Array.from({ length: 20 }, () => rateLimit.hit('login', 'flood', LIMIT)));
    expect(await counters.dump()).toEqual(before);
  });

  test('stores no key readable', async () => {
    await rateLimit.hit('login', 'ada@example.com', LIMIT);
    expect(await counters.dump()).not.toContain('ada@');
  });
});

test('windows are swept by the columns that the sweeper is told', async () => {
  const { db, close } = await createTestDatabase('sqlite');
  await createRateLimit({ db }).hit('login', 'ada', LIMIT);
  const { name, expiresAt } = sweptRateLimits;
  expect(await db(name).where(expiresAt, '>', db.nowMs())).toHaveLength(1);
  await close();
});
