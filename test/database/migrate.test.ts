import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/database/database.ts';
import { assertRelease, codeRelease, migrate, migrationStatus } from '../../src/database/migrate.ts';
import { createEmptyDatabase, type Dialect, eachDatabase } from '../support/database.ts';
import { startChild } from './child.ts';

const clock = { now: () => 1_795_000_000_000 };

eachDatabase('migrate', (dialect) => {
  test('runs every migration of this release, forth and back', async () => {
    const { db } = await setUp(dialect);
    const { applied } = await migrate({ db, clock });
    expect(applied).toContain('202611210900_database_leases');
    expect(await migrate({ db, clock })).toEqual({ applied: [] });
    const statements: string[] = []; // at most those of all migrations
    db.knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    for (const name of applied.toReversed()) {
      const { down } = await import(`../../migrations/${name}.ts`);
      await db.transaction((transaction) => down(transaction.knex));
    }
    expect(statements.some((sql) => /drop column/i.test(sql))).toBe(true);
    // On SQLite `dropColumn` copies the whole table, and rows that refer to it go (src/database/migration.ts).
    expect(statements.filter((sql) => sql.includes('_knex_temp_alter'))).toEqual([]);
    await db('migrations').delete();
    expect(await migrate({ db, clock })).toEqual({ applied });
  });

  test('records names without extension, in order, with their time', async () => {
    const { db, folder } = await setUp(dialect, {
      '202601010000_b_second': create('b'),
      '202501010000_a_first': create('a'),
    });
    expect(await migrate({ db, clock, folder })).toEqual({
      applied: ['202501010000_a_first', '202601010000_b_second'],
    });
    expect(await db('migrations').orderBy('name').select(['name', 'applied_at', 'oldest_release'])).toEqual([
      { name: '202501010000_a_first', applied_at: clock.now(), oldest_release: '0.1.0' },
      { name: '202601010000_b_second', applied_at: clock.now(), oldest_release: '0.1.0' },
    ]);
  });

  test('tells what is applied and what is not', async () => {
    const { db, folder, add } = await setUp(dialect, { '202501010000_a_first': create('a') });
    expect(await migrationStatus(db, folder)).toEqual([{ name: '202501010000_a_first', applied: false }]);
    await migrate({ db, clock, folder });
    await add('202601010000_b_second', create('b'));
    expect(await migrationStatus(db, folder)).toEqual([
      { name: '202501010000_a_first', applied: true, appliedAt: clock.now() },
      { name: '202601010000_b_second', applied: false },
    ]);
  });

  test('takes a failing migration back as a whole, names it, and runs it again the next time', async () => {
    const { db, folder, add } = await setUp(dialect, {
      '202501010000_a_first': create('a'),
      '202601010000_b_second': `${create('b').replace('{', "{\n  await knex.schema.createTable('half', (table) => table.text('id'));\n")}`,
    });
    await db.raw('create table b (id text)');
    await expect(migrate({ db, clock, folder })).rejects.toThrow('202601010000_b_second');
    expect(await db.knex.schema.hasTable('half')).toBe(false);
    expect(await db('migrations').pluck('name')).toEqual(['202501010000_a_first']);
    await db.raw('drop table b');
    await add('202701010000_c_third', create('c'));
    expect(await migrate({ db, clock, folder })).toEqual({
      applied: ['202601010000_b_second', '202701010000_c_third'],
    });
  });

  test('applies each migration once when four nodes start at the same time', async () => {
    const { db, folder, url, dataDir } = await setUp(dialect, {
      '202501010000_a_first': create('a'),
      '202601010000_b_second': create('b'),
      '202701010000_c_third': create('c'),
    });
    const env = { URL_OF_DATABASE: url, DATA_DIR: dataDir, FOLDER: folder };
    const children = Array.from({ length: 4 }, () => startChild('migrate-process.ts', env));
    for (const child of children) expect(await child.line()).toBe('here');
    for (const child of children) child.say('go');
    const applied = await Promise.all(children.map(async (child) => JSON.parse(await child.line())));
    expect(applied.flat().sort()).toEqual([
      '202501010000_a_first',
      '202601010000_b_second',
      '202701010000_c_third',
    ]);
    expect(await db('a').count('* as count')).toEqual([{ count: 1 }]);
  });

  test('refuses to work below the mark of a newer release, with a sentence', async () => {
    const { db, folder } = await setUp(dialect, { '202501010000_a_first': create('a', '0.3.0') });
    await migrate({ db, clock, folder, release: '0.3.0' });
    const old = migrate({ db, clock, release: '0.2.9' });
    await expect(old).rejects.toMatchObject({
      code: 'database.release_too_old',
      sentence: expect.stringMatching(/0\.3\.0 or newer \(202501010000_a_first\).*this is 0\.2\.9/),
    });
    expect(await db.knex.schema.hasTable('leases')).toBe(false);
    await assertRelease(db, '0.3.0-rc.1');
    await assertRelease(db, '0.10.0');
  });

  test('leaves migrations of a newer release alone when their mark allows it', async () => {
    const { db, folder } = await setUp(dialect, { '209901010000_future_change': create('future') });
    await migrate({ db, clock, folder });
    const { applied } = await migrate({ db, clock });
    expect(applied).not.toContain('209901010000_future_change');
    expect(await migrationStatus(db)).toContainEqual({
      name: '209901010000_future_change',
      applied: true,
      appliedAt: clock.now(),
    });
  });
});

test('knows its own release from package.json', async () => {
  expect(await codeRelease()).toMatch(/^\d+\.\d+\.\d+/);
});

async function setUp(dialect: Dialect, files: Record<string, string> = {}) {
  const { url, dataDir, remove } = await createEmptyDatabase(dialect);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-migrations-'));
  const add = (name: string, text: string) => writeFile(join(folder, `${name}.ts`), text);
  for (const [name, text] of Object.entries(files)) await add(name, text);
  const db = await createDatabase({ url, dataDir });
  onTestFinished(async () => {
    await db.close();
    await remove();
    await rm(folder, { recursive: true });
  });
  return { db, url, dataDir, folder, add };
}

/** A migration that makes a table with one row; run twice, it fails. */
function create(table: string, oldestRelease = '0.1.0'): string {
  return `export async function up(knex) {
  await knex.schema.createTable('${table}', (table) => table.text('id').primary());
  await knex('${table}').insert({ id: 'first' });
}
export async function down(knex) { await knex.schema.dropTable('${table}'); }
export const oldestRelease = '${oldestRelease}';
`;
}
