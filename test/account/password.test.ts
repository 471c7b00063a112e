import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPasswordStore } from '../../src/methods/password/store.ts';
import { createVisitor } from '../flows/visitor.ts';
import { keysOf } from './keys.ts';
import { type Account, FIVE_MINUTES, PASSWORD, startAccount } from './set-up.ts';

const NEW = 'eleven loud herons glide';
let account: Account;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account?.close());

const isSignedInWith = async (person: { email: string }, password: string) =>
  (await account.signIn(person, '/account', password)).page.heading === 'Your account';

describe('/account/password', () => {
  test('right after a sign-in, the new password is all that is asked', async () => {
    const person = await account.createPerson();
    const { visitor, page } = await account.signIn(person, '/account/password');
    expect(page.html).not.toContain('name="current"');
    const done = await visitor.submit(page, { password: NEW, again: NEW }, { form: 'account/password' });
    expect(done.html).toContain('Your password is changed.');
    expect(await isSignedInWith(person, NEW)).toBe(true);
    expect(await isSignedInWith(person, PASSWORD)).toBe(false);
  });

  test('later the current one is asked, and a wrong one changes nothing', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    account.passTime(FIVE_MINUTES + 2_000);
    const page = await visitor.open('/account/password');
    expect(page.html).toContain('name="current"');
    const fields = { password: NEW, again: NEW };
    const wrong = await visitor.submit(page, { ...fields, current: NEW }, { form: 'account/password' });
    expect(wrong).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    expect(wrong.html).toContain('That is not your current password.');
    const none = await visitor.submit(page, { ...fields, current: '' }, { form: 'account/password' });
    expect(none.status).toBe(422);
    expect(await isSignedInWith(person, PASSWORD)).toBe(true);

    const right = await visitor.submit(page, { ...fields, current: PASSWORD }, { form: 'account/password' });
    expect(right.html).toContain('Your password is changed.');
    expect(await isSignedInWith(person, NEW)).toBe(true);
  });

  test('who does not know the current one proves it another way, and comes back', async () => {
    const { visitor } = await account.signIn(await account.createPerson());
    account.passTime(FIVE_MINUTES + 2_000);
    const asked = await visitor.open('/account/password?prove=yes');
    const page = await account.proveAgain(visitor, asked);
    expect(page.url).toBe(`${account.issuer}/account/password`);
    expect(page.html).not.toContain('name="current"');
  });

  test('who has no password yet chooses the first one by a fresh proof', async () => {
    const person = await account.createPerson();
    await createPasswordStore(account.modules.db).delete(person.id);
    const visitor = createVisitor(account.issuer);
    await keysOf(account).signInByMail(visitor, person);
    const page = await visitor.open('/account/password');
    expect(page.heading).toBe('Choose a password');
    account.passTime(FIVE_MINUTES + 2_000);
    const stale = await visitor.submit(page, { password: NEW, again: NEW }, { form: 'account/password' });
    expect(stale.heading).toBe('Sign in');
    expect(await account.modules.methods.find('password')?.isEnrolled(person.id)).toBe(false);
  });

  test.each([
    ['too short', 'short', 'Use at least 15 characters.'],
    ['the e-mail', 'person1@example.com', 'mostly your name'],
    ['common', 'passwordpassword', 'Many people use this password'],
    ['missing', '', 'Type a password.'],
  ])('refuses a password that is %s', async (_why, password, sentence) => {
    const person = await account.createPerson();
    const { visitor, page } = await account.signIn(person, '/account/password');
    const typed = password === 'person1@example.com' ? person.email : password;
    const refused = await visitor.submit(
      page,
      { password: typed, again: typed },
      { form: 'account/password' },
    );
    expect(refused.status).toBe(422);
    expect(refused.html).toContain(sentence);
    expect(await isSignedInWith(person, PASSWORD)).toBe(true);
  });

  test('without a script the two fields must agree', async () => {
    const { visitor, page } = await account.signIn(await account.createPerson(), '/account/password');
    const refused = await visitor.submit(
      page,
      { password: NEW, again: 'else' },
      { form: 'account/password' },
    );
    expect(refused.html).toContain('The two passwords differ.');
  });

  test.each([
    ['ends the other sessions when it is wished', { end_others: 'yes' }, 'Sign in'],
    ['lets the other sessions be when it is not', {}, 'Your account'],
  ])('%s', async (_title, wish, heading) => {
    const person = await account.createPerson();
    const other = await account.signIn(person);
    const { visitor, page } = await account.signIn(person, '/account/password');
    const csrf = page.forms.find(({ action }) => action.endsWith('/account/password'))?.fields.csrf ?? '';
    await visitor.post('/account/password', { csrf, password: NEW, again: NEW, ...wish });
    expect((await other.visitor.open('/account')).heading).toBe(heading);
    expect((await visitor.open('/account')).heading).toBe('Your account');
  });

  test('a link that was sent to choose a password works no more', async () => {
    const person = await account.createPerson();
    const { links } = account.modules.users;
    const { token } = await links.create('set-password', { userId: person.id, ttlSeconds: 3600 });
    const { visitor, page } = await account.signIn(person, '/account/password');
    await visitor.submit(page, { password: NEW, again: NEW }, { form: 'account/password' });
    expect(await links.find('set-password', token)).toBeUndefined();
  });

  test('is mailed and audited, without the password', async () => {
    const person = await account.createPerson({ profile: { locale: 'de' } });
    const { visitor, page } = await account.signIn(person, '/account/password');
    await visitor.submit(page, { password: NEW, again: NEW }, { form: 'account/password' });
    const [mail] = await account.mailsTo(person.email);
    expect(mail?.subject).toMatch(/^Ihr Passwort für .* wurde geändert$/);
    expect(mail?.text).toContain(`${account.issuer}/new-credential?token=`);
    expect(mail?.text).not.toContain(NEW);
    const [event] = await account.modules.audit.list({
      userId: person.id,
      event: 'users.password_changed',
    });
    expect(event).toMatchObject({
      actor: { type: 'person', id: person.id },
      detail: { how: 'account', before: { password: 'set' }, after: { password: 'replaced' } },
    });
    expect(account.log()).not.toContain(NEW);
  });

  test('guesses of the current one are limited as a sign-in is', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    account.passTime(FIVE_MINUTES + 2_000);
    const page = await visitor.open('/account/password');
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      const fields = { current: `guess number ${guess}`, password: NEW, again: NEW };
      statuses.push((await visitor.submit(page, fields, { form: 'account/password' })).status);
    }
    expect(statuses).toContain(422);
    expect(statuses.at(-1)).toBe(429);
    const right = await visitor.submit(
      page,
      { current: PASSWORD, password: NEW, again: NEW },
      { form: 'account/password' },
    );
    expect(right.status).toBe(429);
    expect(right.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('is refused without its token', async () => {
    const { visitor, page } = await account.signIn(await account.createPerson(), '/account/password');
    const fields = { csrf: '', password: NEW, again: NEW };
    expect(await visitor.submit(page, fields, { form: 'account/password' })).toMatchObject({ status: 403 });
  });
});
