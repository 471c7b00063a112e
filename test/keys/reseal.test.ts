import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/database/database.ts';
import type { SealedColumn } from '../../src/keys/keys.ts';
import { serverKeyPurposes } from '../../src/keys/server-keys.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSealer, type Sealer } from '../../src/lib/seal.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';
import { rootKey, setUpKeys } from './set-up.ts';

/** Of the keys module itself: current and next of two algorithms, and the server's own keys. */
const OWN = 4 + serverKeyPurposes.length;

const newer = randomBytes(32);
const context = (id: string) => `notes.body:${id}`;
const notes: SealedColumn = { table: 'notes', column: 'body', idColumn: 'id', context };

eachDatabase('reseal', (dialect) => {
  let database: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    db = database.db;
    await setUpKeys(db).keys.prepare();
    await db.knex.schema.createTable('notes', (table) => {
      table.text('id').primary();
      table.text('body');
    });
    const sealer = createSealer([rootKey]);
    const ids = Array.from({ length: 120 }, (_, at) => `note_${at}`);
    await db('notes').insert(ids.map((id) => ({ id, body: sealer.seal(`text of ${id}`, context(id)) })));
    await db('notes').insert({ id: 'note_empty', body: null });
  });
  afterEach(() => database.close());

  test('seals every value again under the first root key, so that the older one can go', async () => {
    const both = createSealer([newer, rootKey]);
    const { keys, audited } = setUpKeys(db, { sealer: both, sealedColumns: [notes] });
    const before = await keys.jwks();
    expect(await keys.reseal(SYSTEM)).toEqual({ resealed: OWN + 120, unreadable: [] });
    expect(audited).toEqual([
      { event: 'keys.resealed', detail: { rootKey: both.keyIds[0], resealed: OWN + 120, unreadable: 0 } },
    ]);

    const alone = createSealer([newer]);
    const after = setUpKeys(db, { sealer: alone }).keys;
    await after.prepare();
    expect(await after.jwks()).toEqual(before);
    expect(await readNotes(db, alone)).toHaveLength(120);
    expect(await keys.reseal(SYSTEM)).toEqual({ resealed: 0, unreadable: [] });
  });

  test('leaves alone what is sealed under the first root key already', async () => {
    const before = await db('notes').select('id', 'body').orderBy('id');
    expect(await setUpKeys(db, { sealedColumns: [notes] }).keys.reseal(SYSTEM)).toEqual({
      resealed: 0,
      unreadable: [],
    });
    expect(await db('notes').select('id', 'body').orderBy('id')).toEqual(before);
  });

  test('stopped in the middle it has lost nothing, and the next time it does the rest', async () => {
    const both = createSealer([newer, rootKey]);
    let left = 40;
    const dying: Sealer = {
      ...both,
      seal(plain, place) {
        left -= 1;
        if (left < 0) throw new Error('the process dies here');
        return both.seal(plain, place);
      },
    };
    await expect(
      setUpKeys(db, { sealer: dying, sealedColumns: [notes] }).keys.reseal(SYSTEM),
    ).rejects.toThrow('dies here');

    const rows = await db('notes').whereNotNull('body').select('body');
    const stale = rows.filter(({ body }: { body: string }) => both.isStale(body)).length;
    expect(stale).toBe(120 - (40 - OWN));
    expect(await readNotes(db, both)).toHaveLength(120);
    const { keys } = setUpKeys(db, { sealer: both, sealedColumns: [notes] });
    expect((await keys.jwks()).keys).toHaveLength(4);
    expect(await keys.reseal(SYSTEM)).toEqual({ resealed: stale, unreadable: [] });
    expect(await readNotes(db, createSealer([newer]))).toHaveLength(120);
  });

  test('two at the same moment renew each value once', async () => {
    const other = await createDatabase({ url: database.url, dataDir: database.dataDir });
    try {
      const sealer = createSealer([newer, rootKey]);
      const answers = await Promise.all(
        [db, other].map((each) => setUpKeys(each, { sealer, sealedColumns: [notes] }).keys.reseal(SYSTEM)),
      );
      expect(answers.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(OWN + 120);
      expect(await readNotes(db, createSealer([newer]))).toHaveLength(120);
    } finally {
      await other.close();
    }
  });

  test('never overwrites a value that a running server changed meanwhile', async () => {
    const both = createSealer([newer, rootKey]);
    let isChanged = false;
    const racing: Sealer = {
      ...both,
      seal(plain, place) {
        if (place === context('note_7')) isChanged = true;
        return both.seal(plain, place);
      },
    };
    const changed = both.seal('written meanwhile', context('note_7'));
    const racingDb = Object.assign((table: string) => {
      const query = db(table);
      const { update } = query;
      if (table === 'notes')
        query.update = ((...values: unknown[]) => {
          if (!isChanged) return Reflect.apply(update, query, values);
          isChanged = false;
          return db('notes')
            .where({ id: 'note_7' })
            .update({ body: changed })
            .then(() => Reflect.apply(update, query, values));
        }) as never;
      return query;
    }, db) as Database;
    await setUpKeys(racingDb, { sealer: racing, sealedColumns: [notes] }).keys.reseal(SYSTEM);
    expect(await db('notes').where({ id: 'note_7' }).first('body')).toEqual({ body: changed });
  });

  test('names what no root key opens and renews the rest', async () => {
    const lost = createSealer([randomBytes(32)]).seal('lost', context('note_3'));
    await db('notes').where({ id: 'note_3' }).update({ body: lost });
    await db('notes').where({ id: 'note_4' }).update({ body: 'not sealed at all' });
    const { keys } = setUpKeys(db, { sealer: createSealer([newer, rootKey]), sealedColumns: [notes] });
    expect(await keys.reseal(SYSTEM)).toEqual({
      resealed: OWN + 118,
      unreadable: ['notes.body:note_3', 'notes.body:note_4'],
    });
    expect(await db('notes').where({ id: 'note_3' }).first('body')).toEqual({ body: lost });
  });
});

async function readNotes(db: Database, sealer: Sealer): Promise<string[]> {
  const rows = await db('notes').whereNotNull('body').select('id', 'body');
  return rows.map(({ id, body }: { id: string; body: string }) => {
    const text = sealer.open(body, context(id)).toString();
    expect(text).toBe(`text of ${id}`);
    return text;
  });
}
