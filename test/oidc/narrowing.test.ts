import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
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
  redeem,
  signIn,
} from '../support/relying-party.ts';

const API = 'https://api.example.com';
const OPAQUE = 'https://opaque.example.com';
/** Another node has read a client at most one second ago. */
const READ_AGAIN_MS = 1001;

type Credentials = { id: string; secret: string };
type Answer = { status: number; body: Record<string, unknown> };

eachStorage('a client that was narrowed', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  let api: Credentials;
  let opaque: Credentials;
  let ahead = 0;
  beforeAll(async () => {
    started = await startApp({ dialect, clock: { now: () => Date.now() + ahead } });
    person = await createPerson(started);
    api = await createResourceServer(API, 'jwt');
    opaque = await createResourceServer(OPAQUE, 'opaque');
  });
  afterAll(() => started.close());

  describe('of a scope', () => {
    test('gets less at its next refresh, is told so (RFC 6749 §5.1), and has it again when it may again', async () => {
      const party = await createRelyingParty(started);
      const { tokens } = await signIn(started, party, person, { scope: 'openid profile email' });
      await narrow(party, 'openid profile');
      const less = await refreshed(party, tokens.refresh_token);
      expect(less.scope).toBe('openid profile');
      expect((await userinfo(less.access_token)).body).not.toHaveProperty('email');
      await started.modules.clients.update(party.clientId, { scope: null }, SYSTEM);
      const whole = await refreshed(party, less.refresh_token);
      expect(whole.scope).toBe('openid profile email');
      expect((await userinfo(whole.access_token)).body).toHaveProperty('email', person.email);
    });

    test('may still name it at a refresh beside others, and alone is refused (RFC 6749 §6)', async () => {
      const party = await createRelyingParty(started);
      const { tokens } = await signIn(started, party, person, { scope: 'openid profile email' });
      await narrow(party, 'openid profile');
      const alone = await refresh(party, tokens.refresh_token, { scope: 'email' });
      expect([alone.status, alone.body.error]).toEqual([400, 'invalid_scope']);
      const less = await refreshed(party, tokens.refresh_token, { scope: 'openid email' });
      expect(less.scope).toBe('openid');
      const never = await refresh(party, less.refresh_token, { scope: 'openid phone' });
      expect([never.status, never.body.error]).toEqual([400, 'invalid_scope']);
    });

    test('shows nothing more at userinfo with the token of before, nor claims asked for by name', async () => {
      const party = await createRelyingParty(started, { idTokenClaims: 'on' });
      const claims = JSON.stringify({ userinfo: { phone_number: null }, id_token: { email: null } });
      const someone = await createPerson(started);
      await started.modules.users.update(
        someone.id,
        { profile: { name: 'Ana', phone_number: '+49 30 1' } },
        SYSTEM,
      );
      const { tokens } = await signIn(started, party, someone, { scope: 'openid profile', claims });
      expect((await userinfo(tokens.access_token)).body).toMatchObject({
        name: 'Ana',
        phone_number: '+49 30 1',
      });
      expect(decodeJwt(tokens.id_token ?? '')).toHaveProperty('email');
      await narrow(party, 'openid');
      expect((await userinfo(tokens.access_token)).body).toEqual({ sub: someone.id });
      const less = await refreshed(party, tokens.refresh_token);
      expect(decodeJwt(less.id_token ?? '')).not.toHaveProperty('email');
      expect(decodeJwt(less.id_token ?? '')).not.toHaveProperty('name');
      expect((await userinfo(less.access_token)).body).toEqual({ sub: someone.id });
    });

    test('cannot ask by name for the claims of a scope that it may not ask', async () => {
      const party = await createRelyingParty(started, { scope: 'openid' });
      const claims = JSON.stringify({ userinfo: { email: { essential: true } } });
      const { tokens } = await signIn(started, party, person, { scope: 'openid', claims });
      expect((await userinfo(tokens.access_token)).body).toEqual({ sub: person.id });
      // Nobody is asked about what would not be given.
      const consent = await started.modules.oidc.consents.find(person.id, party.clientId);
      expect(consent?.allowed).toEqual({ scopes: ['openid'], claims: [], resources: {} });
    });

    test('is nobody to userinfo without openid, and gets no ID token', async () => {
      const party = await createRelyingParty(started);
      const { tokens } = await signIn(started, party, person, { scope: 'openid profile' });
      await narrow(party, 'profile');
      expect((await userinfo(tokens.access_token)).status).toBe(403);
      const less = await refreshed(party, tokens.refresh_token);
      expect(less).toMatchObject({ scope: 'profile' });
      expect(less).not.toHaveProperty('id_token');
    });

    test('is introspected with what it may now: opaque, JWT, refresh token, by itself and by the API', async () => {
      const party = await createRelyingParty(started);
      const own = { id: party.clientId, secret: party.secret ?? '' };
      const login = await signIn(started, party, person, { scope: 'openid profile' });
      const jwt = await signIn(started, party, person, { scope: 'read write', resource: API });
      const text = await signIn(started, party, person, { scope: 'read write', resource: OPAQUE });
      await narrow(party, 'openid read');
      for (const [credentials, token, scope] of [
        [own, login.tokens.access_token, 'openid'],
        [own, login.tokens.refresh_token, 'openid'],
        [own, jwt.tokens.access_token, 'read'],
        [api, jwt.tokens.access_token, 'read'],
        [own, text.tokens.access_token, 'read'],
        [opaque, text.tokens.access_token, 'read'],
        [own, text.tokens.refresh_token, 'read'],
      ] as const) {
        expect(await introspect(credentials, token)).toMatchObject({ active: true, scope });
      }
      await narrow(party, 'openid');
      expect(await introspect(api, jwt.tokens.access_token)).toEqual({ active: false });
      expect(await introspect(own, text.tokens.refresh_token)).toEqual({ active: false });
    });

    test('gets less for a code that it was sent before', async () => {
      const party = await createRelyingParty(started);
      const authorization = await authorize(started, party, person, { scope: 'openid profile email' });
      await narrow(party, 'openid profile');
      const tokens = await redeem(party, authorization);
      expect(tokens.scope).toBe('openid profile');
      const other = await authorize(started, party, person, { scope: 'openid' });
      await narrow(party, 'profile');
      await expect(redeem(party, other)).rejects.toMatchObject({ error: 'invalid_grant' });
    });

    test('gets nothing by silent renewal or a remembered consent that it may not ask any more', async () => {
      const party = await createRelyingParty(started);
      const asked = { scope: 'openid read write', resource: API };
      const { visitor, tokens } = await signIn(started, party, person, asked);
      expect(tokens.scope).toBe('openid read write');
      await narrow(party, 'openid read');
      const silent = await authorize(started, party, person, { ...asked, prompt: 'none' }, visitor);
      expect((await redeem(party, silent)).scope).toBe('openid read');
      const remembered = await signIn(started, party, person, asked);
      expect(remembered.tokens.scope).toBe('openid read');
      const address = await authorizationUrl(party, { scope: 'openid profile', prompt: 'none' });
      const refused = await visitor.request('GET', address.href);
      expect(refused.headers.get('location')).toContain('error=invalid_scope');
    });

    test('is narrowed on every node within two seconds', async () => {
      const party = await createRelyingParty(started);
      const { tokens } = await signIn(started, party, person, { scope: 'openid profile' });
      const node = await started.startNode();
      expect((await userinfo(tokens.access_token, node.origin)).body).toHaveProperty('name');
      await narrow(party, 'openid');
      ahead += READ_AGAIN_MS;
      expect((await userinfo(tokens.access_token, node.origin)).body).toEqual({ sub: person.id });
      expect((await refresh(party, tokens.refresh_token, {}, node.origin)).body.scope).toBe('openid');
      await node.close();
    });
  });

  describe('of everything that was granted', () => {
    test('is refused before its refresh token is spent, and goes on when it may again', async () => {
      const party = await createRelyingParty(started);
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
      await narrow(party, 'openid');
      // Without a name it asks for what the person granted, and of that nothing is left (RFC 6749 §5.2).
      for (let again = 0; again < 2; again++) {
        const refused = await refresh(party, tokens.refresh_token);
        expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
      }
      const named = await refresh(party, tokens.refresh_token, { scope: 'read' });
      expect([named.status, named.body.error]).toEqual([400, 'invalid_scope']);
      await narrow(party, 'openid read');
      expect((await refreshed(party, tokens.refresh_token)).scope).toBe('read');
      expect(await started.modules.audit.list({ event: 'oidc.refresh_token_stolen' })).toEqual([]);
    });
  });

  describe('of a grant type', () => {
    test('refresh_token: refreshes no more, its refresh token is inactive, and giving it back ends the grant', async () => {
      const party = await createRelyingParty(started);
      const own = { id: party.clientId, secret: party.secret ?? '' };
      const { tokens } = await signIn(started, party, person, { scope: 'openid' });
      await started.modules.clients.update(party.clientId, { grants: ['authorization_code'] }, SYSTEM);
      expect((await refresh(party, tokens.refresh_token)).status).toBe(400);
      expect(await introspect(own, tokens.refresh_token)).toEqual({ active: false });
      expect(await introspect(own, tokens.access_token)).toMatchObject({ active: true });
      await oidc.tokenRevocation(party.configuration, tokens.refresh_token ?? '');
      expect((await userinfo(tokens.access_token)).status).toBe(401);
    });

    test('authorization_code: what people gave it is worth nothing, here and at the API', async () => {
      const party = await createRelyingParty(started);
      const own = { id: party.clientId, secret: party.secret ?? '' };
      const login = await signIn(started, party, person, { scope: 'openid' });
      const jwt = await signIn(started, party, person, { scope: 'read', resource: API });
      await started.modules.clients.update(party.clientId, { grants: ['client_credentials'] }, SYSTEM);
      expect((await userinfo(login.tokens.access_token)).status).toBe(401);
      expect(await introspect(own, login.tokens.access_token)).toEqual({ active: false });
      expect(await introspect(api, jwt.tokens.access_token)).toEqual({ active: false });
    });
  });

  describe('with a resource server', () => {
    test('that lost a scope gets tokens without it, and the API sees the older ones without', async () => {
      const identifier = 'https://shrinking.example.com';
      const credentials = await createResourceServer(identifier, 'jwt');
      const party = await createRelyingParty(started);
      const own = { id: party.clientId, secret: party.secret ?? '' };
      const { tokens, visitor } = await signIn(started, party, person, {
        scope: 'read write',
        resource: identifier,
      });
      const { id } = await started.modules.resourceServers.get(identifier);
      await started.modules.resourceServers.update(
        id,
        { scopes: [{ name: 'read', sentence: 'Read' }] },
        SYSTEM,
      );
      for (const who of [credentials, own]) {
        expect(await introspect(who, tokens.access_token)).toMatchObject({ active: true, scope: 'read' });
      }
      const less = await refreshed(party, tokens.refresh_token);
      expect(less.scope).toBe('read');
      expect(decodeJwt(less.access_token ?? '').scope).toBe('read');

      await started.modules.resourceServers.update(
        id,
        { scopes: [{ name: 'other', sentence: 'Other' }] },
        SYSTEM,
      );
      expect(await introspect(credentials, tokens.access_token)).toEqual({ active: false });
      expect((await refresh(party, less.refresh_token)).body.error).toBe('invalid_grant');
      const asked = { scope: 'read', resource: identifier, prompt: 'none' };
      const address = await authorizationUrl(party, asked);
      address.searchParams.delete('nonce');
      const silent = await visitor.request('GET', address.href);
      expect(silent.headers.get('location')).toContain('error=invalid_scope');
    });

    test('that was deleted is told so, and keeps its refresh token (RFC 8707 §2)', async () => {
      const identifier = 'https://deleted.example.com';
      await createResourceServer(identifier, 'jwt');
      const party = await createRelyingParty(started);
      const own = { id: party.clientId, secret: party.secret ?? '' };
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: identifier });
      const { id } = await started.modules.resourceServers.get(identifier);
      await started.modules.resourceServers.delete(id, SYSTEM);
      expect(await introspect(own, tokens.access_token)).toEqual({ active: false });
      expect((await refresh(party, tokens.refresh_token)).body.error).toBe('invalid_target');
      await passRefreshWindow();
      expect((await refresh(party, tokens.refresh_token)).body.error).toBe('invalid_target');
      await createResourceServer(identifier, 'jwt');
      expect((await refreshed(party, tokens.refresh_token)).scope).toBe('read');
    });
  });

  test('a refresh that names none of several resources is refused before its token is spent', async () => {
    const party = await createRelyingParty(started);
    const visitor = createVisitor(started.url);
    await signIn(started, party, person, { scope: 'openid' }, visitor);
    const address = await authorizationUrl(party, { scope: 'read' });
    address.searchParams.delete('nonce');
    const verifier = oidc.randomPKCECodeVerifier();
    address.searchParams.set('code_challenge', await oidc.calculatePKCECodeChallenge(verifier));
    for (const resource of [API, OPAQUE]) address.searchParams.append('resource', resource);
    const consent = await visitor.open(address.href);
    const { url } = await visitor.submit(consent, { decision: 'allow' }, { form: '/consent' });
    const code = new URL(url).searchParams.get('code') ?? '';
    const own = { id: party.clientId, secret: party.secret ?? '' };
    const { body } = await post('/token', own, {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: party.redirectUri,
      resource: API,
    });
    const token = String(body.refresh_token);
    expect((await refresh(party, token)).body.error).toBe('invalid_target');
    expect((await refresh(party, token, { resource: 'https://other.example' })).body.error).toBe(
      'invalid_target',
    );
    await passRefreshWindow();
    expect((await refreshed(party, token, { resource: OPAQUE })).scope).toBe('read');
  });

  test('a client of scopes of APIs alone cannot ask for openid', async () => {
    const party = await createRelyingParty(started, { scope: 'read' });
    const visitor = createVisitor(started.url);
    const address = await authorizationUrl(party, { scope: 'openid read', resource: API });
    const refused = await visitor.request('GET', address.href);
    expect(refused.headers.get('location')).toContain('error=invalid_scope');
    const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
    expect(tokens.scope).toBe('read');
  });

  describe('that acts for itself (client credentials)', () => {
    test('gets what it may now, is told so, and is refused when nothing is left (RFC 6749 §3.3)', async () => {
      const machine = await createRelyingParty(started, {
        type: 'service',
        redirectUris: [],
        grants: ['client_credentials'],
      });
      const ask = (scope: string) =>
        oidc.clientCredentialsGrant(machine.configuration, { scope, resource: OPAQUE });
      const before = await ask('read write');
      const own = { id: machine.clientId, secret: machine.secret ?? '' };
      await narrow(machine, 'read');
      expect((await ask('read write')).scope).toBe('read');
      await expect(ask('write')).rejects.toMatchObject({ error: 'invalid_scope' });
      for (const who of [own, opaque]) {
        expect(await introspect(who, before.access_token)).toMatchObject({ active: true, scope: 'read' });
      }
      await narrow(machine, 'other');
      expect(await introspect(opaque, before.access_token)).toEqual({ active: false });
      const plain = await oidc.clientCredentialsGrant(machine.configuration, { resource: OPAQUE });
      expect(await introspect(opaque, plain.access_token)).toMatchObject({ active: true });
    });

    test('and lost that grant has no tokens', async () => {
      const party = await createRelyingParty(started, {
        grants: ['authorization_code', 'client_credentials'],
      });
      const tokens = await oidc.clientCredentialsGrant(party.configuration, { scope: 'read', resource: API });
      await started.modules.clients.update(party.clientId, { grants: ['authorization_code'] }, SYSTEM);
      expect(await introspect(api, tokens.access_token)).toEqual({ active: false });
    });
  });

  async function narrow({ clientId }: RelyingParty, scope: string): Promise<void> {
    await started.modules.clients.update(clientId, { scope }, SYSTEM);
  }

  async function createResourceServer(
    identifier: string,
    tokenFormat: 'jwt' | 'opaque',
  ): Promise<Credentials> {
    const { resourceServer, introspectionSecret } = await started.modules.resourceServers.create(
      {
        identifier,
        tokenFormat,
        scopes: [
          { name: 'read', sentence: 'Read' },
          { name: 'write', sentence: 'Write' },
        ],
      },
      SYSTEM,
      { introspection: true },
    );
    return { id: resourceServer.introspection?.id ?? '', secret: introspectionSecret ?? '' };
  }

  async function introspect(credentials: Credentials, token = ''): Promise<Record<string, unknown>> {
    const { status, body } = await post('/token/introspection', credentials, { token });
    expect(status).toBe(200);
    return body;
  }

  function refresh(
    { clientId, secret = '' }: RelyingParty,
    token = '',
    more: Record<string, string> = {},
    origin = started.url,
  ): Promise<Answer> {
    const body = { grant_type: 'refresh_token', refresh_token: token, ...more };
    return post('/token', { id: clientId, secret }, body, origin);
  }

  async function refreshed(...asked: Parameters<typeof refresh>): Promise<Record<string, string>> {
    const { status, body } = await refresh(...asked);
    expect([status, body.error_description]).toEqual([200, undefined]);
    return body as Record<string, string>;
  }

  async function post(
    path: string,
    { id, secret }: Credentials,
    body: Record<string, string>,
    origin = started.url,
  ): Promise<Answer> {
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function userinfo(token = '', origin = started.url): Promise<Answer> {
    const response = await fetch(`${origin}/me`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** The window compares the database's own times, so the rows are moved. */
  async function passRefreshWindow(): Promise<void> {
    await started.modules.db('refresh_tokens').whereNotNull('consumed_at').decrement('consumed_at', 60_000);
  }
});
