import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import type { Foreign, Provider } from '../../src/upstream/upstream.ts';
import { createPerson } from '../support/relying-party.ts';
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

const read = (token: string) => world.upstream.logout.read(provider, token);
const tokenFor = (claims: Record<string, unknown> = {}, typ?: string) =>
  there.logoutToken({ clientId: provider.clientId, sub: 'person-1', ...claims }, typ);

const PERSON = { subject: 'person-1', at: expect.any(Number) };

describe('a logout token of a provider (Back-Channel Logout 1.0 §2.6)', () => {
  test('names a subject, a session, or both, and counts once', async () => {
    const token = await tokenFor({ sid: 'theirs' });
    const answers = await Promise.all(Array.from({ length: 3 }, () => read(token)));
    expect(answers.filter((answer) => !('refused' in answer))).toEqual([{ ...PERSON, sid: 'theirs' }]);
    expect(await read(await tokenFor({}, 'JWT'))).toEqual(PERSON);
    expect(await read(await tokenFor({ sub: undefined, sid: 'theirs' }))).toEqual({
      sid: 'theirs',
      at: PERSON.at,
    });
  });

  test('is of when it was made, as far as a clock can be slow, however late it comes', async () => {
    const before = Date.now();
    const at = async (iat: number) => {
      const answer = await read(await tokenFor({ iat, exp: iat + 600 }));
      return 'refused' in answer ? answer.refused : answer.at;
    };
    expect(await at(now() - 300)).toBeLessThan(before - 260_000);
    const fresh = await at(now() - 10);
    expect(fresh).toBeGreaterThanOrEqual(before);
    expect(fresh).toBeLessThanOrEqual(Date.now());
  });

  const now = () => Math.floor(Date.now() / 1000);
  test.each<[string, () => Record<string, unknown>]>([
    ['of another issuer', () => ({ iss: 'https://another.example' })],
    ['for another app', () => ({ aud: 'another' })],
    ['that is over', () => ({ iat: now() - 400, exp: now() - 200 })],
    ['of long ago, though it says that it is still good', () => ({ iat: now() - 3600, exp: now() + 3600 })],
    ['of the time to come', () => ({ iat: now() + 3600, exp: now() + 7200 })],
    ['without an end', () => ({ exp: undefined })],
    ['without an id', () => ({ jti: undefined })],
    ['about nobody', () => ({ sub: undefined })],
    ['about more than one', () => ({ sub: ['person-1', 'person-2'] })],
    ['without events', () => ({ events: undefined })],
    ['of another event', () => ({ events: { 'https://example.com/another': {} } })],
    [
      'whose event is no object',
      () => ({ events: { 'http://schemas.openid.net/event/backchannel-logout': 1 } }),
    ],
    ['that is an ID token by its nonce', () => ({ nonce: 'n' })],
  ])('is refused %s', async (_what, claims) => {
    expect(await read(await tokenFor(claims()))).toEqual({ refused: expect.any(String) });
    // Everything else of it was right.
    expect(await read(await tokenFor())).toEqual(PERSON);
  });

  test('is refused when it is forged, unsigned, signed with the secret, of another type, or none', async () => {
    there.be({ isForged: true });
    expect(await read(await tokenFor())).toEqual({ refused: expect.stringContaining('SIGNATURE') });
    there.be({});
    expect(await read(await tokenFor({}, 'at+jwt'))).toEqual({ refused: expect.stringContaining('at+jwt') });
    const [, body = ''] = (await tokenFor()).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [`${header}.${body}.`, 'a.b.c', '', 'x'.repeat(20_000)])
      expect(await read(token)).toEqual({ refused: expect.any(String) });
  });

  test('of a key that is new there is good, and one that nobody knows has the keys read once a minute', async () => {
    await read(await tokenFor());
    there.rotateKeys();
    const asked = () => there.requests.filter(({ endpoint }) => endpoint === 'jwks').length;
    expect(await read(await tokenFor())).toEqual(PERSON);
    there.be({ kid: 'nobody-knows' });
    const before = asked();
    for (let times = 0; times < 5; times += 1)
      expect(await read(await tokenFor())).toEqual({ refused: expect.stringContaining('NO_MATCHING_KEY') });
    expect(asked() - before).toBeLessThan(8);
  });
});

describe('a sign-in from a provider', () => {
  const foreign = async (claims: Record<string, unknown>): Promise<Foreign> => {
    there.signInAs({ sub: 'person-1', ...claims });
    const found = await signIn(world, provider);
    if ('failed' in found) throw new Error(found.detail);
    return found;
  };
  const roles = async (id: string) =>
    (await world.json(['users', 'show', id])).roles.map(({ name, source }: Record<string, string>) => [
      name,
      source,
    ]);
  const map = (value: string, role: string, ...more: string[]) =>
    world.json([
      ...['upstream', 'map-role', provider.slug, '--claim', 'groups', '--value', value, '--role', role],
      ...more,
    ]);

  test('gives the roles that groups there give, takes them again, and administers nothing', async () => {
    const { id } = await createPerson(world);
    for (const name of ['admin', 'keeper']) await world.json(['roles', 'create', '--name', name]);
    await map('staff', 'keeper');
    await map('chiefs', 'keeper');
    await map('chiefs', 'admin');
    await world.json(['upstream', 'update', provider.slug, '--scope', 'openid', '--scope', 'groups']);
    provider = await world.upstream.get(provider.slug);
    await world.upstream.links.connect({ userId: id, provider, foreign: await foreign({}) }, SYSTEM);
    const step = async (groups: unknown) =>
      world.upstream.noteSignIn(provider, await foreign({ groups }), id, SYSTEM);
    const source = `upstream:${provider.slug}`;
    await step(['chiefs', 'others']);
    expect(await roles(id)).toEqual([
      ['admin', source],
      ['keeper', source],
    ]);
    expect((await world.json(['users', 'show', id])).is_admin).toBe(false);
    await step('staff');
    expect(await roles(id)).toEqual([['keeper', source]]);
    expect((await world.refused(['roles', 'unassign', 'keeper', '--user', id])).code).toBe(
      'roles.of_provider',
    );
    // Another mapping still gives it.
    await map('chiefs', 'keeper', '--remove');
    expect(await roles(id)).toEqual([['keeper', source]]);
    await map('staff', 'keeper', '--remove');
    expect(await roles(id)).toEqual([]);
    await step({ not: 'a list' });
    expect(await roles(id)).toEqual([]);
  });

  test('is found again by its subject and its session there, and by no other', async () => {
    const { id } = await createPerson(world);
    const found = await foreign({});
    await world.upstream.noteSignIn(provider, found, id, SYSTEM);
    const listed = (whom: { subject?: string; sid?: string }) =>
      world.upstream.logout.listSignedIn(provider, whom);
    expect(await listed({ sid: found.sid ?? '' })).toEqual([id]);
    expect(await listed({ subject: found.subject })).toContain(id);
    expect(await listed({ subject: 'another', sid: found.sid ?? '' })).toEqual([]);
    expect(await listed({ sid: '' })).toEqual([]);
  });

  describe('whom the provider signs out meanwhile', () => {
    const whom = { subject: 'signed-out-there' };
    const nobodySays = { isEmailVerified: false, isEmailTrusted: false };
    let id: string;
    beforeAll(async () => {
      ({ id } = await createPerson(world));
      await world.json(['roles', 'create', '--name', 'gardener']);
      await map('garden', 'gardener');
      const foreign = { ...nobodySays, ...whom, issuer: provider.issuer, claims: {} };
      await world.upstream.links.connect({ userId: id, provider, foreign }, SYSTEM);
    });
    const note = (begunAt: number, groups: string[] = []) => {
      const foreign = { ...nobodySays, ...whom, issuer: provider.issuer, claims: { groups }, begunAt };
      return world.upstream.noteSignIn(provider, foreign, id, SYSTEM);
    };
    const forget = (at: number) => world.upstream.logout.forget(provider, { ...whom, at });
    const isOut = () => world.upstream.logout.isTakenBack(id, { provider: provider.id, ...whom });

    test('is not signed in by what began before, and that changes no role and ends no later sign-in', async () => {
      const at = Date.now();
      await forget(at);
      expect(await note(at - 1, ['garden'])).toBe(false);
      expect(await roles(id)).toEqual([]);
      expect(await note(at + 1, ['garden'])).toBe(true);
      expect(await note(at - 1)).toBe(false);
      expect(await roles(id)).toEqual([['gardener', `upstream:${provider.slug}`]]);
      expect(await isOut()).toBe(false);
      // Of two logouts the later one counts, in whatever order they come.
      await forget(at - 1000);
      expect(await note(at - 500)).toBe(false);
    });

    test('also not when it happens while the sign-in is noted; one that began after it stays', async () => {
      const at = Date.now() + 1000;
      const { roles: ofWorld } = world.modules;
      const { keepInStep } = ofWorld;
      const during = async (meanwhile: () => Promise<unknown>) => {
        ofWorld.keepInStep = async (...asked) => {
          ofWorld.keepInStep = keepInStep;
          await meanwhile();
          return keepInStep(...asked);
        };
        return note(at - 1);
      };
      expect(await during(() => forget(at))).toBe(false);
      expect(await isOut()).toBe(true);
      await world.modules.db('upstream_signed_out').delete();
      expect(
        await during(async () => {
          await forget(at);
          expect(await note(at + 1)).toBe(true);
        }),
      ).toBe(false);
      expect(await isOut()).toBe(false);
    });
  });
});
