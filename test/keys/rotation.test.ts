import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { keysConfig } from '../../src/keys/config.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';
import { DAY, HOUR, idsOf, letTimePass, setUpKeys } from './set-up.ts';

eachDatabase('rotation', (dialect) => {
  let database: TestDatabase;
  let db: Database;
  let other: Database;
  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    db = database.db;
    other = await createDatabase({ url: database.url, dataDir: database.dataDir });
  });
  afterEach(async () => {
    await other.close();
    await database.close();
  });

  test('promotes the next key, retires the current one and publishes a new next', async () => {
    const { keys, audited } = setUpKeys(db);
    await keys.prepare();
    const before = await idsOf(keys, 'ES256');
    const answer = await keys.rotate(SYSTEM, { alg: 'ES256' });
    const after = await idsOf(keys, 'ES256');
    expect(after.current).toEqual(before.next);
    expect(after.retired).toEqual(before.current);
    expect(after.next).toHaveLength(1);
    expect(after.next).not.toEqual(before.next);
    expect(answer).toEqual({
      rotated: [{ alg: 'ES256', current: before.next[0], retired: before.current[0], isOurs: true }],
      waiting: [],
    });
    expect(audited).toEqual([
      {
        event: 'keys.rotated',
        detail: { alg: 'ES256', current: before.next[0], retired: before.current[0] },
      },
    ]);
    expect((await idsOf(keys, 'RS256')).retired).toEqual([]);
  });

  test('orders the key set current, next, retired for each algorithm, with the newest retired first', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    await keys.rotate(SYSTEM, { alg: 'ES256' });
    await letTimePass(db, 2 * DAY - HOUR);
    await db('keys')
      .where({ state: 'retired' })
      .update({ expires_at: Date.now() + DAY });
    await keys.rotate(SYSTEM, { alg: 'ES256' });
    const { current, next, retired } = await idsOf(keys, 'ES256');
    expect(retired).toHaveLength(2);
    const { keys: jwks } = await keys.jwks();
    expect(jwks.filter(({ alg }) => alg === 'ES256').map(({ kid }) => kid)).toEqual([
      ...current,
      ...next,
      ...retired,
    ]);
    expect(jwks.filter(({ alg }) => alg === 'RS256').map(({ kid }) => kid)).toEqual([
      ...(await idsOf(keys, 'RS256')).current,
      ...(await idsOf(keys, 'RS256')).next,
    ]);
  });

  test('the first rotation need not wait: whoever knows the first key knows its successor', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    expect((await keys.rotate(SYSTEM)).rotated).toHaveLength(2);
  });

  test('a next key waits until verifiers have surely read it, and the answer says when that is', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    await keys.rotate(SYSTEM, { alg: 'ES256' });
    await letTimePass(db, DAY - HOUR);
    const before = await idsOf(keys, 'ES256');
    const published = (await keys.list()).find(({ id }) => id === before.next[0])?.publishedAt ?? 0;
    expect(await keys.rotate(SYSTEM, { alg: 'ES256' })).toEqual({
      rotated: [],
      waiting: [{ alg: 'ES256', next: before.next[0], readyAt: published + DAY }],
    });
    expect(await idsOf(keys, 'ES256')).toEqual(before);
    await letTimePass(db, HOUR);
    expect((await keys.rotate(SYSTEM, { alg: 'ES256' })).rotated).toHaveLength(1);
  });

  test('by force it waits only until every node has read the set', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    await keys.rotate(SYSTEM, { alg: 'ES256' });
    const { waiting } = await keys.rotate(SYSTEM, { alg: 'ES256', now: true });
    expect(waiting).toHaveLength(1);
    await letTimePass(db, 3_000);
    expect((await keys.rotate(SYSTEM, { alg: 'ES256', now: true })).rotated).toHaveLength(1);
  });

  test('of 50 rotations at the same moment on two nodes exactly one happens', async () => {
    const nodes = [setUpKeys(db), setUpKeys(other)];
    await nodes[0]?.keys.prepare();
    const before = await idsOf(nodes[0]!.keys, 'ES256');
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        nodes[at % 2]!.keys.rotate(SYSTEM, { alg: 'ES256', now: at % 4 < 2 }),
      ),
    );
    const after = await idsOf(nodes[1]!.keys, 'ES256');
    expect(after.current).toEqual(before.next);
    expect(after.retired).toEqual(before.current);
    expect(after.next).toHaveLength(1);
    expect(nodes.flatMap(({ audited }) => audited)).toHaveLength(1);
    for (const { rotated } of answers)
      for (const { retired, current } of rotated)
        expect([retired, current]).toEqual([before.current[0], before.next[0]]);
  });

  test('of two nodes that rotate at the same moment one does it and audits it, the other sees it', async () => {
    const nodes = [setUpKeys(db), setUpKeys(other)];
    await nodes[0]?.keys.prepare();
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(nodes.map(({ keys }) => keys.rotate(SYSTEM, { alg: 'ES256' })));
      const ours = answers.flatMap(({ rotated }) => rotated.filter(({ isOurs }) => isOurs));
      expect(ours).toHaveLength(1);
      expect((await idsOf(nodes[0]!.keys, 'ES256')).retired).toHaveLength(round + 1);
      expect(nodes.flatMap(({ audited }) => audited)).toHaveLength(round + 1);
      await db('keys').update({ published_at: db.knex.raw('published_at - ?', [DAY]) });
    }
  });

  test('rotates by schedule after 90 days, and not before', async () => {
    const { keys, audited } = setUpKeys(db);
    await keys.prepare();
    expect(await keys.runSchedule()).toBe(false);
    await letTimePass(db, 90 * DAY - HOUR);
    expect(await keys.runSchedule()).toBe(false);
    await letTimePass(db, HOUR);
    const before = await idsOf(keys, 'RS256');
    expect(await keys.runSchedule()).toBe(true);
    expect((await idsOf(keys, 'RS256')).current).toEqual(before.next);
    expect(audited.map(({ event }) => event)).toEqual(['keys.rotated', 'keys.rotated']);
    expect(await keys.runSchedule()).toBe(false);
  });

  test('rotates once when every node finds at the same moment that it is due', async () => {
    const nodes = [setUpKeys(db), setUpKeys(other), setUpKeys(db), setUpKeys(other)];
    await nodes[0]?.keys.prepare();
    await letTimePass(db, 91 * DAY);
    await Promise.all(Array.from({ length: 20 }, (_, at) => nodes[at % 4]!.keys.runSchedule()));
    for (const alg of ['ES256', 'RS256'] as const) {
      const { current, next, retired } = await idsOf(nodes[0]!.keys, alg);
      expect([current.length, next.length, retired.length]).toEqual([1, 1, 1]);
    }
    expect(nodes.flatMap(({ audited }) => audited)).toHaveLength(2);
  });

  test('the schedule never promotes a key before its time of publication', async () => {
    const config = keysConfig.parse({ rotateEverySeconds: 7_200, publishAheadSeconds: 7_000 });
    const { keys } = setUpKeys(db, { config });
    await keys.prepare();
    await letTimePass(db, 2 * HOUR);
    expect(await keys.runSchedule()).toBe(true);
    const [young = ''] = (await idsOf(keys, 'ES256')).next;
    await db('keys').where({ state: 'current' }).update({ current_at: 0 });
    expect(await keys.runSchedule()).toBe(false);
    expect((await idsOf(keys, 'ES256')).next).toEqual([young]);
  });

  test('publishes a retired key until its last token has expired, and then removes it, private half and all', async () => {
    const { keys } = setUpKeys(db, { longestTokenSeconds: () => 3_600 });
    await keys.prepare();
    const [old = ''] = (await idsOf(keys, 'ES256')).current;
    await keys.rotate(SYSTEM, { alg: 'ES256' });
    await letTimePass(db, HOUR);
    expect(await keys.runSchedule()).toBe(false);
    expect((await keys.jwks()).keys.map(({ kid }) => kid)).toContain(old);
    await letTimePass(db, 60_000);
    expect(await keys.runSchedule()).toBe(true);
    expect((await keys.jwks()).keys.map(({ kid }) => kid)).not.toContain(old);
    expect(await db('keys').where({ id: old }).select('id')).toEqual([]);
  });

  test('keeps a retired key as long as an ID token may be shown at sign-out: the 30 days of a session', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    await keys.rotate(SYSTEM, { alg: 'RS256' });
    await letTimePass(db, 30 * DAY);
    await keys.runSchedule();
    expect((await idsOf(keys, 'RS256')).retired).toHaveLength(1);
  });

  test('remembers the longest token when lifetimes are shortened before the rotation', async () => {
    let longest = 40 * 86_400;
    const { keys } = setUpKeys(db, { longestTokenSeconds: () => longest });
    await keys.prepare();
    await keys.runSchedule();
    longest = 300;
    await keys.rotate(SYSTEM, { alg: 'ES256' });
    const retired = (await keys.list()).find(({ state }) => state === 'retired');
    expect((retired?.expiresAt ?? 0) - (retired?.retiredAt ?? 0)).toBe(40 * DAY + 60_000);
  });

  test('retiring the current key lets the next one take over', async () => {
    const { keys, audited } = setUpKeys(db);
    await keys.prepare();
    const before = await idsOf(keys, 'RS256');
    await keys.retire(before.current[0]!, SYSTEM);
    const after = await idsOf(keys, 'RS256');
    expect([after.current, after.retired]).toEqual([before.next, before.current]);
    expect(after.next).toHaveLength(1);
    expect(audited).toEqual([
      {
        event: 'keys.retired',
        detail: { id: before.current[0], alg: 'RS256', state: 'current', isPublished: true },
      },
    ]);
  });

  test('retiring a stolen key takes it out of the set at once, also when it was retired before', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const before = await idsOf(keys, 'ES256');
    await keys.retire(before.current[0]!, SYSTEM, { unpublish: true });
    expect(await idsOf(keys, 'ES256')).toMatchObject({ current: before.next, retired: [] });
    const [second = ''] = (await idsOf(keys, 'RS256')).current;
    await keys.rotate(SYSTEM, { alg: 'RS256' });
    await keys.retire(second, SYSTEM);
    expect((await idsOf(keys, 'RS256')).retired).toEqual([second]);
    await keys.retire(second, SYSTEM, { unpublish: true });
    expect((await idsOf(keys, 'RS256')).retired).toEqual([]);
  });

  test('retiring the next key, which signed nothing, replaces it', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const before = await idsOf(keys, 'ES256');
    await keys.retire(before.next[0]!, SYSTEM);
    const after = await idsOf(keys, 'ES256');
    expect(after.current).toEqual(before.current);
    expect(after.retired).toEqual([]);
    expect(after.next).not.toEqual(before.next);
    expect((await keys.rotate(SYSTEM, { alg: 'ES256' })).waiting).toHaveLength(1);
  });

  test('does not retire the only key of an algorithm, nor one that does not exist', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const { current, next } = await idsOf(keys, 'ES256');
    await db('keys').where({ id: next[0] }).delete();
    await expect(keys.retire(current[0]!, SYSTEM)).rejects.toMatchObject({
      code: 'keys.in_use',
      message: `${current[0]} is the only ES256 key: no next one can take over.`,
    });
    await expect(keys.retire('key_none', SYSTEM)).rejects.toMatchObject({
      code: 'keys.unknown',
      status: 404,
    });
    await keys.runSchedule();
    expect((await idsOf(keys, 'ES256')).next).toHaveLength(1);
  });

  test('20 retirements of one key at the same moment leave one current and one next key', async () => {
    const nodes = [setUpKeys(db), setUpKeys(other)];
    await nodes[0]?.keys.prepare();
    const before = await idsOf(nodes[0]!.keys, 'ES256');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => nodes[at % 2]!.keys.retire(before.current[0]!, SYSTEM)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('keys.in_use');
    const after = await idsOf(nodes[0]!.keys, 'ES256');
    expect([after.current, after.retired]).toEqual([before.next, before.current]);
    expect(after.next).toHaveLength(1);
  });

  test('a set that was read just before a rotation verifies what is signed just after it, and the other way round', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    for (let round = 0; round < 5; round++) {
      const before = (await keys.jwks()).keys.filter(({ alg }) => alg === 'ES256');
      expect((await keys.rotate(SYSTEM, { alg: 'ES256', now: true })).rotated).toHaveLength(1);
      const after = (await keys.jwks()).keys.filter(({ alg }) => alg === 'ES256');
      expect(before.map(({ kid }) => kid)).toContain(after[0]?.kid);
      expect(after.map(({ kid }) => kid)).toContain(before[0]?.kid);
      await letTimePass(db, 3_000);
    }
  });
});
