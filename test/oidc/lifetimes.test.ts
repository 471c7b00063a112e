import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  authorizationUrl,
  authorize,
  createPerson,
  createRelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

const API = 'https://api.example.com';

eachDatabase('lifetimes and choices of a client', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  beforeAll(async () => {
    started = await startApp({ dialect });
    person = await createPerson(started);
    await started.modules.resourceServers.create(
      {
        identifier: API,
        scopes: [{ name: 'read', sentence: 'Read' }],
      },
      SYSTEM,
    );
  });
  afterAll(() => started.close());

  test('access tokens live ten minutes, as long as the client says, or as the resource server says', async () => {
    const plain = await createRelyingParty(started);
    const long = await createRelyingParty(started, { accessTokenTtlSeconds: 1200 });
    await started.modules.resourceServers.create(
      {
        identifier: 'https://short.example.com',
        accessTokenTtlSeconds: 60,
        scopes: [{ name: 'read', sentence: 'Read' }],
      },
      SYSTEM,
    );
    const secondsOf = async (party: typeof plain, resource: string) => {
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource });
      const { iat = 0, exp = 0 } = decodeJwt(tokens.access_token);
      return exp - iat;
    };
    expect(await secondsOf(plain, API)).toBe(600);
    expect(await secondsOf(long, API)).toBe(1200);
    expect(await secondsOf(long, 'https://short.example.com')).toBe(60);
  });

  test('a refresh token that is not used for its time expires', async () => {
    const party = await createRelyingParty(started, { refreshTtlSeconds: 3600 });
    const { tokens } = await signIn(started, party, person);
    await started.modules.db('refresh_tokens').decrement('expires_at', 3_601_000);
    await expect(oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')).rejects.toThrow();
  });

  test('rotation never goes beyond the absolute lifetime of the first token', async () => {
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person);
    const { db } = started.modules;
    const almost = 180 * 86_400 - 100;
    for (const row of await db('refresh_tokens').select('id_hash', 'payload')) {
      const payload = JSON.parse(row.payload);
      payload.iiat -= almost;
      await db('refresh_tokens')
        .where({ id_hash: row.id_hash })
        .update({ payload: JSON.stringify(payload) });
    }
    await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    const [newest]: { expires_at: number }[] = (
      await db('refresh_tokens').whereNull('consumed_at').select('payload', 'expires_at')
    ).filter(({ payload }: { payload: string }) => JSON.parse(payload).clientId === party.clientId);
    expect(newest?.expires_at).toBeLessThanOrEqual(Date.now() + 100_000);
  });

  test('a session ends after a day without a visit', async () => {
    const party = await createRelyingParty(started);
    const { visitor } = await signIn(started, party, person);
    const [row] = await started.modules.db('sessions').orderBy('created_at', 'desc').select('expires_at');
    expect(row.expires_at).toBeLessThanOrEqual(Date.now() + 86_400_000);
    await started.modules.db('sessions').update({ expires_at: 1 });
    const page = await visitor.open('/account');
    expect(page.forms.some(({ fields }) => 'password' in fields)).toBe(true);
  });

  test('a native app may come back on any port of the loopback address (RFC 8252 §7.3)', async () => {
    const native = await createRelyingParty(started, {
      type: 'native',
      redirectUris: ['http://127.0.0.1/callback'],
    });
    const onPort = { ...native, redirectUri: 'http://127.0.0.1:51234/callback' };
    const { tokens } = await signIn(started, onPort, person);
    expect(tokens.claims()?.sub).toBe(person.id);
    await expect(
      authorize(started, { ...native, redirectUri: 'http://127.0.0.1:51234/other' }, person),
    ).rejects.toThrow(/400/);
  });

  test('a native app on a loopback address never goes through without a person (RFC 8252 §8.6)', async () => {
    const native = await createRelyingParty(started, {
      type: 'native',
      redirectUris: ['http://127.0.0.1/callback'],
    });
    const onPort = { ...native, redirectUri: 'http://127.0.0.1:51234/callback' };
    const { visitor } = await signIn(started, onPort, person);
    const silent = (await authorizationUrl(onPort, { prompt: 'none' })).href;
    expect(new URL((await visitor.open(silent)).url).searchParams.get('error')).toBe('interaction_required');
    const asked = await visitor.open((await authorizationUrl(onPort)).href);
    expect(asked.forms.some(({ action }) => action.includes('/consent'))).toBe(true);
  });

  test('redirect URIs are compared letter by letter', async () => {
    const party = await createRelyingParty(started);
    for (const redirectUri of [
      'http://localhost:9999/callback/',
      'http://localhost:9999/callback?x=1',
      'http://localhost:9998/callback',
      'http://LOCALHOST:9999/callback',
    ]) {
      await expect(authorize(started, { ...party, redirectUri }, person)).rejects.toThrow(/400/);
    }
  });

  test('the `claims` parameter brings single claims into the ID token and userinfo (OIDC Core §5.5)', async () => {
    const party = await createRelyingParty(started);
    const claims = JSON.stringify({ id_token: { email: null }, userinfo: { name: { essential: true } } });
    const { tokens } = await signIn(started, party, person, { claims });
    expect(tokens.claims()).toMatchObject({ email: person.email });
    expect(tokens.claims()).not.toHaveProperty('name');
    const userinfo = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(userinfo).toMatchObject({ name: 'Ana Bauer' });
    expect(userinfo).not.toHaveProperty('email');
  });

  test('the default resource of a client is meant when it asks for none, and never with openid', async () => {
    const party = await createRelyingParty(started, { defaultResource: API });
    const api = await signIn(started, party, person, { scope: 'read' });
    expect(decodeJwt(api.tokens.access_token).aud).toBe(API);
    const { tokens } = await signIn(started, party, person, { scope: 'openid' });
    const userinfo = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(userinfo.sub).toBe(person.id);
  });

  test('an unknown resource server is refused (RFC 8707 §2)', async () => {
    const party = await createRelyingParty(started);
    const visitor = (await signIn(started, party, person)).visitor;
    const address = (await authorizationUrl(party, { resource: 'https://nobody.example.com' })).href;
    expect(new URL((await visitor.open(address)).url).searchParams.get('error')).toBe('invalid_target');
  });

  test('a client signs with its own key instead of a secret (RFC 7523)', async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['sign', 'verify'],
    );
    const jwk = {
      ...(await crypto.subtle.exportKey('jwk', publicKey)),
      kid: 'one',
      alg: 'ES256',
      use: 'sig',
    };
    const { client } = await started.modules.clients.create(
      {
        name: 'Robot',
        type: 'service',
        grants: ['client_credentials'],
        authMethod: 'private_key_jwt',
        jwks: { keys: [jwk] },
      },
      SYSTEM,
    );
    const configuration = await oidc.discovery(
      new URL(started.url),
      client.id,
      undefined,
      oidc.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
      { execute: [oidc.allowInsecureRequests] },
    );
    const tokens = await oidc.clientCredentialsGrant(configuration, { scope: 'read', resource: API });
    expect(decodeJwt(tokens.access_token).sub).toBe(client.id);
  });

  test('a stolen refresh token is told to the person by mail, without anything that opens a door', async () => {
    const party = await createRelyingParty(started, { name: 'Books & Co' });
    const someone = await createPerson(started);
    const { tokens } = await signIn(started, party, someone);
    const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    await started.modules.db('refresh_tokens').whereNotNull('consumed_at').decrement('consumed_at', 60_000);
    await expect(oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')).rejects.toThrow();
    const mails = (await (await fetch(`${started.url}/dev/mailbox.json`)).json()) as Record<string, string>[];
    const mail = mails.find(({ to }) => to === someone.email);
    expect(mail?.text).toContain('Books & Co');
    expect(mail?.text).toContain(`${started.url}/account/sessions`);
    for (const secret of [tokens.refresh_token, next.refresh_token, tokens.access_token]) {
      expect(JSON.stringify(mail)).not.toContain(secret);
    }
  });

  test('a pushed authorization request works once (RFC 9126 §4)', async () => {
    const party = await createRelyingParty(started, { firstParty: true });
    const { visitor } = await signIn(started, party, person);
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const address = await oidc.buildAuthorizationUrlWithPAR(party.configuration, {
      redirect_uri: party.redirectUri,
      scope: 'openid',
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: 'abc',
    });
    const first = await visitor.open(address.href);
    await redeem(party, {
      callback: new URL(first.url),
      checks: { pkceCodeVerifier, expectedState: 'abc' },
    });
    const again = await visitor.open(address.href);
    expect(
      again.url.startsWith(party.redirectUri) ? new URL(again.url).searchParams.get('code') : null,
    ).toBeNull();
  });
});
