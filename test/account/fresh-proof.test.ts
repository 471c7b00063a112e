import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { totpCode } from '../support/totp-code.ts';
import { type Account, FIVE_MINUTES, PASSWORD, startAccount } from './set-up.ts';

let account: Account;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account?.close());

const SENSITIVE_PAGES = ['/account/email', '/account/delete', '/account/security/totp/add'];

describe('a sensitive page', () => {
  test.each(SENSITIVE_PAGES)('%s opens right after a sign-in', async (path) => {
    const { visitor } = await account.signIn(await account.createPerson());
    expect(await visitor.open(path)).toMatchObject({ status: 200, url: account.issuer + path });
  });

  test.each(SENSITIVE_PAGES)('%s asks for a proof after five minutes, and comes back', async (path) => {
    const { visitor } = await account.signIn(await account.createPerson());
    account.passTime(FIVE_MINUTES + 2_000);
    const asked = await visitor.open(path);
    expect(asked.heading).toBe('Sign in');
    expect(asked.trail.some((address) => /prompt=login/.test(address) && /max_age=300/.test(address))).toBe(
      true,
    );
    expect(await account.proveAgain(visitor, asked)).toMatchObject({
      status: 200,
      url: account.issuer + path,
    });
  });

  test('keeps the query of the page that is come back to', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    account.passTime(FIVE_MINUTES + 2_000);
    const path = '/account/security/password/remove?credential=password';
    const page = await account.proveAgain(visitor, await visitor.open(path));
    expect(page).toMatchObject({ status: 200, url: account.issuer + path });
  });

  test('a wrong password proves nothing', async () => {
    const { visitor } = await account.signIn(await account.createPerson());
    account.passTime(FIVE_MINUTES + 2_000);
    const asked = await visitor.open('/account/email');
    expect(await visitor.submit(asked, { password: 'wrong one' }, { form: '/login' })).toMatchObject({
      status: 422,
    });
    expect((await visitor.open('/account/email')).heading).toBe('Sign in');
  });

  test('who cancels the proof is back on the overview, still signed in', async () => {
    const { visitor } = await account.signIn(await account.createPerson());
    account.passTime(FIVE_MINUTES + 2_000);
    const asked = await visitor.open('/account/delete');
    expect(await visitor.submit(asked, {}, { form: '/cancel' })).toMatchObject({
      heading: 'Your account',
      url: `${account.issuer}/account`,
    });
  });
});

describe('a sensitive form', () => {
  const FORMS: [path: string, page: string, fields: Record<string, string>][] = [
    ['/account/email', '/account/email', { email: 'new@example.com' }],
    ['/account/delete', '/account/delete', { sure: 'yes' }],
    ['/account/data/export', '/account/data', {}],
    ['/account/sessions/end-others', '/account/sessions', {}],
    ['/account/sessions/end', '/account/sessions', { session: 'another' }],
    ['/account/security/password/remove', '/account/security', { credential: 'password' }],
    ['/account/security/totp/add', '/account/security', { code: '123456' }],
    ['/account/security/forget-device', '/account/security', { device: 'rdv_x' }],
    ['/account/security/forget-devices', '/account/security', {}],
  ];

  test.each(FORMS)('%s does nothing with a stale proof', async (action, from, fields) => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const csrf = (await visitor.open(from)).forms.find(({ fields: own }) => own.csrf)?.fields.csrf ?? '';
    const before = await account.eventsOf(person);
    account.passTime(FIVE_MINUTES + 2_000);
    const page = await visitor.post(action, { csrf, ...fields });
    expect(page.heading).toBe('Sign in');
    expect(await account.eventsOf(person)).toEqual(before);
    expect(await account.mailsTo('new@example.com')).toEqual([]);
  });

  test.each(FORMS)('%s is refused without its token and from another site', async (action, from, fields) => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const csrf = (await visitor.open(from)).forms.find(({ fields: own }) => own.csrf)?.fields.csrf ?? '';
    const before = await account.eventsOf(person);
    expect(await visitor.post(action, fields)).toMatchObject({ status: 403 });
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await visitor.post(action, { csrf, ...fields }, evil)).toMatchObject({ status: 403 });
    expect(await account.eventsOf(person)).toEqual(before);
  });
});

describe('the page that is come back to', () => {
  test.each([
    ['//evil.example'],
    ['https://evil.example/'],
    ['security/../../auth'],
    ['data/export'],
    ['delete?sure=%79es'],
    ['email/undo?token=x'],
    ['security/totp/add/../x'],
    ['sessions?notice=again?x'],
    ['\\evil'],
  ])('is never one that was planted: %j', async (planted) => {
    const { visitor } = await account.signIn(await account.createPerson());
    const path = new URL(account.issuer).pathname;
    visitor.cookies.push({ name: 'gatehouse-account', value: `state.${planted}`, path });
    const page = await visitor.open('/account/callback?state=state');
    expect(page.url).toBe(`${account.issuer}/account`);
  });

  test('a query that was planted reaches only what shows it as text', async () => {
    const { visitor } = await account.signIn(await account.createPerson());
    const page = await visitor.open('/account/sessions?notice=<script>alert(1)</script>');
    expect(page.html).not.toContain('<script>alert');
  });
});

test('a proof counts for the session that gave it, not for another browser of the person', async () => {
  const person = await account.createPerson();
  const first = await account.signIn(person);
  account.passTime(FIVE_MINUTES + 2_000);
  await account.signIn(person);
  expect((await first.visitor.open('/account/email')).heading).toBe('Sign in');
});

test('who has a second factor proves both, also on a device that it is not asked on', async () => {
  const person = await account.createPerson();
  const first = await account.signIn(person);
  account.passTime(2_000);
  const add = await first.visitor.open('/account/security/totp/add');
  const secret = /secret=([A-Z2-7]+)/.exec(add.html)?.[1] ?? '';
  const codeNow = () => totpCode(secret, account.now());
  await first.visitor.submit(add, { code: codeNow(), name: 'Phone' }, { form: 'totp/add' });

  account.passTime(60_000);
  const { visitor, page } = await account.signIn(person);
  const home = await visitor.submit(page, { code: codeNow(), remember_device: 'yes' }, { form: '/totp' });
  expect(home.heading).toBe('Your account');

  account.passTime(FIVE_MINUTES + 2_000);
  const half = await account.proveAgain(visitor, await visitor.open('/account/delete'));
  expect(half.heading).toBe('One more step');
  expect((await visitor.open('/account/delete')).heading).toBe('Sign in');
  const again = await account.proveAgain(visitor, await visitor.open('/account/delete'));
  const whole = await visitor.submit(again, { code: codeNow() }, { form: '/totp' });
  expect(whole.url).toBe(`${account.issuer}/account/delete`);
});

test('another person who proves it instead gets a page of their own', async () => {
  const [ana, ben] = [await account.createPerson(), await account.createPerson()];
  const { visitor } = await account.signIn(ana);
  account.passTime(FIVE_MINUTES + 2_000);
  const asked = await visitor.open('/account/email');
  const open = await visitor.submit(asked, {}, { form: '/switch' });
  const page = await visitor.submit(open, { identifier: ben.email, password: PASSWORD }, { form: '/login' });
  expect(page.html).toContain(ben.email);
  expect(page.html).not.toContain(ana.email);
});
