import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Provider } from '../../src/upstream/upstream.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createProvider, newSlug, signIn, startUpstream, type World } from './set-up.ts';

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
