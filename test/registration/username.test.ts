import { afterEach, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout } from '../flows/mailbox.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { createAuthenticator, optionsOf } from '../methods/passkey/authenticator.ts';

/** Registration where people sign in by a username: it is asked for, or offered. */

const PASSWORD = 'seven quiet otters drift';
const DETAILS = { name: 'Ana Lima', password: PASSWORD, again: PASSWORD };
const often = [{ points: 10_000, perSeconds: 60 }];
const limits = { address: often, knownDevice: often, browser: often, network: often };

let gatehouse: Gatehouse;
let people = 0;
afterEach(() => gatehouse?.close());

async function open(signInBy: 'email' | 'username' | 'both'): Promise<void> {
  const registration = registrationConfig.parse({ mode: 'open', limits });
  gatehouse = await startGatehouse({ settings: { users: { signInBy }, registration } });
}

/** As far as name and password. */
async function proveMail(): Promise<{ visitor: Visitor; details: Page; email: string }> {
  people += 1;
  const email = `ana${people}@example.com`;
  const visitor = createVisitor(gatehouse.issuer);
  const start = await visitor.open('/registration');
  const asked = await visitor.submit(start, { email }, { form: '/registration' });
  const { code } = await mailAbout(gatehouse, email, 'is your code');
  return { visitor, details: await visitor.submit(asked, { code }, { form: '/code' }), email };
}

test('username: it is asked for, and what is none or not free is said beside the field', async () => {
  await open('username');
  const { visitor, details, email } = await proveMail();
  expect(details.html).toMatch(/<input id="username"[^>]*autocomplete="username" required/);
  let page = details;
  for (const [username, sentence] of [
    ['', 'letters and digits of one script'],
    ['ana lima', 'letters and digits of one script'],
    ['аna', 'letters and digits of one script'],
    ['root', 'not free'],
  ]) {
    page = await visitor.submit(page, { ...DETAILS, username: username ?? '' }, { form: '/details' });
    expect([username, page.status]).toEqual([username, 422]);
    expect(page.html).toContain(sentence);
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();
  }
  const account = await visitor.submit(page, { ...DETAILS, username: ' AnaL ' }, { form: '/details' });
  expect(account.url).toBe(`${gatehouse.issuer}/account`);
  expect((await gatehouse.modules.users.findByUsername('anal'))?.email).toBe(email);

  // Somebody else finds it taken, and goes on with another one.
  const other = await proveMail();
  const taken = await other.visitor.submit(
    other.details,
    { ...DETAILS, username: 'ANAL' },
    { form: '/details' },
  );
  expect(taken.status).toBe(422);
  expect(taken.html).toContain('not free');
  const free = await other.visitor.submit(taken, { ...DETAILS, username: 'ana2' }, { form: '/details' });
  expect(free.url).toBe(`${gatehouse.issuer}/account`);
});

test('both: it is offered, and may be left out', async () => {
  await open('both');
  const { visitor, details, email } = await proveMail();
  expect(details.html).toMatch(/<input id="username"[^>]*autocomplete="off" dir="auto"/);
  await visitor.submit(details, { ...DETAILS, username: '' }, { form: '/details' });
  const made = await gatehouse.modules.users.findByEmail(email);
  expect(made).toBeDefined();
  expect(made).not.toHaveProperty('username');
});

test('email: there is no such field, and none is read', async () => {
  await open('email');
  const { visitor, details, email } = await proveMail();
  expect(details.html).not.toContain('id="username"');
  await visitor.submit(details, { ...DETAILS, username: 'smuggled' }, { form: '/details' });
  expect(await gatehouse.modules.users.findByEmail(email)).not.toHaveProperty('username');
});

test('of 50 who want one username at once one gets it, and nobody loses the registration', async () => {
  await open('username');
  const all = [];
  for (let at = 0; at < 50; at += 1) all.push(await proveMail());
  const asked = await Promise.all(
    all.map(async ({ visitor, details }, at) => {
      const form = details.forms.find(({ action }) => action.endsWith('/details'));
      const address = new URL(form?.action.replace(/details$/, 'passkey-instead') ?? '', details.url).href;
      const username = at % 2 ? 'grace' : 'GRACE';
      return { visitor, page: await visitor.post(address, { ...form?.fields, name: 'Grace', username }) };
    }),
  );
  const pages = await Promise.all(
    asked.map(({ visitor, page }) => {
      const authenticator = createAuthenticator({ origin: gatehouse.issuer, rpId: 'localhost' });
      const credential = authenticator.create(optionsOf(page));
      return visitor.submit(page, { credential }, { form: '/passkey' });
    }),
  );
  expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
  const left = pages.filter(({ status }) => status === 422);
  expect(left).toHaveLength(49);
  for (const page of left) expect(page.html).toContain('not free');

  // It is said before the passkey is made, once somebody has it.
  const { visitor, details } = await proveMail();
  const late = await visitor.post(`${details.url}/passkey-instead`, {
    csrf: details.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '',
    name: 'Grace',
    username: 'grace',
  });
  expect(late.status).toBe(422);
  expect(late.html).toContain('not free');
});
