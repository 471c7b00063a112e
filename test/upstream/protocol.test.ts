import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createUpstream, type Provider } from '../../src/upstream/upstream.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createProvider, goThere, newSlug, signIn, startUpstream, type World } from './set-up.ts';

let world: World;
let there: LibraryProvider;
let provider: Provider;

beforeAll(async () => {
  [world, there] = await Promise.all([startUpstream(), startLibraryProvider()]);
  const slug = newSlug();
  provider = await createProvider(world, { slug, ...(await there.register(world.url, slug)) });
});
afterEach(() => there.be({}));
afterAll(async () => {
  await there?.close();
  await world?.close();
});

test('learns who somebody is, from the ID token and from userinfo', async () => {
  there.signInAs({
    sub: 'person-1',
    email: 'ana@example.com',
    email_verified: true,
    name: 'Ana Ruiz',
    given_name: 'Ana',
    locale: 'es',
    groups: ['staff'],
  });
  expect(await signIn(world, provider, { ask: { maxAge: 600 } })).toEqual({
    subject: 'person-1',
    issuer: there.issuer,
    email: 'ana@example.com',
    isEmailVerified: true,
    isEmailTrusted: false,
    name: 'Ana Ruiz',
    givenName: 'Ana',
    locale: 'es',
    authTime: expect.any(Number),
    begunAt: expect.any(Number),
    sid: expect.any(String),
    claims: expect.objectContaining({ sub: 'person-1', aud: provider.clientId }),
  });
});

test('asks with code, PKCE by S256, state, nonce and what travels on', async () => {
  const redirectUri = world.upstream.redirectUriOf(provider);
  const begun = await world.upstream.begin(provider, {
    redirectUri,
    state: 'ours.1',
    prompt: 'login',
    maxAge: 0,
    loginHint: 'ana@example.com',
    uiLocales: 'es en',
    acrValues: 'urn:two',
  });
  if ('failed' in begun) throw new Error(begun.detail);
  const { searchParams } = new URL(begun.url);
  expect(Object.fromEntries(searchParams)).toEqual({
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: `${world.url}/upstream/${provider.slug}/callback`,
    scope: 'openid email profile',
    state: 'ours.1',
    nonce: expect.stringMatching(/^.{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    prompt: 'login',
    max_age: '0',
    login_hint: 'ana@example.com',
    ui_locales: 'es en',
    acr_values: 'urn:two',
  });
});

test.each<[string, Parameters<LibraryProvider['be']>[0], string, RegExp]>([
  ['another nonce', { idToken: { nonce: 'another' } }, 'invalid', /nonce/],
  ['no nonce', { idToken: { nonce: undefined } }, 'invalid', /nonce/],
  ['an issuer that is another one', { idToken: { iss: 'https://evil.example' } }, 'invalid', /iss/],
  ['a token for another app', { idToken: { aud: 'somebody-else' } }, 'invalid', /aud/],
  ['several apps, and azp another one', { idToken: { azp: 'somebody-else' } }, 'invalid', /azp|aud/],
  ['a clock that is ten minutes ahead', { clock: 600 }, 'invalid', /iat/],
  ['a clock that is ten minutes behind', { clock: -600 }, 'invalid', /exp/],
  ['a signature by another key', { isForged: true }, 'invalid', /signature/],
  ['a key id that it never publishes', { kid: 'nobody-knows' }, 'invalid', /applicable keys/],
  ['a subject that is none', { idToken: { sub: '' } }, 'invalid', /sub/],
  ['iss of another provider in the answer', { answerIss: 'https://evil.example' }, 'invalid', /iss/],
  ['no iss in the answer, though it says it sends one', { answerIss: '' }, 'invalid', /iss/],
  ['userinfo of somebody else', { userinfo: { sub: 'somebody-else' } }, 'invalid', /sub/],
  ['a person who says no', { refuses: 'access_denied' }, 'cancelled', /access_denied/],
  ['a refusal of its own', { refuses: 'login_required' }, 'refused', /login_required/],
  ['a provider that cannot just now', { refuses: 'temporarily_unavailable' }, 'unreachable', /temporarily/],
  ['a token endpoint that breaks off', { trouble: { token: 'broken' } }, 'unreachable', /localhost/],
  ['a token endpoint that fails', { trouble: { token: 'error' } }, 'unreachable', /500/],
  ['tokens of 10 MB', { trouble: { token: 'huge' } }, 'unreachable', /1000000 bytes/],
  ['userinfo of 10 MB', { trouble: { userinfo: 'huge' } }, 'unreachable', /1000000 bytes/],
  ['a token endpoint that leads to loopback', { trouble: { token: 'redirect' } }, 'invalid', /status/],
  ['userinfo that leads to loopback', { trouble: { userinfo: 'redirect' } }, 'unreachable', /another origin/],
])('believes nothing by %s', async (_, oddities, failed, detail) => {
  there.be(oddities);
  const found = await signIn(world, provider);
  expect(found).toEqual({ failed, detail: expect.stringMatching(detail) });
});

test('gives up after 5 s on an answer that never ends, or never begins', async () => {
  const fresh = await startLibraryProvider();
  try {
    const slug = newSlug();
    const other = await createProvider(world, { slug, ...(await fresh.register(world.url, slug)) });
    const found = await Promise.all([
      signIn(world, provider, { before: () => there.be({ trouble: { token: 'endless' } }) }),
      signIn(world, other, { before: () => fresh.be({ trouble: { token: 'slow' } }) }),
    ]);
    const late = { failed: 'slow', detail: expect.stringContaining('timeout') };
    expect(found).toEqual([late, late]);
  } finally {
    await fresh.close();
  }
});

test.each([
  ['leads to loopback', 'redirect', /another origin/],
  ['has 10 MB', 'huge', /1000000 bytes/],
  ['breaks off', 'broken', /localhost/],
] as const)('goes nowhere by a discovery document that %s', async (_, trouble, detail) => {
  const fresh = await startLibraryProvider();
  try {
    const slug = newSlug();
    const other = await createProvider(world, { slug, ...(await fresh.register(world.url, slug)) });
    fresh.be({ trouble: { discovery: trouble } });
    const found = await signIn(world, other);
    expect(found).toEqual({ failed: 'unreachable', detail: expect.stringMatching(detail) });
  } finally {
    await fresh.close();
  }
});

test('believes no document that speaks for another issuer', async () => {
  const fresh = await startLibraryProvider();
  try {
    const slug = newSlug();
    const other = await createProvider(world, { slug, ...(await fresh.register(world.url, slug)) });
    fresh.be({ discovery: { issuer: 'https://accounts.google.com' } });
    expect(await signIn(world, other)).toEqual({
      failed: 'invalid',
      detail: expect.stringContaining('issuer'),
    });
  } finally {
    await fresh.close();
  }
});

test('keeps the document and the keys as their headers say, and takes keys anew for one it does not know', async () => {
  const fresh = await startLibraryProvider({ cacheSeconds: 3600 });
  try {
    const slug = newSlug();
    const other = await createProvider(world, { slug, ...(await fresh.register(world.url, slug)) });
    const asked = (endpoint: string) => fresh.requests.filter((each) => each.endpoint === endpoint).length;
    for (let each = 0; each < 3; each += 1)
      expect(await signIn(world, other)).toMatchObject({ subject: 'person-1' });
    expect([asked('discovery'), asked('jwks'), asked('token')]).toEqual([1, 1, 3]);
    fresh.rotateKeys({ isSudden: true });
    expect(await signIn(world, other)).toMatchObject({ subject: 'person-1' });
    expect([asked('discovery'), asked('jwks')]).toEqual([1, 2]);
    // Those are kept in place of the others.
    expect(await signIn(world, other)).toMatchObject({ subject: 'person-1' });
    expect(asked('jwks')).toBe(2);
  } finally {
    await fresh.close();
  }
});

test.each([
  ['state', (params: Record<string, string>) => ({ ...params, state: 'another' })],
  ['no state', ({ state: _, ...params }: Record<string, string>) => params],
])('takes no answer with %s', async (_, change) => {
  expect(await signIn(world, provider, { change })).toEqual({
    failed: 'invalid',
    detail: expect.stringContaining('state'),
  });
});

test('takes no answer that another provider began, and no code twice', async () => {
  const slug = newSlug();
  const other = await createProvider(world, { slug, ...(await there.register(world.url, slug)) });
  const redirectUri = world.upstream.redirectUriOf(provider);
  const begun = await world.upstream.begin(provider, { redirectUri });
  if ('failed' in begun) throw new Error(begun.detail);
  const params = await goThere(begun.url, redirectUri);
  expect(await world.upstream.finish(other, begun.keep, params)).toEqual({
    failed: 'invalid',
    detail: 'the sign-in began at another provider',
  });
  expect(await world.upstream.finish(provider, begun.keep, params)).toMatchObject({
    subject: expect.any(String),
  });
  expect(await world.upstream.finish(provider, begun.keep, params)).toEqual({
    failed: 'refused',
    detail: expect.stringContaining('invalid_grant'),
  });
});

test('believes no proof that is older than was asked', async () => {
  const seconds = Math.floor(Date.now() / 1000);
  there.be({ idToken: { auth_time: seconds - 60 } });
  expect(await signIn(world, provider, { ask: { maxAge: 60 } })).toMatchObject({
    authTime: expect.any(Number),
  });
  there.be({ idToken: { auth_time: seconds - 600 } });
  expect(await signIn(world, provider, { ask: { maxAge: 60 } })).toEqual({
    failed: 'invalid',
    detail: expect.stringContaining('auth_time'),
  });
});

test('believes no proof whose time is not told, when it was asked how old it is (OIDC Core §2)', async () => {
  there.be({ idToken: { auth_time: undefined } });
  expect(await signIn(world, provider)).toMatchObject({ subject: 'person-1' });
  expect(await signIn(world, provider, { ask: { maxAge: 60 } })).toEqual({
    failed: 'invalid',
    detail: expect.stringContaining('auth_time'),
  });
});

test('takes of one document both the address and whether it is verified', async () => {
  there.signInAs({ sub: 'person-1', email: 'ana@example.com', email_verified: true });
  there.be({ idToken: { email: 'victim@example.com' } });
  expect(await signIn(world, provider)).toMatchObject({
    email: 'victim@example.com',
    isEmailVerified: false,
  });
  there.be({ userinfo: { email_verified: 'true' } });
  expect(await signIn(world, provider)).toMatchObject({ email: 'ana@example.com', isEmailVerified: false });
});

test('takes from the signed token alone how, when and in which session somebody proved (OIDC Core §2)', async () => {
  const said = { amr: ['mfa'], acr: 'gold', auth_time: 1, sid: 'of-somebody-else' };
  there.signInAs({ sub: 'person-1', email: 'ana@example.com', email_verified: true });
  there.be({ userinfo: said });
  const found = await signIn(world, provider);
  expect(found).toMatchObject({ subject: 'person-1' });
  for (const name of ['amr', 'acr', 'sid'] as const) expect(found).not.toHaveProperty(name, said[name]);
  expect(found).not.toHaveProperty('authTime', 1000);
  there.be({ idToken: { amr: Array.from({ length: 31 }, () => 'mfa') } });
  expect(await signIn(world, provider)).not.toHaveProperty('amr');
});

test('takes no answer for a provider that is elsewhere since', async () => {
  const slug = newSlug();
  const moved = await createProvider(world, { slug, ...(await there.register(world.url, slug)) });
  const redirectUri = world.upstream.redirectUriOf(moved);
  const begun = await world.upstream.begin(moved, { redirectUri });
  if ('failed' in begun) throw new Error(begun.detail);
  const params = await goThere(begun.url, redirectUri);
  const elsewhere = await startLibraryProvider();
  try {
    await world.json(['upstream', 'update', slug, '--issuer', elsewhere.issuer]);
    expect(await world.upstream.finish(await world.upstream.get(slug), begun.keep, params)).toEqual({
      failed: 'invalid',
      detail: 'the sign-in began at another provider',
    });
    // The code of one issuer is nothing that another one should see (RFC 9700 §4.4).
    expect(elsewhere.requests).toEqual([]);
  } finally {
    await elsewhere.close();
  }
});

test('sends the verifier that belongs to the challenge: another one is refused there', async () => {
  const redirectUri = world.upstream.redirectUriOf(provider);
  const begun = await world.upstream.begin(provider, { redirectUri });
  if ('failed' in begun) throw new Error(begun.detail);
  const params = await goThere(begun.url, redirectUri);
  const stolen = { ...begun.keep, verifier: 'a'.repeat(43) };
  expect(await world.upstream.finish(provider, stolen, params)).toEqual({
    failed: 'refused',
    detail: expect.stringContaining('invalid_grant'),
  });
});

test('calls nothing that is private unless the operator allows it', async () => {
  const strict = await startUpstream({ settings: { http: { outgoing: { allow: [] } } } });
  try {
    const slug = newSlug();
    const inside = await createProvider(strict, { slug, ...(await there.register(strict.url, slug)) });
    const { requests } = there;
    const before = requests.length;
    expect(await signIn(strict, inside)).toEqual({
      failed: 'unreachable',
      detail: expect.stringMatching(/https|private/),
    });
    expect(requests.length).toBe(before);
  } finally {
    await strict.close();
  }
});

test('tells the audit exactly why', async () => {
  const found = { failed: 'cancelled', detail: 'it came back with access_denied' } as const;
  await world.upstream.recordFailure(provider, found);
  const [event] = await world.modules.audit.list({ event: 'upstream.failed', limit: 1 });
  expect(event).toMatchObject({
    outcome: 'refused',
    detail: { provider: provider.id, slug: provider.slug, failed: 'cancelled', why: found.detail },
  });
});

test('counts what came of it, by the preset', async () => {
  const counted: Record<string, string>[] = [];
  const { config, clock, db, sealer, outgoing, audit, roles, leases } = world.modules;
  const metrics = { count: (_: string, labels: Record<string, string> = {}) => void counted.push(labels) };
  const { finish } = createUpstream({ config, clock, db, sealer, outgoing, audit, roles, leases, metrics });
  const counting = { ...world, upstream: { ...world.upstream, finish } };
  await signIn(counting, provider);
  there.be({ refuses: 'access_denied' });
  await signIn(counting, provider);
  expect(counted).toEqual([
    { preset: 'oidc', outcome: 'proved' },
    { preset: 'oidc', outcome: 'cancelled' },
  ]);
});
