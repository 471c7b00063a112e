import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createUpstreamStore } from '../../src/upstream/store.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { authorize, createPerson, createRelyingParty, signIn as signInAt } from '../support/relying-party.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { goThere } from './set-up.ts';

/** `GET /upstream/<slug>/token`: what an app is given of a provider's tokens, over HTTP as it asks. */

const REFRESHED_AFTER_MS = 290_000;
let ours: Gatehouse;
let there: LibraryProvider;
type Person = { id: string; email: string };

beforeAll(async () => {
  [ours, there] = await Promise.all([
    startGatehouse({ settings: CALLS_THIS_MACHINE }),
    startLibraryProvider(),
  ]);
  await offer('work', { 'keep-tokens': true, scope: ['openid', 'email', 'offline_access'] });
  await offer('brief', { 'keep-tokens': true });
  await offer('plain');
});
beforeEach(() => there.be({}));
afterAll(async () => {
  await Promise.all([ours?.close(), there?.close()]);
});

async function offer(slug: string, more: Record<string, boolean | string[]> = {}) {
  const { issuer, clientId, clientSecret } = await there.register(ours.issuer, slug);
  const values = { preset: 'oidc', name: slug, issuer, 'client-id': clientId, 'client-secret-stdin': true };
  await ours.command('upstream create', { id: slug, ...values, ...more }, { stdin: clientSecret });
}

/** Somebody who has signed in there. */
async function connect(slug: string, person: Person): Promise<string> {
  const { upstream } = ours.modules;
  const provider = await upstream.get(slug);
  const redirectUri = upstream.redirectUriOf(provider);
  there.signInAs({ sub: `${slug}-${person.id}` });
  const begun = await upstream.begin(provider, { redirectUri, prompt: 'consent' });
  if ('failed' in begun) throw new Error(begun.detail);
  const foreign = await upstream.finish(provider, begun.keep, await goThere(begun.url, redirectUri));
  if ('failed' in foreign) throw new Error(foreign.detail);
  const made = await upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);
  if (!('link' in made)) throw new Error(made.refused);
  return made.link.id;
}

const createApp = (upstreamTokens: string[] | undefined) =>
  createRelyingParty(ours, upstreamTokens === undefined ? {} : { upstreamTokens });

async function tokenOf(
  person: Person,
  app: Awaited<ReturnType<typeof createApp>>,
  scope = 'openid email',
): Promise<string> {
  return (await signInAt(ours, app, person, { scope })).tokens.access_token;
}

async function ask(token: string | undefined, slug = 'work') {
  const answer = await fetch(`${ours.issuer}/upstream/${slug}/token`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return {
    status: answer.status,
    cache: answer.headers.get('cache-control'),
    challenge: answer.headers.get('www-authenticate'),
    json: (await answer.json()) as Record<string, unknown>,
  };
}

/** Whose token of theirs it is, by their own userinfo. */
async function whoIs(accessToken: unknown): Promise<unknown> {
  const answer = await fetch(`${there.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
  return answer.status === 200 ? ((await answer.json()) as { sub: string }).sub : answer.status;
}

test('a token that is bound to a key is taken with a proof for this address, and not without (RFC 9449 §7.1)', async () => {
  const person = await createPerson(ours);
  await connect('work', person);
  const { configuration, ...app } = await createApp(['work']);
  const { callback, checks } = await authorize(ours, { configuration, ...app }, person);
  const DPoP = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair());
  const tokens = await oidc.authorizationCodeGrant(configuration, callback, checks, undefined, { DPoP });
  const address = new URL(`${ours.issuer}/upstream/work/token`);
  const fetchWith = (proof: oidc.DPoPOptions) =>
    oidc.fetchProtectedResource(
      configuration,
      tokens.access_token,
      address,
      'GET',
      undefined,
      undefined,
      proof,
    );
  expect((await fetchWith({ DPoP })).status).toBe(200);
  expect((await ask(tokens.access_token)).status).toBe(401);
  const another = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair());
  await expect(fetchWith({ DPoP: another })).rejects.toThrow();
});

test('an app that may is given the access token there, refreshed when it is over, and never the refresh token', async () => {
  const person = await createPerson(ours);
  const link = await connect('work', person);
  const app = await createApp(['work']);
  const token = await tokenOf(person, app);
  const first = await ask(token);
  expect(first).toMatchObject({ status: 200, cache: 'no-store' });
  expect(first.json).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: expect.any(Number),
  });
  expect(await whoIs(first.json.access_token)).toBe(`work-${person.id}`);
  expect((await ask(token)).json.access_token).toBe(first.json.access_token);

  ours.passTime(REFRESHED_AFTER_MS);
  there.requests.splice(0);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(token)));
  const given = new Set(answers.map(({ json }) => json.access_token));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(given.size).toBe(1);
  expect(given).not.toContain(first.json.access_token);
  expect(there.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1);
  expect(await whoIs([...given][0])).toBe(`work-${person.id}`);
  const kept = await ours.modules.upstream.links.tokensOf(link);
  expect(kept?.refreshToken).toEqual(expect.any(String));
  expect(JSON.stringify(answers)).not.toContain(kept?.refreshToken);

  const events = await ours.modules.audit.list({ event: 'upstream.token_given', limit: 100 });
  expect(events).toContainEqual(
    expect.objectContaining({
      outcome: 'success',
      actor: { type: 'client', id: app.clientId },
      userId: person.id,
      clientId: app.clientId,
      detail: expect.objectContaining({ slug: 'work', link, isRefreshed: true }),
    }),
  );
});

test('another app, a public one and one without openid are refused, and told nothing', async () => {
  const person = await createPerson(ours);
  await connect('work', person);
  const [other, wrong] = [await createApp(undefined), await createApp(['plain'])];
  for (const app of [other, wrong])
    expect(await ask(await tokenOf(person, app))).toMatchObject({
      status: 403,
      json: { error: 'unauthorized_client' },
    });
  // Of a provider that there is not it reads the same.
  expect(await ask(await tokenOf(person, other), 'nowhere')).toMatchObject({
    status: 403,
    json: { error: 'unauthorized_client' },
  });
  await expect(
    ours.modules.clients.create(
      {
        name: 'Page',
        type: 'spa',
        authMethod: 'none',
        redirectUris: ['http://localhost:9999/callback'],
        grants: ['authorization_code'],
        upstreamTokens: ['work'],
      },
      SYSTEM,
    ),
  ).rejects.toMatchObject({ code: 'clients.invalid' });
  const app = await createApp(['work']);
  const service = await tokenOf(person, app, 'email');
  expect((await ask(service)).status).toBe(403);
});

test('an API that an app calls with its token cannot ask with it: only one that is for nobody else, or bound to a key', async () => {
  const person = await createPerson(ours);
  await connect('work', person);
  for (const tokenFormat of ['jwt', 'opaque'] as const) {
    const identifier = `https://notes.example/${tokenFormat}`;
    await ours.modules.resourceServers.create(
      { identifier, tokenFormat, scopes: [{ name: 'notes:read', sentence: 'Read your notes' }] },
      SYSTEM,
    );
    const { configuration, ...app } = await createApp(['work']);
    const parameters = { resource: identifier, scope: 'openid notes:read' };
    const shared = await signInAt(ours, { configuration, ...app }, person, parameters);
    const token = shared.tokens.access_token;
    const userinfo = await fetch(`${ours.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect([tokenFormat, userinfo.status]).toEqual([tokenFormat, 200]);
    expect(await ask(token)).toMatchObject({
      status: 403,
      json: { error: 'unauthorized_client', error_description: expect.stringContaining('an API as well') },
    });

    const { callback, checks } = await authorize(ours, { configuration, ...app }, person, parameters);
    const DPoP = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair());
    const bound = await oidc.authorizationCodeGrant(configuration, callback, checks, undefined, { DPoP });
    const address = new URL(`${ours.issuer}/upstream/work/token`);
    const given = await oidc.fetchProtectedResource(
      configuration,
      bound.access_token,
      address,
      'GET',
      undefined,
      undefined,
      { DPoP },
    );
    expect([tokenFormat, given.status]).toEqual([tokenFormat, 200]);
  }
});

test('only who holds the person’s token is given theirs: none, a wrong one, a dead one and another person’s are not', async () => {
  const [person, another] = [await createPerson(ours), await createPerson(ours)];
  await connect('work', person);
  const app = await createApp(['work']);
  expect((await ask(undefined)).status).toBe(401);
  const wrong = await ask('a-token-that-nobody-made');
  expect(wrong).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
  expect(wrong.challenge).toContain('invalid_token');
  expect(await ask(await tokenOf(another, app))).toMatchObject({ status: 404, json: { error: 'no_token' } });
  await connect('work', another);
  const theirs = (await ask(await tokenOf(another, app))).json.access_token;
  expect(await whoIs(theirs)).toBe(`work-${another.id}`);
  // Ends with what it hangs on, as everywhere.
  const token = await tokenOf(person, app);
  expect((await ask(token)).status).toBe(200);
  await ours.command('users disable', {}, { positionals: [person.id] });
  expect((await ask(token)).status).toBe(401);
});

test('nothing of a connection that was taken away, of a provider that is disabled, or that keeps none', async () => {
  const person = await createPerson(ours);
  const link = await connect('work', person);
  await connect('plain', person);
  const app = await createApp(['work', 'plain']);
  const token = await tokenOf(person, app);
  expect(await ask(token, 'plain')).toMatchObject({ status: 404, json: { error: 'no_token' } });
  const [event] = await ours.modules.audit.list({ event: 'upstream.token_refused', limit: 1 });
  expect(event).toMatchObject({
    outcome: 'refused',
    userId: person.id,
    clientId: app.clientId,
    detail: { slug: 'plain', why: expect.stringContaining('not kept') },
  });
  expect((await ask(token)).status).toBe(200);
  await ours.command('upstream disable', {}, { positionals: ['work'] });
  expect((await ask(token)).status).toBe(404);
  await ours.command('upstream enable', {}, { positionals: ['work'] });
  expect((await ask(token)).status).toBe(200);
  await ours.modules.upstream.links.disconnect(person.id, link, SYSTEM);
  expect(await ask(token)).toMatchObject({ status: 404, json: { error: 'no_token' } });
});

test('what is over and cannot be refreshed asks for another sign-in; what is kept no longer is forgotten', async () => {
  const person = await createPerson(ours);
  const link = await connect('brief', person);
  const refreshable = await connect('work', person);
  const app = await createApp(['work', 'brief']);
  const token = await tokenOf(person, app);
  expect((await ask(token, 'brief')).status).toBe(200);
  ours.passTime(REFRESHED_AFTER_MS);
  expect(await ask(token, 'brief')).toMatchObject({ status: 409, json: { error: 'login_required' } });
  there.be({ trouble: { token: 'error' } });
  expect(await ask(token)).toMatchObject({ status: 503, json: { error: 'temporarily_unavailable' } });
  // Whoever the fresh tokens are of, it is not this person.
  there.be({ idToken: { sub: 'somebody else' } });
  expect(await ask(token)).toMatchObject({ status: 409, json: { error: 'login_required' } });

  // A sign-in that brings no refresh token leaves the one that there is.
  const { touch, tokensOf } = ours.modules.upstream.links;
  const before = await tokensOf(refreshable);
  await touch(refreshable, { tokens: { accessToken: 'of a later sign-in' } });
  expect(await tokensOf(refreshable)).toEqual({
    accessToken: 'of a later sign-in',
    refreshToken: before?.refreshToken,
  });
  const store = createUpstreamStore(ours.modules.db);
  expect(await store.findSealedTokens(link)).toBeDefined();
  await ours.modules.upstream.update('brief', { keepTokens: false }, SYSTEM);
  expect(await store.findSealedTokens(link)).toBeUndefined();
});
