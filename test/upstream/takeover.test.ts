import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailsTo } from '../flows/mailbox.ts';
import type { Page } from '../flows/visitor.ts';
import { createPerson, PASSWORD } from '../support/relying-party.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, type Oddities, startLibraryProvider } from '../support/upstream/library.ts';
import { createTraveller, type Traveller } from '../support/upstream/traveller.ts';

/**
 * Everything by which somebody could come into another person's account through a provider, each over HTTP as an attacker
 * would do it. `victim` is connected as `victim-there` at `work`.
 */

let ours: Gatehouse;
let there: LibraryProvider;
let other: LibraryProvider;
let victim: { id: string; email: string };

beforeAll(async () => {
  [ours, there, other] = await Promise.all([
    startGatehouse({ settings: { ...CALLS_THIS_MACHINE, registration: { mode: 'open' } } }),
    startLibraryProvider(),
    startLibraryProvider(),
  ]);
  await offer('work', there);
  await offer('club', other);
  victim = await createPerson(ours);
  await link('work', 'victim-there', victim.id);
});
beforeEach(() => {
  there.be({});
  other.be({});
});
afterEach(() => ours.passTime(61_000));
afterAll(async () => {
  await Promise.all([ours?.close(), there?.close(), other?.close()]);
});

async function offer(slug: string, provider: LibraryProvider, more: Record<string, string | boolean> = {}) {
  const { issuer, clientId, clientSecret } = await provider.register(ours.issuer, slug);
  const values = { preset: 'oidc', name: slug, issuer, 'client-id': clientId, 'client-secret-stdin': true };
  await ours.command('upstream create', { id: slug, ...values, ...more }, { stdin: clientSecret });
}

async function link(slug: string, subject: string, userId: string) {
  const { upstream } = ours.modules;
  const provider = await upstream.get(slug);
  const foreign = {
    subject,
    issuer: provider.issuer,
    isEmailVerified: false,
    isEmailTrusted: false,
    claims: {},
  };
  return upstream.links.connect({ userId, provider, foreign }, SYSTEM);
}

const travel = () => createTraveller([ours.issuer, there.issuer, other.issuer]);
/** One that stops on its way back from a provider. */
const stopping = () =>
  createTraveller([ours.issuer, there.issuer, other.issuer], {
    stops: (url) => url.pathname.endsWith('/callback') && url.pathname.includes('/upstream/'),
  });

/** To the row of a provider on the sign-in page of the own account, and on. */
async function press(traveller: Traveller, slug = 'work', at = '/account'): Promise<Page> {
  const login = await traveller.open(new URL(at, ours.issuer).href);
  const [, row = ''] = new RegExp(`(?:href|action)="([^"]*choice=${slug}[^"]*)"`).exec(login.html) ?? [];
  return traveller.open(new URL(row.replaceAll('&amp;', '&'), login.url).href);
}

/** Whose session a browser has. */
async function isIn(traveller: Traveller): Promise<string | undefined> {
  const { oidc } = ours.modules;
  const cookie = traveller
    .at(ours.issuer)
    .cookies.map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const page = await traveller.open(`${ours.issuer}/account`);
  if (new URL(page.url).pathname !== '/account') return undefined;
  expect(cookie).not.toBe('');
  for (const { id } of (await ours.modules.users.list({ limit: 100 })).items)
    if (
      (await oidc.sessions.listByUser(id)).length > 0 &&
      page.html.includes((await ours.modules.users.get(id)).email)
    )
      return id;
  return 'somebody';
}

/** From the provider back, one redirect at a time, up to where the sign-in becomes a session. */
async function walkToResume(traveller: Traveller, from: string): Promise<string> {
  let url = from;
  for (let steps = 0; steps < 5; steps += 1) {
    const answer = await traveller.at(ours.issuer).request('GET', url);
    await answer.arrayBuffer();
    url = new URL(answer.headers.get('location') ?? '', url).href;
    if (/^\/auth\/[^/]+$/.test(new URL(url).pathname)) return url;
  }
  throw new Error(`it leads to no session: ${url}`);
}

/** The provider signs somebody out, and tells us: by `sid` one session of theirs, else all. */
async function signOutThere(
  sub: string,
  {
    clientId,
    slug = 'work',
    ...claims
  }: { clientId?: string; slug?: string; sid?: string; iat?: number; exp?: number } = {},
) {
  const app = clientId ?? (await ours.modules.upstream.get(slug)).clientId;
  const at = Math.floor(ours.now() / 1000);
  const token = await there.logoutToken({ clientId: app, sub, iat: at, exp: at + 120, ...claims });
  const body = new URLSearchParams({ logout_token: token });
  return fetch(`${ours.issuer}/upstream/${slug}/logout`, { method: 'POST', body });
}

/** The sessions of a person that began at a provider. */
const sessionsFrom = async (userId: string) =>
  (await ours.modules.oidc.sessions.listByUser(userId)).filter(({ steps }) => steps.some(({ via }) => via));

const linksOf = (userId: string) => ours.modules.upstream.links.listOf(userId);
const verified = (sub: string, email: string) => ({ sub, email, email_verified: true });

test('the right person comes in: what follows fails for no other reason', async () => {
  there.signInAs(verified('victim-there', 'whatever@example.com'));
  const traveller = travel();
  await press(traveller);
  expect(await isIn(traveller)).toBe(victim.id);
});

describe('an address', () => {
  test('of the victim, not verified there, opens nothing: a code goes to the victim', async () => {
    there.signInAs({ sub: 'thief', email: victim.email, email_verified: false });
    const thief = travel();
    const page = await press(thief);
    expect(page.heading).not.toBe('Your account');
    expect(await isIn(thief)).toBeUndefined();
    expect((await mailsTo(ours, victim.email))[0]?.code).toMatch(/^\d{6}$/);
    expect(await linksOf(victim.id)).toHaveLength(1);
  });

  test('of the victim, verified at another provider, asks for the account’s own proof first', async () => {
    other.signInAs(verified('thief', victim.email));
    const thief = travel();
    const page = await press(thief, 'club');
    expect(page.html).toContain(victim.email);
    expect(await isIn(thief)).toBeUndefined();
    const wrong = await thief.submit(
      await thief.open(
        new URL(
          /class="btn go" href="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '',
          page.url,
        ).href,
      ),
      { identifier: victim.email, password: 'a wrong guess of it' },
      { form: '/login' },
    );
    expect(wrong.status).toBe(422);
    expect(await isIn(thief)).toBeUndefined();
    expect(await linksOf(victim.id)).toHaveLength(1);
  });

  test('that the linked person changes there to somebody else’s leads to the linked person only', async () => {
    const rich = await createPerson(ours);
    const poor = await createPerson(ours);
    await link('work', 'poor-there', poor.id);
    there.signInAs(verified('poor-there', rich.email));
    const traveller = travel();
    await press(traveller);
    expect(await isIn(traveller)).toBe(poor.id);
  });

  test('that two providers say connects neither with the other’s person', async () => {
    const first = await createPerson(ours);
    await link('work', 'first-there', first.id);
    other.signInAs(verified('second-there', first.email));
    const traveller = travel();
    await press(traveller, 'club');
    expect(await isIn(traveller)).toBeUndefined();
    expect((await linksOf(first.id)).map(({ subject }) => subject)).toEqual(['first-there']);
  });
});

describe('a subject', () => {
  test('of the victim at another provider is somebody else', async () => {
    other.signInAs({ sub: 'victim-there' });
    const thief = travel();
    await press(thief, 'club');
    expect(await isIn(thief)).toBeUndefined();
  });

  test('of a provider that was deleted and made anew under its slug is nobody', async () => {
    const person = await createPerson(ours);
    await offer('moved', there);
    await link('moved', 'same', person.id);
    await ours.command('upstream delete', {}, { positionals: ['moved'] });
    await offer('moved', other);
    other.signInAs({ sub: 'same' });
    const thief = travel();
    await press(thief, 'moved');
    expect(await isIn(thief)).toBeUndefined();
    expect(await linksOf(person.id)).toEqual([]);
    await ours.command('upstream delete', {}, { positionals: ['moved'] });
  });

  test('of a second provider at the same issuer is somebody else, and its answer is of the one that was gone to', async () => {
    const person = await createPerson(ours);
    await offer('twin', there);
    await link('work', 'of-work', person.id);
    there.signInAs(verified('of-work', 'of-work@example.com'));
    const traveller = travel();
    expect((await press(traveller, 'twin')).heading).toBe('Create your account');
    expect(await isIn(traveller)).toBeUndefined();
    const mixed = stopping();
    const back = new URL((await press(mixed, 'twin')).url);
    back.pathname = back.pathname.replace('/twin/', '/work/');
    await mixed.at(ours.issuer).open(back.href);
    expect(await isIn(mixed)).toBeUndefined();
    // A logout token is for one of our two apps there, and ends nothing of the other.
    const own = travel();
    await press(own);
    expect(await isIn(own)).toBe(person.id);
    const { clientId } = await ours.modules.upstream.get('twin');
    expect((await signOutThere('of-work', { clientId })).status).toBe(400);
    expect((await signOutThere('of-work', { clientId, slug: 'twin' })).status).toBe(200);
    expect(await isIn(own)).toBe(person.id);
    await ours.command('upstream delete', {}, { positionals: ['twin'] });
  });

  test('of a provider that goes while the person is there, or while the identity waits, is nobody’s', async () => {
    const person = await createPerson(ours);
    const email = 'waits@example.com';
    for (const how of ['disable', 'delete', 'delete and make anew'] as const) {
      await offer('leaving', there);
      await link('leaving', `leaves-${person.id}`, person.id);
      there.signInAs(verified(`leaves-${person.id}`, 'any@example.com'));
      const away = stopping();
      const back = await press(away, 'leaving');
      there.signInAs({ ...verified('waits-there', email), name: 'Ana Lima' });
      const waiting = travel();
      const create = await press(waiting, 'leaving');
      expect(create.heading).toBe('Create your account');
      await ours.command(
        how === 'disable' ? 'upstream disable' : 'upstream delete',
        {},
        { positionals: ['leaving'] },
      );
      if (how === 'delete and make anew') await offer('leaving', there);
      const told = await away.at(ours.issuer).open(back.url);
      expect([how, told.status, told.html.includes('is not offered any more')]).toEqual([how, 422, true]);
      expect(await isIn(away)).toBeUndefined();
      const refused = await waiting.submit(create, {}, { form: '/identity/create' });
      expect([how, refused.status, refused.heading]).toEqual([how, 403, 'No account is connected']);
      expect(await ours.modules.users.findByEmail(email)).toBeUndefined();
      expect(await isIn(waiting)).toBeUndefined();
      if (how !== 'delete') await ours.command('upstream delete', {}, { positionals: ['leaving'] });
    }
  });

  test('cannot be moved by another issuer of its provider', async () => {
    const update = ours.command('upstream update', { issuer: other.issuer }, { positionals: ['work'] });
    await expect(update).rejects.toMatchObject({ code: 'upstream.linked' });
  });
});

describe('what the browser brings back', () => {
  test('signs in no other browser, whatever that one has begun', async () => {
    there.signInAs({ sub: 'victim-there' });
    const [mine, thief] = [stopping(), stopping()];
    const [back, own] = [await press(mine), await press(thief)];
    // The victim's answer in the thief's browser; and both states with the other's code.
    await thief.copy().open(back.url);
    const mixed = new URL(own.url);
    mixed.searchParams.set('code', new URL(back.url).searchParams.get('code') ?? '');
    for (const address of [back.url, mixed.href]) {
      const browser = thief.copy();
      await browser.at(ours.issuer).open(address);
      expect(await isIn(browser)).toBeUndefined();
    }
  });

  test('cannot be planted: the thief’s answer and cookies in the victim’s browser sign nobody in as the thief', async () => {
    const thiefHere = await createPerson(ours);
    await link('work', 'thief-there', thiefHere.id);
    there.signInAs({ sub: 'thief-there' });
    const thief = stopping();
    const back = await press(thief);
    const visitor = travel();
    await visitor.open(`${ours.issuer}/account`);
    // A sibling host can plant what has no prefix: the cookies of the interaction, by their names.
    const { cookies } = visitor.at(ours.issuer);
    for (const cookie of thief.at(ours.issuer).cookies)
      if (/interaction|resume/.test(cookie.name)) cookies.push({ ...cookie });
    await visitor.at(ours.issuer).open(back.url);
    expect(await isIn(visitor)).not.toBe(thiefHere.id);
  });

  test('counts once', async () => {
    there.signInAs({ sub: 'victim-there' });
    const traveller = stopping();
    const back = await press(traveller);
    const copies = [traveller.copy(), traveller.copy()];
    for (const copy of copies) await copy.at(ours.issuer).open(back.url);
    expect(await isIn(copies[0] as Traveller)).toBe(victim.id);
    expect(await isIn(copies[1] as Traveller)).toBeUndefined();
  });

  test('is not used up by another browser that opens the way back', async () => {
    there.signInAs({ sub: 'victim-there' });
    const traveller = stopping();
    const browser = traveller.at(ours.issuer);
    const callback = (await press(traveller)).url;
    const answer = await browser.request('GET', callback);
    const back = new URL(answer.headers.get('location') ?? '', callback).href;
    expect(back).toContain('/back?mark=');
    const other = stopping();
    // With all of its cookies but the secret that says which browser it is.
    other.at(ours.issuer).cookies.push(...browser.cookies.filter(({ name }) => !name.endsWith('csrf')));
    await other.at(ours.issuer).open(back);
    expect(await isIn(other)).toBeUndefined();
    await browser.open(back);
    expect(await isIn(traveller)).toBe(victim.id);
  });

  test('is stored nowhere before it is judged, whoever comes and whatever they bring', async () => {
    const count = async () => ours.modules.db('one_time_memory').count({ count: '*' });
    const before = await count();
    const callback = `${ours.issuer}/upstream/work/callback`;
    for (const state of ['no-such-sign-in.no-such-attempt', '.no-such-attempt'])
      for (const code of ['short', 'x'.repeat(4000), 'x'.repeat(7000), 'é'.repeat(2501)]) {
        const body = new URLSearchParams({ state, code });
        const status = Buffer.byteLength(code) > 5000 ? 410 : 303;
        const address = `${callback}?${body}`;
        for (const [wanted, answer] of [
          // The same letters in a query are three times as long: that is no address at all.
          [address.length > 8192 ? 414 : status, await fetch(address, { redirect: 'manual' })],
          [status, await fetch(callback, { method: 'POST', body, redirect: 'manual' })],
        ] as const) {
          expect([code.length, answer.status]).toEqual([code.length, wanted]);
          // The next address is one that proxies take.
          expect(answer.headers.get('location')?.length ?? 0).toBeLessThan(7800);
        }
      }
    expect(await count()).toEqual(before);
  });

  test('at the address of another provider is mixed up (RFC 9700 §4.4)', async () => {
    there.signInAs({ sub: 'victim-there' });
    const traveller = stopping();
    const back = new URL((await press(traveller)).url);
    back.pathname = back.pathname.replace('/work/', '/club/');
    await traveller.at(ours.issuer).open(back.href);
    expect(await isIn(traveller)).toBeUndefined();
  });
});

describe('an answer that is not to be believed', () => {
  const now = () => Math.floor(Date.now() / 1000);
  test.each<[string, () => Oddities]>([
    ['an ID token for another client', () => ({ idToken: { aud: 'another-client' } })],
    ['an ID token of another issuer', () => ({ idToken: { iss: other.issuer } })],
    ['the nonce of another sign-in', () => ({ idToken: { nonce: 'replayed' } })],
    ['no nonce', () => ({ idToken: { nonce: undefined } })],
    ['an ID token whose issuer has a slash more', () => ({ idToken: { iss: `${there.issuer}/` } })],
    ['the iss of its answer with a slash more', () => ({ answerIss: `${there.issuer}/` })],
    ['an ID token that is over', () => ({ idToken: { exp: now() - 120 } })],
    ['a clock an hour ahead', () => ({ idToken: { iat: now() + 3600, nbf: now() + 3600 } })],
    ['a forged signature', () => ({ isForged: true })],
    ['a key that nobody knows', () => ({ kid: 'nobody-knows' })],
    ['the iss of another provider (RFC 9207)', () => ({ answerIss: other.issuer })],
    ['no iss, though it promises one', () => ({ answerIss: '' })],
    ['userinfo about somebody else', () => ({ userinfo: { sub: 'somebody-else' } })],
    ['a refusal', () => ({ refuses: 'access_denied' })],
    ['an error page', () => ({ trouble: { token: 'error' } })],
    ['a broken connection', () => ({ trouble: { token: 'broken' } })],
    ['10 MB', () => ({ trouble: { token: 'huge' } })],
    ['10 MB of keys', () => ({ trouble: { jwks: 'huge' } })],
    ['a redirect of the code to loopback', () => ({ trouble: { token: 'redirect' } })],
    ['a redirect of the keys to loopback', () => ({ trouble: { jwks: 'redirect' } })],
    ['no end', () => ({ trouble: { token: 'endless' } })],
    ['nothing for long', () => ({ trouble: { userinfo: 'slow' } })],
  ])('signs nobody in, and says so on the sign-in page: %s', async (_what, odd) => {
    there.signInAs({ sub: 'victim-there' });
    const traveller = stopping();
    const away = await press(traveller);
    there.be(odd());
    // What is odd on the way there is odd from the beginning.
    const isOnTheWay = odd().answerIss !== undefined || odd().refuses !== undefined;
    const back = isOnTheWay ? await press(traveller, 'work', '/account?') : away;
    const page = await traveller.at(ours.issuer).open(back.url);
    expect(page.status).toBe(422);
    expect(page.html).toContain('role="alert"');
    expect(page.forms.some(({ action }) => action.includes('/login'))).toBe(true);
    expect(await isIn(traveller)).toBeUndefined();
    const [event] = await ours.modules.audit.list({ event: 'upstream.failed', limit: 1 });
    // Those of one moment are told together.
    expect(JSON.stringify(event?.detail)).toContain('"slug":"work"');
  });
});

describe('a connection in the account', () => {
  const connect = (traveller: Traveller) =>
    traveller.open(`${ours.issuer}/account/security/upstream/connect?choice=club`);
  async function signInWithPassword(person: { email: string }, traveller: Traveller) {
    const login = await traveller.open(`${ours.issuer}/account`);
    await traveller.submit(login, { identifier: person.email, password: PASSWORD }, { form: '/login' });
    expect(await isIn(traveller)).toBe((await ours.modules.users.findByEmail(person.email))?.id);
    return traveller;
  }

  test('that one person began and another finishes is nobody’s', async () => {
    const [first, second] = [await createPerson(ours), await createPerson(ours)];
    other.signInAs({ sub: 'of-the-first' });
    const mine = await signInWithPassword(first, stopping());
    const back = await mine.submit(await connect(mine), {}, { form: '/connect' });
    expect(new URL(back.url).pathname).toBe('/upstream/club/callback');
    // The same browser, by now somebody else's; and another browser.
    const shared = mine.copy();
    shared.at(ours.issuer).cookies.splice(0);
    await signInWithPassword(second, shared);
    const browser = mine.at(ours.issuer).cookies.find(({ name }) => name.endsWith('csrf'));
    const jar = shared.at(ours.issuer).cookies;
    jar.splice(
      jar.findIndex(({ name }) => name.endsWith('csrf')),
      1,
      { ...(browser as (typeof jar)[number]) },
    );
    await shared.at(ours.issuer).open(back.url);
    const elsewhere = await signInWithPassword(second, travel());
    await elsewhere.at(ours.issuer).open(back.url);
    expect(await linksOf(second.id)).toEqual([]);
    expect(await linksOf(first.id)).toEqual([]);
    // And with who began it, in the browser in which they did, it is theirs.
    await mine.at(ours.issuer).open(back.url);
    expect(await linksOf(first.id)).toHaveLength(1);
  });

  test('is nobody’s when the account is disabled or deleted, or the provider is, before the person is back', async () => {
    for (const what of ['disabled', 'deleted', 'provider disabled'] as const) {
      const person = await createPerson(ours);
      other.signInAs({ sub: `${what}-${person.id}` });
      const mine = await signInWithPassword(person, stopping());
      const back = await mine.submit(await connect(mine), {}, { form: '/connect' });
      expect(new URL(back.url).pathname).toBe('/upstream/club/callback');
      const { users } = ours.modules;
      if (what === 'disabled') await users.disable(person.id, SYSTEM);
      if (what === 'deleted') await users.delete(person.id, SYSTEM);
      if (what === 'provider disabled') await ours.command('upstream disable', {}, { positionals: ['club'] });
      const page = await mine.at(ours.issuer).open(back.url);
      expect([what, page.status < 500]).toEqual([what, true]);
      expect(await linksOf(person.id)).toEqual([]);
      if (what === 'provider disabled') await ours.command('upstream enable', {}, { positionals: ['club'] });
    }
  });

  test('begins by a form of ours alone: an address or a form of another site begins nothing', async () => {
    const person = await createPerson(ours);
    const mine = await signInWithPassword(person, stopping());
    const page = await connect(mine);
    const form = page.forms.find(({ action }) => action.endsWith('/connect'));
    const { csrf: _csrf, ...fields } = form?.fields ?? {};
    const address = `${ours.issuer}/account/security/upstream/connect`;
    const without = await mine.at(ours.issuer).post(address, fields);
    expect(without.status).toBe(403);
    const crossSite = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const foreign = await mine.at(ours.issuer).post(address, form?.fields ?? {}, crossSite);
    expect(foreign.status).toBe(403);
  });

  test('of somebody else’s identity moves it to nobody', async () => {
    const [owner, thief] = [await createPerson(ours), await createPerson(ours)];
    await link('club', 'owned', owner.id);
    other.signInAs({ sub: 'owned' });
    const mine = await signInWithPassword(thief, travel());
    const page = await mine.submit(await connect(mine), {}, { form: '/connect' });
    expect([page.status, page.heading]).toEqual([422, 'Connect club']);
    expect(await linksOf(thief.id)).toEqual([]);
    expect(await linksOf(owner.id)).toHaveLength(1);
  });
});

describe('a logout token', () => {
  test('that is forged, of another provider, or for another app ends nothing', async () => {
    there.signInAs({ sub: 'victim-there' });
    const traveller = travel();
    await press(traveller);
    expect(await isIn(traveller)).toBe(victim.id);
    const { clientId } = await ours.modules.upstream.get('work');
    const at = Math.floor(ours.now() / 1000);
    const whom = { sub: 'victim-there', iat: at, exp: at + 120 };
    const send = async (token: string, slug = 'work') =>
      (
        await fetch(`${ours.issuer}/upstream/${slug}/logout`, {
          method: 'POST',
          body: new URLSearchParams({ logout_token: token }),
        })
      ).status;
    there.be({ isForged: true });
    const forged = await there.logoutToken({ clientId, ...whom });
    there.be({});
    const good = await there.logoutToken({ clientId, ...whom });
    expect(await send(forged)).toBe(400);
    expect(await send(await other.logoutToken({ clientId, ...whom }))).toBe(400);
    expect(await send(await there.logoutToken({ clientId: 'another', ...whom }))).toBe(400);
    expect(await send(good, 'club')).toBe(400);
    expect(await send('')).toBe(400);
    expect(await isIn(traveller)).toBe(victim.id);
    expect([await send(good), await send(good)]).toEqual([200, 400]);
    expect(await isIn(traveller)).toBeUndefined();
    const [event] = await ours.modules.audit.list({ event: 'access.provider_logout_refused', limit: 1 });
    expect(JSON.stringify(event?.detail)).toContain('jti');
  });

  test.each([
    ['of all of a person’s sessions', {}],
    ['of one session', { sid: 'theirs' }],
  ])(
    '%s that comes while 50 codes are on their way leaves none of them a session',
    async (_which, claims) => {
      const person = await createPerson(ours);
      // Answers that lead to nobody are counted, and there are many of them here.
      await ours.modules.db('rate_limits').delete();
      await link('work', `all-${person.id}`, person.id);
      there.signInAs({ sub: `all-${person.id}`, email: 'said-there@example.com' });
      const travellers = Array.from({ length: 50 }, stopping);
      const backs = await Promise.all(travellers.map((traveller) => press(traveller)));
      let waiting = 0;
      let open = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const token = async () => {
        waiting += 1;
        await gate;
      };
      there.be({ idToken: { sid: 'theirs' }, before: { token } });
      const all = Promise.all(
        travellers.map((traveller, at) => traveller.at(ours.issuer).open(backs[at]?.url ?? '')),
      );
      await expect.poll(() => waiting, { timeout: 20_000 }).toBe(50);
      expect((await signOutThere(`all-${person.id}`, claims)).status).toBe(200);
      open();
      const pages = await all;
      expect(await sessionsFrom(person.id)).toEqual([]);
      expect((await linksOf(person.id))[0]?.email).toBeUndefined();
      for (const page of pages)
        expect([page.status, page.html.includes('did not let you in')]).toEqual([422, true]);
      const [event] = await ours.modules.audit.list({ event: 'upstream.failed', limit: 1 });
      expect(JSON.stringify(event?.detail)).toContain('signed_out');
      // Who signs in there again is in.
      there.be({ idToken: { sid: 'another' } });
      const later = travel();
      await press(later);
      expect(await isIn(later)).toBe(person.id);
    },
  );

  test('that comes between the last look at a sign-in and its session ends the session', async () => {
    const person = await createPerson(ours);
    await link('work', `late-${person.id}`, person.id);
    there.signInAs({ sub: `late-${person.id}` });
    const traveller = stopping();
    const resume = await walkToResume(traveller, (await press(traveller)).url);
    const { logout } = ours.modules.upstream;
    const { isTakenBack } = logout;
    let looks = 0;
    // Whatever was seen is true for that moment; then the logout comes, as a whole.
    logout.isTakenBack = async (...asked) => {
      const isTaken = await isTakenBack(...asked);
      looks += 1;
      if (looks === 1) expect((await signOutThere(`late-${person.id}`)).status).toBe(200);
      return isTaken;
    };
    try {
      await traveller.at(ours.issuer).open(resume);
    } finally {
      logout.isTakenBack = isTakenBack;
    }
    expect(await sessionsFrom(person.id)).toEqual([]);
    expect(await isIn(traveller)).toBeUndefined();
  });

  test('that comes while an account is being made leaves the account, and no session', async () => {
    there.signInAs({ ...verified('makes-one', 'makes-one@example.com'), name: 'Ana Lima' });
    const traveller = travel();
    const page = await press(traveller);
    expect(page.heading).toBe('Create your account');
    expect((await signOutThere('makes-one')).status).toBe(200);
    await traveller.submit(page, {}, { form: '/identity/create' });
    const person = await ours.modules.users.findByEmail('makes-one@example.com');
    expect(person).toBeDefined();
    expect(await sessionsFrom(person?.id ?? '')).toEqual([]);
    expect(await isIn(traveller)).toBeUndefined();
    const again = travel();
    await press(again);
    expect(await isIn(again)).toBe(person?.id);
  });

  test('that comes late does not hold back who is on the way in again since', async () => {
    const person = await createPerson(ours);
    await link('work', `again-${person.id}`, person.id);
    there.signInAs({ sub: `again-${person.id}` });
    const signedOutAt = Math.floor(ours.now() / 1000);
    const before = stopping();
    const old = await press(before);
    ours.passTime(40_000);
    const traveller = stopping();
    const back = await press(traveller);
    const times = { iat: signedOutAt, exp: signedOutAt + 600 };
    expect((await signOutThere(`again-${person.id}`, times)).status).toBe(200);
    await before.at(ours.issuer).open(old.url);
    expect(await isIn(before)).toBeUndefined();
    await traveller.at(ours.issuer).open(back.url);
    expect(await isIn(traveller)).toBe(person.id);
  });

  test('that comes at once with 50 sign-ins that are being completed leaves none of them', async () => {
    await ours.modules.db('rate_limits').delete();
    const person = await createPerson(ours);
    await link('work', `many-${person.id}`, person.id);
    there.signInAs({ sub: `many-${person.id}` });
    const travellers = Array.from({ length: 50 }, stopping);
    const resumes = await Promise.all(
      travellers.map(async (traveller) => walkToResume(traveller, (await press(traveller)).url)),
    );
    const resumed = travellers.map((traveller, at) => traveller.at(ours.issuer).open(resumes[at] ?? ''));
    const sent = await signOutThere(`many-${person.id}`);
    await Promise.all(resumed);
    expect(sent.status).toBe(200);
    expect(await sessionsFrom(person.id)).toEqual([]);
  });

  test('that comes while a sign-in from there is under way leaves nothing of it', async () => {
    there.signInAs({ sub: 'victim-there' });
    const { clientId } = await ours.modules.upstream.get('work');
    const [ended, goesOn] = [stopping(), stopping()];
    const resume = await walkToResume(ended, (await press(ended)).url);
    const at = Math.floor(ours.now() / 1000);
    const token = await there.logoutToken({ clientId, sub: 'victim-there', iat: at, exp: at + 120 });
    const sent = await fetch(`${ours.issuer}/upstream/work/logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });
    expect(sent.status).toBe(200);
    await ended.at(ours.issuer).open(resume);
    expect(await isIn(ended)).toBeUndefined();
    // A sign-in that comes from there after it is one.
    await goesOn.at(ours.issuer).open(await walkToResume(goesOn, (await press(goesOn)).url));
    expect(await isIn(goesOn)).toBe(victim.id);
  });
});
