import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { checkUpstream } from '../../src/doctor/upstream.ts';
import { startGitHubShaped } from '../support/upstream/github.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createProvider, newSlug, startUpstream, type World } from './set-up.ts';
import { startShaped } from './shaped.ts';

let world: World;
beforeAll(async () => {
  world = await startUpstream();
});
afterAll(() => world?.close());

type Check = { about: string; level: string; what: string; action?: string };

async function look(slug: string) {
  const answer = await world.run(['upstream', 'test', slug, '--json']);
  const checks = answer.json.checks as Check[];
  return {
    exitCode: answer.exitCode,
    levels: Object.fromEntries(checks.map(({ about, level }) => [about, level])),
    what: (about: string) => checks.find((each) => each.about === about)?.what,
    checks,
  };
}

async function startProvider(options: string[] = []): Promise<{ there: LibraryProvider; slug: string }> {
  const there = await startLibraryProvider();
  onTestFinished(there.close);
  const slug = newSlug();
  await createProvider(world, { slug, ...(await there.register(world.url, slug)) }, ...options);
  return { there, slug };
}

test('upstream test says that all is well, and what to register there', async () => {
  const { slug } = await startProvider();
  const found = await look(slug);
  expect(found.exitCode).toBe(0);
  // The test's own provider is called without TLS, and says so.
  expect(found.levels).toEqual({
    discovery: 'ok',
    keys: 'ok',
    clock: 'ok',
    client: 'warning',
    secret: 'ok',
    redirect_uri: 'ok',
  });
  expect(found.what('client')).toContain('without TLS');
  expect(found.what('redirect_uri')).toContain(`${world.url}/upstream/${slug}/callback`);
  const { stdout } = await world.run(['upstream', 'test', slug]);
  expect(stdout).toContain('ok       Discovery answers');
});

test.each<[string, Parameters<LibraryProvider['be']>[0], string, RegExp]>([
  ['it is another issuer', { discovery: { issuer: 'https://other.example' } }, 'discovery', /issuer/],
  ['nobody answers', { trouble: { discovery: 'broken' } }, 'discovery', /does not answer/],
  ['discovery fails', { trouble: { discovery: 'error' } }, 'discovery', /500/],
  ['the keys fail', { trouble: { jwks: 'error' } }, 'keys', /500/],
  ['it has no keys', { discovery: { jwks_uri: undefined } }, 'keys', /names no keys/],
  ['its token endpoint fails', { trouble: { token: 'error' } }, 'secret', /500/],
])('upstream test says that %s', async (_, oddities, about, what) => {
  const { there, slug } = await startProvider();
  there.be(oddities);
  const found = await look(slug);
  expect(found.exitCode).toBe(1);
  expect(found.levels[about]).toBe('error');
  expect(found.what(about)).toMatch(what);
  expect(found.checks.find((each) => each.about === about)?.action).toMatch(/\.$/);
});

test('upstream test says what its document does not offer', async () => {
  const { there, slug } = await startProvider(['--scope', 'openid', '--scope', 'crew']);
  there.be({
    discovery: {
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      code_challenge_methods_supported: ['plain'],
    },
  });
  const told = (await look(slug)).checks.filter(({ about }) => about === 'client').map(({ what }) => what);
  expect(told).toEqual([
    expect.stringContaining('client_secret_basic'),
    expect.stringContaining('S256'),
    expect.stringContaining('crew'),
    expect.stringContaining('TLS'),
  ]);
});

test('upstream test says that the secret is wrong', async () => {
  const { slug } = await startProvider();
  await world.json(['upstream', 'update', slug, '--client-secret-stdin'], 'a wrong one');
  const found = await look(slug);
  expect(found).toMatchObject({ exitCode: 1, levels: { secret: 'error', discovery: 'ok' } });
  expect(found.what('secret')).toContain('(401)');
});

test('upstream test says how far the clocks are apart', async () => {
  const startAt = async (seconds: number) => {
    const there = await startShaped((origin) => ({
      '/.well-known/openid-configuration': () => ({
        json: {
          issuer: origin,
          authorization_endpoint: `${origin}/auth`,
          token_endpoint: `${origin}/token`,
          jwks_uri: `${origin}/keys`,
        },
        headers: { date: new Date(Date.now() + seconds * 1000).toUTCString() },
      }),
      '/keys': () => ({ json: { keys: [{ kty: 'oct', k: 'a' }] } }),
      '/token': () => ({ status: 418, json: { error: 'teapot' } }),
    }));
    onTestFinished(there.close);
    const slug = newSlug();
    await createProvider(world, { slug, issuer: there.origin, clientId: 'ours', clientSecret: 'secret' });
    return await look(slug);
  };
  const ahead = await startAt(600);
  expect(ahead.levels).toMatchObject({ clock: 'error', keys: 'error', secret: 'warning' });
  expect(ahead.what('clock')).toMatch(/(600|599|601) s ahead/);
  expect((await startAt(-15)).levels.clock).toBe('warning');
});

test('upstream test looks at a GitHub by its API', async () => {
  const there = await startGitHubShaped();
  onTestFinished(there.close);
  const slug = newSlug('github');
  await createProvider(world, { slug, preset: 'github', ...(await there.register(world.url, slug)) });
  const found = await look(slug);
  expect(found).toMatchObject({
    exitCode: 0,
    levels: { secret: 'ok', user: 'ok', clock: 'ok', redirect_uri: 'ok' },
  });
  await world.json(['upstream', 'update', slug, '--client-secret-stdin'], 'a wrong one');
  expect((await look(slug)).levels.secret).toBe('error');
});

test('the doctor asks all that are offered, and none when it is offline', async () => {
  const fresh = await startUpstream();
  onTestFinished(fresh.close);
  const { config, db, clock } = fresh.modules;
  const examine = async (isOffline = false) => {
    const patient = { ...config, rootKeys: fresh.modules.rootKeys };
    const found = await checkUpstream({ config: patient, db, clock, isOffline });
    return found.map(({ check, level, what }) => `${check} ${level} ${what}`);
  };
  expect(await examine()).toEqual(['upstream ok No providers.']);
  const there = await startLibraryProvider();
  onTestFinished(there.close);
  const slug = newSlug();
  await createProvider(fresh, { slug, ...(await there.register(fresh.url, slug)) });
  there.be({ trouble: { discovery: 'broken' } });
  expect(await examine()).toEqual([expect.stringMatching(`^upstream error ${slug}: `)]);
  const before = there.requests.length;
  expect(await examine(true)).toEqual(['upstream ok 1 providers, not tested.']);
  await fresh.json(['upstream', 'disable', slug]);
  expect(await examine()).toEqual(['upstream ok No providers.']);
  expect(there.requests.length).toBe(before);
});
