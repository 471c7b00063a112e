import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { serverKeyPurposes } from '../../src/keys/server-keys.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';
import { rootKey, setUpKeys } from './set-up.ts';

eachDatabase('server keys', (dialect) => {
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

  test('are 32 random bytes, another for each purpose, the same on every node', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const own = await Promise.all(serverKeyPurposes.map((purpose) => keys.serverKeys.current(purpose)));
    const theirs = await Promise.all(
      serverKeyPurposes.map((purpose) => setUpKeys(other).keys.serverKeys.current(purpose)),
    );
    expect(theirs).toEqual(own);
    expect(new Set(own.map(({ key }) => key.toString('hex'))).size).toBe(serverKeyPurposes.length);
    for (const { key } of own) expect(key).toHaveLength(32);
  });

  test('stay the same when SECRET_KEY is changed', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const before = await keys.serverKeys.current('pairwise');
    const newer = randomBytes(32);
    await setUpKeys(db, { sealer: createSealer([newer, rootKey]) }).keys.reseal(SYSTEM);
    const after = setUpKeys(db, { sealer: createSealer([newer]) }).keys;
    await after.prepare();
    expect(await after.serverKeys.current('pairwise')).toEqual(before);
  });

  test('a rotation makes a new one, and the older stay readable by their ids', async () => {
    const { serverKeys, prepare } = setUpKeys(db).keys;
    await prepare();
    const before = await serverKeys.current('refresh');
    const { id } = await serverKeys.rotate('refresh');
    const after = await serverKeys.current('refresh');
    expect(after.id).toBe(id);
    expect(after.key.equals(before.key)).toBe(false);
    expect(await serverKeys.find('refresh', before.id)).toEqual(before.key);
    expect(await serverKeys.list('refresh')).toEqual([after, before]);
  });

  test('find answers nothing for an unknown id and for the id of another purpose', async () => {
    const { serverKeys, prepare } = setUpKeys(db).keys;
    await prepare();
    const { id } = await serverKeys.current('cookies');
    expect(await serverKeys.find('refresh', id)).toBeUndefined();
    expect(await serverKeys.find('refresh', 'srk_none')).toBeUndefined();
    expect(await serverKeys.find('refresh', '__proto__')).toBeUndefined();
  });

  test('20 rotations at the same moment on two nodes leave one current key, and all agree on it', async () => {
    const nodes = [setUpKeys(db), setUpKeys(other)];
    await nodes[0]?.keys.prepare();
    await Promise.all(Array.from({ length: 20 }, (_, at) => nodes[at % 2]!.keys.serverKeys.rotate('codes')));
    const rows = await db('server_keys').where({ purpose: 'codes' }).whereNull('retired_at').select('id');
    expect(rows).toHaveLength(1);
    for (const { keys, clock } of nodes) {
      clock.time += 2_000;
      expect((await keys.serverKeys.current('codes')).id).toBe(rows[0].id);
    }
  });

  test('a rotation on another node holds here within 2 s, and its keys are found by id at once', async () => {
    const here = setUpKeys(db);
    await here.keys.prepare();
    const before = await here.keys.serverKeys.current('refresh');
    const { id } = await setUpKeys(other).keys.serverKeys.rotate('refresh');
    expect(await here.keys.serverKeys.current('refresh')).toEqual(before);
    expect(await here.keys.serverKeys.find('refresh', id)).toHaveLength(32);
    const again = setUpKeys(db);
    await again.keys.serverKeys.current('refresh');
    const { id: third } = await setUpKeys(other).keys.serverKeys.rotate('refresh');
    again.clock.time += 2_000;
    expect((await again.keys.serverKeys.current('refresh')).id).toBe(third);
  });

  test('are read from the database once in 2 s, however many ask', async () => {
    const { counted, queries } = countQueries(db);
    const { keys, clock } = setUpKeys(counted);
    await keys.prepare();
    const before = queries();
    for (let at = 0; at < 100; at++) await keys.serverKeys.current('refresh');
    expect(queries()).toBe(before);
    clock.time += 2_000;
    await Promise.all(Array.from({ length: 100 }, () => keys.serverKeys.current('refresh')));
    expect(queries()).toBe(before + 1);
  });

  test('do not open when moved to another row', async () => {
    const { serverKeys, prepare } = setUpKeys(db).keys;
    await prepare();
    const { id } = await serverKeys.current('refresh');
    const { secret } = await db('server_keys').where({ purpose: 'csrf' }).first('secret');
    await db('server_keys').where({ id }).update({ secret });
    await expect(setUpKeys(db).keys.serverKeys.current('refresh')).rejects.toMatchObject({
      code: 'seal.broken',
    });
  });
});

function countQueries(db: Database) {
  let count = 0;
  const counted = Object.assign((table: string) => {
    count += 1;
    return db(table);
  }, db);
  return { counted: counted as Database, queries: () => count };
}
