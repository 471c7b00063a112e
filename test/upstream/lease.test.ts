import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLeases } from '../../src/database/lease.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { createPerson, createRelyingParty, signIn as signInAt } from '../support/relying-party.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { goThere } from './set-up.ts';

/** One refresh of a provider's token, however many ask, on however many nodes: a second use of it looks like a theft there. */

const OVER_MS = 290_000;
let ours: Gatehouse;
let node: Awaited<ReturnType<Gatehouse['startNode']>>;
let there: LibraryProvider;

beforeAll(async () => {
  [ours, there] = await Promise.all([
    startGatehouse({ settings: CALLS_THIS_MACHINE, dialect: 'redis' }),
    startLibraryProvider(),
  ]);
  node = await ours.startNode();
  const { issuer, clientId, clientSecret } = await there.register(ours.issuer, 'work');
  const values = { preset: 'oidc', name: 'work', issuer, 'client-id': clientId, 'client-secret-stdin': true };
  const kept = { 'keep-tokens': true, scope: ['openid', 'email', 'offline_access'] };
  await ours.command('upstream create', { id: 'work', ...values, ...kept }, { stdin: clientSecret });
});
beforeEach(() => there.be({}));
afterAll(async () => {
  await node?.close();
  await Promise.all([ours?.close(), there?.close()]);
});

/** Somebody with a token there that is over, and the token of an app here that may ask for it. */
async function connect() {
  const { upstream } = ours.modules;
  const person = await createPerson(ours);
  const provider = await upstream.get('work');
  const redirectUri = upstream.redirectUriOf(provider);
  there.signInAs({ sub: `work-${person.id}` });
  const begun = await upstream.begin(provider, { redirectUri, prompt: 'consent' });
  if ('failed' in begun) throw new Error(begun.detail);
  const foreign = await upstream.finish(provider, begun.keep, await goThere(begun.url, redirectUri));
  if ('failed' in foreign) throw new Error(foreign.detail);
  const made = await upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);
  if (!('link' in made)) throw new Error(made.refused);
  const app = await createRelyingParty(ours, { upstreamTokens: ['work'] });
  const { tokens } = await signInAt(ours, app, person, { scope: 'openid email' });
  ours.passTime(OVER_MS);
  there.requests.splice(0);
  return { link: made.link.id, token: tokens.access_token };
}

async function ask(token: string, origin: string) {
  const answer = await fetch(`${origin}/upstream/work/token`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

const origins = () => [ours.issuer, node.origin];
const refreshes = () => there.requests.filter(({ endpoint }) => endpoint === 'token').length;
const leasesOf = (link: string) =>
  ours.modules
    .db('leases')
    .where({ name: `upstream.tokens.${link}` })
    .select('expires_at');

test('50 who ask at once over two nodes are given one token, by one refresh', async () => {
  const { link, token } = await connect();
  const seen: { expires_at: number | string }[][] = [];
  there.be({ before: { token: async () => void seen.push(await leasesOf(link)) } });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) => ask(token, origins()[at % 2] ?? '')),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(new Set(answers.map(({ json }) => json.access_token)).size).toBe(1);
  expect(refreshes()).toBe(1);
  // While it asked, one node held the lease; afterwards nobody does.
  expect(seen.map((rows) => rows.length)).toEqual([1]);
  expect(await leasesOf(link)).toEqual([]);
});

test('a node that dies with the lease in its hand keeps nobody out for longer than the lease', async () => {
  const { link, token } = await connect();
  const { db } = ours.modules;
  // What the dead node leaves: its row, for as long as that of a refresh (the provider shows it above).
  expect(await createLeases({ db }).take(`upstream.tokens.${link}`, { ttlSeconds: 30 })).toBeDefined();
  const tries = [db, node.app.modules.db].map((each) => {
    const statements: string[] = [];
    each.knex.on('query', ({ sql, bindings }: { sql: string; bindings: unknown[] }) => {
      if (sql.includes('leases') && bindings.includes(`upstream.tokens.${link}`)) statements.push(sql);
    });
    return statements;
  });
  const asked = origins().map((origin) => ask(token, origin));
  // Both nodes have found it held: neither asks the provider beside it.
  await expect.poll(() => tries.every((statements) => statements.length > 0), { timeout: 10_000 }).toBe(true);
  expect(refreshes()).toBe(0);
  await db('leases')
    .where({ name: `upstream.tokens.${link}` })
    .update({ expires_at: 0 });
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(new Set(answers.map(({ json }) => json.access_token)).size).toBe(1);
  expect(refreshes()).toBe(1);
});

test('the lease of a refresh runs out by itself, and later than all its calls to the provider', async () => {
  const { link, token } = await connect();
  const left: number[] = [];
  const { db } = ours.modules;
  there.be({
    before: {
      token: async () => {
        const [row] = await db('leases')
          .where({ name: `upstream.tokens.${link}` })
          .select(db.knex.raw('expires_at - ? as left_ms', [db.nowMs()]));
        left.push(Number(row?.left_ms));
      },
    },
  });
  expect((await ask(token, ours.issuer)).status).toBe(200);
  // Discovery, keys and tokens, 5 s each.
  expect(left).toEqual([expect.any(Number)]);
  expect(left[0]).toBeGreaterThan(10_000);
  expect(left[0]).toBeLessThanOrEqual(30_000);
});
