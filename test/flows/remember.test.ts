import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { requestFrom } from '../support/request-info.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { type LibraryProvider, startLibraryProvider } from '../support/upstream/library.ts';
import { createTraveller, type Traveller } from '../support/upstream/traveller.ts';
import { anotherCode, mailsTo } from './mailbox.ts';
import { cameBack, PASSWORD, type Person, startWorld, type World } from './second-factor-set-up.ts';
import type { Page } from './visitor.ts';

/** "Keep me signed in" holds whichever way is taken from the page on which it was ticked. */

let world: World;
let there: LibraryProvider;
let start: string;

beforeAll(async () => {
  there = await startLibraryProvider();
  world = await startWorld({ settings: { ...CALLS_THIS_MACHINE, registration: { mode: 'open' } } });
  const { issuer, clientId, clientSecret } = await there.register(world.issuer, 'there');
  const values = {
    preset: 'oidc',
    name: 'There',
    issuer,
    'client-id': clientId,
    'client-secret-stdin': true,
  };
  await world.command('upstream create', { id: 'there', ...values }, { stdin: clientSecret });
});
beforeEach(async () => {
  there.be({});
  start = `${world.issuer}${world.ask((await world.createClient()).id)}`;
});
afterAll(async () => {
  await world?.close();
  await there?.close();
});

const travel = () => createTraveller([world.issuer, there.issuer]);

/** A row of the sign-in page, pressed: it sends the form that is there. `isTicked`: the box of that form. */
async function press(
  traveller: Traveller,
  page: Page,
  { row, isTicked, typed = {} }: { row: string; isTicked: boolean; typed?: Record<string, string> },
): Promise<Page> {
  const action = [...page.html.matchAll(/formaction="([^"]*)"/g)]
    .map(([, each = '']) => each.replaceAll('&amp;', '&'))
    .find((each) => each.includes(row));
  if (action === undefined) throw new Error(`no row ${row} on ${page.url}`);
  const login = page.forms.find(({ action: each }) => each.includes('/login'));
  const box: Record<string, string> = isTicked ? { remember: 'yes' } : {};
  const form = { action, method: 'post', fields: { csrf: login?.fields.csrf ?? '', ...typed, ...box } };
  return traveller.submit({ ...page, forms: [form] });
}

const isTickedOn = ({ html }: Page) => /name="remember" value="yes" checked/.test(html);

/** As the audit tells of the last sign-in of this person. */
async function isKept(email: string): Promise<boolean> {
  const person = await world.modules.users.findByEmail(email);
  const [event] = await world.modules.audit.list({
    userId: person?.id ?? '',
    event: 'interaction.signed_in',
    limit: 1,
  });
  if (!event) throw new Error(`${email} has not signed in`);
  return (event.detail as { remember?: boolean }).remember === true;
}

async function connect(person: Person): Promise<void> {
  const { upstream } = world.modules;
  const provider = await upstream.get('there');
  const who = { isEmailVerified: false, isEmailTrusted: false, claims: {} };
  const foreign = { subject: person.id, issuer: provider.issuer, ...who };
  await upstream.links.connect({ userId: person.id, provider, foreign }, SYSTEM);
}

const newAddress = () => `${randomBytes(5).toString('hex')}@example.com`;

describe.each([true, false])('ticked: %s', (isTicked) => {
  test('a provider, by which somebody comes who is known', async () => {
    const person = await world.createPerson();
    await connect(person);
    there.signInAs({ sub: person.id, email: person.email });
    const traveller = travel();
    const app = await press(traveller, await traveller.open(start), { row: 'choice=there', isTicked });
    expect(cameBack(app)).toBe(true);
    expect(await isKept(person.email)).toBe(isTicked);
  });

  test('a provider, by which somebody makes an account', async () => {
    const email = newAddress();
    there.signInAs({ sub: email, email, email_verified: true, name: 'Ana Lima' });
    const traveller = travel();
    const page = await press(traveller, await traveller.open(start), { row: 'choice=there', isTicked });
    expect(page.heading).toBe('Create your account');
    expect(cameBack(await traveller.submit(page, {}, { form: '/identity/create' }))).toBe(true);
    expect(await isKept(email)).toBe(isTicked);
  });

  test('a provider that leads to nobody: the box is as it was, for the way that is taken then', async () => {
    const person = await world.createPerson();
    there.be({ refuses: 'access_denied' });
    const traveller = travel();
    const back = await press(traveller, await traveller.open(start), { row: 'choice=there', isTicked });
    expect([back.status, isTickedOn(back)]).toEqual([422, isTicked]);
    // Changed there, it counts as it was changed.
    there.be({});
    await connect(person);
    there.signInAs({ sub: person.id, email: person.email });
    const app = await press(traveller, back, { row: 'choice=there', isTicked: !isTicked });
    expect(cameBack(app)).toBe(true);
    expect(await isKept(person.email)).toBe(!isTicked);
  });

  test('the code of a mail, also after a wrong one, a reload and another mail', async () => {
    const person = await world.createPerson();
    const traveller = travel();
    const row = { row: '/email', isTicked, typed: { identifier: person.email } };
    let page = await press(traveller, await traveller.open(start), row);
    expect(isTickedOn(page)).toBe(isTicked);
    const { code: first = '' } = (await mailsTo(world, person.email))[0] ?? {};
    page = await traveller.submit(page, { code: anotherCode(first) }, { form: '/email' });
    expect([page.status, isTickedOn(page)]).toEqual([422, isTicked]);
    page = await traveller.open(page.url);
    expect(isTickedOn(page)).toBe(isTicked);
    const again = page.forms.findIndex(({ fields }) => fields.again === 'yes');
    page = await traveller.submit(
      page,
      {},
      { form: page.forms.slice(0, again).filter(({ method }) => method === 'post').length },
    );
    expect(isTickedOn(page)).toBe(isTicked);
    const { code = '' } = (await mailsTo(world, person.email))[0] ?? {};
    expect(cameBack(await traveller.submit(page, { code }, { form: '/email' }))).toBe(true);
    expect(await isKept(person.email)).toBe(isTicked);
  });

  test('the link of a mail, and a mail that is asked for on a page of its own', async () => {
    const person = await world.createPerson();
    const traveller = travel();
    // Without a name the row leads to the page that asks for one.
    const ask = await press(traveller, await traveller.open(start), { row: '/email', isTicked });
    await traveller.submit(ask, { identifier: person.email }, { form: '/email' });
    const { url = '' } = (await mailsTo(world, person.email))[0] ?? {};
    const link = await traveller.open(url);
    expect(isTickedOn(link)).toBe(isTicked);
    expect(cameBack(await traveller.submit(link, {}, { form: '/email' }))).toBe(true);
    expect(await isKept(person.email)).toBe(isTicked);
  });

  test('the page of a passkey, come to from another way', async () => {
    const person = await world.createPerson();
    const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
    const place = { userId: person.id, attempt: { request: requestFrom('127.0.0.1') }, boundTo: 'session' };
    const begun = await world.modules.methods.enrol.begin('passkey', place);
    if ('refused' in begun) throw new Error('too many');
    await world.modules.methods.enrol.finish('passkey', {
      ...place,
      answer: { credential: authenticator.create(begun.show) },
      ...(begun.attemptId ? { attemptId: begun.attemptId } : {}),
    });
    const traveller = travel();
    const mailed = await press(traveller, await traveller.open(start), {
      ...{ row: '/email', isTicked },
      typed: { identifier: person.email },
    });
    const page = await traveller.open(mailed.url.replace('/email', '/passkey'));
    expect(isTickedOn(page)).toBe(isTicked);
    const text = /data-passkey="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const shown = JSON.parse(
      text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'),
    );
    const credential = authenticator.get(shown);
    expect(cameBack(await traveller.submit(page, { credential }, { form: '/passkey' }))).toBe(true);
    expect(await isKept(person.email)).toBe(isTicked);
  });

  test('an account that has the provider’s address, whose password is asked for', async () => {
    const person = await world.createPerson();
    there.signInAs({ sub: newAddress(), email: person.email, email_verified: true });
    const traveller = travel();
    const page = await press(traveller, await traveller.open(start), { row: 'choice=there', isTicked });
    const href = /class="btn go" href="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const login = await traveller.open(new URL(href, page.url).href);
    expect(isTickedOn(login)).toBe(isTicked);
    const typed = { identifier: person.email, password: PASSWORD };
    const ask = await traveller.submit(login, typed, { form: '/login' });
    expect(cameBack(await traveller.submit(ask, {}, { form: '/identity/connect' }))).toBe(true);
    expect(await isKept(person.email)).toBe(isTicked);
  });
});

test('kept is a cookie that outlives the browser', async () => {
  const person = await world.createPerson();
  await connect(person);
  there.signInAs({ sub: person.id, email: person.email });
  const lifetimes = [];
  for (const isTicked of [true, false]) {
    const stops = (url: URL) => url.pathname.endsWith('/callback');
    const traveller = createTraveller([world.issuer, there.issuer], { stops });
    const back = await press(traveller, await traveller.open(start), { row: 'choice=there', isTicked });
    let url = back.url;
    const set: string[] = [];
    while (url.startsWith(world.issuer)) {
      const answer = await traveller.at(world.issuer).request('GET', url);
      set.push(...answer.headers.getSetCookie());
      await answer.arrayBuffer();
      url = new URL(answer.headers.get('location') ?? 'about:blank', url).href;
    }
    const cookie = set.findLast((line) => /^[^=]*session=[^;]/.test(line)) ?? '';
    expect(cookie).not.toBe('');
    lifetimes.push(/expires=|max-age=/i.test(cookie));
  }
  expect(lifetimes).toEqual([true, false]);
});
