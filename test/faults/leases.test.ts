import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startAppForTest } from '../support/app.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { type GatehouseProcess, startGatehouse } from '../support/processes.ts';
import { createPerson } from '../support/relying-party.ts';
import { type MailServer, startMailServer } from '../support/smtp.ts';

/** A node is killed while it does something alone: the others go on when its lease has run out, and not before. */

test('a node killed while it sweeps delays the sweeping by its lease, and no longer', {
  timeout: 180_000,
}, async () => {
  const environment = await createPlace(
    'database: { sweepEverySeconds: 1, lockTimeoutSeconds: 600, statementTimeoutSeconds: 600 }',
  );
  const other = await startAppForTest({ environment });
  const { db, sweeper } = other.modules;
  // It hangs in the middle of its round: somebody else holds the table.
  await db.transaction(async (operator) => {
    await operator.raw('lock table rate_limits in access exclusive mode');
    const node = await startNode(environment);
    await until(async () => (await db('leases').where({ name: 'sweeper' })).length === 1);
    await node.kill9();
  });
  await db('rate_limits').insert({ id: 'expired', points: 1, resets_at: 1 });

  expect(await sweeper.sweep()).toBeUndefined();
  const left = await leftOf(db('leases').where({ name: 'sweeper' }), 'expires_at');
  expect(left).toBeLessThanOrEqual(60_000);
  await db('leases').where({ name: 'sweeper' }).update({ expires_at: db.nowMs() });
  await sweeper.sweep();
  expect(await db('rate_limits').where({ id: 'expired' })).toEqual([]);
});

test('a mail that was on its way when its node was killed is sent by another one after the lease, once', {
  timeout: 180_000,
}, async () => {
  const environment = await createPlace('mail: { from: id@example.com }');
  const [silent, honest] = [await startMailServerForTest(), await startMailServerForTest()];
  silent.behave('hang');
  const other = await startAppForTest({ environment });
  const { db } = other.modules;
  const person = await createPerson(other);
  const node = await startNode({ ...environment, SMTP_URL: silent.url });
  const visitor = createVisitor(node.url);
  const page = await visitor.open(`${node.url}/recovery`);
  await visitor.submit(page, { email: person.email });
  await until(async () => (await db('mails').whereNotNull('lease_holder')).length === 1);
  await node.kill9();

  const left = await leftOf(db('mails'), 'next_attempt_at');
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(180_000);
  await db('mails').update({ next_attempt_at: db.nowMs() });
  const next = await startNode({ ...environment, SMTP_URL: honest.url });
  const mail = await honest.waitForMail();
  expect(mail.envelope.to).toEqual([person.email]);
  await until(async () => (await db('mails')).length === 0);
  await next.stop();
  expect(honest.received).toHaveLength(1);
});

test('a node killed while it deletes an account delays that by its lease, and it is deleted once', {
  timeout: 180_000,
}, async () => {
  const environment = await createPlace(
    'database: { lockTimeoutSeconds: 600, statementTimeoutSeconds: 600 }',
    'mail: { from: id@example.com }',
  );
  const mailServer = await startMailServerForTest();
  const env = { ...environment, SMTP_URL: mailServer.url };
  const other = await startAppForTest({ environment: env });
  const { db, account, users, audit } = other.modules;
  const person = await createPerson(other);
  await db('account_deletions').insert({ user_id: person.id, created_at: 1, due_at: 2 });
  // It hangs in the middle of the deletion: somebody else holds a table out of which something has to go with it.
  await db.transaction(async (operator) => {
    await operator.raw('lock table consents in access exclusive mode');
    const node = await startNode({ ...env, NODE_OPTIONS: `--import=${SHORT_MINUTES}` });
    await until(async () => (await waitingForALock(db)).some((sql) => /delete from .users/.test(sql)));
    await node.kill9();
  });
  await until(async () => (await waitingForALock(db)).length === 0);
  expect(await users.find(person.id)).toMatchObject({ email: person.email });

  expect(await account.runDeletions()).toBeUndefined();
  const left = await leftOf(db('leases').where({ name: 'account.deletions' }), 'expires_at');
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(60_000);
  await db('leases').where({ name: 'account.deletions' }).update({ expires_at: db.nowMs() });
  expect(await account.runDeletions()).toBe(1);
  expect(await account.runDeletions()).toBe(0);
  expect(await users.find(person.id)).toBeUndefined();
  expect(await audit.list({ userId: person.id, event: 'users.deleted' })).toHaveLength(1);
  expect(await db('mails').count('* as count')).toEqual([{ count: 1 }]);
});

/** What is done each minute is done five times a second, by a node that this is loaded into. */
const SHORT_MINUTES = `data:text/javascript,${encodeURIComponent(`
  const real = globalThis.setInterval;
  globalThis.setInterval = (work, ms, ...given) => real(work, ms === 60_000 ? 200 : ms, ...given);`)}`;

/** Statements of this database that wait for somebody's lock. */
async function waitingForALock(db: Database): Promise<string[]> {
  const rows = await db.raw<{ query: string }>(
    "select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows.map(({ query }) => query);
}

/** Milliseconds; the database is on this machine. */
async function leftOf(rows: ReturnType<Database>, column: string): Promise<number> {
  const [row] = await rows.select({ at: column });
  return row.at - Date.now();
}

async function createPlace(...lines: string[]) {
  const database = await createEmptyDatabase('postgres', { isMigrated: true });
  onTestFinished(database.remove);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-leases-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const settings = join(folder, 'gatehouse.yaml');
  await writeFile(settings, lines.join('\n'));
  return {
    DATABASE_URL: database.url,
    CONFIG: settings,
    SECRET_KEY: randomBytes(32).toString('base64url'),
  };
}

async function startNode(env: Record<string, string>): Promise<GatehouseProcess> {
  const node = await startGatehouse({ env });
  onTestFinished(() => node.kill9());
  return node;
}

async function startMailServerForTest(): Promise<MailServer> {
  const server = await startMailServer();
  onTestFinished(() => server.close());
  return server;
}

/** Asks again until it holds; a condition, bounded by the test's own limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
