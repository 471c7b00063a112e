import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { mailsTo } from '../flows/mailbox.ts';
import { createVisitor, type Page } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { READ_AGAIN_MS, type Started, startSteps, toldApp } from './set-up.ts';

const NEXT = 'a quite different staple of batteries';
/** What was proved counts for a change for five minutes. */
const FRESH_MS = 300_000;
/** Without a script it is typed twice. */
const chosen = (password: string) => ({ password, again: password });

eachDatabase('steps of every Gatehouse', (dialect) => {
  let given: Started;
  beforeAll(async () => {
    given = await startSteps({
      dialect,
      settings: {
        users: {
          attributes: {
            desk: { type: 'text', label: 'Desk', shownTo: 'person', editedBy: 'person' },
            clearance: { type: 'text', shownTo: 'operator', editedBy: 'operator' },
          },
        },
      },
    });
  });
  afterAll(() => given?.close());

  const asksPassword = (page: Page) => page.forms.some(({ action }) => action.includes('/login'));
  const lastMail = async () => (await given.modules.mail.mailbox?.list())?.[0];

  describe('new-password', () => {
    const form = { form: '/required/new-password' };

    test('is chosen at the next sign-in; the old one is refused, and opens nothing afterwards', async () => {
      const app = await given.party();
      const person = await given.person();
      expect(await given.json('users', 'require', 'new-password', person.email)).toMatchObject({
        is_open: true,
      });
      given.pass(READ_AGAIN_MS);
      const { page, visitor } = await given.signIn(app, person);
      expect(page.heading).toBe('Choose a new password');
      const old = await visitor.submit(page, chosen(PASSWORD), form);
      expect(old.status).toBe(422);
      expect(old.html).toContain('This is your old password');
      const short = await visitor.submit(old, chosen('short'), form);
      expect(short.status).toBe(422);
      const done = await visitor.submit(short, chosen(NEXT), form);
      expect(toldApp(done).get('code')).toBeTruthy();
      expect((await given.json('users', 'show', person.email)).required).toEqual([]);
      const { page: again } = await given.signIn(app, person);
      expect(asksPassword(again)).toBe(true);
    });

    test('is not to be chosen in a browser that somebody left signed in', async () => {
      const app = await given.party();
      const person = await given.person();
      const { visitor } = await given.signIn(app, person);
      await given.json('users', 'require', 'new-password', person.email);
      given.pass(FRESH_MS + READ_AGAIN_MS);
      const silent = toldApp(await given.open(app, visitor, { prompt: 'none' }));
      expect(silent.get('error')).toBe('interaction_required');
      const login = await given.open(app, visitor);
      expect(asksPassword(login)).toBe(true);
      const page = await visitor.submit(login, { password: PASSWORD }, { form: '/login' });
      expect(page.heading).toBe('Choose a new password');
      // It lies open until the proof is old.
      given.pass(FRESH_MS + 1000);
      const late = await visitor.submit(page, chosen(NEXT), form);
      expect(asksPassword(late)).toBe(true);
      expect(await given.modules.password.isCurrent(person.id, PASSWORD)).toBe(true);
    });

    test('holds the own account too, which leads to it', async () => {
      const app = await given.party();
      const person = await given.person();
      const { visitor } = await given.signIn(app, person);
      await given.json('users', 'require', 'new-password', person.email);
      given.pass(READ_AGAIN_MS);
      const page = await visitor.open(`${given.url}/account/data`);
      expect(page.heading).toBe('Choose a new password');
      const done = await visitor.submit(page, chosen(NEXT), form);
      expect(done.url).toBe(`${given.url}/account/data`);
      expect(done.status).toBe(200);
    });

    test('is over where it was changed another way, or waived', async () => {
      const [ada, ben] = [await given.person(), await given.person()];
      for (const { email } of [ada, ben]) await given.json('users', 'require', 'new-password', email);
      given.pass(READ_AGAIN_MS);
      await given.modules.password.set(ada.id, NEXT);
      expect((await given.json('users', 'show', ada.email)).required).toEqual([]);
      expect((await given.json('users', 'show', ben.email)).required).toMatchObject([
        { step: 'new-password' },
      ]);
      await given.json('users', 'waive', 'new-password', ben.email);
      expect((await given.refused('users', 'waive', 'new-password', ben.email)).code).toBe(
        'required_steps.not_required',
      );
      const { page } = await given.signIn(await given.party(), ben);
      expect(toldApp(page).get('code')).toBeTruthy();
    });

    test('asks nothing of who has no password, and nobody else can demand it', async () => {
      const user = await given.modules.users.create({ email: `none-${dialect}@example.com` }, SYSTEM);
      expect(await given.json('users', 'require', 'new-password', user.email)).toMatchObject({
        is_open: false,
      });
      const app = await given.party();
      const { code } = await given.refused('clients', 'update', app.clientId, '--require', 'new-password');
      expect(code).toBe('command.usage');
    });
  });

  describe('confirmed-address', () => {
    const form = { form: '/required/confirmed-address' };
    const unconfirmed = async () => {
      const person = await given.person();
      await given.json('users', 'update', person.email, '--unverified');
      return person;
    };
    const codeOf = async () => /\b(\d{6})\b/.exec((await lastMail())?.subject ?? '')?.[1] ?? '';

    test('is shown by a code that is mailed, and the app gets its own after it', async () => {
      const app = await given.party({ requires: ['confirmed-address'] });
      const person = await unconfirmed();
      const { page, visitor } = await given.signIn(app, person);
      expect(page.heading).toBe('Confirm your e-mail');
      const sent = await visitor.submit(page, {}, form);
      expect((await lastMail())?.to).toBe(person.email);
      const right = await codeOf();
      const wrong = await visitor.submit(sent, { code: right === '000000' ? '000001' : '000000' }, form);
      expect(wrong.status).toBe(422);
      const done = await visitor.submit(wrong, { code: right }, form);
      expect(toldApp(done).get('code')).toBeTruthy();
      expect(await given.json('users', 'show', person.email)).toMatchObject({ email_verified: true });
    });

    test('is of the address of now: a code for another one, and of another browser, is worth nothing', async () => {
      const app = await given.party({ requires: ['confirmed-address'] });
      const person = await unconfirmed();
      const { page, visitor } = await given.signIn(app, person);
      const sent = await visitor.submit(page, {}, form);
      const code = await codeOf();
      const { mail = '' } = sent.forms.find(({ fields }) => fields.mail !== undefined)?.fields ?? {};
      const other = await unconfirmed();
      const theirs = await given.signIn(app, other);
      const stolen = await theirs.visitor.submit(theirs.page, { mail, code }, form);
      expect(stolen.status).toBe(410);
      const moved = `moved-${person.email}`;
      // As far as the codes that are out go: a change ends them as well (`access/`).
      const kept = { whenMoved: async () => {} };
      await given.modules.users.update(person.id, { email: moved, emailVerified: false }, SYSTEM, kept);
      await visitor.submit(sent, { code }, form);
      expect(await given.json('users', 'show', moved)).toMatchObject({ email_verified: false });
    });

    test('is mailed by a press alone: its page is shown by a GET, which sends nothing', async () => {
      const app = await given.party({ requires: ['confirmed-address'] });
      const person = await unconfirmed();
      const { page, visitor } = await given.signIn(app, person);
      const sent = await visitor.submit(page, {}, form);
      const mails = async () => (await mailsTo(given, person.email)).length;
      expect([sent.heading, await mails()]).toEqual(['Check your e-mail', 1]);
      expect(sent.trail.at(-1)).not.toContain('/required/');
      const again = await visitor.open(sent.url);
      expect([again.status, again.heading, await mails()]).toEqual([200, 'Check your e-mail', 1]);
      // Another address has another mail to wait for. (A change ends the codes that are out as well.)
      const moved = { email: `again-${person.email}`, emailVerified: false };
      await given.modules.users.update(person.id, moved, SYSTEM, { whenMoved: async () => {} });
      expect((await visitor.open(sent.url)).heading).toBe('Confirm your e-mail');
      const anew = await visitor.submit(await visitor.open(sent.url), {}, form);
      const done = await visitor.submit(anew, { code: await codeOf() }, form);
      expect(toldApp(done).get('code')).toBeTruthy();
    });

    test('takes five wrong codes, and sends five mails an hour', async () => {
      const app = await given.party({ requires: ['confirmed-address'] });
      const person = await unconfirmed();
      const { page, visitor } = await given.signIn(app, person);
      const sent = await visitor.submit(page, {}, form);
      const right = await codeOf();
      let last = sent;
      for (let count = 0; count < 5; count += 1)
        last = await visitor.submit(sent, { code: right === '000000' ? '000001' : '000000' }, form);
      // With the last one it is over, also for who asks for the page again.
      for (const over of [last, await visitor.open(sent.url)]) {
        expect(over.html).toContain('This code was tried too often, or it is too old.');
        expect(over.html).not.toContain('name="code"');
      }
      expect((await visitor.submit(sent, { code: right }, form)).status).toBe(410);
      for (let count = 0; count < 4; count += 1) await visitor.submit(page, {}, form);
      expect((await visitor.submit(page, {}, form)).status).toBe(429);
    });

    test('does not hold the own account, where the address can be changed', async () => {
      const person = await unconfirmed();
      await given.json('users', 'require', 'confirmed-address', person.email);
      given.pass(READ_AGAIN_MS);
      const { page, visitor } = await given.signIn(await given.party(), person);
      expect(page.heading).toBe('Confirm your e-mail');
      const own = `${given.url}/account/profile`;
      expect(await visitor.open(own)).toMatchObject({ status: 200, url: own });
    });
  });

  describe('profile', () => {
    const form = { form: '/required/profile' };

    test('asks for what is missing alone, an operator’s own too, and keeps the rest', async () => {
      const app = await given.party({
        requires: ['profile:name', 'profile:phone_number', 'profile:desk', 'profile:website'],
      });
      const person = await given.person();
      await given.json('users', 'update', person.email, '--website-url', 'https://ana.example/');
      const { page, visitor } = await given.signIn(app, person);
      expect(page.heading).toBe('Complete your profile');
      const asked = page.forms.find(({ action }) => action.includes('required'))?.fields ?? {};
      expect(Object.keys(asked).sort()).toEqual(['attribute.desk', 'csrf', 'phone_number']);
      const wrong = await visitor.submit(page, { phone_number: 'none', 'attribute.desk': '' }, form);
      expect(wrong.status).toBe(422);
      expect(wrong.html).toContain('Fill this in.');
      const bad = await visitor.submit(wrong, { phone_number: 'none', 'attribute.desk': 'B 12' }, form);
      expect(bad.html).toContain('Begin with + and the country code');
      const typed = { phone_number: '+41 44 268 12 34', 'attribute.desk': 'B 12', name: 'Mallory' };
      expect(toldApp(await visitor.submit(bad, typed, form)).get('code')).toBeTruthy();
      const { profile } = await given.json('users', 'show', person.email);
      expect(profile).toMatchObject({
        name: 'Ana Bauer',
        website: 'https://ana.example/',
        phone_number: '+41 44 268 12 34',
        attributes: { desk: 'B 12' },
      });
    });

    test('asks for parts of the address, and keeps those that are there', async () => {
      const parts = ['street_address', 'locality', 'country'];
      const app = await given.party({ requires: parts.map((part) => `profile:address.${part}`) });
      const person = await given.person();
      const before = ['--address-country', 'Schweiz', '--address-formatted', 'Bern'];
      await given.json('users', 'update', person.email, ...before);
      const { page, visitor } = await given.signIn(app, person);
      const isAsked = (name: string) => page.html.includes(`name="${name}"`);
      expect(parts.map(isAsked)).toEqual([true, true, false]);
      const long = { street_address: 'x'.repeat(501), locality: '' };
      const wrong = await visitor.submit(page, long, form);
      expect(wrong).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
      const longOnly = await visitor.submit(wrong, { ...long, locality: 'Bern' }, form);
      expect(longOnly.html).toContain('That is too long');
      const typed = { street_address: 'Kramgasse 49\r\n2. Stock', locality: 'Bern', region: 'BE' };
      expect(toldApp(await visitor.submit(longOnly, typed, form)).get('code')).toBeTruthy();
      const { profile } = await given.json('users', 'show', person.email);
      expect(profile.address).toEqual({
        street_address: 'Kramgasse 49\n2. Stock',
        locality: 'Bern',
        country: 'Schweiz',
      });
    });

    test('keeps what an operator sets at the same moment', async () => {
      const { users } = given.modules;
      const app = await given.party({ requires: ['profile:desk', 'profile:address.locality'] });
      const person = await given.person();
      const { page, visitor } = await given.signIn(app, person);
      const { update: save } = users;
      vi.spyOn(users, 'update').mockImplementationOnce(async (...change) => {
        const more = ['--attribute', 'clearance=top', '--address-country', 'Schweiz'];
        await given.json('users', 'update', person.email, ...more);
        return await save(...change);
      });
      onTestFinished(() => void vi.restoreAllMocks());
      const typed = { 'attribute.desk': 'B 12', locality: 'Bern' };
      expect(toldApp(await visitor.submit(page, typed, form)).get('code')).toBeTruthy();
      const { profile } = await given.json('users', 'show', person.email);
      expect(profile).toMatchObject({
        attributes: { desk: 'B 12', clearance: 'top' },
        address: { locality: 'Bern', country: 'Schweiz' },
      });
    });

    test('takes nothing that is too long, and nothing that was not asked', async () => {
      const app = await given.party({ requires: ['profile:desk', 'profile:nickname'] });
      const person = await given.person();
      const { page, visitor } = await given.signIn(app, person);
      const long = { 'attribute.desk': 'x'.repeat(501), nickname: 'y'.repeat(20_000) };
      expect((await visitor.submit(page, long, form)).status).toBe(422);
      const more = {
        'attribute.desk': 'B',
        nickname: 'Ani',
        'attribute.clearance': 'top',
        email_verified: 'true',
      };
      await visitor.submit(page, more, form);
      const { profile } = await given.json('users', 'show', person.email);
      expect(profile.attributes).toEqual({ desk: 'B' });
    });

    test.each(['profile', 'profile:shoe_size', 'profile:clearance', 'profile:sub', 'profile:address'])(
      '%s is refused where it is demanded',
      async (demand) => {
        const app = await given.party();
        await given.refused('clients', 'update', app.clientId, '--require', demand);
      },
    );
  });

  describe('what is demanded', () => {
    test('comes in one order, one page each, from the app, a role and an operator', async () => {
      await given.json(
        'terms',
        'create',
        'order',
        '--version',
        '1',
        '--title',
        'Order',
        '--url',
        'https://acme.example/o',
      );
      const app = await given.party({ requires: ['profile:nickname'] });
      const person = await given.person();
      await given.json('roles', 'create', '--name', `buyer-${dialect}`, '--require', 'terms:order');
      await given.json('roles', 'assign', `buyer-${dialect}`, '--user', person.email);
      await given.json('users', 'require', 'confirmed-address', person.email);
      await given.json('users', 'update', person.email, '--unverified');
      await given.json('users', 'require', 'new-password', person.email);
      given.pass(READ_AGAIN_MS);
      const { page, visitor } = await given.signIn(app, person);
      expect(page.heading).toBe('Choose a new password');
      const second = await visitor.submit(page, chosen(NEXT), { form: '/required/new-password' });
      expect(second.heading).toBe('Confirm your e-mail');
      await given.json('users', 'update', person.email, '--verified');
      const third = await visitor.open(second.url);
      expect(third.heading).toBe('Please read and accept');
      const fourth = await visitor.submit(third, {}, { form: '/required/terms' });
      expect(fourth.heading).toBe('Complete your profile');
      const done = await visitor.submit(fourth, { nickname: 'Ani' }, { form: '/required/profile' });
      expect(toldApp(done).get('code')).toBeTruthy();
    });

    test('by a role is a second factor, too, and no longer when the role is taken away', async () => {
      const role = `admin-${dialect}`;
      await given.json('roles', 'create', '--name', role);
      await given.json('roles', 'update', role, '--require', 'second-factor');
      expect(await given.json('roles', 'show', role)).toMatchObject({ requires: ['second-factor'] });
      const app = await given.party();
      const person = await given.person();
      const { visitor } = await given.signIn(app, person);
      await given.json('roles', 'assign', role, '--user', person.email);
      given.pass(READ_AGAIN_MS);
      const silent = toldApp(await given.open(app, visitor, { prompt: 'none' }));
      expect(silent.get('error')).toBe('login_required');
      const { page } = await given.signIn(app, person);
      expect(page.url).toContain('/interaction/');
      expect(page.html).toContain('/enrol/');
      await given.json('users', 'set-second-factor', person.email, '--rule', 'never');
      expect(toldApp((await given.signIn(app, person)).page).get('code')).toBeTruthy();
      await given.json('users', 'set-second-factor', person.email, '--rule', 'default');
      await given.json('roles', 'update', role, '--remove-require', 'second-factor');
      given.pass(READ_AGAIN_MS);
      expect(toldApp((await given.signIn(app, person)).page).get('code')).toBeTruthy();
    });

    test('is not repeated in the personal data of others, and goes with the person', async () => {
      const person = await given.person();
      await given.json('users', 'require', 'new-password', person.email);
      await given.json('users', 'delete', person.email);
      const left = await given.modules.db('required_steps').where({ user_id: person.id });
      expect(left).toEqual([]);
    });
  });

  test('a new account is asked at its first sign-in', async () => {
    await given.json(
      'terms',
      'create',
      'first',
      '--version',
      '1',
      '--title',
      'First',
      '--url',
      'https://acme.example/f',
    );
    const app = await given.party({ requires: ['terms:first'] });
    const { link } = { link: await given.json('users', 'create', '--email', `new-${dialect}@example.com`) };
    const visitor = createVisitor(given.url);
    const choose = await visitor.open(link.set_password_url);
    await visitor.submit(choose, chosen(NEXT));
    expect((await given.open(app, visitor)).heading).toBe('Please read and accept');
  });
});
