import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachStorage } from '../support/database.ts';
import {
  authorizationUrl,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
  signIn,
} from '../support/relying-party.ts';

const MINUTE = 60_000;

/**
 * What anybody may have stored: sign-ins that were begun and not used, and pushed requests of public clients. A
 * network is what `X-Forwarded-For` says, so that a test has as many as it likes.
 */
eachStorage('what nobody has used', (dialect) => {
  let started: TestApp;
  let party: RelyingParty;
  let networks = 0;

  async function start(unused: Partial<Bounds> = {}, settings: Record<string, unknown> = {}) {
    await started?.close();
    started = await startApp({
      dialect,
      environment: { TRUST_PROXY: '1' },
      settings: {
        isLoopback: false,
        oidc: { unused: { perNetwork: 300, perMinute: 600, total: 50_000, exemptNetworks: [], ...unused } },
        ...settings,
      },
    });
    party = await createRelyingParty(started);
  }
  afterAll(() => started?.close());

  /** Another one each time. */
  function newNetwork(): string {
    networks += 1;
    return `203.${(networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`;
  }

  const visitorFrom = (network: string) => createVisitor(started.url, { 'x-forwarded-for': network });

  /** Begins a sign-in and does not follow: where its page would be, and the browser that may open it. */
  async function begin(network: string, parameters: Record<string, string> = {}, origin = started.url) {
    const visitor = visitorFrom(network);
    const url = await authorizationUrl(party, parameters);
    const answer = await visitor.request('GET', url.href.replace(started.url, origin));
    await answer.arrayBuffer();
    const page = new URL(answer.headers.get('location') ?? '', started.url).href;
    return { status: answer.status, headers: answer.headers, page, open: () => visitor.open(page), visitor };
  }

  const statusesOf = (begun: Awaited<ReturnType<typeof begin>>[]) =>
    Promise.all(begun.map(async ({ open }) => (await open()).status));

  /** Lets time pass for all that is stored. */
  async function pass(ms: number): Promise<void> {
    await started.redis?.pass(ms);
    const { db } = started.modules;
    await db('artifacts').update({ expires_at: db.knex.raw('expires_at - ?', [ms]) });
    await db('rate_limits').update({ resets_at: db.knex.raw('resets_at - ?', [ms]) });
  }

  describe('lives', () => {
    beforeAll(() => start());

    test('fifteen minutes, and an hour once its first page was opened', async () => {
      const [late, inTime] = [await begin(newNetwork()), await begin(newNetwork())];
      await pass(14 * MINUTE);
      expect((await inTime.open()).status).toBe(200);
      await pass(2 * MINUTE);
      expect((await late.open()).status).toBe(410);
      await pass(57 * MINUTE);
      expect((await inTime.open()).status).toBe(200);
      await pass(2 * MINUTE);
      expect((await inTime.open()).status).toBe(410);
    });

    test('as long on a loopback issuer, where nothing else is bounded', async () => {
      const unbounded = { perNetwork: 2, perMinute: 2, total: 2, exemptNetworks: [] };
      const other = await started.startNode({ isLoopback: true, oidc: { unused: unbounded } });
      const network = newNetwork();
      const begun = [];
      for (let each = 0; each < 5; each += 1) begun.push(await begin(network, {}, other.origin));
      expect(await statusesOf(begun.slice(0, 4))).toEqual([200, 200, 200, 200]);
      await pass(16 * MINUTE);
      expect((await begun[4]?.open())?.status).toBe(410);
      await other.close();
    });

    test('with a state of 4,000 characters, in two tabs, with the back button, to the end', async () => {
      const person = await createPerson(started);
      const visitor = visitorFrom(newNetwork());
      const states = ['x', 'y'].map((letter) => letter.repeat(4000));
      const urls = await Promise.all(states.map((state) => authorizationUrl(party, { state })));
      const [first, second] = [
        await visitor.open(urls[0]?.href ?? ''),
        await visitor.open(urls[1]?.href ?? ''),
      ];
      const back = await visitor.open(first.url);
      expect([back.status, second.status]).toEqual([200, 200]);
      const consent = await visitor.submit(back, { identifier: person.email, password: PASSWORD });
      const done = await visitor.submit(consent, { decision: 'allow' });
      expect(new URL(done.url).searchParams.get('state')).toBe(states[0]);
      const other = await visitor.open(second.url);
      expect(new URL(other.url).searchParams.get('state')).toBe(states[1]);
    });
  });

  describe('of one network', () => {
    test('the newest stay, and the page of one that went leads back to its app', async () => {
      await start({ perNetwork: 3 });
      const network = newNetwork();
      const begun = [];
      for (let each = 0; each < 5; each += 1) begun.push(await begin(network));
      const neighbour = await begin(newNetwork());
      const gone = await begun[0]?.open();
      expect(gone).toMatchObject({ status: 410, heading: 'This page has been open too long' });
      expect(gone?.html).toContain(new URL(party.redirectUri).origin);
      expect(await statusesOf([...begun, neighbour])).toEqual([410, 410, 200, 200, 200, 200]);
    });

    test('one whose page was opened goes for none that is not', async () => {
      await start({ perNetwork: 3 });
      const network = newNetwork();
      const used = await begin(network);
      const page = await used.open();
      for (let each = 0; each < 6; each += 1) await begin(network);
      const person = await createPerson(started);
      const next = await used.visitor.submit(page, { identifier: person.email, password: PASSWORD });
      expect(next.forms.some(({ action }) => action.includes('/consent'))).toBe(true);
    });

    test('is an IPv6 /64', async () => {
      await start({ perMinute: 2 });
      for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2']) {
        expect((await begin(address)).status).toBe(303);
      }
      expect((await begin('2001:db8:1:2:3::3')).status).toBe(429);
      expect((await begin('2001:db8:1:3::1')).status).toBe(303);
    });

    test('of 50 begun at once no more go through than a minute has; the others are told when to come back', async () => {
      await start({ perMinute: 10 });
      const network = newNetwork();
      const begun = await Promise.all(Array.from({ length: 50 }, () => begin(network)));
      expect(begun.filter(({ status }) => status === 303)).toHaveLength(10);
      const [refused] = begun.filter(({ status }) => status === 429);
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(begun.filter(({ status }) => status === 429)).toHaveLength(40);
      const page = await visitorFrom(network).open((await authorizationUrl(party)).href);
      expect(page).toMatchObject({ status: 429, heading: 'That was a lot at once' });
      expect((await begin(newNetwork())).status).toBe(303);
    });

    test('the minute is shared by the nodes', async () => {
      await start({ perMinute: 200 });
      const other = await started.startNode();
      const network = newNetwork();
      const here = await Promise.all(Array.from({ length: 120 }, () => begin(network)));
      const there = await Promise.all(Array.from({ length: 120 }, () => begin(network, {}, other.origin)));
      expect([...here, ...there].filter(({ status }) => status === 303)).toHaveLength(200);
      await other.close();
    });

    test('a browser that is signed in begins as often as it likes, and so does an exempt network', async () => {
      await start({ perMinute: 1, perNetwork: 1, exemptNetworks: ['198.51.100.0/24', '2001:db8:9::/48'] });
      const person = await createPerson(started);
      const { visitor } = await signIn(started, party, person, {}, visitorFrom(newNetwork()));
      for (let each = 0; each < 5; each += 1) {
        const page = await visitor.open((await authorizationUrl(party, { prompt: 'login' })).href);
        expect(page.status).toBe(200);
      }
      for (const address of ['198.51.100.7', '2001:db8:9:1::1']) {
        const begun = [await begin(address), await begin(address), await begin(address)];
        expect(await statusesOf(begun)).toEqual([200, 200, 200]);
      }
    });

    test('one that proved something is counted no more', async () => {
      await start({ perNetwork: 1 });
      const network = newNetwork();
      const person = await createPerson(started);
      const begun = await begin(network);
      const consent = await begun.visitor.submit(await begun.open(), {
        identifier: person.email,
        password: PASSWORD,
      });
      for (let each = 0; each < 15; each += 1) await (await begin(network)).open();
      const done = await begun.visitor.submit(consent, { decision: 'allow' });
      expect(new URL(done.url).searchParams.get('code')).toBeTruthy();
    });
  });

  test('of all networks together the newest stay, whoever begins them', async () => {
    await start({ total: 5 });
    const begun = [];
    for (let each = 0; each < 9; each += 1) begun.push(await begin(newNetwork()));
    expect(await statusesOf(begun)).toEqual([410, 410, 410, 410, 200, 200, 200, 200, 200]);
  });

  test('large ones leave room for fewer: a flood of them takes no more than one of small ones', async () => {
    await start({ perNetwork: 20 });
    const network = newNetwork();
    for (let each = 0; each < 30; each += 1) {
      const state = Array.from({ length: 125 }, () => crypto.randomUUID().slice(0, 32)).join('');
      expect((await begin(network, { state })).status).toBe(303);
    }
    const bytes = started.redis ? (await started.redis.dump()).length : await bytesInDatabase(started);
    expect(bytes).toBeLessThan(20 * 2048 * 1.2);
  });

  describe('a pushed request', () => {
    async function push(client: { clientId: string; secret: string | undefined }, network: string) {
      const { searchParams } = await authorizationUrl(party);
      searchParams.set('client_id', client.clientId);
      if (client.secret !== undefined) searchParams.set('client_secret', client.secret);
      const answer = await fetch(`${started.url}/request`, {
        method: 'POST',
        body: searchParams,
        headers: { 'x-forwarded-for': network },
      });
      const body = (await answer.json()) as Record<string, string>;
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body };
    }

    test('of a public client is bounded like a sign-in; one of a client that authenticates is not', async () => {
      await start({ perMinute: 3, perNetwork: 2 });
      const open = await createRelyingParty(started, { type: 'spa' });
      const closed = await createRelyingParty(started, { authMethod: 'client_secret_post' });
      const network = newNetwork();
      const pushed: Awaited<ReturnType<typeof push>>[] = [];
      for (let each = 0; each < 4; each += 1) pushed.push(await push(open, network));
      expect(pushed.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
      expect(pushed[3]?.body.error).toBe('slow_down');
      expect(Number(pushed[3]?.retryAfter)).toBeGreaterThan(0);

      const visitor = visitorFrom(newNetwork());
      const use = async (which: number) => {
        const query = new URLSearchParams({
          client_id: open.clientId,
          request_uri: pushed[which]?.body.request_uri ?? '',
        });
        return (await visitor.open(`${started.url}/auth?${query}`)).status;
      };
      expect([await use(0), await use(1), await use(2)]).toEqual([400, 200, 200]);

      for (let each = 0; each < 6; each += 1) expect((await push(closed, network)).status).toBe(201);
    });
  });

  test('an end of a session that there is none of stores nothing, sets no cookie, and is our page', async () => {
    await start();
    const before = await everything(started);
    for (const cookie of ['', 'gatehouse-session=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr']) {
      const answer = await fetch(`${started.url}/session/end`, { headers: { cookie, accept: 'text/html' } });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
      expect(await answer.text()).toContain('You are signed out');
    }
    expect(await everything(started)).toBe(before);
  });

  test('and goes back to the app that asks for it, as with a session', async () => {
    await start();
    const app = await createRelyingParty(started, {
      postLogoutRedirectUris: ['https://books.example/bye'],
    } as never);
    const end = (more: Record<string, string>) =>
      fetch(`${started.url}/session/end?${new URLSearchParams({ client_id: app.clientId, ...more })}`, {
        redirect: 'manual',
      });
    const back = await end({ post_logout_redirect_uri: 'https://books.example/bye', state: 'a b' });
    expect([back.status, back.headers.get('location'), back.headers.getSetCookie()]).toEqual([
      303,
      'https://books.example/bye?state=a+b',
      [],
    ]);
    expect((await end({ post_logout_redirect_uri: 'https://evil.example/' })).status).toBe(400);
  });
});

type Bounds = { perNetwork: number; perMinute: number; total: number; exemptNetworks: string[] };

async function everything(started: TestApp): Promise<string> {
  const { db } = started.modules;
  const counts = await Promise.all(
    ['sessions', 'artifacts', 'rate_limits', 'audit_events'].map((table) => db(table).count({ count: '*' })),
  );
  return JSON.stringify([counts, started.redis ? [...(await started.redis.keys()).keys()].sort() : []]);
}

async function bytesInDatabase(started: TestApp): Promise<number> {
  const rows = await started.modules.db('artifacts').select('payload');
  return rows.reduce((sum: number, { payload }: { payload: string }) => sum + payload.length, 0);
}
