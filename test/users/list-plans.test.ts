import { expect, test } from 'vitest';
import { type Dialect, eachDatabase } from '../support/database.ts';
import { setUpUsers } from './set-up.ts';

/** Enough that a scan is dearer than an index on both databases, and that one would be seen in the rows that are read. */
const PEOPLE = 20_000;
const LIMIT = 20;

eachDatabase('a page of people among many', (dialect) => {
  test('is read by an index alone, whichever page it is and however many a search would find', async () => {
    const given = await setUpMany(dialect);
    const { users } = given;
    const last = `usr_many${PEOPLE}`;
    const wishes = {
      'the first page': {},
      'one in the middle': { after: `usr_many${PEOPLE / 2}` },
      'the last one': { after: last },
      'a search that everybody fits': { search: 'ana' },
      'its next page': { search: 'ana', after: `usr_many${PEOPLE / 2}` },
      'a search for one person': { search: `p${PEOPLE}@` },
      'a search for nobody': { search: 'nobody at all' },
    };
    for (const [what, wish] of Object.entries(wishes)) {
      const statements = await statementsOf(given, () => users.list({ limit: LIMIT, ...wish }));
      expect(statements.length, what).toBeGreaterThan(0);
      for (const { sql, bindings } of statements) {
        expect([what, sql, await faultsOf(given, dialect, sql, bindings)]).toEqual([what, sql, []]);
      }
    }
    await given.close();
  });

  test('that is read from end to end would be seen', async () => {
    const given = await setUpMany(dialect);
    const like = `select id from users where search_text like '%ana%' order by updated_at, id limit 20`;
    expect(await faultsOf(given, dialect, like, [])).not.toEqual([]);
    await given.close();
  });
});

type Given = Awaited<ReturnType<typeof setUpUsers>>;

async function setUpMany(dialect: Dialect): Promise<Given> {
  const given = await setUpUsers(dialect);
  const { db } = given;
  const many = `with recursive many(n) as (select 1 union all select n + 1 from many where n < ${PEOPLE})`;
  const insert = (into: string, select: string) =>
    db.raw(
      dialect === 'sqlite'
        ? `${many} insert into ${into} ${select}`
        : `${many} insert into ${into} ${select}`,
    );
  await insert(
    'users (id, email, email_key, email_verified, profile, is_admin, search_text, created_at, updated_at)',
    `select 'usr_many' || n, 'p' || n || '@example.org', 'p' || n || '@example.org', true, '{"name":"Ana"}', false,
       'p' || n || '@example.org ana', n, n from many`,
  );
  await insert(
    'user_search_keys (user_id, search_key)',
    `select 'usr_many' || n, 'p' || n || '@example.org' from many`,
  );
  await insert('user_search_keys (user_id, search_key)', `select 'usr_many' || n, 'ana' from many`);
  await db.raw('analyze');
  return given;
}

async function statementsOf({ db }: Given, work: () => Promise<unknown>) {
  const seen: { sql: string; bindings: readonly unknown[] }[] = [];
  const note = (query: { sql: string; bindings: readonly unknown[] }) => seen.push(query);
  db.knex.on('query', note);
  await work();
  db.knex.off('query', note);
  return seen;
}

/** What a plan reads that an index would have spared: in words. */
async function faultsOf(
  { db }: Given,
  dialect: Dialect,
  sql: string,
  bindings: readonly unknown[],
): Promise<string[]> {
  if (dialect === 'sqlite') {
    const steps: { detail: string }[] = await db.raw(`explain query plan ${sql}`, bindings as string[]);
    return steps
      .map(({ detail }) => detail)
      .filter((detail) => /TEMP B-TREE/.test(detail) || (/^SCAN/.test(detail) && !/USING/.test(detail)));
  }
  const client = await db.knex.client.acquireConnection();
  try {
    const text = `explain (analyze, format json, timing off) ${sql}`;
    const { rows } = await client.query({ text, values: bindings });
    return nodesOf(rows[0]['QUERY PLAN'][0].Plan)
      .filter((node) => readBy(node) > 10 * LIMIT || node['Node Type'] === 'Seq Scan')
      .map((node) => `${node['Node Type']} reads ${readBy(node)} rows`);
  } finally {
    db.knex.client.releaseConnection(client);
  }
}

type PlanNode = { 'Node Type': string; Plans?: PlanNode[] } & Record<string, number>;

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function readBy(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  return ((node['Actual Rows'] ?? 0) + removed) * (node['Actual Loops'] ?? 1);
}
