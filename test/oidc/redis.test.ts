import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { startApp, startAppForTest, type TestApp } from '../support/app.ts';
import { startProxyTo } from '../support/proxy.ts';
import { createTestRedis, startRedisCluster, type TestRedis } from '../support/redis.ts';
import {
  authorize,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';
import { type Service, startRedis } from '../support/services.ts';

const API = 'https://api.example.com';

/** What a Redis may do to us: forget everything, forget the last moments, or not answer. */
describe('on a Redis of its own', () => {
  let service: Service;
  let redis: TestRedis;
  let started: TestApp;
  let party: RelyingParty;
  let person: { id: string; email: string };
  beforeAll(async () => {
    service = await startRedis();
    redis = await createTestRedis(service.url);
    started = await startApp({ dialect: 'redis', redis });
    person = await createPerson(started);
    party = await createRelyingParty(started);
  });
  afterAll(async () => {
    await started.close();
    await redis.close();
    await service.stop();
  });

  beforeEach(() => redis.flush());

  const refresh = (token = '') => oidc.refreshTokenGrant(party.configuration, token);
  const keyOf = async (start: string) => {
    const found = [...(await redis.keys()).keys()].filter((key) => key.startsWith(redis.prefix + start));
    expect(found).toHaveLength(1);
    return found[0] ?? '';
  };

  test('takes no more memory than docs/capacity.md says', async () => {
    await authorize(started, party, person, { scope: 'openid profile email' });
    const bytes = async (start: string) => redis.memoryOf(await keyOf(start));
    // The server counts in steps of its allocator, and the test's prefix is longer.
    expect(await bytes('session:')).toBeLessThan(1400);
    expect(await bytes('cookie:')).toBeLessThan(250);
    expect(await bytes('sessions-of:')).toBeLessThan(250);
    expect(await bytes('AuthorizationCode:')).toBeLessThan(1000);
  });

  describe('that forgets everything (FLUSHALL)', () => {
    test('people sign in again, and refresh tokens go on, without offline_access too', async () => {
      const { tokens, visitor } = await signIn(started, party, person);
      const offline = await signIn(started, party, person, {
        scope: 'openid offline_access',
        prompt: 'consent',
      });
      await redis.redis.send('flushall');

      const rotated = await refresh(tokens.refresh_token);
      await refresh(rotated.refresh_token);
      await refresh(offline.tokens.refresh_token);
      const login = await visitor.open('/account');
      expect(login.forms.map(({ action }) => action).join()).toContain('/login');
      const again = await visitor.submit(
        login,
        { identifier: person.email, password: PASSWORD },
        { form: '/login' },
      );
      expect([again.status, again.url]).toEqual([200, `${started.url}/account`]);
      await signIn(started, party, person, {}, visitor);
    });

    test('a form and a code that were open are refused as if their time were over', async () => {
      const visitor = createVisitor(started.url);
      const login = await visitor.open('/account');
      const authorization = await authorize(started, party, person);
      await redis.redis.send('flushall');

      const lost = await visitor.submit(
        login,
        { identifier: person.email, password: PASSWORD },
        { form: '/login' },
      );
      expect(lost.status).toBeGreaterThanOrEqual(400);
      expect(lost.status).toBeLessThan(500);
      await expect(redeem(party, authorization)).rejects.toMatchObject({ error: 'invalid_grant' });
    });

    test('whoever is signed out afterwards loses what was begun before', async () => {
      const { tokens } = await signIn(started, party, person);
      await redis.redis.send('flushall');
      await started.modules.oidc.sessions.endAllOf(person.id);
      await expect(refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    });
  });

  describe('that forgets the last moments (a fail-over)', () => {
    test('a code is not redeemed a second time, and the first tokens live', async () => {
      const authorization = await authorize(started, party, person);
      const bringBack = await redis.snapshot(await keyOf('AuthorizationCode:'));
      const tokens = await redeem(party, authorization);
      await bringBack();
      await expect(redeem(party, authorization)).rejects.toMatchObject({ error: 'invalid_grant' });
      await refresh(tokens.refresh_token);
    });

    test('a code that comes again later is theft: what it gave ends (RFC 6749 §4.1.2)', async () => {
      const authorization = await authorize(started, party, person);
      const bringBack = await redis.snapshot(await keyOf('AuthorizationCode:'));
      const tokens = await redeem(party, authorization);
      await bringBack();
      await started.modules.db('redeemed_codes').decrement('redeemed_at', 60_000);
      await expect(redeem(party, authorization)).rejects.toMatchObject({ error: 'invalid_grant' });
      await expect(refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    });

    test('an ended session stays ended on every node, and is ended again in Redis', async () => {
      const visitor = createVisitor(started.url);
      await visitor.submit(
        await visitor.open('/account'),
        { identifier: person.email, password: PASSWORD },
        { form: '/login' },
      );
      const node = await started.startNode();
      onTestFinished(node.close);
      const keys = await Promise.all(['session:', 'cookie:', 'sessions-of:'].map(keyOf));
      const snapshots = await Promise.all(keys.map(redis.snapshot));
      const bringBack = () => Promise.all(snapshots.map((each) => each()));
      const isSignedIn = async (origin: string) => {
        const response = await fetch(`${origin}/account`, {
          headers: { cookie: cookieOf(visitor), host: new URL(started.url).host },
          redirect: 'manual',
        });
        await response.arrayBuffer();
        return response.status === 200;
      };
      expect([await isSignedIn(started.url), await isSignedIn(node.origin)]).toEqual([true, true]);

      const [session] = await started.modules.oidc.sessions.listByUser(person.id);
      await started.modules.oidc.sessions.end(session?.uid ?? '');
      await bringBack();
      await node.app.modules.oidc.refresh(); // its timer does this every second
      expect([await isSignedIn(started.url), await isSignedIn(node.origin)]).toEqual([false, false]);
      expect(await node.app.modules.oidc.sessions.listByUser(person.id)).toEqual([]);

      await bringBack();
      await node.app.modules.oidc.endAgain();
      expect([...(await redis.keys()).keys()].filter((key) => keys.includes(key))).toEqual([]);
    });

    test('a node that starts later knows what was ended', async () => {
      await signIn(started, party, person);
      const [session] = await started.modules.oidc.sessions.listByUser(person.id);
      const bringBack = await redis.snapshot(`${redis.prefix}session:{${session?.uid}}`);
      await started.modules.oidc.sessions.end(session?.uid ?? '');
      await bringBack();
      const node = await started.startNode();
      onTestFinished(node.close);
      expect(await node.app.modules.oidc.provider().Session.findByUid(session?.uid ?? '')).toBeUndefined();
    });
  });
});

test('a whole journey goes through a cluster of three masters', async () => {
  const cluster = await startRedisCluster();
  onTestFinished(cluster.stop);
  const redis = await createTestRedis(cluster.url);
  onTestFinished(redis.close);
  const started = await startAppForTest({ dialect: 'redis', redis });
  const node = await started.startNode();
  onTestFinished(node.close);
  const person = await createPerson(started);
  const party = await createRelyingParty(started);
  const { tokens, visitor, ...authorization } = await signIn(started, party, person);
  await expect(redeem(party, authorization)).rejects.toMatchObject({ error: 'invalid_grant' });
  const rotated = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
  await oidc.fetchUserInfo(party.configuration, rotated.access_token, person.id);
  expect((await visitor.open('/account')).url).toBe(`${started.url}/account`);

  expect(await node.app.modules.oidc.sessions.endAllOf(person.id)).toBe(1);
  expect((await visitor.open('/account')).url).not.toBe(`${started.url}/account`);
  await expect(
    oidc.refreshTokenGrant(party.configuration, rotated.refresh_token ?? ''),
  ).rejects.toMatchObject({ error: 'invalid_grant' });
  const eternal = [...(await redis.keys())].filter(([, timeToLive]) => timeToLive < 0);
  expect(eternal).toEqual([]);
});

describe('a Redis that does not answer', () => {
  test.each(['cut', 'refuse', 'silence', 'hang'] as const)(
    '(%s): 503 and Retry-After, until it is back',
    async (unplug) => {
      const proxy = await startProxyTo(process.env.TEST_REDIS_URL ?? '');
      onTestFinished(proxy.close);
      const direct = await createTestRedis();
      onTestFinished(direct.close);
      const redis = { ...direct, url: proxy.url };
      const started = await startAppForTest({
        dialect: 'redis',
        redis,
        settings: { redis: { commandTimeoutSeconds: 0.3 } },
        environment: { METRICS_TOKEN: 'a-token-for-prometheus' },
      });
      const person = await createPerson(started);
      const party = await createRelyingParty(started);
      await started.modules.resourceServers.create(
        {
          identifier: API,
          scopes: [{ name: 'orders:read', sentence: 'See your orders' }],
        },
        SYSTEM,
      );
      const { tokens, visitor } = await signIn(started, party, person, {
        scope: 'openid orders:read',
        resource: API,
      });
      const authorization = await authorize(started, party, person, {}, visitor);

      await proxy[unplug]();
      const account = await fetch(`${started.url}/account`, { headers: { cookie: cookieOf(visitor) } });
      expect([account.status, Number(account.headers.get('retry-after')) > 0]).toEqual([503, true]);
      await expect(redeem(party, authorization)).rejects.toMatchObject({ cause: { status: 503 } });
      const ready = await fetch(`${started.url}/health/ready`);
      expect([ready.status, await ready.json()]).toEqual([
        503,
        { status: 'not ready', checks: { database: 'ok', redis: 'away' } },
      ]);
      expect((await fetch(`${started.url}/health/live`)).status).toBe(200);
      expect(await metric(started, 'gatehouse_redis_up')).toBe('0');
      // What is in the database alone goes on: a JWT for an API is not stored.
      const rotated = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');

      // A person who must be out is out at once, as far as the database can say, and wholly when Redis is back.
      await expect(started.modules.oidc.sessions.signOut(person.id)).rejects.toMatchObject({
        code: 'redis.away',
      });
      await expect(
        oidc.refreshTokenGrant(party.configuration, rotated.refresh_token ?? ''),
      ).rejects.toMatchObject({ error: 'invalid_grant' });

      await proxy.mend();
      await expect.poll(async () => (await fetch(`${started.url}/health/ready`)).status).toBe(200);
      expect(await metric(started, 'gatehouse_redis_up')).toBe('1');
      const page = await visitor.open('/account');
      expect(page.forms.map(({ action }) => action).join()).toContain('/login');
      await signIn(started, party, person);
    },
  );

  test('at the start ends the start with one sentence, as a database does', async () => {
    const failure = await startApp({
      dialect: 'redis',
      redis: { url: 'redis://127.0.0.1:1', prefix: 'nowhere:' } as TestRedis,
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'redis.away', sentence: expect.stringContaining('ECONNREFUSED') });
  });
});

function cookieOf({ cookies }: Visitor): string {
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

async function metric({ url }: TestApp, name: string): Promise<string | undefined> {
  const response = await fetch(`${url}/metrics`, {
    headers: { authorization: 'Bearer a-token-for-prometheus' },
  });
  return new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text())?.[1];
}
