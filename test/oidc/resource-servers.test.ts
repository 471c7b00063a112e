import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { runCommand } from '../flows/gatehouse.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import { blocksIn } from '../support/documents.ts';
import { createPerson, createRelyingParty, type RelyingParty, signIn } from '../support/relying-party.ts';

const API = 'https://api.example.com';
const OPAQUE = 'https://opaque.example.com';

eachDatabase('tokens at resource servers', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  let party: RelyingParty;
  let api: Credentials;
  let opaque: Credentials;
  beforeAll(async () => {
    started = await startApp({ dialect });
    person = await createPerson(started);
    party = await createRelyingParty(started);
    api = await createResourceServer(API, 'jwt');
    opaque = await createResourceServer(OPAQUE, 'opaque');
  });
  afterAll(() => started.close());

  test('no audience is that of other tokens: the id of an app, or our userinfo (RFC 8725 §3.12)', async () => {
    const create = (name: string, values: Record<string, string | string[]>) =>
      runCommand(started.app, name, values);
    const app = (id: string) =>
      create('clients create', { name: 'Notes', id, 'redirect-uri': ['https://notes.example.com/callback'] });
    const server = (values: Record<string, string>) => create('resource-servers create', values);
    const identifier = 'https://notes.example.com';
    await app('notes');
    for (const audience of ['notes', party.clientId, `${started.url}/me`])
      await expect(server({ identifier, audience })).rejects.toMatchObject({
        sentence: expect.stringMatching(/^--audience: is the id of an app/),
      });
    await expect(server({ identifier: `${started.url}/me` })).rejects.toMatchObject({
      sentence: expect.stringMatching(/^--identifier: is the id of an app/),
    });
    const made = await server({ identifier, audience: 'pages' });
    const positionals = [made.id ?? ''];
    await expect(
      runCommand(started.app, 'resource-servers update', { audience: 'notes' }, { positionals }),
    ).rejects.toMatchObject({ code: 'resource_servers.invalid' });
    await expect(app('pages')).rejects.toMatchObject({
      sentence: expect.stringMatching(/^--id: is the audience of an API/),
    });
  });

  describe('introspection (RFC 7662)', () => {
    test('answers for a JWT of ours, to the resource server that it is for', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
      const answer = await introspect(api, tokens.access_token);
      const { jti, exp, iat } = decodeJwt(tokens.access_token);
      expect(answer).toMatchObject({
        active: true,
        sub: person.id,
        client_id: party.clientId,
        aud: API,
        scope: 'read',
        iss: started.url,
        token_type: 'Bearer',
        jti,
        exp,
        iat,
      });
    });

    test('answers what docs/resource-servers.md shows', async () => {
      const shown = blocksIn('docs/resource-servers.md').find(({ language }) => language === 'json');
      await runCommand(started.app, 'roles create', { name: 'editor' });
      const assigned = { positionals: ['editor'] };
      await runCommand(started.app, 'roles assign', { user: person.email }, assigned);
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
      const answer = await introspect(api, tokens.access_token);
      await runCommand(started.app, 'roles unassign', { user: person.email }, assigned);
      expect(Object.keys(JSON.parse(shown?.text ?? '{}'))).toEqual(Object.keys(answer));
    });

    test('answers for an opaque token likewise', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: OPAQUE });
      expect(() => decodeJwt(tokens.access_token)).toThrow();
      expect(await introspect(opaque, tokens.access_token)).toMatchObject({
        active: true,
        sub: person.id,
        aud: OPAQUE,
      });
    });

    test('names the person: username, and email where the person allowed it (RFC 7662 §2.2)', async () => {
      const plain = await signIn(started, party, person, { scope: 'read', resource: API });
      const answer = await introspect(api, plain.tokens.access_token);
      expect(answer).toMatchObject({ username: person.email });
      expect(answer).not.toHaveProperty('email');
      const called = await createPerson(started);
      // The username goes before what a profile says beside it.
      const names = { username: 'ani', profile: { preferred_username: 'root' } };
      await started.modules.users.update(called.id, names, SYSTEM);
      for (const [resource, credentials] of [
        [API, api],
        [OPAQUE, opaque],
      ] as const) {
        const { tokens } = await signIn(started, party, called, { scope: 'openid email read', resource });
        const named = { username: 'ani', email: called.email };
        expect(await introspect(credentials, tokens.access_token)).toMatchObject(named);
        const own = { id: party.clientId, secret: party.secret ?? '' };
        expect(await introspect(own, tokens.access_token)).toMatchObject(named);
      }
    });

    test('says the client is the subject of a client-credentials token, JWT or opaque', async () => {
      const machine = await createRelyingParty(started, {
        type: 'service',
        redirectUris: [],
        grants: ['client_credentials'],
      });
      for (const [resource, credentials] of [
        [API, api],
        [OPAQUE, opaque],
      ] as const) {
        const tokens = await oidc.clientCredentialsGrant(machine.configuration, { scope: 'read', resource });
        expect(await introspect(credentials, tokens.access_token)).toMatchObject({
          active: true,
          sub: machine.clientId,
          client_id: machine.clientId,
        });
      }
    });

    test('tells other resource servers and other clients nothing', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
      expect(await introspect(opaque, tokens.access_token)).toEqual({ active: false });
      const other = await createRelyingParty(started);
      expect(
        await introspect({ id: other.clientId, secret: other.secret ?? '' }, tokens.access_token),
      ).toEqual({
        active: false,
      });
      expect(await introspect(api, tokens.refresh_token ?? '')).toEqual({ active: false });
    });

    test('tells the client that a token was issued to', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
      const own = { id: party.clientId, secret: party.secret ?? '' };
      expect(await introspect(own, tokens.access_token)).toMatchObject({ active: true });
      expect(await introspect(own, tokens.refresh_token ?? '')).toMatchObject({ active: true });
    });

    test('asks for the right secret', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
      const response = await postAs({ ...api, secret: 'wrong' }, '/token/introspection', {
        token: tokens.access_token,
      });
      expect(response.status).toBe(401);
    });

    test('sees at once that the grant of a JWT was ended', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'read', resource: API });
      await oidc.tokenRevocation(party.configuration, tokens.refresh_token ?? '');
      expect(await introspect(api, tokens.access_token)).toEqual({ active: false });
    });

    test('takes no JWT that was altered, is of another type, or was signed by someone else', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'openid read', resource: API });
      const [header, payload, signature] = tokens.access_token.split('.');
      const altered = Buffer.from(JSON.stringify({ ...decodeJwt(tokens.access_token), scope: 'admin' }));
      for (const token of [
        `${header}.${altered.toString('base64url')}.${signature}`,
        `${header}.${payload}.`,
        tokens.id_token ?? '',
        'eyJhbGciOiJub25lIn0.e30.',
      ]) {
        expect(await introspect(api, token)).toEqual({ active: false });
      }
    });

    test('does not answer for a deleted client', async () => {
      const short = await createRelyingParty(started);
      const { tokens } = await signIn(started, short, person, { scope: 'read', resource: API });
      await started.modules.clients.delete(short.clientId, SYSTEM);
      expect(await introspect(api, tokens.access_token)).toEqual({ active: false });
    });

    test('shows a pairwise subject to the resource server (OIDC Core §8)', async () => {
      const pairwise = await createRelyingParty(started, { subjectType: 'pairwise' });
      const { tokens } = await signIn(started, pairwise, person, { scope: 'read', resource: API });
      const { sub } = decodeJwt(tokens.access_token);
      expect(sub).not.toBe(person.id);
      const answer = await introspect(api, tokens.access_token);
      expect(answer).toMatchObject({ active: true, sub });
      expect(answer).not.toHaveProperty('username');
      expect(JSON.stringify(answer)).not.toContain(person.email);
    });
  });

  describe('revocation (RFC 7009)', () => {
    test('of a refresh token ends the grant at once', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'openid' });
      await oidc.tokenRevocation(party.configuration, tokens.refresh_token ?? '');
      await expect(oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')).rejects.toThrow();
      expect(await userinfoStatus({ authorization: `Bearer ${tokens.access_token}` })).toBe(401);
    });

    test('of an opaque access token ends that token only', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'openid' });
      await oidc.tokenRevocation(party.configuration, tokens.access_token);
      expect(await userinfoStatus({ authorization: `Bearer ${tokens.access_token}` })).toBe(401);
      await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    });

    test('by another client changes nothing', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'openid' });
      const other = await createRelyingParty(started);
      const response = await postAs({ id: other.clientId, secret: other.secret ?? '' }, '/token/revocation', {
        token: tokens.access_token,
      });
      expect(response.status).toBe(400);
      expect(await userinfoStatus({ authorization: `Bearer ${tokens.access_token}` })).toBe(200);
    });
  });

  describe('userinfo', () => {
    test('answers by GET, by POST with the header, and by POST with the body (RFC 6750 §2)', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'openid email' });
      const authorization = `Bearer ${tokens.access_token}`;
      const body = new URLSearchParams({ access_token: tokens.access_token });
      for (const request of [
        { headers: { authorization } },
        { method: 'POST', headers: { authorization } },
        { method: 'POST', body },
        { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{}' },
        { method: 'POST', headers: { authorization, 'content-type': 'application/json; charset=utf-8' } },
      ]) {
        const response = await fetch(`${started.url}/me`, request);
        expect(await response.json()).toMatchObject({ sub: person.id, email: person.email });
      }
    });

    test('takes nothing from a JSON body, which says something or is too large', async () => {
      const { tokens } = await signIn(started, party, person, { scope: 'openid email' });
      const authorization = `Bearer ${tokens.access_token}`;
      for (const [body, status] of [
        [JSON.stringify({ access_token: tokens.access_token }), 400],
        ['[]', 400],
        [' '.repeat(65 * 1024), 413],
      ] as const) {
        const headers = { authorization, 'content-type': 'application/json' };
        expect((await fetch(`${started.url}/me`, { method: 'POST', headers, body })).status).toBe(status);
      }
    });

    test('takes no token in the address, where it would be logged (RFC 6750 §5.3)', async () => {
      const { tokens } = await signIn(started, party, person);
      const response = await fetch(`${started.url}/me?access_token=${tokens.access_token}`);
      expect(response.status).toBe(400);
      expect(started.log()).not.toContain(tokens.access_token);
    });

    test('stops at once for a person who was disabled', async () => {
      const someone = await createPerson(started);
      const { tokens } = await signIn(started, party, someone);
      await started.modules.users.disable(someone.id, SYSTEM);
      expect(await userinfoStatus({ authorization: `Bearer ${tokens.access_token}` })).toBe(401);
    });

    test('knows every standard claim of the profile (OIDC Core §5.1)', async () => {
      const profile = {
        name: 'Ana M. Bauer',
        given_name: 'Ana',
        family_name: 'Bauer',
        middle_name: 'Maria',
        nickname: 'Ani',
        preferred_username: 'ana',
        profile: 'https://ana.example/about',
        picture: 'https://ana.example/me.png',
        website: 'https://ana.example',
        gender: 'female',
        birthdate: '1990-01-02',
        zoneinfo: 'Europe/Berlin',
        locale: 'de-DE',
        phone_number: '+49 30 1234567',
        phone_number_verified: true,
        address: { formatted: 'Am Tor 1, Berlin', country: 'DE' },
      };
      const someone = await createPerson(started);
      await started.modules.users.update(someone.id, { profile }, SYSTEM);
      const scope = 'openid profile email address phone';
      const { tokens } = await signIn(started, party, someone, { scope });
      const claims = await oidc.fetchUserInfo(party.configuration, tokens.access_token, someone.id);
      expect(claims).toMatchObject({ ...profile, email: someone.email, email_verified: true });
      expect(claims.updated_at).toBeTypeOf('number');
    });
  });

  test('two client secrets are good during a rotation, and one after it', async () => {
    const rotating = await createRelyingParty(started, {
      type: 'service',
      redirectUris: [],
      grants: ['client_credentials'],
    });
    const { secret } = await started.modules.clients.rotateSecret(
      rotating.clientId,
      {
        overlapSeconds: 3600,
      },
      SYSTEM,
    );
    const statusWith = async (given: string) =>
      (
        await postAs({ id: rotating.clientId, secret: given }, '/token', {
          grant_type: 'client_credentials',
        })
      ).status;
    expect([await statusWith(rotating.secret ?? ''), await statusWith(secret)]).toEqual([200, 200]);
    await started.modules.clients.rotateSecret(rotating.clientId, { overlapSeconds: 0 }, SYSTEM);
    expect([await statusWith(rotating.secret ?? ''), await statusWith(secret)]).toEqual([401, 401]);
  });

  type Credentials = { id: string; secret: string };

  async function createResourceServer(
    identifier: string,
    tokenFormat: 'jwt' | 'opaque',
  ): Promise<Credentials> {
    const { resourceServer, introspectionSecret } = await started.modules.resourceServers.create(
      { identifier, tokenFormat, scopes: [{ name: 'read', sentence: 'Read' }] },
      SYSTEM,
      { introspection: true },
    );
    return { id: resourceServer.introspection?.id ?? '', secret: introspectionSecret ?? '' };
  }

  async function introspect(credentials: Credentials, token: string): Promise<Record<string, unknown>> {
    const response = await postAs(credentials, '/token/introspection', { token });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  }

  function postAs(
    { id, secret }: Credentials,
    path: string,
    body: Record<string, string>,
  ): Promise<Response> {
    return fetch(`${started.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(body),
    });
  }

  async function userinfoStatus(headers: Record<string, string>): Promise<number> {
    const response = await fetch(`${started.url}/me`, { headers });
    await response.arrayBuffer();
    return response.status;
  }
});
