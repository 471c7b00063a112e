import * as oidc from 'openid-client';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { startAppForTest, type TestApp } from '../support/app.ts';
import { authorize, createPerson, createRelyingParty, redeem, signIn } from '../support/relying-party.ts';
import { startPostgres } from '../support/services.ts';

/**
 * What PostgreSQL really did for the statements of whole journeys, told by its own auto_explain, in tables of so many
 * rows. `npm run plans` does it with a million.
 */
const ROWS = Number(process.env.PLAN_ROWS ?? 20_000);

/** A statement that reads more rows than this to find a few reads from end to end. */
const MANY = 1_000;

/** They stay small, and may be read as a whole: keys, APIs, leases; the mailbox of localhost keeps a few hundred. */
const SMALL = [
  'keys',
  'server_keys',
  'resource_servers',
  'resource_server_secrets',
  'leases',
  'mailbox',
  'migrations',
];

test(`no statement of a request reads a table of ${ROWS} rows from end to end`, async () => {
  const server = await startPostgres({
    settings: [
      'shared_preload_libraries=auto_explain',
      'auto_explain.log_min_duration=0',
      'auto_explain.log_analyze=on',
      'auto_explain.log_timing=off',
      'auto_explain.log_format=json',
      'logging_collector=on',
      'log_filename=plans.log',
      'log_rotation_size=0',
      'log_line_prefix=@',
      'autovacuum=off',
      'shared_buffers=512MB',
      'max_wal_size=16GB',
      'wal_level=minimal',
      'max_wal_senders=0',
      'jit=off',
    ],
  });
  onTestFinished(server.stop);
  const operator = new pg.Client({ connectionString: server.url });
  await operator.connect();
  onTestFinished(() => operator.end());
  const started = await startAppForTest({
    environment: { DATABASE_URL: server.url },
    settings: { oidc: { refreshGraceSeconds: 0 }, database: { statementTimeoutSeconds: 600 } },
  });
  // A row of each kind to make many of, and connections that have prepared their statements.
  await live(started);
  // What waits to be written would wait a million times, each with the id of the same event.
  await operator.query('update audit_repeated set count = 0');
  const filled = await multiply(operator);
  expect(filled).toEqual(expect.arrayContaining(HOT));

  const start = await sizeOfLog(operator);
  for (let round = 0; round < 3; round += 1) await live(started);
  await started.modules.sweeper.sweep();
  const statements = await readPlans(operator, start);
  expect(statements.length).toBeGreaterThan(100);
  const faults = statements.flatMap(({ query, plan }) =>
    scansOf(plan)
      .filter(({ table, read }) => read > MANY && !SMALL.includes(table))
      .map(({ table, read, how }) => `${how} of ${table} reads ${read} rows: ${query}`),
  );
  expect([...new Set(faults)]).toEqual([]);
}, 1_200_000);

/** Tables that grow with people and their sign-ins. */
const HOT = [
  ...[
    'users',
    'clients',
    'sessions',
    'artifacts',
    'grants',
    'refresh_tokens',
    'consents',
    'password_credentials',
  ],
  ...['audit_events', 'rate_limits', 'known_devices', 'mailed_proofs'],
];

/** What people and apps do, each thing once. */
async function live(started: TestApp): Promise<void> {
  const { modules } = started;
  const party = await createRelyingParty(started, {
    grants: ['authorization_code', 'refresh_token', 'client_credentials'],
  });
  const { configuration } = party;
  const person = await createPerson(started);
  const visitor = createVisitor(started.url);
  const { tokens } = await signIn(started, party, person, {}, visitor);
  await redeem(party, await authorize(started, party, person, { prompt: 'none' }, visitor));
  const next = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
  await oidc.fetchUserInfo(configuration, next.access_token, person.id);
  await oidc.tokenIntrospection(configuration, next.access_token);
  await oidc.tokenIntrospection(configuration, next.refresh_token ?? '');
  await oidc.clientCredentialsGrant(configuration);
  await oidc.tokenRevocation(configuration, next.access_token);
  for (const path of ['', '/security', '/sessions', '/applications', '/profile', '/data']) {
    const page = await visitor.open(`${started.url}/account${path}`);
    expect([path, page.status]).toEqual([path, 200]);
  }
  const recovery = await visitor.open(`${started.url}/recovery`);
  await visitor.submit(recovery, { email: person.email });
  // A stolen refresh token: presented after its successor was made.
  await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '').catch(() => {});
  const second = await signIn(started, party, person);
  await modules.oidc.sessions.endAllOf(person.id);
  await oidc.tokenIntrospection(configuration, second.tokens.access_token);
  await modules.oidc.sessions.signOut(person.id);
  await modules.audit.list({ userId: person.id });
  await modules.users.findByEmail(person.email);
  // Somebody who stays.
  await signIn(started, party, await createPerson(started));
}

/**
 * Makes many rows of those that are there: columns that an index knows get other values, as random as ids and hashes
 * are, and so all rows are found as the first ones are. Answers the tables that are large now.
 */
async function multiply(operator: pg.Client): Promise<string[]> {
  const { rows: tables } = await operator.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> all($1)`,
    [SMALL],
  );
  await operator.query('set session_replication_role = replica'); // references are not looked at
  await operator.query('set auto_explain.log_min_duration = -1');
  const filled: string[] = [];
  for (const { name } of tables) {
    const { rows: columns } = await operator.query<{ name: string; type: string; indexed: boolean }>(
      `select column_name as name, data_type as type, exists (
         select 1 from pg_indexes where tablename = $1
           and split_part(indexdef, ' WHERE ', 1) ~ ('\\m' || column_name || '\\M')
       ) as indexed
       from information_schema.columns where table_name = $1 and table_schema = 'public'`,
      [name],
    );
    const values = columns.map(({ name: column, type, indexed }) => {
      if (indexed && type === 'text') {
        return `regexp_replace(base."${column}", '[^_]+$', md5(n || '/' || base.number))`;
      }
      return indexed && /int|numeric/.test(type) ? `base."${column}" + n` : `base."${column}"`;
    });
    const names = columns.map((each) => `"${each.name}"`).join(', ');
    const { rowCount } = await operator.query(
      `with base as (select *, row_number() over () as number from "${name}" limit 8)
       insert into "${name}" (${names}) select ${values.join(', ')}
       from base, generate_series(1, $1::int / greatest(1, (select count(*)::int from base))) as n`,
      [ROWS],
    );
    if ((rowCount ?? 0) > ROWS / 2) filled.push(name);
  }
  await operator.query('analyze');
  return filled;
}

async function sizeOfLog(operator: pg.Client): Promise<number> {
  const { rows } = await operator.query(`select size from pg_stat_file('log/plans.log')`);
  return Number(rows[0].size);
}

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
};

async function readPlans(operator: pg.Client, start: number): Promise<{ query: string; plan: Plan }[]> {
  const length = (await sizeOfLog(operator)) - start;
  const { rows } = await operator.query(`select pg_read_file('log/plans.log', $1, $2) as text`, [
    start,
    length,
  ]);
  return String(rows[0].text)
    .split(/^@/m)
    .flatMap((entry) => {
      const json = /^LOG: {2}duration: .* plan:\s*(\{.*\})\s*$/s.exec(entry)?.[1];
      if (json === undefined) return [];
      const { 'Query Text': query, Plan: plan } = JSON.parse(json) as { 'Query Text': string; Plan: Plan };
      return [{ query, plan }];
    });
}

/** Every node that reads a table, and how many of its rows it looked at. */
function scansOf(plan: Plan): { table: string; read: number; how: string }[] {
  const table = plan['Relation Name'];
  const perLoop =
    plan['Actual Rows'] +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0);
  const own =
    table === undefined ? [] : [{ table, read: perLoop * plan['Actual Loops'], how: plan['Node Type'] }];
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)];
}
