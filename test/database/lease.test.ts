import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLeases } from '../../src/database/lease.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';

eachDatabase('leases', (dialect) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await createTestDatabase(dialect);
  });
  beforeEach(async () => {
    await place.db('leases').delete();
  });
  afterAll(() => place.close());

  const setUp = () => createLeases({ db: place.db });
  const runOut = () =>
    place.db('leases').update({ expires_at: place.db.knex.raw('? - 1', [place.db.nowMs()]) });
  const ttl = { ttlSeconds: 60 };

  test('lets one of 20 simultaneous holders win', async () => {
    const leases = await Promise.all(Array.from({ length: 20 }, () => setUp().take('keys', ttl)));
    expect(leases.filter(Boolean)).toHaveLength(1);
  });

  test('keeps leases of different names apart', async () => {
    expect(await setUp().take('keys', ttl)).toBeDefined();
    expect(await setUp().take('sweeper', ttl)).toBeDefined();
  });

  test('is refused while it is held, also to the same node', async () => {
    const leases = setUp();
    expect(await leases.take('keys', ttl)).toBeDefined();
    expect(await leases.take('keys', ttl)).toBeUndefined();
  });

  test('is free again after its release', async () => {
    const lease = await setUp().take('keys', ttl);
    await lease?.release();
    expect(await setUp().take('keys', ttl)).toBeDefined();
  });

  test('is lost when it has run out, and neither renewed nor released by the one who lost it', async () => {
    const lost = await setUp().take('keys', ttl);
    await runOut();
    expect(await lost?.renew()).toBe(false);
    const next = await setUp().take('keys', ttl);
    expect(next?.holder).not.toBe(lost?.holder);
    await lost?.release();
    expect(await next?.renew()).toBe(true);
  });

  test('lets one win when a lease that ran out is wanted by 20', async () => {
    await setUp().take('keys', ttl);
    await runOut();
    const leases = await Promise.all(Array.from({ length: 20 }, () => setUp().take('keys', ttl)));
    expect(leases.filter(Boolean)).toHaveLength(1);
  });

  test('runs by the clock of the database', async () => {
    const { db } = place;
    const before = await db.now();
    const lease = await setUp().take('keys', ttl);
    const { expires_at: first } = await db('leases').first(['expires_at']);
    expect(first).toBeGreaterThanOrEqual(before + 60_000);
    expect(first).toBeLessThanOrEqual((await db.now()) + 60_000);
    await db('leases').update({ expires_at: before + 30_000 });
    expect(await lease?.renew()).toBe(true);
    const { expires_at: renewed } = await db('leases').first(['expires_at']);
    expect(renewed).toBeGreaterThanOrEqual(first);
  });

  test('is given back after work, also when the work fails', async () => {
    const leases = setUp();
    const answer = await leases.run('keys', ttl, async () => {
      expect(await leases.run('keys', ttl, async () => 'twice')).toBeUndefined();
      return 'once';
    });
    expect(answer).toBe('once');
    const failing = leases.run('keys', ttl, async () => {
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    expect(await leases.run('keys', ttl, async () => 'again')).toBe('again');
  });
});
