import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor } from '../flows/visitor.ts';
import { eachStorage } from '../support/database.ts';
import {
  authorizationUrl,
  authorize,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';
import { API, createRole, giveManyRoles, type Started, startRoles } from './set-up.ts';

const OPAQUE = 'https://opaque.example.com';
/** Another node has read clients and APIs at most one second ago. */
const READ_AGAIN_MS = 1001;

type Credentials = { id: string; secret: string };
type Person = { id: string; email: string };

eachStorage('roles in tokens', (storage) => {
  let given: Started;
  let api: Credentials;
  let opaque: Credentials;
  beforeAll(async () => {
    given = await startRoles({ dialect: storage });
    const introspected = await given.json(
      ...['resource-servers', 'update', API, '--roles', 'enforce', '--introspection'],
    );
    api = { id: introspected.introspection_id, secret: introspected.introspection_secret };
    const made = await given.json(
      ...['resource-servers', 'create', '--identifier', OPAQUE, '--token-format', 'opaque'],
      ...['--roles', 'enforce', '--introspection', '--scope', 'read=Read', '--scope', 'write=Write'],
    );
    opaque = { id: made.introspection_id, secret: made.introspection_secret };
  });
  afterAll(() => given?.close());

  const assign = (role: string, { id }: Person) => given.json('roles', 'assign', role, '--user', id);
  const unassign = (role: string, { id }: Person) => given.json('roles', 'unassign', role, '--user', id);
  const createReader = () => createRole(given, '--permission', `${API}#orders:read`);
  const createWriter = () => createRole(given, '--permission', `${API}#orders:write`);

  describe('scope roles and scope groups', () => {
    test('give the same names, in the ID token and at userinfo; what was not asked is not told', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const names = [await createRole(given), await createRole(given)].sort();
      for (const name of names) await assign(name, person);
      const { tokens } = await signIn(given, party, person, { scope: 'openid roles groups' });
      expect(tokens.claims()).toMatchObject({ roles: names, groups: names });
      const told = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
      expect(told).toMatchObject({ roles: names, groups: names });
      const { tokens: one } = await signIn(given, party, person, { scope: 'openid groups' });
      expect(one.claims()).toMatchObject({ groups: names });
      expect(one.claims()).not.toHaveProperty('roles');
      const { tokens: none } = await signIn(given, party, person, { scope: 'openid profile' });
      expect(none.claims()).not.toHaveProperty('groups');
    });

    test('are an empty list for who has none, which apps can search', async () => {
      const party = await createRelyingParty(given);
      const { tokens } = await signIn(given, party, await createPerson(given), { scope: 'openid groups' });
      expect(tokens.claims()).toMatchObject({ groups: [] });
    });

    test('change at the next refresh, on every node, and at userinfo at once', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const role = await createRole(given);
      await assign(role, person);
      const { tokens } = await signIn(given, party, person, { scope: 'openid groups' });
      const node = await given.startNode();
      await unassign(role, person);
      expect(await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id)).toMatchObject({
        groups: [],
      });
      const less = await refresh(party, tokens.refresh_token, {}, node.origin);
      expect(decodeJwt(String(less.body.id_token)).groups).toEqual([]);
      await node.close();
    });

    test('are no scopes of an API', async () => {
      const refused = await given.refused(
        ...['resource-servers', 'create', '--identifier', 'https://x.example.com', '--scope', 'groups=X'],
      );
      expect(refused).toBe('resource_servers.invalid');
    });
  });

  describe('an API that says --roles enforce', () => {
    test('gets what was asked, allowed, and is permitted, and the answer tells (RFC 6749 §5.1)', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const reader = await createReader();
      await assign(reader, person);
      const asked = { scope: 'orders:read orders:write', resource: API };
      const { tokens } = await signIn(given, party, person, asked);
      expect(tokens.scope).toBe('orders:read');
      expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: 'orders:read', roles: [reader] });
      // Nobody was asked about what is not given.
      const consent = await given.modules.oidc.consents.find(person.id, party.clientId);
      expect(consent?.allowed.resources).toEqual({ [API]: ['orders:read'] });
    });

    test('shows at consent what will be given, also where all is asked again', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      await assign(await createReader(), person);
      const asked = { scope: 'orders:read orders:write', resource: API };
      const { visitor } = await signIn(given, party, person, asked);
      const again = await visitor.open((await addressOf(party, { ...asked, prompt: 'consent' })).href);
      expect(again.html).toContain('See orders:read');
      expect(again.html).not.toContain('See orders:write');
    });

    test('shrinks at the next refresh, is refused when nothing is left, and has it again with the role', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const [reader, writer] = [await createReader(), await createWriter()];
      for (const role of [reader, writer]) await assign(role, person);
      const asked = { scope: 'orders:read orders:write', resource: API };
      const { tokens } = await signIn(given, party, person, asked);
      expect(tokens.scope).toBe('orders:read orders:write');
      await unassign(writer, person);
      const less = await refreshed(party, tokens.refresh_token);
      expect(less).toMatchObject({ scope: 'orders:read' });
      expect(decodeJwt(String(less.access_token))).toMatchObject({ scope: 'orders:read', roles: [reader] });
      await unassign(reader, person);
      // Before the token is spent: whoever asks again later has it still.
      for (let again = 0; again < 2; again++)
        expect((await refresh(party, less.refresh_token)).body.error).toBe('invalid_scope');
      await assign(writer, person);
      expect((await refreshed(party, less.refresh_token)).scope).toBe('orders:write');
    });

    test('gives no more by a refresh than a role permits, whatever it names', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const [reader, writer] = [await createReader(), await createWriter()];
      for (const role of [reader, writer]) await assign(role, person);
      const asked = { scope: 'orders:read orders:write', resource: API };
      const { tokens } = await signIn(given, party, person, asked);
      await unassign(writer, person);
      const named = await refresh(party, tokens.refresh_token, { scope: 'orders:write' });
      expect([named.status, named.body.error]).toEqual([400, 'invalid_scope']);
      const both = await refreshed(party, tokens.refresh_token, { scope: 'orders:read orders:write' });
      expect(both.scope).toBe('orders:read');
      // Never consented to: a role that came later opens nothing.
      const narrow = await signIn(given, party, person, { scope: 'orders:read', resource: API });
      await assign(writer, person);
      const wider = await refresh(party, narrow.tokens.refresh_token, { scope: 'orders:read orders:write' });
      expect(wider.body.error).toBe('invalid_scope');
      expect((await refreshed(party, narrow.tokens.refresh_token)).scope).toBe('orders:read');
    });

    test('is not opened by what a person is called, nor by a role of the same name that was made anew', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const name = `admins-${storage}`;
      await given.json('roles', 'create', '--name', name, '--permission', `${API}#orders:read`);
      await given.modules.users.update(person.id, { profile: { name, nickname: name } }, SYSTEM);
      expect((await signIn(given, party, person, { scope: 'openid groups' })).tokens.claims()).toMatchObject({
        groups: [],
      });
      await assign(name, person);
      const { tokens } = await signIn(given, party, person, { scope: 'openid orders:read', resource: API });
      expect(tokens.scope).toBe('openid orders:read');
      await given.json('roles', 'delete', name);
      await given.json('roles', 'create', '--name', name, '--permission', `${API}#orders:read`);
      expect((await refreshed(party, tokens.refresh_token)).scope).toBe('openid');
    });

    test('takes changes of a role itself, on every node', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const role = await createReader();
      await assign(role, person);
      const asked = { scope: 'openid orders:read', resource: API };
      const { tokens } = await signIn(given, party, person, asked);
      const node = await given.startNode();
      await given.json('roles', 'update', role, '--remove-permission', `${API}#orders:read`);
      expect((await refresh(party, tokens.refresh_token, {}, node.origin)).body.scope).toBe('openid');
      await node.close();
    });

    test('is introspected with what holds now: JWT and opaque', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const [reader, writer] = [await createReader(), await createWriter()];
      await given.json('roles', 'update', reader, '--permission', `${OPAQUE}#read`);
      for (const role of [reader, writer]) await assign(role, person);
      const jwt = await signIn(given, party, person, { scope: 'orders:read orders:write', resource: API });
      const text = await signIn(given, party, person, { scope: 'read', resource: OPAQUE });
      const roles = [reader, writer].sort();
      expect(await introspect(api, jwt.tokens.access_token)).toMatchObject({
        scope: 'orders:read orders:write',
        roles,
      });
      await unassign(writer, person);
      expect(await introspect(api, jwt.tokens.access_token)).toMatchObject({
        scope: 'orders:read',
        roles: [reader],
      });
      expect(await introspect(opaque, text.tokens.access_token)).toMatchObject({
        scope: 'read',
        roles: [reader],
      });
      await unassign(reader, person);
      expect(await introspect(api, jwt.tokens.access_token)).toEqual({ active: false });
      expect(await introspect(opaque, text.tokens.access_token)).toEqual({ active: false });
    });

    test('is met by a service with its own roles', async () => {
      const party = await createService(given);
      const role = await createReader();
      const ask = (scope?: string) =>
        oidc.clientCredentialsGrant(party.configuration, { resource: API, ...(scope ? { scope } : {}) });
      await expect(ask('orders:read orders:write')).rejects.toMatchObject({ error: 'invalid_scope' });
      await given.json('roles', 'assign', role, '--client', party.clientId);
      const tokens = await ask('orders:read orders:write');
      expect(tokens.scope).toBe('orders:read');
      expect(decodeJwt(tokens.access_token)).toMatchObject({
        scope: 'orders:read',
        roles: [role],
        sub: party.clientId,
      });
      await given.json('roles', 'unassign', role, '--client', party.clientId);
      expect(await introspect(api, tokens.access_token)).toEqual({ active: false });
    });
  });

  test('an API without --roles-claim gets no names; one that is open is told them and enforces nothing', async () => {
    const identifier = `https://open.${storage}.example.com`;
    await given.json('resource-servers', 'create', '--identifier', identifier, '--scope', 'read=Read');
    const party = await createRelyingParty(given);
    const person = await createPerson(given);
    const role = await createRole(given);
    await assign(role, person);
    const asked = { scope: 'read', resource: identifier };
    const { tokens } = await signIn(given, party, person, asked);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ scope: 'read', roles: [role] });
    await given.json('resource-servers', 'update', identifier, '--roles-claim', 'off');
    const { tokens: without } = await signIn(given, party, person, asked);
    expect(decodeJwt(without.access_token)).not.toHaveProperty('roles');
  });

  test('five hundred roles are left out of tokens, and told at userinfo and by introspection', async () => {
    const person = await createPerson(given);
    const names = Array.from(
      { length: 500 },
      (_, at) => `very-many-${storage}-${String(at).padStart(3, '0')}`,
    );
    await giveManyRoles(given, person.id, names);
    await assign(await createReader(), person);
    const party = await createRelyingParty(given);
    const { tokens } = await signIn(given, party, person, { scope: 'openid groups' });
    expect(tokens.claims()).not.toHaveProperty('groups');
    const told = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(told.groups).toHaveLength(501);
    const jwt = await signIn(given, party, person, { scope: 'orders:read', resource: API });
    expect(decodeJwt(jwt.tokens.access_token)).not.toHaveProperty('roles');
    expect(jwt.tokens.access_token.length).toBeLessThan(2000);
    const introspected = await introspect(api, jwt.tokens.access_token);
    expect(introspected.roles).toHaveLength(501);
  });

  describe('a person whom no role permits anything of what is asked', () => {
    const asked = { scope: 'orders:read', resource: API };

    test('meets the page that says so, and the app hears access_denied', async () => {
      const party = await createRelyingParty(given);
      const page = await signInOnly(party, await createPerson(given), asked);
      expect(page).toMatchObject({ status: 403, heading: 'You may not use this' });
      expect(page.html).toContain('asks for access that');
      const back = await page.visitor.submit(page, {}, { form: '/cancel' });
      expect(new URL(back.url).searchParams.get('error')).toBe('access_denied');
      expect(back.url.startsWith(party.redirectUri)).toBe(true);
    });

    test('is refused silently, too', async () => {
      const party = await createRelyingParty(given);
      const { visitor } = await signInOnly(party, await createPerson(given), asked);
      const address = await addressOf(party, { ...asked, prompt: 'none' });
      const answer = await visitor.request('GET', address.href);
      expect(answer.headers.get('location')).toContain('error=access_denied');
    });

    test('goes on where something else is asked as well, and the app gets that', async () => {
      const party = await createRelyingParty(given);
      const { tokens } = await signIn(given, party, await createPerson(given), {
        scope: 'openid orders:read',
        resource: API,
      });
      expect(tokens.scope).toBe('openid');
    });

    test('a mistake of the app is one all the same: a scope that the API does not have', async () => {
      const party = await createRelyingParty(given);
      const { visitor } = await signInOnly(party, await createPerson(given), asked);
      const address = await addressOf(party, { scope: 'orders:none', resource: API });
      expect((await visitor.request('GET', address.href)).headers.get('location')).toContain('invalid_scope');
    });
  });

  describe('an app with --allowed-role', () => {
    test('lets in who has one of the roles, in any capitals, and nobody else', async () => {
      const role = await createRole(given);
      const party = await createRelyingParty(given, {
        allowedRoles: [role.toUpperCase(), 'another'],
        contacts: ['help@books.example'],
      });
      const [ana, ben] = [await createPerson(given), await createPerson(given)];
      await assign(role, ana);
      await signIn(given, party, ana);
      const page = await signInOnly(party, ben);
      expect(page).toMatchObject({ status: 403, heading: 'You may not use this' });
      expect(page.html).toContain('is not open to');
      expect(page.html).toContain('mailto:help@books.example');
      expect(await given.modules.audit.list({ event: 'interaction.app_refused', userId: ben.id })).toEqual([
        expect.objectContaining({ clientId: party.clientId, detail: { why: 'app' } }),
      ]);
      // Nobody was asked to allow anything.
      expect(await given.modules.oidc.consents.find(ben.id, party.clientId)).toBeUndefined();
      // Who gets the role meanwhile goes on with a reload.
      const other = await signInOnly(party, await createPerson(given));
      const [refused] = await given.modules.audit.list({ event: 'interaction.app_refused', limit: 1 });
      await given.json('roles', 'assign', role, '--user', refused?.userId ?? '');
      const reloaded = await other.visitor.open(other.url);
      expect(reloaded.url.startsWith(`${given.url}/interaction/`)).toBe(true);
      expect(reloaded.forms.some(({ action }) => action.includes('/consent'))).toBe(true);
      // With the other account it goes on.
      const login = await page.visitor.submit(page, {}, { form: '/switch' });
      const next = await page.visitor.submit(
        login,
        { identifier: ana.email, password: PASSWORD },
        { form: '/login' },
      );
      expect(next.url).toContain(`${party.redirectUri}?code=`);
    });

    test('refuses silent renewal and refresh once the role is gone, and a new sign-in says why', async () => {
      const role = await createRole(given);
      const party = await createRelyingParty(given, { allowedRoles: [role] });
      const person = await createPerson(given);
      await assign(role, person);
      const { tokens, visitor } = await signIn(given, party, person);
      const renewed = await refreshed(party, tokens.refresh_token);
      await unassign(role, person);
      const silent = await visitor.request('GET', (await addressOf(party, { prompt: 'none' })).href);
      expect(silent.headers.get('location')).toContain('error=access_denied');
      const refused = await refresh(party, renewed.refresh_token);
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
      expect((await visitor.open((await addressOf(party)).href)).heading).toBe('You may not use this');
      // It was not spent: the role comes back, and so does the app.
      await assign(role, person);
      await refreshed(party, renewed.refresh_token);
    });

    test('lets in nobody when its only role is deleted, and is warned of', async () => {
      const role = await createRole(given);
      const party = await createRelyingParty(given, { allowedRoles: [role] });
      const person = await createPerson(given);
      await assign(role, person);
      await given.json('roles', 'delete', role);
      expect(await signInOnly(party, person)).toMatchObject({ status: 403 });
      const shown = await given.json('clients', 'show', party.clientId);
      expect(shown.warnings).toEqual([expect.stringContaining(`The role ${role} does not exist any more`)]);
      expect(await given.refused('clients', 'update', party.clientId, '--allowed-role', role)).toBe(
        'command.usage',
      );
      await given.json('clients', 'update', party.clientId, '--unset', 'allowed-role');
      await signIn(given, party, person);
    });

    test('is changed for every node within two seconds', async () => {
      const party = await createRelyingParty(given);
      const person = await createPerson(given);
      const { tokens } = await signIn(given, party, person);
      const node = await given.startNode();
      const role = await createRole(given);
      await given.json('clients', 'update', party.clientId, '--allowed-role', role);
      given.pass(READ_AGAIN_MS);
      expect((await refresh(party, tokens.refresh_token, {}, node.origin)).body.error).toBe('invalid_grant');
      await node.close();
    });
  });

  test('a request that asks for no roles reads none, and one that does reads once', async () => {
    const party = await createRelyingParty(given);
    const person = await createPerson(given);
    await assign(await createReader(), person);
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void (sql.includes('role_') && statements.push(sql));
    given.modules.db.knex.on('query', note);
    const plain = await authorize(given, party, person, { scope: 'openid profile' });
    await redeem(party, plain);
    expect(statements).toEqual([]);
    const asking = await authorize(given, party, person, {
      scope: 'openid groups roles orders:read',
      resource: API,
    });
    statements.length = 0;
    await redeem(party, asking);
    given.modules.db.knex.off('query', note);
    expect(statements).toHaveLength(1);
  });

  /** A sign-in that is not led through: the page after the password. */
  async function signInOnly(party: RelyingParty, person: Person, asked: Record<string, string> = {}) {
    const visitor = createVisitor(given.url);
    const login = await visitor.open((await addressOf(party, asked)).href);
    const page = await visitor.submit(
      login,
      { identifier: person.email, password: PASSWORD },
      { form: '/login' },
    );
    return { ...page, visitor };
  }

  async function refresh(
    { clientId, secret }: RelyingParty,
    token: unknown,
    parameters: Record<string, string> = {},
    origin = given.url,
  ) {
    const body = { grant_type: 'refresh_token', refresh_token: String(token), ...parameters };
    return post(`${origin}/token`, { id: clientId, secret: secret ?? '' }, body);
  }

  async function refreshed(...asked: Parameters<typeof refresh>): Promise<Record<string, unknown>> {
    const { status, body } = await refresh(...asked);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  }

  const introspect = async (who: Credentials, token: unknown) =>
    (await post(`${given.url}/token/introspection`, who, { token: String(token) })).body;
});

async function post(address: string, { id, secret }: Credentials, body: Record<string, string>) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** A nonce is for an ID token. */
async function addressOf(party: RelyingParty, asked: Record<string, string> = {}): Promise<URL> {
  const url = await authorizationUrl(party, asked);
  if (!(asked.scope ?? 'openid').split(' ').includes('openid')) url.searchParams.delete('nonce');
  return url;
}

async function createService(given: Started): Promise<RelyingParty> {
  return await createRelyingParty(given, {
    type: 'service',
    redirectUris: [],
    grants: ['client_credentials'],
  });
}
