import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachStorage } from '../support/database.ts';
import {
  authorizationUrl,
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
} from '../support/relying-party.ts';

const API = 'https://api.example.com';
const READ_AGAIN_MS = 1001;

type Key = { privateKey: CryptoKey; jwk: JWK; thumbprint: string };
type Answer = { status: number; body: Record<string, string> };

eachStorage('tokens that are bound to a key (RFC 9449)', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  let key: Key;
  let other: Key;
  let ahead = 0;
  beforeAll(async () => {
    started = await startApp({
      dialect,
      clock: { now: () => Date.now() + ahead },
      settings: { oidc: { refreshGraceSeconds: 30 } },
    });
    person = await createPerson(started);
    [key, other] = [await createKey(), await createKey()];
    await started.modules.resourceServers.create(
      {
        identifier: API,
        scopes: [{ name: 'read', sentence: 'Read' }],
      },
      SYSTEM,
    );
  });
  afterAll(() => started.close());

  describe('refreshed by a client that authenticates', () => {
    test('need a proof, of any key, for as long as the grant lives (§5)', async () => {
      const party = await createRelyingParty(started);
      const first = await signIn(party, key);
      expect(first.token_type).toBe('DPoP');
      let token = first.refresh_token;
      for (const next of [key, other, key]) {
        const without = await refresh(party, token);
        expect([without.status, without.body.error]).toEqual([400, 'invalid_grant']);
        const { status, body } = await refresh(party, token, next);
        expect([status, body.token_type]).toEqual([200, 'DPoP']);
        expect(await boundTo(party, body.access_token)).toBe(next.thumbprint);
        token = body.refresh_token;
      }
      const stolen = await started.modules.audit.list({ event: 'oidc.refresh_token_stolen' });
      expect(stolen.filter(({ clientId }) => clientId === party.clientId)).toEqual([]);
    });

    test('need one from the first refresh on that brought one', async () => {
      const party = await createRelyingParty(started);
      const { refresh_token: token } = await signIn(party);
      const plain = await refresh(party, token);
      expect(plain.body.token_type).toBe('Bearer');
      const bound = await refresh(party, plain.body.refresh_token, key);
      expect(bound.body.token_type).toBe('DPoP');
      expect((await refresh(party, bound.body.refresh_token)).status).toBe(400);
      expect((await refresh(party, bound.body.refresh_token, other)).status).toBe(200);
    });

    test('50 at once: whoever has no proof gets nothing, and all others the same successor', async () => {
      const party = await createRelyingParty(started);
      const { refresh_token: token } = await signIn(party, key);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => refresh(party, token, index % 2 === 0 ? key : undefined)),
      );
      expect(answers.map(({ status }) => status)).toEqual(
        answers.map((_, index) => (index % 2 === 0 ? 200 : 400)),
      );
      const successors = answers.flatMap(({ body }) => body.refresh_token ?? []);
      expect(new Set(successors).size).toBe(1);
      expect((await refresh(party, successors[0])).status).toBe(400);
      expect((await refresh(party, successors[0], other)).body.token_type).toBe('DPoP');
    });
  });

  test('a request that arrives 20 times with one proof gets its tokens once', async () => {
    const party = await createRelyingParty(started);
    const code = await codeOf(party);
    const proof = await proofOf(key, 'POST', '/token');
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(party, code, key, proof)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200))
      expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect((await refresh(party, good[0]?.body.refresh_token, key)).status).toBe(200);
  });

  test('a proof of another key leaves a code to whom it was bound to (§10)', async () => {
    const party = await createRelyingParty(started);
    const code = await codeOf(party, { dpop_jkt: key.thumbprint });
    for (const by of [undefined, other])
      expect((await redeem(party, code, by)).body.error).toBe('invalid_grant');
    expect((await redeem(party, code, key)).body.token_type).toBe('DPoP');
  });

  describe('refreshed by a public client', () => {
    const createPublic = () =>
      createRelyingParty(started, { type: 'spa', redirectUris: ['http://localhost:9999/callback'] });

    test('need a proof of the same key (§5)', async () => {
      const party = await createPublic();
      const { refresh_token: token } = await signIn(party, key);
      for (const wrong of [undefined, other]) {
        expect((await refresh(party, token, wrong)).body.error).toBe('invalid_grant');
      }
      const renewed = await refresh(party, token, key);
      expect(renewed.body.token_type).toBe('DPoP');
      expect((await refresh(party, renewed.body.refresh_token, other)).status).toBe(400);
    });

    test('that brings its first proof at a refresh are that key’s from then on', async () => {
      const party = await createPublic();
      const { refresh_token: token } = await signIn(party);
      const bound = await refresh(party, token, key);
      expect(bound.body.token_type).toBe('DPoP');
      const again = await refresh(party, bound.body.refresh_token, key);
      expect((await refresh(party, again.body.refresh_token, key)).status).toBe(200);
    });
  });

  test.each(['no key', 'another key'])(
    'a thief who binds a stolen bearer token to their own key is found by its owner with %s',
    async (which) => {
      const party = await createRelyingParty(started, {
        type: 'spa',
        redirectUris: ['http://localhost:9999/callback'],
      });
      const { refresh_token: token } = await signIn(party);
      const stolen = await refresh(party, token, other);
      // The owner comes within the window of honest retries, and has the thief's successor.
      const own = which === 'no key' ? undefined : key;
      const shared = await refresh(party, token, own);
      expect(shared.body.refresh_token).toBe(stolen.body.refresh_token);
      expect((await refresh(party, shared.body.refresh_token, own)).body.error).toBe('invalid_grant');
      expect((await refresh(party, stolen.body.refresh_token, other)).body.error).toBe('invalid_grant');
      expect((await userinfo(stolen.body.access_token, other)).status).toBe(401);
      const [event] = await started.modules.audit.list({ event: 'oidc.refresh_token_stolen' });
      expect(event).toMatchObject({ userId: person.id, clientId: party.clientId });
    },
  );

  describe('of a client that demands them (--dpop required)', () => {
    test('are all that a code and a refresh give it, and the code is not lost without a proof', async () => {
      const party = await createRelyingParty(started, { dpop: 'required' });
      const code = await codeOf(party);
      const without = await redeem(party, code);
      expect([without.status, without.body.error]).toEqual([400, 'invalid_grant']);
      const { status, body } = await redeem(party, code, key);
      expect([status, body.token_type]).toEqual([200, 'DPoP']);
      expect((await refresh(party, body.refresh_token)).status).toBe(400);
      expect((await refresh(party, body.refresh_token, other)).body.token_type).toBe('DPoP');
    });

    test('are all that it gets for itself', async () => {
      const machine = await createRelyingParty(started, {
        type: 'service',
        redirectUris: [],
        grants: ['client_credentials'],
        dpop: 'required',
      });
      const body = { grant_type: 'client_credentials', scope: 'read', resource: API };
      expect((await post(machine, '/token', body)).status).toBe(400);
      const bound = await post(machine, '/token', body, key);
      expect(decodeJwt(bound.body.access_token ?? '').cnf).toEqual({ jkt: key.thumbprint });
    });

    test('take the key that a pushed request or dpop_jkt named (§10), and no other', async () => {
      const party = await createRelyingParty(started, { dpop: 'required' });
      const byParameter = await codeOf(party, { dpop_jkt: key.thumbprint });
      const byProof = await codeOf(party, {}, key);
      for (const code of [byParameter, byProof]) {
        expect((await redeem(party, code)).body.error).toBe('invalid_grant');
        expect((await redeem(party, code, key)).body.token_type).toBe('DPoP');
      }
      for (const code of [await codeOf(party, { dpop_jkt: key.thumbprint }), await codeOf(party, {}, key)]) {
        expect((await redeem(party, code, other)).body.error).toBe('invalid_grant');
      }
      const contradicting = await post(party, '/request', { ...PUSHED, dpop_jkt: key.thumbprint }, other);
      expect([contradicting.status, contradicting.body.error]).toEqual([400, 'invalid_request']);
    });

    test('are taken at userinfo with their proof alone', async () => {
      const party = await createRelyingParty(started, { dpop: 'required' });
      const { body } = await redeem(party, await codeOf(party), key);
      expect((await userinfo(body.access_token)).status).toBe(401);
      expect((await userinfo(body.access_token, other)).status).toBe(401);
      expect((await userinfo(body.access_token, key)).body.sub).toBe(person.id);
    });

    test('leave those of before worth nothing, on every node within two seconds', async () => {
      const party = await createRelyingParty(started);
      const plain = await signIn(party);
      const forApi = await signIn(party, undefined, { scope: 'read', resource: API });
      const node = await started.startNode();
      expect((await userinfo(plain.access_token, undefined, node.origin)).status).toBe(200);
      await started.modules.clients.update(party.clientId, { dpop: 'required' }, SYSTEM);
      ahead += READ_AGAIN_MS;
      expect((await userinfo(plain.access_token, undefined, node.origin)).status).toBe(401);
      for (const token of [plain.access_token, forApi.access_token]) {
        const { body } = await post(party, '/token/introspection', { token: token ?? '' });
        expect(body).toEqual({ active: false });
      }
      expect((await refresh(party, plain.refresh_token)).body.error).toBe('invalid_grant');
      expect((await refresh(party, plain.refresh_token, key)).body.token_type).toBe('DPoP');
      await node.close();
    });
  });

  test('discovery names the algorithms of proofs (§5.1)', async () => {
    const discovery = await (await fetch(`${started.url}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({ dpop_signing_alg_values_supported: ['ES256', 'EdDSA'] });
  });

  type Code = { code: string; verifier: string };

  async function signIn(party: RelyingParty, by?: Key, parameters: Record<string, string> = {}) {
    const { status, body } = await redeem(party, await codeOf(party, parameters), by);
    expect([status, body.error]).toEqual([200, undefined]);
    return body;
  }

  /** By an authorization request, or by a pushed one with a proof. */
  async function codeOf(
    party: RelyingParty,
    parameters: Record<string, string> = {},
    pushedBy?: Key,
  ): Promise<Code> {
    if (!pushedBy) {
      const { callback, checks } = await authorize(started, party, person, parameters);
      return { code: callback.searchParams.get('code') ?? '', verifier: checks.pkceCodeVerifier };
    }
    const visitor = createVisitor(started.url);
    const { visitor: signedIn } = await authorize(started, party, person, {}, visitor);
    const { body } = await post(party, '/request', { ...PUSHED, ...parameters }, pushedBy);
    const address = await authorizationUrl(party);
    address.search = new URLSearchParams({
      client_id: party.clientId,
      request_uri: body.request_uri ?? '',
    }).toString();
    const page = await signedIn.open(address.href);
    return { code: new URL(page.url).searchParams.get('code') ?? '', verifier: VERIFIER };
  }

  function redeem(party: RelyingParty, { code, verifier }: Code, by?: Key, proof?: string): Promise<Answer> {
    const body = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: party.redirectUri,
    };
    return post(party, '/token', body, by, proof);
  }

  function refresh(party: RelyingParty, token = '', by?: Key): Promise<Answer> {
    return post(party, '/token', { grant_type: 'refresh_token', refresh_token: token }, by);
  }

  async function boundTo(party: RelyingParty, token = ''): Promise<string | undefined> {
    const { body } = await post(party, '/token/introspection', { token });
    return (body.cnf as unknown as { jkt?: string } | undefined)?.jkt;
  }

  async function post(
    { clientId, secret }: RelyingParty,
    path: string,
    body: Record<string, string>,
    by?: Key,
    proof?: string,
  ): Promise<Answer> {
    const response = await fetch(started.url + path, {
      method: 'POST',
      headers: {
        ...(secret === undefined ? {} : { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` }),
        ...(by ? { dpop: proof ?? (await proofOf(by, 'POST', path)) } : {}),
      },
      body: new URLSearchParams({ client_id: clientId, ...body }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  async function userinfo(token = '', by?: Key, origin = started.url): Promise<Answer> {
    const headers: Record<string, string> = by
      ? { authorization: `DPoP ${token}`, dpop: await proofOf(by, 'GET', '/me', token) }
      : { authorization: `Bearer ${token}` };
    const response = await fetch(`${origin}/me`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  async function proofOf(
    { privateKey, jwk }: Key,
    htm: string,
    path: string,
    token?: string,
  ): Promise<string> {
    const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
    return new SignJWT({ jti: crypto.randomUUID(), htm, htu: started.url + path, ...ath })
      .setIssuedAt()
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(privateKey);
  }
});

const VERIFIER = 'a-verifier-of-a-test-that-is-long-enough-for-rfc-7636';
const PUSHED = {
  response_type: 'code',
  redirect_uri: 'http://localhost:9999/callback',
  scope: 'openid',
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};

async function createKey(): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) };
}
