import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startAppForTest, type TestApp } from '../support/app.ts';
import { createPerson, createRelyingParty, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startPostgres } from '../support/services.ts';

/**
 * The first PostgreSQL crashes, its synchronous standby is promoted, and DATABASE_URL names both: nothing that was
 * confirmed is lost, and the same process goes on by itself.
 */
test('a promoted standby has every write that was confirmed, and the service goes on with it', {
  timeout: 180_000,
}, async () => {
  const { primary, standby } = await startPair();
  const started = await startAppForTest({
    // The standby first: it has to be passed by while it is one.
    environment: { DATABASE_URL: `postgres://gatehouse@${hostOf(standby)},${hostOf(primary)}/postgres` },
    // How late a retry may come is another test's subject.
    settings: { oidc: { refreshGraceSeconds: 3600 } },
  });
  const party = await createRelyingParty(started);
  const chains = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const { tokens } = await signIn(started, party, await createPerson(started));
      return { token: tokens.refresh_token ?? '', confirmed: 0 };
    }),
  );
  const emails: string[] = [];
  const refused = new Set<string>();
  let isOver = false;
  let attempts = 0;

  /**
   * Refreshes, and makes people, one after the other. A refresh that was not confirmed is tried again; a person is not:
   * they may have been written although the answer was lost.
   */
  const work = chains.map(async (chain) => {
    while (!isOver) {
      const answer = await refresh(started, party, chain.token);
      if (answer.status === 200) {
        chain.token = answer.body.refresh_token ?? '';
        chain.confirmed += 1;
      } else refused.add(`${answer.status} ${answer.retryAfter}`);
      const email = `person-${attempts++}@example.com`;
      await started.modules.users
        .create({ email, emailVerified: true }, SYSTEM)
        .then(() => emails.push(email))
        .catch((error) => refused.add(error.code));
    }
  });
  const confirmedAll = (more: number) => {
    const goals = chains.map(({ confirmed }) => confirmed + more);
    return until(async () => chains.every(({ confirmed }, index) => confirmed >= (goals[index] ?? 0)));
  };

  await confirmedAll(20);
  await primary.halt();
  await until(async () => refused.size > 0);
  await promote(standby);
  await confirmedAll(20);
  isOver = true;
  await Promise.all(work);

  for (const why of refused) expect(why).toMatch(/^503 \d+$|^database\.(away|busy)$/);
  for (const { token } of chains) expect((await refresh(started, party, token)).status).toBe(200);
  const known = await started.modules.db('users').pluck('email');
  expect(emails.filter((email) => !known.includes(email))).toEqual([]);
  expect(emails.length).toBeGreaterThan(50);
});

async function startPair() {
  const settings = ['synchronous_commit=on'];
  const primary = await startPostgres({ settings, endSignal: 'QUIT' });
  onTestFinished(() => primary.stop());
  const standby = await startPostgres({ settings, standbyOf: primary.url });
  onTestFinished(() => standby.stop());
  await onServer(primary, async (client) => {
    const isStreaming = `select 1 from pg_stat_replication where state = 'streaming'`;
    await until(async () => (await client.query(isStreaming)).rowCount === 1);
    await client.query(`alter system set synchronous_standby_names = '*'`);
    await client.query('select pg_reload_conf()');
    const isSynchronous = `select 1 from pg_stat_replication where sync_state = 'sync'`;
    await until(async () => (await client.query(isSynchronous)).rowCount === 1);
  });
  return { primary, standby };
}

function promote(standby: Service): Promise<unknown> {
  return onServer(standby, (client) => client.query('select pg_promote()'));
}

async function onServer<T>(server: Service, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function refresh({ url }: TestApp, { clientId, secret }: RelyingParty, token: string) {
  const answer = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
  });
  const body = (await answer.json()) as Record<string, string>;
  return { status: answer.status, body, retryAfter: answer.headers.get('retry-after') };
}

const hostOf = ({ url }: Service) => new URL(url).host;

/** Asks again until it holds; a condition, bounded by the test's own limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
