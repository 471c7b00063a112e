import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachStorage } from '../support/database.ts';
import {
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

const API = 'https://api.example.com';
const OPAQUE = 'https://opaque.example.com';
const ALL = 'openid profile email offline_access orders';

eachStorage('sign-in and an API in one app', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  let credentials: Record<string, { id: string; secret: string }>;
  beforeAll(async () => {
    started = await startApp({ dialect });
    person = await createPerson(started);
    credentials = {};
    for (const [identifier, tokenFormat] of [
      [API, 'jwt'],
      [OPAQUE, 'opaque'],
    ] as const) {
      const made = await started.modules.resourceServers.create(
        { identifier, tokenFormat, scopes: [{ name: 'orders', sentence: 'See your orders' }] },
        SYSTEM,
        { introspection: true },
      );
      const { id = '' } = made.resourceServer.introspection ?? {};
      credentials[identifier] = { id, secret: made.introspectionSecret ?? '' };
    }
  });
  afterAll(() => started.close());

  test.each([API, OPAQUE])(
    '%s: one token is for the API and for userinfo, after a refresh too',
    async (api) => {
      const party = await createRelyingParty(started);
      const { tokens } = await signIn(started, party, person, { scope: ALL, resource: api });
      expect(tokens.scope?.split(' ').sort()).toEqual(['email', 'openid', 'orders', 'profile']);
      const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
      for (const { access_token: token } of [tokens, next]) {
        const told = await oidc.fetchUserInfo(party.configuration, token, person.id);
        expect(told).toMatchObject({ email: person.email, name: 'Ana Bauer' });
        expect(await introspect(api, token)).toMatchObject({ active: true, aud: api, scope: 'orders' });
        if (api === API) expect(decodeJwt(token).aud).toEqual([API, `${started.url}/me`]);
      }
      const less = await oidc.refreshTokenGrant(party.configuration, next.refresh_token ?? '', {
        scope: 'openid orders',
      });
      const told = await oidc.fetchUserInfo(party.configuration, less.access_token, person.id);
      expect(told).toEqual({ sub: person.id });
    },
  );

  test('the default resource of a client is meant when a scope of it is asked beside openid', async () => {
    const party = await createRelyingParty(started, { defaultResource: API });
    const { tokens } = await signIn(started, party, person, { scope: 'openid email orders' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: [API, `${started.url}/me`] });
    expect(await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id)).toMatchObject({
      email: person.email,
    });
    const plain = await signIn(started, party, person, { scope: 'openid email' });
    expect(() => decodeJwt(plain.tokens.access_token)).toThrow();
  });

  test('a token without openid is for its API alone', async () => {
    const party = await createRelyingParty(started);
    for (const resource of [API, OPAQUE]) {
      const { tokens } = await signIn(started, party, person, { scope: 'orders', resource });
      expect([401, 403]).toContain((await userinfo(tokens.access_token)).status);
      if (resource === API) expect(decodeJwt(tokens.access_token).aud).toBe(API);
    }
  });

  test('userinfo tells no more than was granted to this token, and nothing when its grant or person is gone', async () => {
    const party = await createRelyingParty(started);
    const someone = await createPerson(started);
    const { tokens } = await signIn(started, party, someone, { scope: 'openid orders', resource: API });
    const { visitor } = await signIn(started, party, someone, { scope: ALL, resource: API });
    expect(visitor).toBeDefined();
    expect(await userinfo(tokens.access_token)).toEqual({ status: 200, body: { sub: someone.id } });
    await started.modules.users.disable(someone.id, SYSTEM);
    expect(await userinfo(tokens.access_token)).toMatchObject({ status: 401 });

    const other = await signIn(started, party, person, { scope: ALL, resource: API });
    await oidc.tokenRevocation(party.configuration, other.tokens.refresh_token ?? '');
    expect(await userinfo(other.tokens.access_token)).toMatchObject({ status: 401 });
  });

  test.each(['jwt', 'opaque'] as const)(
    'an API may keep its tokens out of userinfo, those of before too (%s)',
    async (tokenFormat) => {
      const identifier = `https://private-${tokenFormat}.example.com`;
      const scopes = [{ name: 'orders', sentence: 'See your orders' }];
      const { resourceServer } = await started.modules.resourceServers.create(
        {
          identifier,
          tokenFormat,
          scopes,
        },
        SYSTEM,
      );
      const party = await createRelyingParty(started);
      const before = await signIn(started, party, person, { scope: ALL, resource: identifier });
      expect((await userinfo(before.tokens.access_token)).status).toBe(200);
      await started.modules.resourceServers.update(resourceServer.id, { userinfo: 'never' }, SYSTEM);
      expect((await userinfo(before.tokens.access_token)).status).toBe(401);
      const { tokens } = await signIn(started, party, person, { scope: ALL, resource: identifier });
      expect(tokens.scope).toBe('orders');
      expect([401, 403]).toContain((await userinfo(tokens.access_token)).status);
      if (tokenFormat === 'jwt') expect(decodeJwt(tokens.access_token).aud).toBe(identifier);
    },
  );

  test('an API that knows no at+jwt gets JWT, which is introspected and told from an ID token', async () => {
    const identifier = 'https://spring.example.com';
    const made = await started.modules.resourceServers.create(
      { identifier, tokenType: 'jwt', scopes: [{ name: 'orders', sentence: 'See your orders' }] },
      SYSTEM,
      { introspection: true },
    );
    credentials[identifier] = {
      id: made.resourceServer.introspection?.id ?? '',
      secret: made.introspectionSecret ?? '',
    };
    const party = await createRelyingParty(started, { idTokenAlg: 'ES256' });
    const { tokens } = await signIn(started, party, person, { scope: ALL, resource: identifier });
    expect(decodeProtectedHeader(tokens.access_token).typ).toBe('JWT');
    expect(await introspect(identifier, tokens.access_token)).toMatchObject({
      active: true,
      scope: 'orders',
    });
    expect((await userinfo(tokens.access_token)).body).toMatchObject({ email: person.email });
    const service = await createRelyingParty(started, {
      type: 'service',
      redirectUris: [],
      grants: undefined,
    });
    const own = await oidc.clientCredentialsGrant(service.configuration, {
      scope: 'orders',
      resource: identifier,
    });
    expect(decodeProtectedHeader(own.access_token).typ).toBe('JWT');
    expect(await introspect(identifier, own.access_token)).toMatchObject({
      active: true,
      sub: service.clientId,
    });
    expect(await introspect(identifier, tokens.id_token ?? '')).toEqual({ active: false });
    expect((await userinfo(tokens.id_token ?? '')).status).toBe(401);
  });

  test('an ID token, a tampered token and that of a service are none for userinfo', async () => {
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person, { scope: ALL, resource: API });
    const [header, payload, signature] = tokens.access_token.split('.');
    const widened = Buffer.from(JSON.stringify({ ...decodeJwt(tokens.access_token), sub: 'usr_other' }));
    const service = await createRelyingParty(started, {
      type: 'service',
      redirectUris: [],
      grants: undefined,
    });
    const own = await oidc.clientCredentialsGrant(service.configuration, { scope: 'orders', resource: API });
    for (const token of [
      tokens.id_token ?? '',
      `${header}.${widened.toString('base64url')}.${signature}`,
      `${header}.${payload}.`,
      own.access_token,
    ]) {
      expect(await userinfo(token)).toMatchObject({ status: 401 });
    }
    expect(await introspect(API, tokens.id_token ?? '')).toEqual({ active: false });
  });

  test('a token that is bound to a key is taken with its proof alone (RFC 9449 §7.1)', async () => {
    const party = await createRelyingParty(started);
    const DPoP = oidc.getDPoPHandle(party.configuration, await oidc.randomDPoPKeyPair());
    const { callback, checks } = await authorize(started, party, person, { scope: ALL, resource: API });
    const tokens = await oidc.authorizationCodeGrant(party.configuration, callback, checks, undefined, {
      DPoP,
    });
    const told = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id, { DPoP });
    expect(told).toMatchObject({ email: person.email });
    for (const scheme of ['Bearer', 'DPoP']) {
      expect([400, 401]).toContain((await userinfo(tokens.access_token, scheme)).status);
    }
  });

  test('a client that lost a scope sees it no more, in tokens of before either', async () => {
    const party: RelyingParty = await createRelyingParty(started);
    const authorization = await authorize(started, party, person, { scope: ALL, resource: API });
    const tokens = await redeem(party, authorization);
    await started.modules.clients.update(party.clientId, { scope: 'openid orders' }, SYSTEM);
    expect((await userinfo(tokens.access_token)).body).toEqual({ sub: person.id });
  });

  async function userinfo(token: string, scheme = 'Bearer') {
    const answer = await fetch(`${started.url}/me`, { headers: { authorization: `${scheme} ${token}` } });
    return { status: answer.status, body: await answer.json() };
  }

  async function introspect(api: string, token: string) {
    const { id = '', secret = '' } = credentials[api] ?? {};
    const answer = await fetch(`${started.url}/token/introspection`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ token }),
    });
    return await answer.json();
  }
});
