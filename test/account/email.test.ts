import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { type Account, PASSWORD, startAccount } from './set-up.ts';

const HOUR = 3_600_000;

eachDatabase('change of e-mail', (dialect) => {
  let account: Account;
  let count = 0;
  beforeAll(async () => {
    account = await startAccount({ dialect });
  });
  afterAll(() => account?.close());

  const newAddress = () => {
    count += 1;
    return `new${count}@example.org`;
  };
  const ask = async (visitor: Visitor, email: string) =>
    visitor.submit(await visitor.open('/account/email'), { email }, { form: 'account/email' });
  const emailOf = async ({ id }: { id: string }) => {
    const { email, emailVerified } = await account.modules.users.get(id);
    return { email, emailVerified };
  };
  /** Asked for and confirmed; answers the link that takes it back. */
  const change = async (visitor: Visitor, from: string, to: string) => {
    await ask(visitor, to);
    await visitor.submit(await visitor.open(await account.linkTo(to)), {}, { form: 'email/confirm' });
    return account.linkTo(from);
  };

  test('asks, confirms at the new address, tells the old one, and takes it back', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const email = newAddress();
    const sent = await ask(visitor, email);
    expect(sent).toMatchObject({ status: 200, heading: 'Check your e-mail' });
    expect(await emailOf(person)).toEqual({ email: person.email, emailVerified: true });

    const confirm = await visitor.open(await account.linkTo(email));
    expect(confirm.html).toContain(email);
    const done = await visitor.submit(confirm, {}, { form: 'email/confirm' });
    expect(done.html).toContain('Your e-mail address is confirmed.');
    expect(await emailOf(person)).toEqual({ email, emailVerified: true });

    const [notice] = await account.mailsTo(person.email);
    expect(notice?.subject).toContain('has changed');
    expect(notice?.text).not.toContain(email);
    const stranger = createVisitor(account.issuer);
    const undo = await stranger.open(await account.linkTo(person.email));
    expect(undo.heading).toBe('Take the change back?');
    const undone = await stranger.submit(undo, {}, { form: 'email/undo' });
    expect(undone.heading).toBe('Your old address is back');
    expect(await emailOf(person)).toEqual({ email: person.email, emailVerified: true });
    expect((await visitor.open('/account')).heading).toBe('Sign in');
    expect(await account.eventsOf(person)).toEqual(
      expect.arrayContaining([
        'account.email_change_asked',
        'account.email_changed',
        'account.email_change_undone',
      ]),
    );
  });

  test('opening a link spends nothing, however often, by GET or HEAD', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const email = newAddress();
    await ask(visitor, email);
    const link = await account.linkTo(email);
    const scanner = createVisitor(account.issuer);
    for (const method of ['GET', 'HEAD', 'GET']) await scanner.request(method, link);
    for (const _ of [1, 2]) expect((await visitor.open(link)).heading).toBe('Confirm this e-mail');
    expect((await emailOf(person)).email).toBe(person.email);
    await visitor.submit(await visitor.open(link), {}, { form: 'email/confirm' });
    const back = await account.linkTo(person.email);
    for (const method of ['GET', 'HEAD', 'GET']) await scanner.request(method, back);
    expect((await emailOf(person)).email).toBe(email);
    expect((await scanner.open(back)).heading).toBe('Take the change back?');
  });

  test('a mail scanner that posts what it finds spends nothing', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const email = newAddress();
    const back = await change(visitor, person.email, email);
    const token = new URL(back).searchParams.get('token') ?? '';
    for (const address of [back, `${account.issuer}/account/email/undo`]) {
      const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ token }) });
      expect(answer.status).toBe(403);
    }
    expect((await emailOf(person)).email).toBe(email);
  });

  test('of fifty simultaneous confirmations one counts', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const email = newAddress();
    await ask(visitor, email);
    const page = await visitor.open(await account.linkTo(email));
    const form = page.forms.find(({ action }) => action.includes('email/confirm'));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        visitor
          .copy()
          .request('POST', `${account.issuer}/account/email/confirm`, new URLSearchParams(form?.fields)),
      ),
    );
    expect(countOf(answers)).toEqual({ 303: 1, 410: 49 });
    const events = await account.eventsOf(person);
    expect(events.filter((event) => event === 'account.email_changed')).toHaveLength(1);
    expect(await account.mailsTo(person.email)).toHaveLength(1);
  });

  test('of fifty simultaneous undos one counts', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const back = await change(visitor, person.email, newAddress());
    const stranger = createVisitor(account.issuer);
    const form = (await stranger.open(back)).forms.find(({ action }) => action.includes('email/undo'));
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        stranger
          .copy()
          .request('POST', `${account.issuer}/account/email/undo`, new URLSearchParams(form?.fields)),
      ),
    );
    expect(countOf(answers)).toEqual({ 303: 1, 410: 49 });
    const events = await account.eventsOf(person);
    expect(events.filter((event) => event === 'account.email_change_undone')).toHaveLength(1);
  });

  test('a link works for the person who asked and for nobody else', async () => {
    const person = await account.createPerson();
    const email = newAddress();
    const { visitor } = await account.signIn(person);
    await ask(visitor, email);
    const link = await account.linkTo(email);
    const token = new URL(link).searchParams.get('token') ?? '';

    const other = await account.signIn(await account.createPerson());
    expect(await other.visitor.open(link)).toMatchObject({ status: 410 });
    const csrf = other.page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
    expect(await other.visitor.post('/account/email/confirm', { csrf, token })).toMatchObject({
      status: 410,
    });
    expect((await createVisitor(account.issuer).open(link)).heading).toBe('Sign in');
    expect((await emailOf(person)).email).toBe(person.email);

    const phone = createVisitor(account.issuer);
    const asked = await phone.open(link);
    const page = await phone.submit(
      asked,
      { identifier: person.email, password: PASSWORD },
      { form: '/login' },
    );
    expect(page).toMatchObject({ url: link, heading: 'Confirm this e-mail' });
  });

  test.each([['x'], [''], ['a'.repeat(43)]])('a made-up token opens nothing: %j', async (token) => {
    const { visitor, page } = await account.signIn(await account.createPerson());
    const csrf = page.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
    for (const path of ['/account/email/confirm', '/account/email/undo']) {
      expect(await visitor.open(`${path}?token=${token}`)).toMatchObject({ status: 410 });
      expect(await visitor.post(path, { csrf, token })).toMatchObject({ status: 410 });
    }
  });

  test('a token that was altered, and the one of the other kind, open nothing', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const email = newAddress();
    await ask(visitor, email);
    const confirm = new URL(await account.linkTo(email)).searchParams.get('token') ?? '';
    const altered = `${confirm.startsWith('A') ? 'B' : 'A'}${confirm.slice(1)}`;
    for (const path of [`confirm?token=${altered}`, `undo?token=${confirm}`]) {
      expect(await visitor.open(`/account/email/${path}`)).toMatchObject({ status: 410 });
    }
    const csrf = (await visitor.open('/account')).forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
    for (const token of [altered, '', confirm.slice(1)]) {
      expect(await visitor.post('/account/email/confirm', { csrf, token })).toMatchObject({ status: 410 });
    }
    expect((await emailOf(person)).email).toBe(person.email);
  });

  test('a new link voids the older one', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const [first, second] = [newAddress(), newAddress()];
    await ask(visitor, first);
    const older = await account.linkTo(first);
    await ask(visitor, second);
    expect(await visitor.open(older)).toMatchObject({ status: 410 });
    expect(await visitor.open(await account.linkTo(second))).toMatchObject({ status: 200 });
  });

  test('who wants an address that is taken sees the same page; its owner is told', async () => {
    const [ana, ben] = [await account.createPerson(), await account.createPerson()];
    const { visitor } = await account.signIn(ana);
    const free = await ask(visitor, newAddress());
    const taken = await ask(visitor, ben.email.toUpperCase());
    expect(taken.status).toBe(free.status);
    const plain = (html: string) =>
      html.replaceAll(/(csrf" value|nonce)="[^"]*"/g, '').replaceAll(/[\w.]+@[\w.]+/gi, 'ADDRESS');
    expect(plain(taken.html)).toBe(plain(free.html));
    const [mail] = await account.mailsTo(ben.email);
    expect(mail?.subject).toContain('Your address was typed');
    expect(mail?.text).not.toContain('token=');
  });

  test('an address that was taken since cannot be confirmed, and nothing changes', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const email = newAddress();
    await ask(visitor, email);
    await account.modules.users.create({ email }, SYSTEM);
    const page = await visitor.open(await account.linkTo(email));
    expect(await visitor.submit(page, {}, { form: 'email/confirm' })).toMatchObject({ status: 410 });
    expect((await emailOf(person)).email).toBe(person.email);
  });

  test('the own address can be confirmed while it is not, and needs no undo', async () => {
    const person = await account.createPerson({ emailVerified: false });
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/email');
    expect(page.heading).toBe('Confirm your e-mail');
    await visitor.submit(page, {}, { form: 'account/email' });
    await visitor.submit(
      await visitor.open(await account.linkTo(person.email)),
      {},
      { form: 'email/confirm' },
    );
    expect(await emailOf(person)).toEqual({ email: person.email, emailVerified: true });
    expect(await account.mailsTo(person.email)).toHaveLength(1);
    expect((await ask(visitor, person.email.toUpperCase())).html).toContain('That is your e-mail already.');
  });

  test.each([
    ['no address'],
    ['a@b@c'],
    ['two@example.com, three@example.com'],
    ['x@example.com\nBcc: y@example.com'],
    [''],
  ])('refuses what is no address: %j', async (email) => {
    const { visitor } = await account.signIn(await account.createPerson());
    expect(await ask(visitor, email)).toMatchObject({ status: 422 });
  });

  test('links are limited for each person', async () => {
    const { visitor } = await account.signIn(await account.createPerson());
    const statuses: number[] = [];
    for (let time = 0; time < 6; time += 1) statuses.push((await ask(visitor, newAddress())).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test('the first owner takes it back also when the address was changed twice', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const [second, third] = [newAddress(), newAddress()];
    const toFirst = await change(visitor, person.email, second);
    account.passTime(1_000);
    const toSecond = await change(visitor, second, third);
    const owner = createVisitor(account.issuer);
    await owner.submit(await owner.open(toFirst), {}, { form: 'email/undo' });
    expect((await emailOf(person)).email).toBe(person.email);
    expect(await createVisitor(account.issuer).open(toSecond)).toMatchObject({ status: 410 });
  });

  test('taking it back voids what is on its way, and remembered grants', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const back = await change(visitor, person.email, newAddress());
    const next = newAddress();
    await ask(visitor, next);
    const waiting = await account.linkTo(next);
    const owner = createVisitor(account.issuer);
    await owner.submit(await owner.open(back), {}, { form: 'email/undo' });
    const again = await account.signIn(person);
    expect(await again.visitor.open(waiting)).toMatchObject({ status: 410 });
  });

  describe('time', () => {
    test('a confirmation works for an hour', async () => {
      const person = await account.createPerson();
      const { visitor } = await account.signIn(person);
      const email = newAddress();
      await ask(visitor, email);
      account.passTime(HOUR + 1_000);
      expect(await visitor.open(await account.linkTo(email))).toMatchObject({ status: 410 });
    });

    test('an undo works for 72 hours', async () => {
      const person = await account.createPerson();
      const { visitor } = await account.signIn(person);
      const back = await change(visitor, person.email, newAddress());
      const stranger = createVisitor(account.issuer);
      account.passTime(72 * HOUR - 60_000);
      expect((await stranger.open(back)).heading).toBe('Take the change back?');
      account.passTime(120_000);
      expect(await stranger.open(back)).toMatchObject({ status: 410 });
    });
  });

  test('tokens are nowhere in the database', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const email = newAddress();
    await ask(visitor, email);
    const confirm = new URL(await account.linkTo(email)).searchParams.get('token') ?? 'none';
    const changes = await account.modules.db('account_email_changes').select();
    expect(JSON.stringify(changes)).not.toContain(confirm);
    await visitor.submit(await visitor.open(await account.linkTo(email)), {}, { form: 'email/confirm' });
    const undo = new URL(await account.linkTo(person.email)).searchParams.get('token') ?? 'none';
    expect(JSON.stringify(await account.modules.db('account_email_undos').select())).not.toContain(undo);
    expect(account.log()).not.toContain(undo);
  });
});

test('without mail the address stays as it is', async () => {
  const silent = await startAccount({ environment: { SMTP_URL: 'none' } });
  try {
    const { visitor, page } = await silent.signIn(await silent.createPerson(), '/account/profile');
    expect(page.html).not.toContain('/account/email"');
    expect(await visitor.open('/account/email')).toMatchObject({ status: 404 });
  } finally {
    await silent.close();
  }
});

function countOf(answers: readonly Response[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
