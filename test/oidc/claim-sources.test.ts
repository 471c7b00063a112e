import { fetchUserInfo } from 'openid-client';
import { describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type ClaimSource, claimSources, createPersonClaims } from '../../src/oidc/claim-sources.ts';
import type { User } from '../../src/users/users.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startAppForTest } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  authorizationUrl,
  createPerson,
  createRelyingParty,
  PASSWORD,
  signIn,
} from '../support/relying-party.ts';

const ada = {
  id: 'usr_ada',
  email: 'ada@analytical.example',
  emailVerified: true,
  profile: { name: 'Ada Lovelace' },
  isAdmin: false,
  createdAt: 0,
  updatedAt: 5_000,
} as unknown as User;

/** One more source, as a folder would bring it. */
function createStars() {
  let reads = 0;
  const source: ClaimSource = {
    scopes: { stars: ['stars', 'email'] },
    sentences: { stars: 'See how many stars you have' },
    read: async () => {
      reads += 1;
      return { stars: 5, email: 'not@theirs.example', sub: 'somebody else' };
    },
  };
  return { source, reads: () => reads };
}

describe('the sources of claims', () => {
  const ofAll = () => {
    const { source, reads } = createStars();
    return { claims: createPersonClaims([...claimSources, source]), reads };
  };

  test('one more is a line in the list: its scope asks for its claims', async () => {
    const { claims } = ofAll();
    const { ofScopes, isScope } = createPersonClaims(claimSources);
    expect(claims.ofScopes).toEqual({ ...ofScopes, stars: ['stars', 'email'] });
    expect([claims.isScope('stars'), isScope('stars')]).toEqual([true, false]);
    expect(await claims.read(ada, { scope: 'openid stars' })).toMatchObject({
      name: 'Ada Lovelace',
      stars: 5,
    });
    expect(await claims.read(ada, { requested: ['stars'] })).toMatchObject({ stars: 5 });
  });

  test('no other source says whose claims they are, or what the person’s own row says', async () => {
    const claims = await ofAll().claims.read(ada, { scope: 'openid stars' });
    expect(claims).toMatchObject({ sub: ada.id, email: ada.email });
  });

  test('is read only when somebody asks for its claims', async () => {
    const { claims, reads } = ofAll();
    expect(await claims.read(ada, { scope: 'openid profile', requested: ['name'] })).not.toHaveProperty(
      'stars',
    );
    expect(reads()).toBe(0);
  });
});

eachDatabase('a source of claims, plugged into the whole server', (dialect) => {
  test('is asked for by its scope, and tells in the ID token and at userinfo', async () => {
    const { source, reads } = createStars();
    const started = await startAppForTest({ dialect, claimSources: [...claimSources, source] });
    const discovery = await (await fetch(`${started.url}/.well-known/openid-configuration`)).json();
    expect(discovery.scopes_supported).toContain('stars');
    expect(discovery.claims_supported).toContain('stars');
    const party = await createRelyingParty(started, { scope: 'openid stars' });
    const person = await createPerson(started);

    const plain = await signIn(started, party, person, { scope: 'openid' });
    expect(plain.tokens.claims()).not.toHaveProperty('stars');
    expect(reads()).toBe(0);

    const { tokens, visitor } = await signIn(started, party, person, { scope: 'openid stars' });
    expect(tokens.claims()).toMatchObject({ sub: person.id, stars: 5 });
    const userinfo = await fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(userinfo).toMatchObject({ sub: person.id, stars: 5 });
    expect(userinfo.email).toBe(person.email);
    expect((await visitor.open(`${started.url}/account/applications`)).html).toContain(
      'See how many stars you have',
    );
  });

  test('is asked for by the name of its claim, by clients that may have its scope', async () => {
    const { source } = createStars();
    const started = await startAppForTest({ dialect, claimSources: [...claimSources, source] });
    const person = await createPerson(started);
    const claims = JSON.stringify({ id_token: { stars: null } });
    const parameters = { scope: 'openid', claims };
    const may = await createRelyingParty(started, { scope: 'openid stars' });
    expect((await signIn(started, may, person, parameters)).tokens.claims()).toHaveProperty('stars', 5);
    const mayNot = await createRelyingParty(started, { scope: 'openid email' });
    expect((await signIn(started, mayNot, person, parameters)).tokens.claims()).not.toHaveProperty('stars');
  });

  test('shows at consent what would be shared, in its own words', async () => {
    const { source } = createStars();
    const started = await startAppForTest({ dialect, claimSources: [...claimSources, source] });
    const party = await createRelyingParty(started);
    const { email } = await createPerson(started);
    const visitor = createVisitor(started.url);
    const login = await visitor.open((await authorizationUrl(party, { scope: 'openid stars' })).href);
    const consent = await visitor.submit(login, { identifier: email, password: PASSWORD });
    expect(consent.html).toContain('See how many stars you have');
    expect(consent.html).toMatch(/>\s*5\b/);
  });

  test('keeps its scope from being one of an API', async () => {
    const { source } = createStars();
    const started = await startAppForTest({ dialect, claimSources: [...claimSources, source] });
    const scopes = [{ name: 'stars', sentence: 'Count' }];
    const { resourceServers } = started.modules;
    const refused = { code: 'resource_servers.invalid' };
    await expect(
      resourceServers.create({ identifier: 'https://sky.example', scopes }, SYSTEM),
    ).rejects.toMatchObject(refused);
    const { resourceServer } = await resourceServers.create({ identifier: 'https://sky.example' }, SYSTEM);
    await expect(resourceServers.update(resourceServer.id, { scopes }, SYSTEM)).rejects.toMatchObject(
      refused,
    );
  });
});
