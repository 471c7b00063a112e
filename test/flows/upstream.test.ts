import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { eachDatabase } from '../support/database.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createTraveller, type Traveller } from '../support/upstream/traveller.ts';
import { anotherCode, mailsTo } from './mailbox.ts';
import { cameBack, PASSWORD, startWorld, stepOf, type World } from './second-factor-set-up.ts';
import type { Page } from './visitor.ts';

const NAME = 'The Other House';
const unique = () => randomBytes(5).toString('hex');
type Values = Record<string, string | string[] | boolean>;

eachDatabase('signing in with a provider elsewhere', (dialect) => {
  let world: World;
  let there: LibraryProvider;
  let client: { id: string; secret: string };
  let start: string;

  beforeAll(async () => {
    there = await startLibraryProvider();
    world = await startWorld({
      dialect,
      settings: { ...CALLS_THIS_MACHINE, registration: { mode: 'open' } },
    });
    await offer('there');
  });
  afterAll(async () => {
    await world?.close();
    await there?.close();
  });
  beforeEach(async () => {
    there.be({});
    client = await world.createClient();
    start = `${world.issuer}${world.ask(client.id)}`;
  });

  /** Offers the provider under this slug, as an operator does. */
  async function offer(slug: string, more: Values = {}) {
    const { issuer, clientId, clientSecret } = await there.register(world.issuer, slug);
    const values = { preset: 'oidc', name: NAME, issuer, 'client-id': clientId, 'client-secret-stdin': true };
    await world.command('upstream create', { id: slug, ...values, ...more }, { stdin: clientSecret });
  }
  const update = (slug: string, values: Values) =>
    world.command('upstream update', values, { positionals: [slug] });

  /** Somebody there, with an address that nobody here has unless it is given. */
  function be(more: Record<string, unknown> = {}) {
    const id = unique();
    const who = { sub: id, email: `${id}@example.com`, email_verified: true, name: 'Ana Lima', ...more };
    there.signInAs(who);
    return who;
  }

  const travel = () => createTraveller([world.issuer, there.issuer]);
  /** One that stops on its way back, so that a test can say when it arrives. */
  const stopping = () =>
    createTraveller([world.issuer, there.issuer], { stops: (url) => url.pathname.endsWith('/callback') });

  /** By the row on the sign-in page, and back. */
  async function press(traveller: Traveller, slug = 'there', at = start): Promise<Page> {
    return traveller.open(rowOf(await traveller.open(at), slug));
  }

  const linksOf = ({ id }: { id: string }) => world.modules.upstream.links.listOf(id);

  /** From the page that says that an account has the address: to the sign-in page, and the password. */
  async function giveTheirPassword(traveller: Traveller, page: Page, { email }: { email: string }) {
    const login = await traveller.open(linkOf(page, 'btn go'));
    return traveller.submit(login, { identifier: email, password: PASSWORD }, { form: '/login' });
  }

  /** An account that is connected already. */
  async function connected(slug = 'there') {
    const person = await world.createPerson();
    await world.modules.users.update(person.id, { emailVerified: true }, SYSTEM);
    const who = be({ email: person.email });
    const traveller = travel();
    const proved = await giveTheirPassword(traveller, await press(traveller, slug), person);
    const page = await traveller.submit(proved, {}, { form: '/identity/connect' });
    expect(cameBack(page)).toBe(true);
    return { person, who };
  }

  const failures = async () =>
    (await world.modules.audit.list({ event: 'upstream.failed', limit: 1 }))[0]?.detail;
  const isNobody = async (traveller: Traveller) =>
    new URL((await traveller.open(`${world.issuer}/account`)).url).pathname !== '/account';

  test('nobody here: what is taken over is seen and confirmed, and the second time signs in at once', async () => {
    const who = be({ locale: 'de-AT', picture: 'https://pictures.example/ana.png' });
    const traveller = travel();
    const page = await press(traveller);
    expect([page.status, page.heading]).toEqual([200, 'Create your account']);
    expect(page.html).toContain(who.email);
    expect(page.html).toContain('pictures.example');
    expect(await world.modules.users.findByEmail(who.email)).toBeUndefined();
    const empty = await traveller.submit(page, { name: '' }, { form: '/identity/create' });
    expect([empty.status, empty.title.startsWith('Error:')]).toEqual([422, true]);
    const app = await traveller.submit(page, { name: 'Ana L.' }, { form: '/identity/create' });
    expect(cameBack(app)).toBe(true);
    expect(await world.idTokenOf(app, client)).toMatchObject({ acr: '1', amr: ['fed'] });
    const person = await world.modules.users.findByEmail(who.email);
    expect(person).toMatchObject({ emailVerified: true, profile: { name: 'Ana L.', locale: 'de-AT' } });
    expect(person?.profile.picture).toBeUndefined();
    const again = travel();
    expect(cameBack(await press(again))).toBe(true);
    // The row that was used last says so.
    expect((await again.open(`${start}&prompt=login`)).html).toMatch(/choice=there[^>]*>.*?class="last"/s);
  });

  test('what comes back counts once, also of 50 at once, and in the browser that had left', async () => {
    const { person } = await connected();
    const traveller = stopping();
    const back = await press(traveller);
    expect(new URL(back.url).pathname).toBe('/upstream/there/callback');
    // Somebody else's browser, without a sign-in of its own and with one.
    for (const other of [travel(), travel()]) {
      await other.open(start);
      expect(cameBack(await other.open(back.url))).toBe(false);
      expect(await isNobody(other)).toBe(true);
    }
    const before = await world.modules.audit.list({
      userId: person.id,
      event: 'upstream.proved',
      limit: 100,
    });
    const all = await Promise.all(Array.from({ length: 50 }, () => follow(traveller.copy(), back.url)));
    const after = await world.modules.audit.list({ userId: person.id, event: 'upstream.proved', limit: 100 });
    expect(after.length - before.length).toBe(1);
    expect(all.some(cameBack)).toBe(true);
    expect(cameBack(await follow(traveller.copy(), back.url))).toBe(false);
  });

  test('two make an account of one identity, and two people connect one', async () => {
    const who = be();
    const travellers = [travel(), travel(), travel()];
    const pages: Page[] = [];
    for (const traveller of travellers) pages.push(await press(traveller));
    const made = await Promise.all(
      pages.map((page, index) => travellers[index]?.submit(page, {}, { form: '/identity/create' })),
    );
    expect(made.filter((page) => page && cameBack(page))).toHaveLength(1);
    const person = await world.modules.users.findByEmail(who.email);
    expect(await linksOf(person ?? { id: '' })).toHaveLength(1);
  });

  // The rest asks nothing of the database.
  if (dialect === 'postgres') return;

  test('an account has the address: it is proved, its second factor too, and connected by a press', async () => {
    const person = await world.createPersonWithApp();
    const who = be({ email: person.email });
    const traveller = travel();
    const page = await press(traveller);
    expect(page.heading).toBe(`Connect ${NAME}`);
    // Where nobody has proved the account there is nothing to press.
    expect(page.forms.map(({ action }) => action).join()).not.toContain('/identity/connect');
    const forged = await traveller
      .at(world.issuer)
      .post(`${page.url.replace('?', '/connect?')}`, page.forms[0]?.fields ?? {});
    expect(await linksOf(person)).toEqual([]);
    expect(cameBack(forged)).toBe(false);
    const second = await giveTheirPassword(traveller, page, person);
    expect(stepOf(second)).toBe('totp');
    const ask = await traveller.submit(second, { code: world.nextCode(person) }, { form: '/totp' });
    expect(ask.heading).toBe(`Connect ${NAME}`);
    expect(await linksOf(person)).toEqual([]);
    const app = await traveller.submit(ask, {}, { form: '/identity/connect' });
    expect(cameBack(app)).toBe(true);
    expect(await linksOf(person)).toEqual([expect.objectContaining({ subject: who.sub, email: who.email })]);
    const [mail] = await mailsTo(world, person.email);
    expect(mail?.text).toMatch(/new way to sign in: The Other House\.[\s\S]*This wasn’t me/);
    // From now on it says who it is, and the second factor is still asked.
    const later = travel();
    const asked = await press(later);
    expect(stepOf(asked)).toBe('totp');
    const back = await later.submit(asked, { code: world.nextCode(person) }, { form: '/totp' });
    expect(await world.idTokenOf(back, client)).toMatchObject({ acr: '2', amr: ['fed', 'otp', 'mfa'] });
  });

  test('a browser that need not give the second factor gives it to connect something', async () => {
    const person = await world.createPersonWithApp();
    const traveller = travel();
    const login = await traveller.open(start);
    const first = await traveller.submit(
      login,
      { identifier: person.email, password: PASSWORD },
      { form: '/login' },
    );
    await traveller.submit(
      first,
      { code: world.nextCode(person), remember_device: 'yes' },
      { form: '/totp' },
    );
    be({ email: person.email });
    await traveller.at(world.issuer).open('/account/sign-out');
    const fresh = traveller.copy();
    const session = fresh.at(world.issuer).cookies.findIndex(({ name }) => name.includes('session'));
    fresh.at(world.issuer).cookies.splice(session, 1);
    const again = await fresh.open(start);
    expect(
      cameBack(
        await fresh.submit(again, { identifier: person.email, password: PASSWORD }, { form: '/login' }),
      ),
    ).toBe(true);
    fresh.at(world.issuer).cookies.splice(
      fresh.at(world.issuer).cookies.findIndex(({ name }) => name.includes('session')),
      1,
    );
    const second = await giveTheirPassword(fresh, await press(fresh), person);
    expect(stepOf(second)).toBe('totp');
  });

  test('"not now" signs in without it, and somebody else who signs in gets nothing of it', async () => {
    const person = await world.createPerson();
    be({ email: person.email });
    const traveller = travel();
    const ask = await giveTheirPassword(traveller, await press(traveller), person);
    expect(cameBack(await traveller.submit(ask, {}, { form: '/identity/drop' }))).toBe(true);
    expect(await linksOf(person)).toEqual([]);
    // A link that was begun as one person and is finished as another.
    const other = await world.createPerson();
    const second = travel();
    const app = await giveTheirPassword(second, await press(second), other);
    expect(cameBack(app)).toBe(true);
    expect([await linksOf(other), await linksOf(person)]).toEqual([[], []]);
  });

  test('an address for which nobody vouches: one page for all, and the mailed code goes on', async () => {
    const person = await world.createPerson();
    const pages: Page[] = [];
    const travellers: Traveller[] = [];
    const nobody = be({ email_verified: false });
    for (const email of [person.email, nobody.email]) {
      be({ email, email_verified: false });
      const traveller = travel();
      travellers.push(traveller);
      pages.push(await press(traveller));
    }
    const plain = ({ html, url }: Page, email: string) =>
      (/<main>.*<\/main>/s.exec(html)?.[0] ?? '')
        .replaceAll(email, 'ADDRESS')
        .replaceAll(/name="csrf" value="[^"]*"/g, '')
        .replaceAll(/app=[\w.%-]*/g, 'APP')
        .replaceAll(/\/interaction\/[\w-]+/.exec(url)?.[0] ?? '', 'HERE');
    expect(plain(pages[0] as Page, person.email)).toBe(plain(pages[1] as Page, nobody.email));
    expect(pages[0]?.heading).toBe('Check your e-mail');
    expect(pages[0]?.html).toContain('does not vouch for this address');
    const after: string[] = [];
    for (const [index, email] of [person.email, nobody.email].entries()) {
      const [traveller, page] = [travellers[index] as Traveller, pages[index] as Page];
      const { code = '', subject } = (await mailsTo(world, email))[0] ?? {};
      expect(subject).toContain('is your code');
      const wrong = await traveller.submit(page, { code: anotherCode(code) }, { form: '/identity/code' });
      expect(wrong.status).toBe(422);
      after.push((await traveller.submit(wrong, { code }, { form: '/identity/code' })).heading);
    }
    expect(after).toEqual([`Connect ${NAME}`, 'Create your account']);
    expect(await linksOf(person)).toEqual([]);
  });

  test('a code counts in the browser that asked, five times, and another mail ends it', async () => {
    const who = be({ email_verified: false });
    const traveller = travel();
    const page = await press(traveller);
    const { code = '' } = (await mailsTo(world, who.email))[0] ?? {};
    const other = travel();
    const stolen = await other
      .at(world.issuer)
      .post(page.url.replace('/identity', '/identity/code'), { code });
    expect(stolen.html).not.toContain('Create your account');
    const again = await traveller.submit(page, {}, { form: '/identity/mail' });
    expect((await traveller.submit(again, { code }, { form: '/identity/code' })).heading).toBe(
      'Check your e-mail',
    );
    const { code: newer = '' } = (await mailsTo(world, who.email))[0] ?? {};
    let last = again;
    for (let tries = 0; tries < 5; tries += 1)
      last = await traveller.submit(again, { code: anotherCode(newer) }, { form: '/identity/code' });
    // With the last one it is over, also for who asks for the page again, or still has an older one.
    for (const over of [
      last,
      await traveller.open(again.url),
      await traveller.submit(again, { code: newer }, { form: '/identity/code' }),
    ]) {
      expect([over.heading, over.html.includes('name="code"')]).toEqual(['Check your e-mail', false]);
      expect(over.html).toContain('This code was tried too often, or it is too old.');
    }
    const anew = await traveller.submit(last, {}, { form: '/identity/mail' });
    expect(anew.html).toContain('name="code"');
  });

  test('what the other house says and no profile takes is left out; a name that is too long is told so', async () => {
    const locale = `en-x-${'abcdefgh-'.repeat(4)}abcdefgh`;
    const who = be({ given_name: 'A'.repeat(201), family_name: 'Lima', locale });
    const traveller = travel();
    const page = await press(traveller);
    const long = await traveller.submit(page, { name: 'A'.repeat(201) }, { form: '/identity/create' });
    expect([long.status, long.html.includes('That is too long')]).toEqual([422, true]);
    expect(cameBack(await traveller.submit(page, {}, { form: '/identity/create' }))).toBe(true);
    const person = await world.modules.users.findByEmail(who.email);
    expect(person?.profile).toEqual({ name: 'Ana Lima', family_name: 'Lima', locale: 'en' });
  });

  test('an operator’s trust in a provider connects without a proof: of its domain, and of an address that was proved here', async () => {
    await offer('trusted', { 'trust-email': true, 'trust-email-domain': ['example.com'] });
    const person = await world.createPersonWithApp();
    await world.modules.users.update(person.id, { emailVerified: false }, SYSTEM);
    be({ email: person.email });
    // The operator wrote this address, and nobody has proved it.
    expect((await press(travel(), 'trusted')).heading).toBe(`Connect ${NAME}`);
    await world.modules.users.update(person.id, { emailVerified: true }, SYSTEM);
    // Another provider has no such trust, and the account's second factor is asked.
    expect((await press(travel())).heading).toBe(`Connect ${NAME}`);
    expect(stepOf(await press(travel(), 'trusted'))).toBe('totp');
    expect(await linksOf(person)).toHaveLength(1);
    be({ email: person.email, email_verified: false });
    expect((await press(travel(), 'trusted')).heading).toBe('Check your e-mail');
  });

  test('where nobody may make an account it says so, and other ways are open', async () => {
    await offer('closed', { registration: 'off' });
    be();
    const page = await press(travel(), 'closed');
    expect([page.status, page.heading]).toEqual([403, 'No account is connected']);
  });

  test.each([
    ['cancelled', { refuses: 'access_denied' }, 'You cancelled at'],
    ['invalid', { idToken: { nonce: 'another' } }, 'could not be checked'],
    ['invalid', { idToken: { iss: 'https://another.example' } }, 'could not be checked'],
    ['invalid', { clock: -3600 }, 'could not be checked'],
    ['unreachable', { trouble: { token: 'error' } }, 'does not answer'],
  ] as const)(
    '%s: back on the sign-in page with a sentence, and the reason in log and audit',
    async (failed, odd, sentence) => {
      be();
      there.be(odd);
      const traveller = travel();
      const page = await press(traveller);
      expect([page.status, page.heading, page.title.startsWith('Error:')]).toEqual([422, 'Sign in', true]);
      expect(page.html).toContain(sentence);
      expect(page.forms.map(({ action }) => action).join()).toContain('/login');
      rowOf(page, 'there');
      expect(await failures()).toMatchObject({ slug: 'there', failed, why: expect.stringMatching(/\w{3}/) });
      expect(world.log()).toContain(`"failed":"${failed}`);
      expect(await isNobody(traveller)).toBe(true);
    },
  );

  test('no address: a person who is connected signs in, anybody else is told', async () => {
    const { who } = await connected();
    there.signInAs({ sub: who.sub });
    expect(cameBack(await press(travel()))).toBe(true);
    there.signInAs({ sub: unique() });
    const page = await press(travel());
    expect([page.status, page.html.includes('gave us no e-mail address')]).toEqual([422, true]);
  });

  test('ten minutes later it is over, and so is an answer that is for another provider', async () => {
    await offer('second');
    await connected();
    const traveller = stopping();
    const back = await press(traveller);
    const mixed = await follow(traveller.copy(), back.url.replace('/there/', '/second/'));
    expect([mixed.status, mixed.html.includes('could not be checked')]).toEqual([422, true]);
    expect(await failures()).toMatchObject({ why: expect.stringContaining('another provider') });
    const late = await press(traveller);
    world.pass(601_000);
    expect(cameBack(await follow(traveller, late.url))).toBe(false);
  });

  test('two sign-ins in one browser do not meet', async () => {
    const { person } = await connected();
    const second = `${world.issuer}${world.ask((await world.createClient()).id)}`;
    const traveller = stopping();
    const logins = [await traveller.open(start), await traveller.open(second)];
    for (const login of logins) {
      const back = await traveller.open(rowOf(login, 'there'));
      expect(cameBack(await follow(traveller, back.url))).toBe(true);
    }
    expect((await linksOf(person)).length).toBe(1);
  });

  test('Apple’s form comes from another site: our own GET takes it within a minute, in the browser that had left, and it counts once', async () => {
    await connected();
    const traveller = stopping();
    const back = new URL((await press(traveller)).url);
    const post = (fields: Record<string, string>) =>
      fetch(back.origin + back.pathname, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: 'https://appleid.apple.com', 'sec-fetch-site': 'cross-site' },
        body: new URLSearchParams(fields),
      });
    const fields = Object.fromEntries(back.searchParams);
    const posted = await post(fields);
    const next = new URL(posted.headers.get('location') ?? '', back);
    expect([posted.status, [...next.searchParams.keys()]]).toEqual([303, ['posted']]);
    expect(posted.headers.getSetCookie()).toEqual([]);
    // A browser that had not left.
    const elsewhere = (await post(fields)).headers.get('location') ?? '';
    expect(cameBack(await follow(travel(), new URL(elsewhere, back).href))).toBe(false);
    expect(cameBack(await follow(traveller.copy(), next.href))).toBe(true);
    expect(cameBack(await follow(traveller.copy(), next.href))).toBe(false);
    // What names no sign-in leads nowhere, and a minute later nothing does.
    expect((await post({ code: 'x', state: 'nonsense' })).status).toBe(410);
    const open = stopping();
    const late = await post(Object.fromEntries(new URL((await press(open)).url).searchParams));
    world.pass(61_000);
    expect((await follow(open, new URL(late.headers.get('location') ?? '', back).href)).status).toBe(410);
    // Every other form of ours is refused from there.
    const forged = await fetch(`${world.issuer}/registration`, {
      method: 'POST',
      headers: { origin: 'https://appleid.apple.com', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ email: 'a@example.com' }),
    });
    expect(forged.status).toBe(403);
  });

  describe('something changes while the sign-in is under way', () => {
    test('the account is disabled, deleted, or has another address', async () => {
      for (const change of ['disable', 'delete', 'move'] as const) {
        const person = await world.createPerson();
        be({ email: person.email });
        const traveller = travel();
        const ask = await giveTheirPassword(traveller, await press(traveller), person);
        expect(ask.heading).toBe(`Connect ${NAME}`);
        const { users } = world.modules;
        if (change === 'disable') await users.disable(person.id, SYSTEM);
        if (change === 'delete') await users.delete(person.id, SYSTEM);
        if (change === 'move') await users.update(person.id, { email: `${unique()}@example.com` }, SYSTEM);
        const page = await traveller.submit(ask, {}, { form: '/identity/connect' });
        expect(await linksOf(person)).toEqual([]);
        expect([change, cameBack(page) && change !== 'move']).toEqual([change, false]);
      }
    });

    test('a person who is connected is disabled on the way', async () => {
      const { person } = await connected();
      const traveller = stopping();
      const back = await press(traveller);
      await world.modules.users.disable(person.id, SYSTEM);
      const page = await follow(traveller, back.url);
      expect([page.status, page.heading]).toEqual([422, 'Sign in']);
      expect(await isNobody(traveller)).toBe(true);
    });

    test('the provider is disabled, or made anew under its slug: links of before count nowhere', async () => {
      await offer('passing');
      const { person, who } = await connected('passing');
      const traveller = stopping();
      const back = await press(traveller, 'passing');
      await world.command('upstream disable', {}, { positionals: ['passing'] });
      expect((await follow(traveller, back.url)).html).toContain('is not offered any more');
      expect((await travel().open(start)).html).not.toContain('choice=passing');
      await world.command('upstream delete', { yes: true }, { positionals: ['passing'] });
      await offer('passing');
      there.signInAs(who);
      expect((await press(travel(), 'passing')).heading).toBe(`Connect ${NAME}`);
      expect(await linksOf(person)).toEqual([]);
    });
  });

  test('the page for a new account has the rows as well, and they lead into the sign-in that waits', async () => {
    const who = be();
    const traveller = travel();
    const page = await traveller.open(`${start}&prompt=create`);
    expect(page.heading).toBe('Create an account');
    const create = await traveller.open(rowOf(page, 'there'));
    expect(create.html).toContain(who.email);
    expect(cameBack(await traveller.submit(create, {}, { form: '/identity/create' }))).toBe(true);
  });

  test('prompt, max_age, login_hint and ui_locales travel on', async () => {
    be();
    const asked = new URLSearchParams({
      prompt: 'login',
      max_age: '600',
      login_hint: 'ana@example.com',
      ui_locales: 'de',
    });
    const traveller = travel();
    await press(traveller, 'there', `${start}&${asked}`);
    const { url } = there.requests.findLast(({ url }) => new URL(url).pathname === '/auth') ?? { url: '' };
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject(Object.fromEntries(asked));
  });

  test('a second factor there counts here when the operator says so', async () => {
    const person = await world.createPersonWithApp();
    const who = be({ email: person.email });
    const traveller = travel();
    const second = await giveTheirPassword(traveller, await press(traveller), person);
    const ask = await traveller.submit(second, { code: world.nextCode(person) }, { form: '/totp' });
    await traveller.submit(ask, {}, { form: '/identity/connect' });
    there.signInAs({ ...who, amr: ['pwd', 'otp'] });
    there.be({ idToken: { amr: ['pwd', 'otp'] } });
    expect(stepOf(await press(travel()))).toBe('totp');
    await update('there', { 'trust-second-factor': ['otp'] });
    const app = await press(travel());
    expect(cameBack(app)).toBe(true);
    expect(await world.idTokenOf(app, client)).toMatchObject({ acr: '2', amr: ['fed', 'pwd', 'otp', 'mfa'] });
    await update('there', { 'trust-second-factor': [] });
  });

  test('the last way in stays, and a password can be added later', async () => {
    const who = be();
    const traveller = travel();
    await traveller.submit(await press(traveller), {}, { form: '/identity/create' });
    const person = await world.modules.users.findByEmail(who.email);
    const [link] = await linksOf(person ?? { id: '' });
    const request = {
      id: 'r',
      address: '192.0.2.9',
      network: '192.0.2.9',
      userAgent: '',
      nonce: '',
      locale: 'en',
    };
    const removal = {
      userId: person?.id ?? '',
      credentialId: link?.id ?? '',
      attempt: { request },
    };
    // Where no mail is a way to sign in, there is nothing else.
    const node = await world.startNode({ email: { enabled: false } });
    const { methods } = node.app.modules;
    expect(await methods.enrol.remove('upstream', removal)).toEqual({ refused: 'last_way' });
    const page = await traveller.open(`${world.issuer}/account/password`);
    const set = await traveller.submit(page, { password: PASSWORD, again: PASSWORD }, { form: '/password' });
    expect([set.status, new URL(set.url).pathname]).toEqual([200, '/account/security']);
    const other = travel();
    const login = await other.open(start);
    const typed = { identifier: who.email, password: PASSWORD };
    expect(cameBack(await other.submit(login, typed, { form: '/login' }))).toBe(true);
    expect(await methods.enrol.remove('upstream', removal)).toEqual({ removed: true });
    await node.close();
  });
});

/** From there on: whoever stops on the way goes on. */
async function follow(traveller: Traveller, url: string): Promise<Page> {
  let page = await traveller.open(url);
  for (let steps = 0; steps < 5 && isOnItsWay(page); steps += 1) page = await traveller.open(page.url);
  return page;
}

const isOnItsWay = ({ status, url }: Page) =>
  status >= 300 && status < 400 && new URL(url).hostname === 'localhost';

/** Where the row of this provider leads. */
function rowOf(page: Page, slug: string): string {
  const href = [...page.html.matchAll(/(?:href|action)="([^"]*choice=[^"]*)"/g)]
    .map(([, each = '']) => each.replaceAll('&amp;', '&'))
    .find((each) => new URL(each, page.url).searchParams.get('choice') === slug);
  if (href === undefined)
    throw new Error(`no row of ${slug} on ${page.url} (${page.status} ${page.heading})`);
  return new URL(href, page.url).href;
}

function linkOf(page: Page, classes: string): string {
  const href = new RegExp(`class="${classes}" href="([^"]+)"`).exec(page.html)?.[1];
  if (href === undefined) throw new Error(`no such link on ${page.url} (${page.status} ${page.heading})`);
  return new URL(href.replaceAll('&amp;', '&'), page.url).href;
}
