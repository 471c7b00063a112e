import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson, PASSWORD } from '../support/relying-party.ts';

/** FAPI 2.0 Security Profile §5.3.2 for one client, by its own settings, beside others of the same deployment. */

const REDIRECT = 'https://bank.example.com/callback';
const API = 'https://api.bank.example.com';

let started: TestApp;
let person: { id: string; email: string };
beforeAll(async () => {
  started = await startApp();
  person = await createPerson(started);
  await started.modules.resourceServers.create(
    {
      identifier: API,
      scopes: [{ name: 'payments', sentence: 'See your payments' }],
    },
    SYSTEM,
  );
});
afterAll(() => started.close());

test('FAPI 2.0: pushed, signed, bound to a key, not rotated', async () => {
  const { keys, jwk } = await createKeys();
  const { client } = await started.modules.clients.create(
    {
      name: 'Bank app',
      redirectUris: [REDIRECT],
      grants: ['authorization_code', 'refresh_token'],
      authMethod: 'private_key_jwt',
      jwks: { keys: [jwk] },
      assertionAlg: 'ES256',
      idTokenAlg: 'ES256',
      pkce: 'required',
      par: 'required',
      dpop: 'required',
      refreshRotation: 'off',
    },
    SYSTEM,
  );
  const configuration = await oidc.discovery(
    new URL(started.url),
    client.id,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt({ key: keys.privateKey, kid: 'one' }),
    { execute: [oidc.allowInsecureRequests] },
  );
  const DPoP = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair('ES256'));
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const parameters = {
    redirect_uri: REDIRECT,
    scope: 'openid payments',
    resource: API,
    state: 'of-the-bank',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  };
  // Not pushed: refused.
  const plain = await fetch(oidc.buildAuthorizationUrl(configuration, parameters), { redirect: 'manual' });
  expect(plain.headers.get('location')).toMatch(/error=invalid_request/);

  const visitor = createVisitor(started.url);
  const pushed = await oidc.buildAuthorizationUrlWithPAR(configuration, parameters, { DPoP });
  let page = await visitor.open(pushed.href);
  page = await visitor.submit(page, { identifier: person.email, password: PASSWORD }, { form: '/login' });
  page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
  const checks = { pkceCodeVerifier, expectedState: 'of-the-bank' };
  const tokens = await oidc.authorizationCodeGrant(configuration, new URL(page.url), checks, undefined, {
    DPoP,
  });
  expect(tokens.token_type).toBe('dpop');
  expect(decodeJwt(tokens.access_token)).toMatchObject({
    aud: [API, `${started.url}/me`],
    cnf: { jkt: expect.any(String) },
  });

  // The refresh token stays, however often it is used at once; without its key it is worth nothing.
  const refresh = () =>
    oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, { DPoP });
  const renewed = await Promise.all(Array.from({ length: 20 }, refresh));
  for (const each of renewed) expect([undefined, tokens.refresh_token]).toContain(each.refresh_token);
  expect((await refresh()).access_token).not.toBe(tokens.access_token);
  const stolen = oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
  await expect(stolen).rejects.toMatchObject({ status: 400 });
  expect((await refresh()).token_type).toBe('dpop');
});

test('beside it, in the same deployment, an app that knows no PKCE signs people in', async () => {
  const { client, secret } = await started.modules.clients.create(
    { name: 'Old app', redirectUris: [REDIRECT], grants: ['authorization_code'] },
    SYSTEM,
  );
  const asked = { client_id: client.id, response_type: 'code', redirect_uri: REDIRECT, scope: 'openid' };
  const visitor = createVisitor(started.url);
  let page = await visitor.open(`/auth?${new URLSearchParams(asked)}`);
  page = await visitor.submit(page, { identifier: person.email, password: PASSWORD }, { form: '/login' });
  page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
  const code = new URL(page.url).searchParams.get('code') ?? '';
  const answer = await fetch(`${started.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT }),
  });
  expect(await answer.json()).toMatchObject({ token_type: 'Bearer', id_token: expect.any(String) });
});

test('an assertion of another algorithm than the pinned one is refused', async () => {
  const { keys, jwk } = await createKeys();
  const { client } = await started.modules.clients.create(
    {
      name: 'Pinned',
      type: 'service',
      authMethod: 'private_key_jwt',
      jwks: { keys: [{ ...jwk, alg: undefined }] },
      assertionAlg: 'PS256',
    },
    SYSTEM,
  );
  const configuration = await oidc.discovery(
    new URL(started.url),
    client.id,
    undefined,
    oidc.PrivateKeyJwt({ key: keys.privateKey, kid: 'one' }),
    { execute: [oidc.allowInsecureRequests] },
  );
  const asked = oidc.clientCredentialsGrant(configuration, { scope: 'payments', resource: API });
  await expect(asked).rejects.toMatchObject({ error: 'invalid_client' });
});

test.each([
  [{ refreshRotation: 'off' }, /may be off only/],
  [{ refreshRotation: 'off', dpop: 'required' }, /the grant refresh_token/],
  [{ assertionAlg: 'ES256' }, /private_key_jwt/],
] as const)('%j alone is refused', async (settings, why) => {
  const asked = started.modules.clients.create({ name: 'X', redirectUris: [REDIRECT], ...settings }, SYSTEM);
  await expect(asked).rejects.toMatchObject({ code: 'clients.invalid' });
  const { detail } = (await asked.catch((error) => error)) as { detail: object };
  expect(JSON.stringify(detail)).toMatch(why);
});

async function createKeys() {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const jwk = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), kid: 'one', alg: 'ES256' };
  return { keys, jwk };
}
