import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEvent, listEvents } from '../../src/audit/audit.ts';
import { messages } from '../../src/i18n/en.ts';
import type { Page, Visitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { totpCode } from '../support/totp-code.ts';
import { keysOf } from './keys.ts';
import { type Account, PASSWORD, startAccount } from './set-up.ts';

eachDatabase('ways to sign in', (dialect) => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount({ dialect });
  });
  afterAll(() => account?.close());

  const secretOf = (page: Page) => {
    const uri = /otpauth:\/\/[^"]*secret=([A-Z2-7]+)/.exec(page.html.replaceAll('&amp;', '&'));
    return uri?.[1] ?? '';
  };
  const connectApp = async (visitor: Visitor, name = 'My phone') => {
    // What was there in the second of the sign-in is asked for by the sign-in.
    account.passTime(2_000);
    const page = await visitor.open('/account/security/totp/add');
    const secret = secretOf(page);
    const code = totpCode(secret, account.now());
    return { secret, page: await visitor.submit(page, { code, name }, { form: 'totp/add' }) };
  };
  const credentialsOf = (person: { id: string }, method: string) =>
    account.modules.methods
      .listEnrolled(person.id)
      .then((all) => all.filter((credential) => credential.method === method));
  const csrfOf = (page: Page) => page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';

  test('an app is connected, renamed and removed; the person is mailed, and it is on the page', async () => {
    const person = await account.createPerson();
    const { visitor, page: before } = await account.signIn(person, '/account/security');
    expect(before.html).toContain('You sign in with one step.');
    const { page } = await connectApp(visitor);
    expect(page.url).toBe(`${account.issuer}/account/security?notice=added`);
    expect(page.html).toContain('My phone');
    expect(page.html).toContain('we ask for:');
    const [mail] = await account.mailsTo(person.email);
    expect(mail?.text).toContain(`${account.issuer}/new-credential?token=`);

    const [credential] = await credentialsOf(person, 'totp');
    const rename = await visitor.open(`/account/security/totp/rename?credential=${credential?.id}`);
    const renamed = await visitor.submit(rename, { name: 'Old <phone>' }, { form: 'totp/rename' });
    expect(renamed.html).toContain('Old &lt;phone&gt;');
    const remove = await visitor.open(`/account/security/totp/remove?credential=${credential?.id}`);
    expect(remove.html).toContain('Old &lt;phone&gt;');
    const removed = await visitor.submit(remove, {}, { form: 'totp/remove' });
    expect(removed.html).toContain('That way to sign in is gone.');
    expect(await credentialsOf(person, 'totp')).toEqual([]);
    expect(await account.mailsTo(person.email)).toHaveLength(2);
    expect(removed.html).toContain('Authenticator app: removed');
    expect(await account.eventsOf(person)).toEqual(
      expect.arrayContaining(['totp.enrolled', 'totp.renamed', 'totp.removed']),
    );
  });

  test('what happened lately is told in words, with the app, the methods and the browser', async () => {
    const person = await account.createPerson();
    const { page } = await account.signIn(person, '/account/security');
    const [event] = await account.modules.audit.list({ event: 'interaction.signed_in', userId: person.id });
    const app = (await account.modules.clients.find(event?.clientId ?? ''))?.name ?? 'none';
    const [, line = ''] = /<li><b>You signed in<\/b>(.*?)<\/li>/s.exec(page.html) ?? [];
    // The tests come from the machine itself.
    expect(event?.network).toMatch(/^(::1|127\.0\.0\.1)$/);
    for (const part of [app, 'Password', 'Firefox · Linux', 'this machine']) {
      expect(line).toContain(part);
    }
  });

  test('all that the catalogue says is shown has words, also what is stored under an older name', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const shown = listEvents().filter(({ shownToPerson }) => shownToPerson !== undefined);
    const names = shown.flatMap(({ name, formerly = [] }) => [name, ...formerly.map((each) => each.name)]);
    expect(names).toContain('interaction.password_set');
    for (const name of [...names, 'users.updated', 'removed.long_ago']) {
      const own = await account.createPerson();
      const { db } = account.modules;
      await db('audit_events').insert({
        ...{ id: `evt_${own.id}`, at: account.now() + 60_000, event: name, outcome: 'success' },
        ...{ actor_type: 'user', user_id: person.id, detail: '{}' },
      });
      const [, first = ''] =
        /<h2>What happened lately<\/h2>.*?<li><b>(.*?)<\/b>/s.exec(
          (await visitor.open('/account/security')).html,
        ) ?? [];
      const { shownToPerson, method } = findEvent(name) ?? {};
      if (names.includes(name)) {
        const words = String(messages[`event.${shownToPerson}` as keyof typeof messages]);
        expect(first).toContain(words.replace('{way}', ''));
        if (method !== undefined) expect(first).not.toContain('{way}');
      }
      expect(first).not.toMatch(/[a-z]+[._][a-z]+/);
      await db('audit_events')
        .where({ id: `evt_${own.id}` })
        .delete();
    }
  });

  test('a wrong code shows the same picture again, and the right one then counts', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/security/totp/add');
    const secret = secretOf(page);
    const wrong = await visitor.submit(page, { code: '000000', name: 'Phone' }, { form: 'totp/add' });
    expect(wrong).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    expect(secretOf(wrong)).toBe(secret);
    let page5 = wrong;
    for (let tries = 0; tries < 4; tries += 1)
      page5 = await visitor.submit(page5, { code: '000000', name: 'Phone' }, { form: 'totp/add' });
    // With the fifth it takes no more: the page has another one, and says so.
    expect([page5.status, secretOf(page5) === secret]).toEqual([422, false]);
    expect(page5.html).toContain('what was shown before no longer works.');
    const code = totpCode(secretOf(page5), account.now());
    await visitor.submit(page5, { code, name: 'Phone' }, { form: 'totp/add' });
    expect(await credentialsOf(person, 'totp')).toHaveLength(1);
  });

  test('of fifty simultaneous answers to one page one adds', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    account.passTime(2_000);
    const page = await visitor.open('/account/security/totp/add');
    const form = page.forms.find(({ action }) => action.includes('totp/add'));
    const code = totpCode(secretOf(page), account.now());
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        visitor
          .copy()
          .request(
            'POST',
            `${account.issuer}/account/security/totp/add`,
            new URLSearchParams({ ...form?.fields, code, name: 'Phone' }),
          ),
      ),
    );
    const isAdded = ({ headers }: Response) => headers.get('location')?.endsWith('notice=added') === true;
    expect(answers.filter(isAdded)).toHaveLength(1);
    expect(await credentialsOf(person, 'totp')).toHaveLength(1);
  });

  test('an answer counts only in the session and for the person that began it', async () => {
    const [ana, ben] = [await account.createPerson(), await account.createPerson()];
    const first = await account.signIn(ana);
    const page = await first.visitor.open('/account/security/totp/add');
    const code = totpCode(secretOf(page), account.now());
    const handle = page.forms.find(({ action }) => action.includes('totp/add'))?.fields.handle ?? '';
    for (const person of [ana, ben]) {
      const other = await account.signIn(person);
      const csrf = csrfOf(other.page);
      const answer = await other.visitor.post('/account/security/totp/add', {
        csrf,
        handle,
        code,
        name: 'x',
      });
      expect(answer.status).toBe(422);
      expect(await credentialsOf(person, 'totp')).toEqual([]);
    }
    await first.visitor.submit(page, { code, name: 'Phone' }, { form: 'totp/add' });
    expect(await credentialsOf(ana, 'totp')).toHaveLength(1);
  });

  test('backup codes are made, counted, and made anew', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/security/backup-codes/add');
    const unsaved = await visitor.submit(page, {}, { form: 'backup-codes/add' });
    expect(unsaved.status).toBe(422);
    const done = await visitor.submit(unsaved, { saved: 'yes' }, { form: 'backup-codes/add' });
    expect(done.html).toContain('10 left');
    expect(done.html).toContain('Make new ones');
  });

  test('another person’s credential is a page that is not there', async () => {
    const [ana, ben] = [await account.createPerson(), await account.createPerson()];
    const { visitor } = await account.signIn(ana);
    await connectApp(visitor);
    const [credential] = await credentialsOf(ana, 'totp');
    const other = await account.signIn(ben);
    await connectApp(other.visitor, 'Bens own');
    const csrf = csrfOf(other.page);
    const id = credential?.id ?? '';
    for (const step of ['rename', 'remove']) {
      const path = `/account/security/totp/${step}`;
      expect(await other.visitor.open(`${path}?credential=${id}`)).toMatchObject({ status: 404 });
      const posted = await other.visitor.post(path, { csrf, credential: id, name: 'mine' });
      expect(posted.status).toBe(404);
    }
    expect((await credentialsOf(ana, 'totp'))[0]?.name).toBe('My phone');
  });

  test.each(['nothing', '__proto__', 'totp%2F..', 'constructor'])('there is no method %s', async (method) => {
    const { visitor } = await account.signIn(await account.createPerson());
    expect(await visitor.open(`/account/security/${method}/add`)).toMatchObject({ status: 404 });
  });

  test('an empty name is refused', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    await connectApp(visitor);
    const [credential] = await credentialsOf(person, 'totp');
    const page = await visitor.open(`/account/security/totp/rename?credential=${credential?.id}`);
    expect(await visitor.submit(page, { name: '   ' }, { form: 'totp/rename' })).toMatchObject({
      status: 422,
    });
  });
});

eachDatabase('the last way in', (dialect) => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount({ dialect, environment: { SMTP_URL: 'none' } });
  });
  afterAll(() => account?.close());

  test('cannot be removed, whatever the form says', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/security/password/remove?credential=password');
    const refused = await visitor.submit(page, {}, { form: 'password/remove' });
    expect(refused.status).toBe(409);
    expect(refused.html).toContain('It is the last way into your account.');
    expect((await account.signIn(person, '/account', PASSWORD)).page.heading).toBe('Your account');
  });

  test('two ways that are removed at the same moment leave one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await account.createPerson();
      const keys = keysOf(account);
      const authenticator = await keys.givePasskey(person);
      const [passkey] = (await account.modules.methods.listEnrolled(person.id)).filter(
        ({ method }) => method === 'passkey',
      );
      // Whoever proves both may remove either.
      const { visitor } = await account.signIn(person);
      const named = await visitor.open('/account/security/password/remove?credential=password');
      await keys.answer(visitor, await keys.goOn(visitor, named), authenticator);
      const page = await visitor.open('/account/security/password/remove?credential=password');
      const csrf = page.forms.find(({ action }) => action.includes('password/remove'))?.fields.csrf ?? '';
      const remove = (method: string, credential: string) =>
        visitor
          .copy()
          .request(
            'POST',
            `${account.issuer}/account/security/${method}/remove`,
            new URLSearchParams({ csrf, credential }),
          );
      const answers = await Promise.all([
        remove('password', 'password'),
        remove('passkey', passkey?.id ?? ''),
      ]);
      // The second one is the last way, or its proof is gone with the first one.
      const isRemoved = ({ headers }: Response) =>
        headers.get('location')?.endsWith('notice=removed') === true;
      expect(answers.filter(isRemoved)).toHaveLength(1);
      expect(await account.modules.methods.listEnrolled(person.id)).toHaveLength(1);
    }
  });
});

describe('/account/security', () => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount();
  });
  afterAll(() => account?.close());

  test('tells what happened lately, newest first, and only to the person', async () => {
    const person = await account.createPerson();
    await account.signIn(person, '/account', 'a wrong password, typed');
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/security');
    const [signedIn, wrong] = ['You signed in', 'Password: a wrong try'].map((text) =>
      page.html.indexOf(text),
    );
    expect(signedIn).toBeGreaterThan(0);
    expect(wrong).toBeGreaterThan(signedIn ?? 0);
    const other = await account.signIn(await account.createPerson(), '/account/security');
    expect(other.page.html).not.toContain('a wrong try');
  });
});
