import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSecret } from '../../src/lib/secret.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachStorage } from '../support/database.ts';
import {
  authorizationUrl,
  createPerson,
  createRelyingParty,
  PASSWORD,
  signIn,
} from '../support/relying-party.ts';

const API = 'https://api.example.com';

eachStorage('the authorization code flow', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  beforeAll(async () => {
    started = await startApp({ dialect });
    person = await createPerson(started);
    await started.modules.resourceServers.create(
      {
        identifier: API,
        scopes: [
          { name: 'orders:read', sentence: 'See your orders' },
          { name: 'queue.read:*/*', sentence: 'Read every queue' },
        ],
      },
      SYSTEM,
    );
  });
  afterAll(() => started.close());

  test('serves an app and a person that brought their ids and secret along, at each endpoint', async () => {
    const id = `${dialect}|${'5f7c8ec7.'.repeat(13)}`;
    const email = 'moved@example.com';
    await started.modules.users.create({ id, email, emailVerified: true }, SYSTEM);
    await started.modules.password.set(id, PASSWORD);
    const brought = { id: `Old.App_~-${'x'.repeat(118)}`, secret: createSecret() };
    const party = await createRelyingParty(started, {}, brought);
    expect(party.clientId).toBe(brought.id);
    const { tokens } = await signIn(started, party, { email }, { scope: 'openid email' });
    expect(tokens.claims()).toMatchObject({ sub: id, aud: brought.id });
    expect(await oidc.fetchUserInfo(party.configuration, tokens.access_token, id)).toMatchObject({ email });
    const token = tokens.access_token;
    expect(await oidc.tokenIntrospection(party.configuration, token)).toMatchObject({
      active: true,
      sub: id,
    });
    const renewed = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    expect(decodeJwt(renewed.id_token ?? '')).toMatchObject({ sub: id });
    await oidc.tokenRevocation(party.configuration, renewed.refresh_token ?? '');
    await expect(
      oidc.refreshTokenGrant(party.configuration, renewed.refresh_token ?? ''),
    ).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('gives a code, an ID token, userinfo and a refresh token to a confidential client', async () => {
    const party = await createRelyingParty(started);
    const { tokens, callback } = await signIn(started, party, person, { scope: 'openid profile email' });
    expect(callback.searchParams.get('iss')).toBe(started.url); // RFC 9207 §2
    expect(tokens.claims()).toMatchObject({ sub: person.id, amr: ['pwd'], acr: '1' });
    expect(tokens.claims()).toMatchObject({ name: 'Ana Bauer', email: person.email });
    expect(tokens.refresh_token).toBeTypeOf('string');
    const claims = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(claims).toMatchObject({
      sub: person.id,
      name: 'Ana Bauer',
      email: person.email,
      email_verified: true,
    });
  });

  test('keeps claims out of the ID token of a client that wants it lean (OIDC Core §5.4)', async () => {
    const party = await createRelyingParty(started, { idTokenClaims: 'off', idTokenTtlSeconds: 60 });
    const { tokens } = await signIn(started, party, person, { scope: 'openid profile email' });
    for (const claim of ['name', 'email']) expect(tokens.claims()).not.toHaveProperty(claim);
    const { iat = 0, exp = 0 } = tokens.claims() ?? {};
    expect(exp - iat).toBe(60);
  });

  test.each(['RS256', 'ES256', 'PS256', 'EdDSA'] as const)(
    'says in an ID token of %s what access token is beside it, and its nonce at the sign-in alone (OIDC Core §12.2)',
    async (idTokenAlg) => {
      // A party reads the server's algorithms when it is made, and a node that has no such client tells of none.
      await started.modules.keys.ensure(idTokenAlg);
      await started.modules.oidc.refresh();
      const party = await createRelyingParty(started, { idTokenAlg });
      const atHash = (accessToken: string) => {
        const hash = createHash(idTokenAlg === 'EdDSA' ? 'sha512' : 'sha256')
          .update(accessToken)
          .digest();
        return hash.subarray(0, hash.length / 2).toString('base64url');
      };
      const { tokens } = await signIn(started, party, person, { scope: 'openid orders:read', resource: API });
      expect(tokens.claims()).toMatchObject({
        nonce: expect.any(String),
        at_hash: atHash(tokens.access_token),
      });
      const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
      expect(next.claims()).toMatchObject({ sub: person.id, at_hash: atHash(next.access_token) });
      expect(next.claims()).not.toHaveProperty('nonce');
    },
  );

  test('gives a public client a JWT for a resource server that jose verifies (RFC 9068)', async () => {
    const party = await createRelyingParty(started, { type: 'spa' });
    const { tokens } = await signIn(started, party, person, { scope: 'openid orders:read', resource: API });
    const { payload, protectedHeader } = await jwtVerify(
      tokens.access_token,
      createRemoteJWKSet(new URL(`${started.url}/jwks`)),
      { issuer: started.url, audience: API, typ: 'at+jwt' },
    );
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ sub: person.id, client_id: party.clientId, scope: 'openid orders:read' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  test('grants scopes whose names hold stars, slashes and colons', async () => {
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person, { scope: 'queue.read:*/*', resource: API });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: 'queue.read:*/*' });
  });

  test.each(['RS256', 'PS256', 'EdDSA'] as const)('signs access tokens with %s by choice', async (alg) => {
    const identifier = `https://${alg.toLowerCase()}.example.com`;
    await started.modules.resourceServers.create(
      {
        identifier,
        audience: `broker-${alg}`,
        signingAlg: alg,
        scopes: [{ name: 'read', sentence: 'Read' }],
      },
      SYSTEM,
    );
    await started.modules.oidc.refresh();
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person, { scope: 'read', resource: identifier });
    const { protectedHeader, payload } = await jwtVerify(
      tokens.access_token,
      createRemoteJWKSet(new URL(`${started.url}/jwks`)),
      { audience: `broker-${alg}`, typ: 'at+jwt' },
    );
    expect(protectedHeader.alg).toBe(alg);
    expect(payload.aud).toBe(`broker-${alg}`); // RabbitMQ wants a plain name
  });

  test('asks for consent once for a client and set of scopes, and again for a new scope', async () => {
    const party = await createRelyingParty(started);
    const first = await signIn(started, party, person, { scope: 'openid profile' });
    const again = await first.visitor.open((await authorizationUrl(party, { scope: 'openid profile' })).href);
    expect(again.url).toContain(party.redirectUri);
    const more = await first.visitor.open((await authorizationUrl(party, { scope: 'openid email' })).href);
    expect(more.forms.some(({ action }) => action.includes('/consent'))).toBe(true);
    const denied = await first.visitor.submit(more, { decision: 'deny' }, { form: '/consent' });
    expect(new URL(denied.url).searchParams.get('error')).toBe('access_denied');
  });

  test('remembers a consent beyond the session that gave it', async () => {
    const party = await createRelyingParty(started);
    await signIn(started, party, person, { scope: 'openid profile' });
    const { trailed } = await freshBrowser(party);
    expect(trailed).toBe(false);

    async function freshBrowser(of: typeof party) {
      const { visitor } = await signIn(started, of, person, { scope: 'openid profile' });
      const page = await visitor.open((await authorizationUrl(of, { scope: 'openid profile' })).href);
      return { trailed: page.trail.some((address) => address.includes('/consent')) };
    }
  });

  test('never asks about a first-party client', async () => {
    const party = await createRelyingParty(started, { firstParty: true });
    const { tokens, visitor } = await signIn(started, party, person, { scope: 'openid email' });
    expect(tokens.access_token).toBeTypeOf('string');
    expect(visitor.cookies.some(({ name }) => name.includes('session'))).toBe(true);
  });

  test('gives different clients different subjects when they are pairwise (OIDC Core §8.1)', async () => {
    const one = await createRelyingParty(started, {
      subjectType: 'pairwise',
      redirectUris: ['https://a.example/cb'],
    });
    const two = await createRelyingParty(started, {
      subjectType: 'pairwise',
      redirectUris: ['https://b.example/cb'],
    });
    const subjects = [];
    for (const party of [
      { ...one, redirectUri: 'https://a.example/cb' },
      { ...two, redirectUri: 'https://b.example/cb' },
    ]) {
      const { tokens } = await signIn(started, party, person);
      const subject = tokens.claims()?.sub ?? '';
      expect((await oidc.fetchUserInfo(party.configuration, tokens.access_token, subject)).sub).toBe(subject);
      subjects.push(subject);
    }
    expect(new Set([...subjects, person.id]).size).toBe(3);
  });

  test('refuses an unregistered redirect URI on a page of its own, and never goes there (RFC 6749 §4.1.2.1)', async () => {
    const party = await createRelyingParty(started);
    const { visitor } = await signIn(started, party, person);
    const address = await authorizationUrl(party, {});
    address.searchParams.set('redirect_uri', 'https://evil.example/callback');
    const page = await visitor.open(address.href);
    expect(page.status).toBe(400);
    expect(page.url.startsWith(started.url)).toBe(true);
    expect(page.html).not.toMatch(/(href|action|src)="[^"]*evil\.example/);
  });

  test('refuses a request without PKCE, also of a confidential client that has used it', async () => {
    const party = await createRelyingParty(started);
    const { visitor } = await signIn(started, party, person);
    const address = await authorizationUrl(party, {});
    address.searchParams.delete('code_challenge');
    address.searchParams.delete('code_challenge_method');
    const page = await visitor.open(address.href);
    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request');
  });

  test('answers POST /auth with 303 to GET, so that cookies can stay Lax', async () => {
    const party = await createRelyingParty(started);
    const address = await authorizationUrl(party, {});
    const response = await fetch(`${started.url}/auth`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams(address.searchParams),
    });
    expect(response.status).toBe(303);
    const target = new URL(response.headers.get('location') ?? '', started.url);
    expect(target.pathname).toBe('/auth');
    expect([...target.searchParams].sort()).toEqual([...address.searchParams].sort());
  });

  describe('machine clients', () => {
    test('get tokens whose subject is the client (RFC 9068 §2.2)', async () => {
      const party = await createRelyingParty(started, {
        type: 'service',
        redirectUris: [],
        grants: ['client_credentials'],
      });
      const tokens = await oidc.clientCredentialsGrant(party.configuration, {
        scope: 'orders:read',
        resource: API,
      });
      expect(decodeJwt(tokens.access_token)).toMatchObject({
        sub: party.clientId,
        client_id: party.clientId,
        aud: API,
        scope: 'orders:read',
      });
    });

    test('cannot go beyond the scopes they registered', async () => {
      const party = await createRelyingParty(started, {
        type: 'service',
        redirectUris: [],
        grants: ['client_credentials'],
        scope: 'orders:read',
      });
      const tokens = await oidc.clientCredentialsGrant(party.configuration, {
        scope: 'orders:read queue.read:*/*',
        resource: API,
      });
      expect(decodeJwt(tokens.access_token).scope).toBe('orders:read');
    });
  });
});
