import { createRemoteJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { eachStorage } from '../support/database.ts';
import { refusalLine } from '../support/refusal-line.ts';
import { API, SHELF, type Started, startApiKeys } from './set-up.ts';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
/** Another node has read clients and APIs at most one second ago. */
const READ_AGAIN_MS = 1001;

type Made = Awaited<ReturnType<Started['createKey']>>;
type Answer = { status: number; headers: Headers; body: Record<string, string> };
type Fields = Record<string, string | undefined> | [string, string][];

async function post(
  origin: string,
  path: string,
  fields: Fields,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  const body = new URLSearchParams(
    pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const response = await fetch(origin + path, { method: 'POST', body, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

/** The fields of an honest exchange. */
const fieldsOf = (house: Started, { key, apiKey }: Made): Record<string, string> => ({
  grant_type: TOKEN_EXCHANGE,
  subject_token: key,
  subject_token_type: `${house.url}/token-type/api-key`,
  client_id: apiKey.id,
});

const exchange = (
  house: Started,
  made: Made,
  more: Record<string, string | undefined> = {},
  origin = house.url,
) => post(origin, '/token', { ...fieldsOf(house, made), ...more });

/** Introspection credentials of an API. */
async function credentialsOf(house: Started, api: string): Promise<Record<string, string>> {
  const { introspection_id: id, introspection_secret: secret } = await house.json(
    ...['resource-servers', 'update', api, '--introspection'],
  );
  return basic(id, secret);
}

const introspect = async (origin: string, token: string | undefined, headers: Record<string, string>) =>
  (await post(origin, '/token/introspection', { token }, headers)).body as Record<string, unknown>;

eachStorage('an API key is exchanged for a JWT (RFC 8693)', (dialect) => {
  let house: Started;
  beforeAll(async () => {
    house = await startApiKeys({ dialect });
  });
  afterAll(() => house?.close());

  test('used to its limit over two nodes, verified by jose, revoked and refused at once', async () => {
    const person = await house.createPerson();
    const api = await credentialsOf(house, API);
    const made = await house.createKey({ userId: person.id }, { tier: 'small' });
    const node = await house.startNode();
    const origins = [house.url, node.origin];
    try {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, at) => exchange(house, made, {}, origins[at % 2])),
      );
      const good = answers.filter(({ status }) => status === 200);
      expect(good).toHaveLength(3);
      for (const { status, body, headers } of answers.filter((answer) => answer.status !== 200)) {
        expect([status, body.error]).toEqual([429, 'slow_down']);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
      }

      const [{ body, headers }] = good as [Answer];
      expect(headers.get('ratelimit-policy')).toBe('"minute";q=3;w=60, "day";q=4;w=86400');
      expect(Object.keys(body).sort()).toEqual(
        ['access_token', 'expires_in', 'issued_token_type', 'scope', 'token_type'].sort(),
      );
      expect(body).toMatchObject({
        expires_in: 300,
        token_type: 'Bearer',
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        scope: 'orders:read',
      });
      const keys = createRemoteJWKSet(new URL(`${house.url}/jwks`));
      const { payload, protectedHeader } = await jwtVerify(String(body.access_token), keys, {
        issuer: house.url,
        audience: API,
        typ: 'at+jwt',
      });
      expect(protectedHeader.alg).toBe('ES256');
      expect(payload).toEqual({
        iss: house.url,
        aud: API,
        sub: person.id,
        client_id: 'gatehouse-api-keys',
        scope: 'orders:read',
        tier: 'small',
        key_id: made.apiKey.id,
        jti: expect.any(String),
        iat: expect.any(Number),
        exp: (payload.iat ?? 0) + 300,
      });
      for (const origin of origins)
        expect(await introspect(origin, body.access_token, api)).toMatchObject({
          active: true,
          sub: person.id,
          client_id: 'gatehouse-api-keys',
          scope: 'orders:read',
          tier: 'small',
          key_id: made.apiKey.id,
        });

      const other = await house.createKey({ userId: person.id });
      expect((await exchange(house, other)).status).toBe(200);
      for (const { apiKey } of [made, other]) await house.modules.apiKeys.revoke(apiKey.id, SYSTEM);
      for (const origin of origins) {
        const refused = await exchange(house, other, {}, origin);
        expect([refused.status, refused.body.error]).toEqual([400, 'invalid_request']);
        expect(await introspect(origin, body.access_token, api)).toEqual({ active: false });
      }
    } finally {
      await node.close();
    }
  });
});

describe('an exchange of an API key', () => {
  let house: Started;
  let person: { id: string; email: string };
  let made: Made;
  beforeAll(async () => {
    house = await startApiKeys();
    person = await house.createPerson();
    made = await house.createKey(
      { userId: person.id },
      { scopes: ['orders:read', 'orders:write'], tier: 'burst' },
    );
  });
  afterAll(() => house?.close());

  const refusalOf = ({ status, body }: Answer) => [status, body.error];
  /** One that is nowhere near its limit. */
  const another = (more: object = {}, owner: Parameters<Started['createKey']>[0] = { userId: person.id }) =>
    house.createKey(owner, more);
  const reasonOf = async ({ headers }: Answer): Promise<string> => {
    const { reason } = await refusalLine(house, headers.get('x-request-id'));
    return String(reason);
  };

  test('is offered by discovery, and by nobody to other clients', async () => {
    const discovery = await (await fetch(`${house.url}/.well-known/openid-configuration`)).json();
    expect(discovery.grant_types_supported).toContain(TOKEN_EXCHANGE);
    const service = await house.json('clients', 'create', '--type', 'service', '--name', 'Other');
    const fields = { ...fieldsOf(house, await another()), client_id: undefined };
    const answer = await post(house.url, '/token', fields, basic(service.client_id, service.client_secret));
    expect(refusalOf(answer)).toEqual([400, 'invalid_request']);
    expect(await reasonOf(answer)).toBe('grant_type_not_allowed');
  });

  test('for a service gives what its own credentials would: its client_id and sub', async () => {
    const clientId = await house.createService();
    const api = await credentialsOf(house, API);
    const owned = await another({}, { clientId });
    const { body } = await exchange(house, owned);
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      sub: clientId,
      client_id: clientId,
      key_id: owned.apiKey.id,
      tier: 'free',
    });
    const told = await introspect(house.url, body.access_token, api);
    expect(told).toMatchObject({ active: true, sub: clientId, client_id: clientId });
    await house.modules.apiKeys.revoke(owned.apiKey.id, SYSTEM);
    expect(await introspect(house.url, body.access_token, api)).toEqual({ active: false });
  });

  test('tells whoever has no good key the same, whatever is wrong; the log tells them apart', async () => {
    const owned = await another();
    const other = await another();
    const ended = await another();
    await house.modules.apiKeys.revoke(ended.apiKey.id, SYSTEM);
    const elsewhere = await another({ networks: ['203.0.113.0/24'] });
    const mistyped = owned.key.slice(0, -1) + (owned.key.endsWith('0') ? '1' : '0');
    const wrong: [string, Record<string, string>][] = [
      ['api_key_of_another_id', { client_id: other.apiKey.id }],
      ['api_key_of_another_id', { client_id: `apk_${'0'.repeat(24)}` }],
      ['api_key_unknown', { subject_token: mistyped }],
      ['api_key_unknown', { subject_token: 'ghk_nothing' }],
      ['api_key_ended', { subject_token: ended.key, client_id: ended.apiKey.id }],
      ['api_key_network', { subject_token: elsewhere.key, client_id: elsewhere.apiKey.id }],
    ];
    for (const [reason, fields] of wrong) {
      const answer = await exchange(house, owned, fields);
      const { error_uri: _, ...told } = answer.body;
      expect([answer.status, told]).toEqual([
        400,
        { error: 'invalid_request', error_description: 'the subject_token is not acceptable' },
      ]);
      expect(await reasonOf(answer)).toBe(reason);
    }
    expect((await exchange(house, owned)).status).toBe(200);
    expect(house.log()).not.toContain(owned.key.slice(28));
  });

  test('ends with its owner: a person or a client that is disabled has none, and no token that is good', async () => {
    const api = await credentialsOf(house, API);
    const { id } = await house.createPerson();
    const clientId = await house.createService();
    const [ofPerson, ofService] = [await another({}, { userId: id }), await another({}, { clientId })];
    const tokens = [ofPerson, ofService].map(async (each) => (await exchange(house, each)).body.access_token);
    const [first, second] = await Promise.all(tokens);
    await house.json('users', 'disable', id);
    await house.json('clients', 'disable', clientId);
    house.pass(READ_AGAIN_MS);
    for (const each of [ofPerson, ofService])
      expect(refusalOf(await exchange(house, each))).toEqual([400, 'invalid_request']);
    for (const token of [first, second])
      expect(await introspect(house.url, token, api)).toEqual({ active: false });
  });

  test('is for the API of the key alone, however that is named', async () => {
    for (const named of [
      { resource: API },
      { audience: API },
      { resource: API, audience: API },
      { resource: `${API}/` },
    ])
      expect((await exchange(house, await another(), named)).status).toBe(200);
    const owned = await another();
    for (const named of [
      { resource: SHELF },
      { audience: SHELF },
      { audience: 'orders' },
      { resource: API, audience: SHELF },
    ]) {
      const answer = await exchange(house, owned, named);
      expect(refusalOf(answer)).toEqual([400, 'invalid_target']);
      expect(await reasonOf(answer)).toBe('api_key_for_another_api');
    }
    const both: [string, string][] = [
      ...Object.entries(fieldsOf(house, owned)),
      ['resource', API],
      ['resource', SHELF],
    ];
    expect(refusalOf(await post(house.url, '/token', both))).toEqual([400, 'invalid_target']);
  });

  test('gives no scope beside those of the key, and fewer when asked', async () => {
    const wide = await another({ scopes: ['orders:read', 'orders:write'] });
    expect((await exchange(house, wide, { scope: 'orders:write' })).body.scope).toBe('orders:write');
    expect((await exchange(house, wide)).body.scope).toBe('orders:read orders:write');
    const narrow = await another();
    for (const scope of [
      'orders:write',
      'orders:read orders:write',
      'openid',
      'orders:read offline_access',
      'shelf:read',
    ]) {
      const answer = await exchange(house, narrow, { scope });
      expect(refusalOf(answer)).toEqual([400, 'invalid_scope']);
      expect(await reasonOf(answer)).toBe('api_key_scope_wider');
    }
  });

  test('gives what roles permit at that moment', async () => {
    const { id } = await house.createPerson();
    const api = 'https://guarded.example.com';
    await house.json(
      ...['resource-servers', 'create', '--identifier', api, '--roles', 'enforce'],
      ...['--scope', 'read=Read', '--scope', 'write=Write'],
    );
    for (const scope of ['read', 'write']) {
      await house.json('roles', 'create', '--name', `may-${scope}`, '--permission', `${api}#${scope}`);
      await house.json('roles', 'assign', `may-${scope}`, '--user', id);
    }
    const owned = await another({ resource: api, scopes: ['read', 'write'] }, { userId: id });
    const { body } = await exchange(house, owned);
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      scope: 'read write',
      roles: ['may-read', 'may-write'],
    });
    await house.modules.roles.unassign('may-write', { userId: id }, SYSTEM);
    expect((await exchange(house, owned)).body.scope).toBe('read');
    expect(refusalOf(await exchange(house, owned, { scope: 'write' }))).toEqual([400, 'invalid_scope']);
    await house.modules.roles.unassign('may-read', { userId: id }, SYSTEM);
    expect(refusalOf(await exchange(house, owned))).toEqual([400, 'invalid_scope']);
  });

  test('is refused as it is malformed: fields twice, other types, another actor, by GET', async () => {
    const owned = await another();
    const honest = Object.entries(fieldsOf(house, owned)) as [string, string][];
    for (const [name, value] of honest) {
      const twice = await post(house.url, '/token', [...honest, [name, value]]);
      // Twice the grant type is none, so that the public id is no client.
      const expected = name === 'grant_type' ? [401, 'invalid_client'] : [400, 'invalid_request'];
      expect(refusalOf(twice)).toEqual(expected);
    }
    for (const name of ['subject_token', 'subject_token_type', 'client_id'])
      expect(refusalOf(await exchange(house, owned, { [name]: undefined }))).toEqual([
        400,
        'invalid_request',
      ]);
    const others: Record<string, string>[] = [
      { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
      { requested_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      { actor_token: owned.key, actor_token_type: `${house.url}/token-type/api-key` },
    ];
    for (const fields of others)
      expect(refusalOf(await exchange(house, owned, fields))).toEqual([400, 'invalid_request']);
    const jwt = { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' };
    expect((await exchange(house, owned, jwt)).status).toBe(200);
    const got = await fetch(`${house.url}/token?${new URLSearchParams(fieldsOf(house, owned))}`);
    expect(got.status).toBe(405);
    // None of these was an exchange.
    const { used } = (await house.modules.apiKeys.usesOf(owned.apiKey.id, 1))[0] ?? {};
    expect(used).toBe(1);
  });

  test('is all that the public id of a key is good for: it is a client nowhere else', async () => {
    const { apiKey, key } = made;
    const ways: Record<string, string>[] = [
      { grant_type: 'client_credentials', client_id: apiKey.id, resource: API },
      { grant_type: 'client_credentials', client_id: apiKey.id, client_secret: key },
      { grant_type: 'refresh_token', client_id: apiKey.id, refresh_token: key },
      { grant_type: 'authorization_code', client_id: apiKey.id, code: key },
    ];
    for (const fields of ways)
      expect(refusalOf(await post(house.url, '/token', fields))).toEqual([401, 'invalid_client']);
    for (const path of ['/token/introspection', '/token/revocation', '/request']) {
      const asked = { client_id: apiKey.id, token: key, grant_type: TOKEN_EXCHANGE };
      expect(refusalOf(await post(house.url, path, asked))).toEqual([401, 'invalid_client']);
      expect(refusalOf(await post(house.url, path, { token: key }, basic(apiKey.id, key)))).toEqual([
        401,
        'invalid_client',
      ]);
    }
    // Nor is it one with a secret.
    const withSecret = await exchange(house, made, { client_secret: key });
    expect(refusalOf(withSecret)).toEqual([401, 'invalid_client']);
    const asked = `/auth?${new URLSearchParams({ client_id: apiKey.id, response_type: 'code', grant_type: TOKEN_EXCHANGE })}`;
    expect((await fetch(house.url + asked, { redirect: 'manual' })).status).toBe(400);
    // And no client can be called like one.
    expect(
      await house.refused('clients', 'create', '--type', 'service', '--name', 'X', '--id', apiKey.id),
    ).toBe('clients.invalid');
  });

  test('gives a token that its holder can neither look at, nor give back, nor use at userinfo', async () => {
    const token = (await exchange(house, await another())).body.access_token;
    const builtIn = 'gatehouse-api-keys';
    const credentials: Record<string, string>[] = [{}, basic(builtIn, 'x'), basic(builtIn, '')];
    for (const headers of credentials)
      for (const path of ['/token/introspection', '/token/revocation']) {
        const named = headers.authorization ? {} : { client_id: builtIn };
        const answer = await post(house.url, path, { token, ...named }, headers);
        expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
        expect(answer.body).not.toHaveProperty('active');
      }
    const userinfo = await fetch(`${house.url}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(userinfo.status).toBe(401);
    const shelf = await credentialsOf(house, SHELF);
    expect(await introspect(house.url, token, shelf)).toEqual({ active: false });
    const tokenInTheSecretsPlace = basic(builtIn, 'sha256:');
    expect(
      (await post(house.url, '/token', { grant_type: 'client_credentials' }, tokenInTheSecretsPlace)).status,
    ).toBe(401);
  });

  test('binds the token to a key (RFC 9449), and must for a client that says so', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const proof = async () =>
      await new SignJWT({ jti: crypto.randomUUID(), htm: 'POST', htu: `${house.url}/token` })
        .setIssuedAt()
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(privateKey);
    const strict = await house.createService('--dpop', 'required');
    const owned = await another({ tier: 'small' }, { clientId: strict });
    const refused = await exchange(house, owned);
    expect(await reasonOf(refused)).toBe('dpop_missing');
    const dpop = await proof();
    const { body } = await post(house.url, '/token', fieldsOf(house, owned), { dpop });
    expect(body.token_type).toBe('DPoP');
    expect(decodeJwt(String(body.access_token))).toHaveProperty('cnf.jkt');
    const replayed = await post(house.url, '/token', fieldsOf(house, owned), { dpop });
    expect(await reasonOf(replayed)).toBe('dpop_replayed');
    // Neither of the two that were refused has counted.
    for (const status of [200, 200, 429])
      expect((await post(house.url, '/token', fieldsOf(house, owned), { dpop: await proof() })).status).toBe(
        status,
      );
  });

  test('gives a token that ends with its key, and sooner where the API says so', async () => {
    const soon = await another({ expiresAt: house.clock.now() + 90_000 });
    const { expires_in: seconds } = (await exchange(house, soon)).body;
    expect(Number(seconds)).toBeGreaterThan(60);
    expect(Number(seconds)).toBeLessThanOrEqual(90);
    await house.json('resource-servers', 'update', SHELF, '--access-token-ttl', '30');
    house.pass(READ_AGAIN_MS);
    const short = await another({ resource: SHELF, scopes: ['shelf:read'] });
    expect((await exchange(house, short)).body.expires_in).toBe(30);
  });
});
