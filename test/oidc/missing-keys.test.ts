import { createHash } from 'node:crypto';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from 'jose';
import * as oidc from 'openid-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson, createRelyingParty, PASSWORD, signIn } from '../support/relying-party.ts';

const CALLBACK = 'http://localhost:9999/callback';
const VERIFIER = 'a-verifier-of-a-test-that-is-long-enough-for-rfc-7636';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

describe.each(['PS256', 'EdDSA'] as const)('a client whose ID tokens are the first of %s', (idTokenAlg) => {
  let started: TestApp;
  beforeEach(async () => {
    // Its jobs do not run: the second at which it reads its keys anew never comes.
    started = await startApp();
  });
  afterEach(() => started.close());

  const create = (more = {}) =>
    started.modules.clients.create(
      {
        name: 'Fresh',
        redirectUris: [CALLBACK],
        grants: ['authorization_code', 'client_credentials'],
        idTokenAlg,
        ...more,
      },
      SYSTEM,
    );
  const asked = (clientId: string) => ({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: CALLBACK,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  const post = (path: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(started.url + path, { method: 'POST', body: new URLSearchParams(body), headers });
  const basic = (id: string, secret = '') => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

  test('signs in at once', async () => {
    const { client, secret } = await create();
    const person = await createPerson(started);
    const visitor = createVisitor(started.url);
    let page = await visitor.open(`${started.url}/auth?${new URLSearchParams(asked(client.id))}`);
    page = await visitor.submit(page, { identifier: person.email, password: PASSWORD }, { form: '/login' });
    page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
    const code = new URL(page.url).searchParams.get('code') ?? '';
    const body = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: VERIFIER };
    const answer = await post('/token', body, basic(client.id, secret));
    const { id_token } = (await answer.json()) as { id_token: string };
    expect(decodeProtectedHeader(id_token).alg).toBe(idTokenAlg);
  });

  test('pushes its request at once', async () => {
    const { client, secret } = await create();
    const answer = await post('/request', asked(client.id), basic(client.id, secret));
    expect(answer.status).toBe(201);
  });

  test.each(['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const)(
    'gets a token by %s at once',
    async (authMethod) => {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      const keys = { jwks: { keys: [{ ...(await exportJWK(publicKey)) }] } };
      const { client, secret = '' } = await create({
        authMethod,
        ...(authMethod === 'private_key_jwt' ? keys : {}),
      });
      const client_assertion = await new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer(client.id)
        .setSubject(client.id)
        .setAudience(started.url)
        .setExpirationTime('1m')
        .sign(privateKey);
      const proofs = {
        client_secret_basic: {},
        client_secret_post: { client_id: client.id, client_secret: secret },
        private_key_jwt: {
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion,
        },
      };
      const headers = authMethod === 'client_secret_basic' ? basic(client.id, secret) : {};
      const answer = await post(
        '/token',
        { grant_type: 'client_credentials', ...proofs[authMethod] },
        headers,
      );
      expect(answer.status).toBe(200);
    },
  );
});

describe.each(['PS256', 'EdDSA'] as const)('an API whose access tokens are the first of %s', (signingAlg) => {
  const NOTES = 'https://notes.example';
  const asked = { scope: 'openid notes:read', resource: NOTES };
  const scopes = [{ name: 'notes:read', sentence: 'Read your notes' }];
  let started: TestApp;
  beforeEach(async () => {
    started = await startApp();
  });
  afterEach(() => started.close());

  test('has its first one signed at once, for a service', async () => {
    const grants = ['client_credentials'] as const;
    const { configuration } = await createRelyingParty(started, { grants: [...grants], redirectUris: [] });
    await createApi({ signingAlg });
    const { access_token } = await oidc.clientCredentialsGrant(configuration, { resource: NOTES });
    await isGood(access_token);
  });

  test('has its first one signed at once, for a person, who is known by it at userinfo', async () => {
    const party = await createRelyingParty(started);
    const person = await createPerson(started);
    await createApi({ signingAlg });
    const { tokens } = await signIn(started, party, person, asked);
    await isGood(tokens.access_token);
    const userinfo = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(userinfo.sub).toBe(person.id);
  });

  test('that takes another algorithm has it at the next refresh, which spends nothing in vain', async () => {
    const party = await createRelyingParty(started);
    const person = await createPerson(started);
    const { resourceServer } = await createApi({});
    const { tokens } = await signIn(started, party, person, asked);
    await started.modules.resourceServers.update(resourceServer.id, { signingAlg }, SYSTEM);
    const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    await isGood(next.access_token);
  });

  const createApi = (more: { signingAlg?: typeof signingAlg }) =>
    started.modules.resourceServers.create({ identifier: NOTES, scopes, ...more }, SYSTEM);

  /** Signed as it should be, by a key that is published. */
  async function isGood(token: string): Promise<void> {
    expect(decodeProtectedHeader(token).alg).toBe(signingAlg);
    const keys = createRemoteJWKSet(new URL(`${started.url}/jwks`));
    await jwtVerify(token, keys, { issuer: started.url });
  }
});
