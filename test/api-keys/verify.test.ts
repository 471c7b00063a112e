import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { eachStorage } from '../support/database.ts';
import { startProxyTo } from '../support/proxy.ts';
import { API, post, SHELF, type Started, startApiKeys } from './set-up.ts';

eachStorage('POST /api-keys/verify', (dialect) => {
  let house: Started;
  let person: { id: string; email: string };
  let authorization: string;
  beforeAll(async () => {
    house = await startApiKeys({ dialect });
    person = await house.createPerson();
    authorization = await house.credentialsOf(API);
  });
  afterAll(() => house?.close());

  const newKey = (more: object = {}) => house.createKey({ userId: person.id }, more);
  const verify = (body: unknown, headers: Record<string, string> = { authorization }, origin = house.url) =>
    post(origin, 'verify', body, headers);

  test('tells whose it is, what it may, and what is left of its tier', async () => {
    await house.json('roles', 'create', '--name', 'reader');
    await house.json('roles', 'assign', 'reader', '--user', person.email);
    const { key, apiKey } = await newKey({ scopes: ['orders:read', 'orders:write'] });
    const { status, headers, body } = await verify({ key, scope: 'orders:read', address: '203.0.113.9' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      active: true,
      key_id: apiKey.id,
      owner_type: 'user',
      sub: person.id,
      scope: 'orders:read orders:write',
      roles: ['reader'],
      aud: API,
      tier: 'free',
    });
    expect(headers.get('ratelimit-policy')).toBe('"minute";q=10;w=60, "day";q=1000;w=86400');
    expect(headers.get('ratelimit')).toMatch(/^"minute";r=9;t=(60|59), "day";r=999;t=86\d{3}$/);
    expect(body.headers).toEqual({
      'RateLimit-Policy': headers.get('ratelimit-policy'),
      RateLimit: headers.get('ratelimit'),
    });
    expect(headers.get('retry-after')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    const client = await house.createService('--grant', 'client_credentials');
    const service = await house.createKey({ clientId: client });
    const { body: ofService } = await verify({ key: service.key });
    expect(ofService).toMatchObject({ active: true, owner_type: 'client', sub: client, client_id: client });
  });

  test('gives 50 at once at the edge of a limit, over two nodes, never one too many', async () => {
    const other = await house.startNode();
    onTestFinished(() => other.close());
    const { key, apiKey } = await newKey();
    for (let used = 0; used < 4; used += 1) await verify({ key });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        verify({ key }, { authorization }, at % 2 === 0 ? house.url : other.origin),
      ),
    );
    expect(answers.filter(({ body }) => body.active)).toHaveLength(6);
    for (const { status, headers, body } of answers.filter((each) => !each.body.active)) {
      expect([status, body.reason]).toEqual([200, 'rate_limited']);
      expect(headers.get('retry-after')).toBe(String(body.retry_after));
      expect(body.retry_after).toBeGreaterThan(0);
    }
    await other.app.modules.apiKeys.flush();
    const { uses } = await house.json('api-keys', 'show', apiKey.id);
    expect(uses).toEqual([{ day: expect.any(String), used: 10, refused: 44 }]);
  });

  test('answers other credentials not at all, and those of another API that there is no such key', async () => {
    const { key } = await newKey();
    const wrong = [
      {},
      { authorization: 'Basic !!' },
      { authorization: `Basic ${Buffer.from('rsi_none:secret').toString('base64')}` },
      { authorization: authorization.slice(0, -8) },
      { authorization: `Bearer ${key}` },
      { authorization: `Basic ${Buffer.from('%zz:%zz').toString('base64')}` },
    ];
    for (const headers of wrong) {
      const answer = await verify({ key }, headers as Record<string, string>);
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
      expect(answer.headers.get('www-authenticate')).toContain('Basic');
    }
    const shelf = await house.credentialsOf(SHELF);
    const { body } = await verify({ key }, { authorization: shelf });
    expect(body).toEqual({ active: false, reason: 'unknown' });
    expect((await verify({ key })).headers.get('ratelimit')).toContain('"minute";r=9');
    await house.json('resource-servers', 'update', SHELF, '--no-introspection');
    expect((await verify({ key }, { authorization: shelf })).status).toBe(401);
  });

  test('takes what is odd for what it is', async () => {
    const { key } = await newKey();
    for (const body of ['', '[]', '"key"', '{', '{"key":1}', '{"__proto__":{}}', { key: ['x'] }, {}])
      expect((await verify(body)).status).toBe(400);
    for (const more of [{ address: 'here' }, { address: '10.0.0.0/8' }, { scope: 7 }, { scope: [{}] }])
      expect((await verify({ key, ...more })).status).toBe(400);
    expect((await verify({ key: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await verify(`key=${key}`, { authorization, 'content-type': 'text/plain' })).status).toBe(415);
    expect((await fetch(`${house.url}/api-keys/verify`)).status).toBe(405);
    for (const odd of ['', ' ', 'x'.repeat(3000), `${key} `, 'ghk_\u{1f511}', key.slice(0, -1)])
      expect((await verify({ key: odd })).body).toEqual({ active: false, reason: 'unknown' });
    const { body } = await verify({ key, scope: null, address: null, more: { of: 'it' } });
    expect(body.active).toBe(true);
  });

  test('shrinks with the roles of the owner, and ends with them when asked to', async () => {
    const resource = `https://desk-${dialect}.example.com`;
    const scopes = ['--scope', 'read=Read', '--scope', 'write=Write'];
    await house.json('resource-servers', 'create', '--identifier', resource, '--roles', 'enforce', ...scopes);
    await house.json('roles', 'create', '--name', 'clerk', '--permission', `${resource}#read`);
    await house.json('roles', 'assign', 'clerk', '--user', person.email);
    await expect(newKey({ resource, scopes: ['write'] })).rejects.toMatchObject({ code: 'api_keys.invalid' });
    const { key } = await newKey({ resource, scopes: ['read'] });
    const desk = { authorization: await house.credentialsOf(resource) };
    const why = async () => (await verify({ key }, desk)).body.reason ?? 'active';
    expect(await why()).toBe('active');
    await house.json('roles', 'unassign', 'clerk', '--user', person.email);
    expect(await why()).toBe('no_scope');
    await house.json('roles', 'assign', 'clerk', '--user', person.email);
    expect(await why()).toBe('active');
    await house.json('roles', 'unassign', 'clerk', '--user', person.email, '--now');
    await house.json('roles', 'assign', 'clerk', '--user', person.email);
    expect(await why()).toBe('revoked');
  });

  test('knows none of an API that is gone', async () => {
    const resource = `https://gone-${dialect}.example.com`;
    await house.json('resource-servers', 'create', '--identifier', resource, '--scope', 'read=Read');
    const { key, apiKey } = await newKey({ resource, scopes: ['read'] });
    await house.json('resource-servers', 'delete', resource);
    expect(await house.modules.apiKeys.look(key)).toEqual({ isActive: false, why: 'unknown' });
    expect(await house.refused('api-keys', 'show', apiKey.id)).toBe('api_keys.unknown');
  });

  test('is told by who finds a key: it ends, and every answer is the same', async () => {
    const { key, apiKey } = await newKey();
    const never = `${key.slice(0, 20)}${key.slice(21)}0`;
    const seen = [];
    for (const found of [key, key, never, 'ghk_', 'nothing']) {
      const { status, headers, body } = await post(house.url, 'leaked', { key: found });
      const names = [...headers.keys()].filter((name) => !['date', 'x-request-id'].includes(name));
      seen.push(JSON.stringify([status, names, body]));
    }
    expect(new Set(seen).size).toBe(1);
    expect((await verify({ key })).body).toEqual({
      active: false,
      reason: 'revoked',
      key_id: apiKey.id,
    });
    const events = await house.modules.audit.list({ event: 'api_keys.revoked', userId: person.id });
    expect(events.filter(({ detail }) => detail?.apiKeyId === apiKey.id)).toHaveLength(1);
  });

  test('is told by introspection too (RFC 7662), to its own API alone, and that counts nothing', async () => {
    const introspect = async (token: string, headers: Record<string, string>, written = token) => {
      const body = `token=${written}`;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await fetch(`${house.url}/token/introspection`, {
        method: 'POST',
        body,
        headers: { ...type, ...headers },
      });
      return (await answer.json()) as Record<string, unknown>;
    };
    const { key, apiKey } = await newKey({ tier: 'small' });
    const hidden = `%67${key.slice(1)}`;
    for (let at = 0; at < 5; at += 1)
      expect(await introspect(key, { authorization }, at === 0 ? hidden : key)).toMatchObject({
        active: true,
        sub: person.id,
        username: person.email,
        scope: 'orders:read',
        aud: API,
        client_id: 'gatehouse-api-keys',
        key_id: apiKey.id,
        tier: 'small',
      });
    expect((await verify({ key })).headers.get('ratelimit')).toContain('"minute";r=2');
    const clientId = await house.createService('--grant', 'client_credentials');
    const service = await house.createKey({ clientId });
    expect(await introspect(service.key, { authorization })).toMatchObject({
      client_id: clientId,
      sub: clientId,
    });
    const shelf = { authorization: await house.credentialsOf(SHELF) };
    const bound = await newKey({ networks: ['203.0.113.0/24'] });
    await house.json('api-keys', 'revoke', apiKey.id);
    for (const [token, headers] of [
      [service.key, shelf],
      [bound.key, { authorization }],
      [key, { authorization }],
      [`${service.key}0`, { authorization }],
    ] as const)
      expect(await introspect(token, headers)).toEqual({ active: false });
  });

  test('lets nobody try forever', async () => {
    const statuses = [];
    for (let at = 0; at < 40; at += 1) statuses.push((await verify({ key: 'x' }, {})).status);
    for (let at = 0; at < 40; at += 1) statuses.push((await post(house.url, 'leaked', { key: 'x' })).status);
    expect(statuses.slice(0, 40).at(-1)).toBe(429);
    expect(statuses.at(-1)).toBe(429);
    // Who has the right ones is not held up by who has not.
    const { key } = await newKey();
    expect((await verify({ key })).body.active).toBe(true);
  });
});

describe('without its database', () => {
  test('no key is good, and all is well when it is back', async () => {
    const real = process.env.TEST_DATABASE_URL ?? '';
    const line = await startProxyTo(real);
    onTestFinished(() => line.close());
    process.env.TEST_DATABASE_URL = line.url;
    const database = { connectTimeoutSeconds: 1, statementTimeoutSeconds: 1, lockTimeoutSeconds: 1 };
    const house = await startApiKeys({ dialect: 'postgres', settings: { database } }).finally(() => {
      process.env.TEST_DATABASE_URL = real;
    });
    onTestFinished(() => house.close());
    const { id } = await house.createPerson();
    const { key, apiKey } = await house.createKey({ userId: id });
    const headers = { authorization: await house.credentialsOf(API) };
    expect((await post(house.url, 'verify', { key }, headers)).body.active).toBe(true);
    line.cut();
    const answer = await post(house.url, 'verify', { key }, headers);
    expect([answer.status, answer.body.active]).toEqual([503, undefined]);
    await expect(house.modules.apiKeys.flush()).rejects.toMatchObject({ code: 'database.away' });
    line.mend();
    await expect
      .poll(async () => (await post(house.url, 'verify', { key }, headers)).body.active, { timeout: 20_000 })
      .toBe(true);
    // What was used before is told all the same.
    const days = await house.modules.apiKeys.usesOf(apiKey.id, 2);
    expect(days.reduce((all, { used }) => all + used, 0)).toBe(2);
    await house.modules.apiKeys.revoke(apiKey.id, SYSTEM);
    expect((await post(house.url, 'verify', { key }, headers)).body.reason).toBe('revoked');
  });
});
