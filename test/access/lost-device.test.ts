import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createPasswordStore } from '../../src/methods/password/store.ts';
import { keysOf } from '../account/keys.ts';
import { type Account, FIVE_MINUTES, PASSWORD, startAccount } from '../account/set-up.ts';
import { createVisitor, type Page } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';

const DAY = 86_400_000;
const csrfOf = (page: Page) => page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';

eachDatabase('a lost device', (dialect) => {
  let account: Account;
  let keys: ReturnType<typeof keysOf>;
  beforeAll(async () => {
    account = await startAccount({ dialect });
    keys = keysOf(account);
  });
  afterAll(() => account?.close());

  const lostDevice = () => account.modules.access.lostDevice;
  const waysOf = async ({ id }: { id: string }) =>
    (await account.modules.methods.listEnrolled(id)).map(({ method }) => method).sort();
  const cancelUrl = async (email: string) => {
    const mails = await account.mailsTo(email);
    const asked = mails.find(({ subject }) => subject.startsWith('Is it lost?'));
    return /https?:\/\/\S+\/cancel\?token=\S+/.exec(asked?.text ?? '')?.[0] ?? '';
  };

  /** A password and a passkey that is lost; the request is made with the password. */
  async function askInAccount() {
    const person = await account.createPerson();
    await keys.givePasskey(person);
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/lost-device');
    const asked = await visitor.submit(page, { lost_passkey: 'yes' }, { form: 'lost-device' });
    return { person, visitor, page: asked };
  }

  /** A password and an app that is lost, with the backup codes: the sign-in itself goes no further. */
  async function askInSignIn() {
    const person = await account.createPerson();
    await keys.giveApp(person);
    await keys.giveBackupCodes(person);
    const { visitor, page } = await account.signIn(person);
    const href = /href="([^"]*\/lost-device[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const form = await visitor.open(href);
    const lost = { lost_totp: 'yes', 'lost_backup-codes': 'yes' };
    return { person, visitor, form, asked: await visitor.submit(form, lost, { form: 'lost-device' }) };
  }

  test('is removed 72 hours after the request, and not before; then everything is signed out', async () => {
    const { person, visitor, page } = await askInAccount();
    expect(page.heading).toBe('A removal is waiting');
    expect(page.html).toContain('Passkey');
    for (const path of ['/account', '/account/security'])
      expect((await visitor.open(path)).html).toContain('A removal is waiting');
    expect(await waysOf(person)).toEqual(['passkey', 'password']);
    account.passTime(3 * DAY - 60_000);
    await lostDevice().runDue();
    expect(await waysOf(person)).toEqual(['passkey', 'password']);
    account.passTime(120_000);
    expect(await lostDevice().runDue()).toBeGreaterThanOrEqual(1);
    expect(await waysOf(person)).toEqual(['password']);
    expect((await visitor.open('/account')).heading).toBe('Sign in');
    expect(await account.eventsOf(person)).toEqual(
      expect.arrayContaining(['access.removal_asked', 'access.removal_done']),
    );
    expect((await account.mailsTo(person.email))[0]?.subject).toContain('second step');
    const { visitor: again } = await account.signIn(person);
    expect((await again.open('/account/security/passkey/add')).url).toContain('passkey/add');
  });

  test('is asked for inside the sign-in that asks for it, where the session never begins', async () => {
    const { person, visitor, form, asked } = await askInSignIn();
    expect(form.heading).toBe('Lost your device?');
    expect(asked.heading).toBe('A removal is waiting');
    expect(visitor.cookies.filter(({ name }) => name.endsWith('-session'))).toEqual([]);
    expect(await lostDevice().find(person.id)).toMatchObject({ methods: ['totp', 'backup-codes'] });
    account.passTime(3 * DAY + 60_000);
    await lostDevice().runDue();
    expect(await waysOf(person)).toEqual(['password']);
    expect((await account.signIn(person)).page.heading).toBe('Your account');
  });

  test('with a backup code left, that one is proved, too', async () => {
    const person = await account.createPerson();
    await keys.giveApp(person);
    await keys.giveBackupCodes(person);
    const { visitor, page } = await account.signIn(person);
    const form = await visitor.open(page.url.replace('/totp', '/lost-device'));
    const refused = await visitor.submit(form, { lost_totp: 'yes' }, { form: 'lost-device' });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('Prove what you still have first');
    expect(await lostDevice().find(person.id)).toBeUndefined();
  });

  test('never by the mailbox alone: the password is asked', async () => {
    const person = await account.createPerson();
    await keys.givePasskey(person);
    const visitor = createVisitor(account.issuer);
    await keys.signInByMail(visitor, person);
    const page = await visitor.open('/account/lost-device');
    expect(page.html).toContain('name="current"');
    for (const current of ['', 'a wrong password, typed']) {
      const refused = await visitor.submit(page, { lost_passkey: 'yes', current }, { form: 'lost-device' });
      expect(refused.status).toBe(422);
    }
    expect(await lostDevice().find(person.id)).toBeUndefined();
    await visitor.submit(page, { lost_passkey: 'yes', current: PASSWORD }, { form: 'lost-device' });
    expect(await lostDevice().find(person.id)).toMatchObject({ methods: ['passkey'] });
  });

  test('nor by a mailbox that is all there is left', async () => {
    const person = await account.createPerson();
    await keys.givePasskey(person);
    await createPasswordStore(account.modules.db).delete(person.id);
    const visitor = createVisitor(account.issuer);
    await keys.signInByMail(visitor, person);
    const page = await visitor.open('/account/lost-device');
    const refused = await visitor.submit(page, { lost_passkey: 'yes' }, { form: 'lost-device' });
    expect(refused.html).toContain('only whoever runs this site');
    expect(await lostDevice().find(person.id)).toBeUndefined();
  });

  test('what is not lost is proved as well: a passkey is not removed past the app', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    await keys.givePasskey(person);
    const nextCode = await keys.giveApp(person);
    const page = await visitor.open('/account/lost-device');
    const asked = await visitor.submit(page, { lost_passkey: 'yes' }, { form: 'lost-device' });
    expect(await lostDevice().find(person.id)).toBeUndefined();
    const code = await visitor.open(asked.url.replace('/passkey', '/totp'));
    const back = await visitor.submit(code, { code: nextCode() }, { form: '/totp' });
    expect(back.html).toContain('Now press the button again');
    await visitor.submit(back, { lost_passkey: 'yes' }, { form: 'lost-device' });
    expect(await lostDevice().find(person.id)).toMatchObject({ methods: ['passkey'] });
  });

  test('the request asks for a password of the last five minutes', async () => {
    const person = await account.createPerson();
    await keys.givePasskey(person);
    const { visitor } = await account.signIn(person);
    account.passTime(FIVE_MINUTES + 2_000);
    const page = await visitor.open('/account/lost-device');
    expect(page.html).toContain('name="current"');
    const refused = await visitor.submit(page, { lost_passkey: 'yes' }, { form: 'lost-device' });
    expect(refused.status).toBe(422);
    expect(await lostDevice().find(person.id)).toBeUndefined();
  });

  test('every address is told, and each can cancel without a sign-in, by a press', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person, '/account/email');
    const other = `new-${person.email}`;
    await visitor.submit(await visitor.open('/account/email'), { email: other }, { form: 'account/email' });
    await visitor.submit(await visitor.open(await account.linkTo(other)), {}, { form: 'confirm' });
    await keys.givePasskey(person);
    const page = await visitor.open('/account/lost-device');
    await visitor.submit(page, { lost_passkey: 'yes' }, { form: 'lost-device' });
    const [atNew, atOld] = [await cancelUrl(other), await cancelUrl(person.email)];
    expect(atNew).toContain('/account/lost-device/cancel?token=');
    expect(atOld).toBe(atNew);

    const stranger = createVisitor(account.issuer);
    const shown = await stranger.open(atOld);
    expect(shown.heading).toBe('Cancel this removal?');
    expect(await lostDevice().find(person.id)).toBeDefined();
    const done = await stranger.submit(shown, {}, { form: 'cancel' });
    expect(done.heading).toBe('The removal is cancelled');
    expect(await lostDevice().find(person.id)).toBeUndefined();
    expect((await stranger.open(atOld)).status).toBe(410);
    for (const address of [other, person.email])
      expect((await account.mailsTo(address))[0]?.subject).toContain('is cancelled');
    account.passTime(4 * DAY);
    await lostDevice().runDue();
    expect(await waysOf(person)).toEqual(['passkey', 'password']);
  });

  test('any session cancels it, whatever it has proved', async () => {
    const { person } = await askInAccount();
    const other = await account.signIn(person);
    account.passTime(FIVE_MINUTES + 2_000);
    const page = await other.visitor.open('/account');
    const done = await other.visitor.submit(page, {}, { form: 'lost-device/keep' });
    expect(done.heading).toBe('The removal is cancelled');
    expect(await lostDevice().find(person.id)).toBeUndefined();
  });

  test('a password that is set anew ends a request of before', async () => {
    const { person, visitor } = await askInAccount();
    const { links } = account.modules.users;
    const { token } = await links.create('set-password', { userId: person.id, ttlSeconds: 3600 });
    const page = await visitor.open(`/set-password?token=${token}`);
    const NEW = 'eleven loud herons glide';
    await visitor.submit(page, { password: NEW, again: NEW }, { form: 'set-password' });
    expect(await lostDevice().find(person.id)).toBeUndefined();
  });

  test('what was made after the request stays', async () => {
    const { person } = await askInAccount();
    account.passTime(DAY);
    await keys.givePasskey(person);
    account.passTime(2 * DAY + 60_000);
    await lostDevice().runDue();
    expect(await waysOf(person)).toEqual(['passkey', 'password']);
  });

  test('administrators ask another one, and are removed nothing after they became one', async () => {
    const { person } = await askInAccount();
    await account.command('users update', { admin: true }, { positionals: [person.email] });
    account.passTime(3 * DAY + 60_000);
    await lostDevice().runDue();
    expect(await waysOf(person)).toEqual(['passkey', 'password']);
    expect(await lostDevice().find(person.id)).toBeUndefined();
    expect(await account.eventsOf(person)).toContain('access.removal_refused');
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/lost-device');
    expect(page.html).toContain('only whoever runs this site');
    const csrf = csrfOf(page);
    await visitor.post('/account/lost-device', { csrf, lost_passkey: 'yes' });
    expect(await lostDevice().find(person.id)).toBeUndefined();
  });

  test('the operator lists, approves and cancels', async () => {
    const [first, second] = [await askInAccount(), await askInAccount()];
    const listed = await account.command('users recovery list', {});
    expect(listed.requests).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ email: first.person.email, methods: ['passkey'] }),
        expect.objectContaining({ email: second.person.email, methods: ['passkey'] }),
      ]),
    );
    await account.command('users recovery approve', {}, { positionals: [first.person.email] });
    expect(await waysOf(first.person)).toEqual(['password']);
    expect((await first.visitor.open('/account')).heading).toBe('Sign in');
    await account.command('users recovery cancel', {}, { positionals: [second.person.id] });
    expect(await waysOf(second.person)).toEqual(['passkey', 'password']);
    for (const [name, { person }] of [
      ['approve', first],
      ['cancel', second],
    ] as const) {
      await expect(
        account.command(`users recovery ${name}`, {}, { positionals: [person.email] }),
      ).rejects.toThrow(/access.removal_unknown|no open request/);
    }
    expect(await account.eventsOf(second.person)).toContain('access.removal_cancelled');
  });

  describe('fifty at once', () => {
    test('make one request and one mail', async () => {
      const person = await account.createPerson();
      await keys.givePasskey(person);
      const { visitor } = await account.signIn(person);
      const page = await visitor.open('/account/lost-device');
      const fields = new URLSearchParams({ csrf: csrfOf(page), lost_passkey: 'yes' });
      await Promise.all(
        Array.from({ length: 50 }, () =>
          visitor.copy().request('POST', `${account.issuer}/account/lost-device`, fields),
        ),
      );
      const mails = await account.mailsTo(person.email);
      expect(mails.filter(({ subject }) => subject.startsWith('Is it lost?'))).toHaveLength(1);
      expect(
        (await account.eventsOf(person)).filter((event) => event === 'access.removal_asked'),
      ).toHaveLength(1);
    });

    test('cancel, or take effect: one of both, for good', async () => {
      for (let round = 0; round < 3; round += 1) {
        const { person } = await askInAccount();
        account.passTime(3 * DAY + 60_000);
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, at) =>
            at % 2 === 0 ? lostDevice().runDue() : lostDevice().cancel({ userId: person.id }),
          ),
        );
        const cancels = answers.filter((answer) => answer === true).length;
        const isRemoved = (await waysOf(person)).length === 1;
        expect([cancels, isRemoved]).toEqual(isRemoved ? [0, true] : [1, false]);
        const events = await account.eventsOf(person);
        expect(events.filter((event) => /removal_(done|cancelled)/.test(event))).toHaveLength(1);
        expect(await lostDevice().find(person.id)).toBeUndefined();
      }
    });

    test('approve, or cancel: one of all', async () => {
      const { person } = await askInAccount();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          at % 2 === 0 ? lostDevice().approve(person.id, SYSTEM) : lostDevice().cancel({ userId: person.id }),
        ),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      const events = await account.eventsOf(person);
      expect(events.filter((event) => /removal_(done|cancelled)/.test(event))).toHaveLength(1);
    });
  });

  test('a node that dies while it removes is finished by another one', async () => {
    const { person } = await askInAccount();
    await account.modules.db('access_removals').where({ user_id: person.id }).update({ is_waiting: false });
    expect(await lostDevice().cancel({ userId: person.id })).toBe(false);
    await lostDevice().runDue();
    expect(await waysOf(person)).toEqual(['password']);
  });
});

test('with a delay of 0, and without mail, only operators remove what was lost', async () => {
  for (const options of [
    { settings: { recovery: { delaySeconds: 0 } } },
    { environment: { SMTP_URL: 'none' } },
  ]) {
    const account = await startAccount(options);
    try {
      const person = await account.createPerson();
      await keysOf(account).givePasskey(person);
      const { visitor } = await account.signIn(person);
      expect((await visitor.open('/account/security')).html).not.toContain('/lost-device');
      const page = await visitor.open('/account/lost-device');
      expect(page.html).toContain('only whoever runs this site');
      await visitor.post('/account/lost-device', { csrf: csrfOf(page), lost_passkey: 'yes' });
      expect(await account.modules.access.lostDevice.list({ limit: 10 })).toEqual({ items: [] });
      const removed = await account.command(
        'users remove-second-factor',
        { passkeys: true },
        { positionals: [person.id] },
      );
      expect(removed.removed).toEqual({ passkey: 1 });
    } finally {
      await account.close();
    }
  }
});
