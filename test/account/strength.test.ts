import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { keysOf } from './keys.ts';
import { type Account, FIVE_MINUTES, PASSWORD, startAccount } from './set-up.ts';

const NEW = 'eleven loud herons glide';
const MISSING = 'Confirm it’s you';

const csrfOf = (page: Page) => page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
const missingOn = (page: Page) => [...page.html.matchAll(/<li><b>([^<]*)<\/b><\/li>/g)].map(([, way]) => way);

eachDatabase('the strength rule in the account', (dialect) => {
  let account: Account;
  let keys: ReturnType<typeof keysOf>;
  beforeAll(async () => {
    account = await startAccount({ dialect });
    keys = keysOf(account);
  });
  afterAll(() => account?.close());

  const credentialsOf = async ({ id }: { id: string }, method: string) =>
    (await account.modules.methods.listEnrolled(id)).filter((each) => each.method === method);

  /** Every change of the account, as its form sends it. */
  async function tryAll(visitor: Visitor, person: { id: string }) {
    const csrf = csrfOf(await visitor.open('/account/security'));
    const [passkey] = await credentialsOf(person, 'passkey');
    const forms: [path: string, fields: Record<string, string>][] = [
      ['/account/security/passkey/add', {}],
      ['/account/security/totp/add', { code: '123456' }],
      ['/account/security/backup-codes/add', { saved: 'yes' }],
      ...(passkey
        ? [
            ['/account/security/passkey/remove', { credential: passkey.id }] as [
              string,
              Record<string, string>,
            ],
          ]
        : []),
      ['/account/security/password/remove', { credential: 'password' }],
      ['/account/password', { password: NEW, again: NEW, current: PASSWORD }],
      ['/account/email', { email: 'thief@example.com' }],
      ['/account/delete', { sure: 'yes' }],
      ['/account/data/export', {}],
    ];
    const headings: string[] = [];
    for (const [path, fields] of forms)
      headings.push((await visitor.post(path, { csrf, ...fields })).heading);
    return headings;
  }

  describe('a password and a passkey', () => {
    test('the password alone changes nothing', async () => {
      const person = await account.createPerson();
      await keys.givePasskey(person);
      const { visitor, page } = await account.signIn(person);
      expect(page.heading).toBe('Your account');
      const before = await account.modules.methods.listEnrolled(person.id);
      expect(new Set(await tryAll(visitor, person))).toEqual(new Set([MISSING]));
      expect(await account.modules.methods.listEnrolled(person.id)).toEqual(before);
      expect(await account.mailsTo('thief@example.com')).toEqual([]);
      const shown = await visitor.open('/account/security/backup-codes/add');
      expect(shown.html).not.toContain('class="codes"');
      expect((await account.signIn(person)).page.heading).toBe('Your account');
    });

    test('a mailed code alone sets no new password', async () => {
      const person = await account.createPerson();
      await keys.givePasskey(person);
      const visitor = createVisitor(account.issuer);
      expect((await keys.signInByMail(visitor, person)).heading).toBe('Your account');
      const page = await visitor.open('/account/password');
      expect(page.heading).toBe(MISSING);
      const csrf = csrfOf(await visitor.open('/account/security'));
      const posted = await visitor.post('/account/password', { csrf, password: NEW, again: NEW });
      expect(posted.heading).toBe(MISSING);
      expect((await account.signIn(person, '/account', NEW)).page.heading).not.toBe('Your account');
    });

    test('is led to the passkey, and goes on with the change', async () => {
      const person = await account.createPerson();
      const authenticator = await keys.givePasskey(person);
      const { visitor } = await account.signIn(person);
      const named = await visitor.open('/account/security/passkey/add');
      expect(named.heading).toBe(MISSING);
      expect(missingOn(named)).toEqual(['Passkey']);
      const asked = await keys.goOn(visitor, named);
      expect(asked.url).toContain('/passkey');
      const add = await keys.answer(visitor, asked, authenticator);
      expect(add.url).toBe(`${account.issuer}/account/security/passkey/add`);
      const added = await keys.answer(visitor, add, keys.newAuthenticator(), 'create');
      expect(added.url).toContain('notice=added');
      expect(await credentialsOf(person, 'passkey')).toHaveLength(2);

      const [first] = await credentialsOf(person, 'passkey');
      const remove = await visitor.open(`/account/security/passkey/remove?credential=${first?.id}`);
      await visitor.submit(remove, {}, { form: 'passkey/remove' });
      expect(await credentialsOf(person, 'passkey')).toHaveLength(1);
    });

    test('the passkey alone may do all of it', async () => {
      const person = await account.createPerson();
      const authenticator = await keys.givePasskey(person);
      const visitor = createVisitor(account.issuer);
      const page = await keys.signInByPasskey(visitor, authenticator, '/account/password');
      expect(page.html).not.toContain('name="current"');
      const done = await visitor.submit(page, { password: NEW, again: NEW }, { form: 'account/password' });
      expect(done.html).toContain('Your password is changed.');
    });

    test('a passkey whose counter fell opens the account; a change asks for another way, once', async () => {
      const person = await account.createPerson();
      const authenticator = await keys.givePasskey(person);
      authenticator.counter = 20;
      await keys.signInByPasskey(createVisitor(account.issuer), authenticator);

      authenticator.counter = 3;
      const visitor = createVisitor(account.issuer);
      expect((await keys.signInByPasskey(visitor, authenticator)).heading).toBe('Your account');
      const subjects = (await account.mailsTo(person.email)).map(({ subject }) => subject);
      expect(subjects.filter((subject) => subject.includes('passkey'))).toHaveLength(1);
      const named = await visitor.open('/account/email');
      expect(named.heading).toBe(MISSING);
      expect(missingOn(named)).toEqual(['Password', 'E-mail link and code']);
      for (const path of ['security/passkey/add', 'security/totp/add', 'delete'])
        expect((await visitor.open(`/account/${path}`)).heading).toBe(MISSING);

      // The copy counts further, and that helps nobody.
      authenticator.counter = 90;
      const copy = createVisitor(account.issuer);
      await keys.signInByPasskey(copy, authenticator);
      expect((await copy.open('/account/email')).heading).toBe(MISSING);

      const asked = await keys.goOn(visitor, named);
      const password = await visitor.open(asked.url.replace(/(\/interaction\/[^/?]+)[^?]*/, '$1/password'));
      const change = await visitor.submit(password, { password: PASSWORD }, { form: '/password' });
      expect(change.url).toBe(`${account.issuer}/account/email`);

      account.passTime(FIVE_MINUTES + 2_000);
      const later = createVisitor(account.issuer);
      await keys.signInByPasskey(later, authenticator);
      expect((await later.open('/account/email')).heading).not.toBe(MISSING);
    });

    test('a link that a command prints opens a password and nothing stronger', async () => {
      const person = await account.createPerson();
      await keys.givePasskey(person);
      const printed = await account.command('users set-password', {}, { positionals: [person.email] });
      const visitor = createVisitor(account.issuer);
      const page = await visitor.open(String(printed.set_password_url));
      const home = await visitor.submit(page, { password: NEW, again: NEW }, { form: 'set-password' });
      expect(home.heading).toBe('Your account');
      const before = await account.modules.methods.listEnrolled(person.id);
      for (const path of ['security/passkey/add', 'security/totp/add', 'email', 'delete', 'password'])
        expect((await visitor.open(`/account/${path}`)).heading).toBe(MISSING);
      expect(new Set(await tryAll(visitor, person))).toEqual(new Set([MISSING]));
      expect(await account.modules.methods.listEnrolled(person.id)).toEqual(before);
    });

    test('who cancels the proof is told what is missing, and not asked again', async () => {
      const person = await account.createPerson();
      await keys.givePasskey(person);
      const { visitor } = await account.signIn(person);
      account.passTime(FIVE_MINUTES + 2_000);
      const asked = await visitor.open('/account/email');
      expect(asked.heading).toBe('Sign in');
      const cancelled = await visitor.post(asked.url.replace(/(\/interaction\/[^/?]+)[^?]*/, '$1/cancel'), {
        csrf: csrfOf(asked),
      });
      expect(cancelled.heading).toBe(MISSING);
      expect(missingOn(cancelled)).toEqual(['Passkey']);
    });

    test('ending sessions and forgetting devices need any fresh proof', async () => {
      const person = await account.createPerson();
      await keys.givePasskey(person);
      const other = await account.signIn(person);
      const { visitor } = await account.signIn(person);
      const csrf = csrfOf(await visitor.open('/account/sessions'));
      await visitor.post('/account/sessions/end-others', { csrf });
      expect((await other.visitor.open('/account')).heading).toBe('Sign in');
    });
  });

  describe('a password, an authenticator app and a passkey', () => {
    test('password and code change what they reach together, and not the passkey, nor the whole', async () => {
      const person = await account.createPerson();
      const nextCode = await keys.giveApp(person);
      await keys.givePasskey(person);
      const { visitor, page } = await account.signIn(person);
      const totp = await visitor.open(page.url.replace('/passkey', '/totp'));
      expect((await visitor.submit(totp, { code: nextCode() }, { form: '/totp' })).heading).toBe(
        'Your account',
      );
      const codes = await visitor.open('/account/security/backup-codes/add');
      expect(codes.html).toContain('class="codes"');
      const form = await visitor.open('/account/password');
      expect(form.html).not.toContain('name="current"');
      expect((await visitor.open('/account/security/totp/add')).html).toContain('otpauth:');
      for (const path of ['security/passkey/add', 'email', 'delete']) {
        const named = await visitor.open(`/account/${path}`);
        expect([path, named.heading, missingOn(named)]).toEqual([path, MISSING, ['Passkey']]);
      }
      const csrf = csrfOf(await visitor.open('/account/data'));
      const exported = await visitor.post('/account/data/export', { csrf });
      expect(exported.heading).toBe(MISSING);
      const done = await visitor.submit(form, { password: NEW, again: NEW }, { form: 'account/password' });
      expect(done.html).toContain('Your password is changed.');
    });
  });

  describe('a password and an authenticator app', () => {
    test('a remembered browser is no step: the password alone passes no change', async () => {
      const person = await account.createPerson();
      const nextCode = await keys.giveApp(person);
      const { visitor, page } = await account.signIn(person);
      await visitor.submit(page, { code: nextCode(), remember_device: 'yes' }, { form: '/totp' });
      const remembered = visitor.copy();
      remembered.cookies.splice(
        0,
        remembered.cookies.length,
        ...visitor.cookies.filter(({ name }) => /remembered/.test(name)),
      );
      const login = await remembered.open('/account');
      const home = await remembered.submit(
        login,
        { identifier: person.email, password: PASSWORD },
        { form: '/login' },
      );
      expect(home.heading).toBe('Your account');
      expect(new Set(await tryAll(remembered, person))).toEqual(new Set([MISSING]));
      const [app] = await credentialsOf(person, 'totp');
      const removal = await remembered.open(`/account/security/totp/remove?credential=${app?.id}`);
      expect(missingOn(removal)).toEqual(['Authenticator app']);
      expect(await credentialsOf(person, 'totp')).toHaveLength(1);

      const asked = await keys.goOn(remembered, removal);
      const remove = await remembered.submit(asked, { code: nextCode() }, { form: '/totp' });
      expect(remove.url).toContain('/totp/remove?credential=');
      await remembered.submit(remove, {}, { form: 'totp/remove' });
      expect(await credentialsOf(person, 'totp')).toEqual([]);
    });

    test('a proof of more than five minutes ago counts no more beside a younger one', async () => {
      const person = await account.createPerson();
      const { visitor } = await account.signIn(person);
      const nextCode = await keys.giveApp(person);
      account.passTime(4 * 60_000);
      const code = await keys.goOn(visitor, await visitor.open('/account/email'));
      expect((await visitor.submit(code, { code: nextCode() }, { form: '/totp' })).url).toContain(
        '/account/email',
      );
      account.passTime(60_000);
      const named = await visitor.open('/account/email');
      expect(missingOn(named)).toEqual(['Password', 'E-mail link and code']);
      const asked = await keys.goOn(visitor, named);
      expect(asked.url).toContain('/password');
      expect((await visitor.submit(asked, { password: PASSWORD }, { form: '/password' })).url).toContain(
        '/account/email',
      );
    });

    test('the first passkey is added with both, and not with one', async () => {
      const person = await account.createPerson();
      const { visitor } = await account.signIn(person);
      const nextCode = await keys.giveApp(person);
      const named = await visitor.open('/account/security/passkey/add');
      expect([named.heading, missingOn(named)]).toEqual([MISSING, ['Authenticator app']]);
      const asked = await keys.goOn(visitor, named);
      const add = await visitor.submit(asked, { code: nextCode() }, { form: '/totp' });
      const added = await keys.answer(visitor, add, keys.newAuthenticator(), 'create');
      expect(added.url).toContain('notice=added');
      expect(await credentialsOf(person, 'passkey')).toHaveLength(1);
      const mails = await account.mailsTo(person.email);
      expect(mails[0]?.subject).toContain('Passkey was added');
    });
  });

  describe('a password alone', () => {
    test('is enough for the first passkey and the first app, as it is all there is', async () => {
      const person = await account.createPerson();
      const { visitor } = await account.signIn(person);
      expect((await visitor.open('/account/security/totp/add')).html).toContain('otpauth:');
      const add = await visitor.open('/account/security/passkey/add');
      expect((await keys.answer(visitor, add, keys.newAuthenticator(), 'create')).url).toContain(
        'notice=added',
      );
      // Who has just added it has proved it; the password alone proves no more than before.
      expect((await visitor.open('/account/security/totp/add')).html).toContain('otpauth:');
      const other = await account.signIn(person);
      expect((await other.visitor.open('/account/security/totp/add')).heading).toBe(MISSING);
      // Nor does what was proved in another session, or with a letter changed.
      const proofs = visitor.cookies.filter(({ name }) => name.endsWith('-proofs'));
      expect(proofs).toHaveLength(1);
      other.visitor.cookies.push(...proofs);
      expect((await other.visitor.open('/account/security/totp/add')).heading).toBe(MISSING);
      const own = visitor.cookies.find(({ name }) => name.endsWith('-proofs'));
      if (own) own.value = own.value.replace(/^./, (letter) => (letter === 'W' ? 'X' : 'W'));
      expect((await visitor.open('/account/security/totp/add')).heading).toBe(MISSING);
    });

    test('that was changed meanwhile proves nothing any more', async () => {
      const person = await account.createPerson();
      const thief = await account.signIn(person);
      account.passTime(2_000);
      const { visitor, page } = await account.signIn(person, '/account/password');
      // Without "sign out everywhere else": the other session goes on, and its proof does not.
      await visitor.post('/account/password', { csrf: csrfOf(page), password: NEW, again: NEW });
      expect((await thief.visitor.open('/account')).heading).toBe('Your account');
      expect((await thief.visitor.open('/account/security/passkey/add')).heading).toBe('Sign in');
    });
  });

  describe('the page that names what is missing', () => {
    test.each([
      ['nothing', ''],
      ['a page that changes nothing', 'sessions'],
      ['a foreign one', 'https://evil.example/'],
      ['one that is not there', 'security/../../auth'],
    ])('leads home from %s', async (_title, planted) => {
      const { visitor } = await account.signIn(await account.createPerson());
      for (const step of ['prove', 'prove/begin']) {
        const page = await visitor.open(`/account/${step}?${new URLSearchParams({ page: planted })}`);
        expect(page.url).toBe(`${account.issuer}/account`);
      }
    });

    test('goes on at once when nothing is missing', async () => {
      const { visitor } = await account.signIn(await account.createPerson());
      for (const step of ['prove', 'prove/begin'])
        expect((await visitor.open(`/account/${step}?page=email`)).url).toBe(
          `${account.issuer}/account/email`,
        );
    });
  });
});

describe('a matrix of one’s own', () => {
  let account: Account;
  let keys: ReturnType<typeof keysOf>;
  beforeAll(async () => {
    account = await startAccount({
      settings: {
        oidc: {
          levels: [
            { acr: 'mail', provedBy: [['any']] },
            { acr: 'word', provedBy: [['pwd']] },
            { acr: 'key', provedBy: [['passkey', 'mfa']] },
            { acr: 'hardware', provedBy: [['hwk', 'mfa']] },
          ],
        },
      },
    });
    keys = keysOf(account);
  });
  afterAll(() => account?.close());

  test('decides: where a password is more than a mail, a mailed code changes no password', async () => {
    const person = await account.createPerson();
    const visitor = createVisitor(account.issuer);
    expect((await keys.signInByMail(visitor, person)).heading).toBe('Your account');
    const form = await visitor.open('/account/password');
    expect(form.html).toContain('name="current"');
    const csrf = csrfOf(await visitor.open('/account/security'));
    const posted = await visitor.post('/account/password', { csrf, password: NEW, again: NEW, current: '' });
    expect(posted.status).toBe(422);
    expect((await account.signIn(person, '/account', PASSWORD)).page.heading).toBe('Your account');
  });

  test('a passkey that may be bound to hardware is added with the strongest that there is', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const add = await visitor.open('/account/security/passkey/add');
    expect((await keys.answer(visitor, add, keys.newAuthenticator(), 'create')).url).toContain(
      'notice=added',
    );
  });
});
