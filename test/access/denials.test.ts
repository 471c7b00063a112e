import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout, mailsTo } from '../flows/mailbox.ts';
import { createVisitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { authorizationUrl, createPerson, createRelyingParty, PASSWORD } from '../support/relying-party.ts';
import { totpCode } from '../support/totp-code.ts';
import { addTotp, changeEmail, type Person, prove } from './world.ts';

const NEW = 'eleven loud badgers dance';
const CHOSEN = { password: NEW, again: NEW };
const DAY = 86_400_000;

eachDatabase('“this wasn’t me” about a new credential', (dialect) => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect });
  });
  afterAll(() => gatehouse?.close());

  const newVisitor = () => createVisitor(gatehouse.issuer);
  const methodsOf = async ({ id }: Person) =>
    (await gatehouse.modules.methods.listEnrolled(id)).map(({ method }) => method).sort();

  async function signIn({ email }: Person, password = PASSWORD) {
    const visitor = newVisitor();
    const page = await visitor.submit(
      await visitor.open('/account'),
      { identifier: email, password },
      { form: '/login' },
    );
    return { visitor, page };
  }

  /** A thief in a browser of their own adds an app; answers the owner's mail about it. */
  async function thiefAddsApp(person: Person) {
    const { visitor } = await signIn(person);
    const secret = await addTotp(gatehouse, visitor);
    return { thief: visitor, secret, ...(await mailAbout(gatehouse, person.email, 'was added')) };
  }

  test('removes exactly that one and ends everything, from any browser, by a second press', async () => {
    const person = await createPerson(gatehouse);
    const { thief, url } = await thiefAddsApp(person);
    const owner = newVisitor();
    const page = await owner.open(url);
    expect(page).toMatchObject({ status: 200, heading: 'Wasn’t that you?' });
    expect(page.html).toContain('Authenticator app');
    expect(await methodsOf(person)).toEqual(['password', 'totp']);
    const removed = await owner.submit(page, {}, { form: '/new-credential' });
    expect(removed).toMatchObject({ status: 200, heading: 'It is removed' });
    expect(removed.html).toContain('/recovery');
    expect(await methodsOf(person)).toEqual(['password']);
    expect((await thief.open('/account')).heading).toBe('Sign in');
    expect((await mailAbout(gatehouse, person.email, 'was removed')).text).toContain('Authenticator app');
    const events = await gatehouse.modules.audit.list({ userId: person.id, limit: 50 });
    const names = events.map(({ event }) => event);
    expect(names).toEqual(expect.arrayContaining(['totp.removed', 'recovery.credential_denied']));
  });

  test('a scanner that opens the link with GET and HEAD changes nothing, however often', async () => {
    const person = await createPerson(gatehouse);
    const { thief, url } = await thiefAddsApp(person);
    for (const method of ['HEAD', 'GET', 'GET']) await newVisitor().request(method, url);
    expect(await methodsOf(person)).toEqual(['password', 'totp']);
    expect((await thief.open('/account')).heading).toBe('Your account');
    // Neither does a form that is not our page's.
    const token = new URL(url).searchParams.get('token') ?? '';
    expect((await newVisitor().post('/new-credential', { token, csrf: 'guess' })).status).toBe(403);
    expect(await methodsOf(person)).toEqual(['password', 'totp']);
  });

  test('works once: of fifty presses at once one removes it, and later ones end nothing', async () => {
    const person = await createPerson(gatehouse);
    const { url } = await thiefAddsApp(person);
    const browsers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const visitor = newVisitor();
        return { visitor, page: await visitor.open(url) };
      }),
    );
    const press = ({ visitor, page }: (typeof browsers)[number]) =>
      visitor.submit(page, {}, { form: '/new-credential' });
    const statuses = (await Promise.all(browsers.map(press))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 410)).toHaveLength(49);
    expect(await methodsOf(person)).toEqual(['password']);
    const about = (await mailsTo(gatehouse, person.email)).filter(({ subject }) =>
      subject.includes('removed'),
    );
    expect(about).toHaveLength(1);

    const { visitor } = await signIn(person);
    const late = browsers[0] as (typeof browsers)[number];
    expect((await press(late)).status).toBe(410);
    expect((await visitor.open('/account')).heading).toBe('Your account');
  });

  test('a password that was set again since is another one, and stays', async () => {
    const person = await createPerson(gatehouse);
    const { visitor, page } = await signIn(person);
    await visitor.submit(await visitor.open('/account/password'), CHOSEN, { form: 'account/password' });
    const { url } = await mailAbout(gatehouse, person.email, 'password has changed');
    expect(page.heading).toBe('Your account');
    gatehouse.passTime(1000);
    const answer = await gatehouse.command('users set-password', {}, { positionals: [person.id] });
    const owner = newVisitor();
    const mine = { password: 'seven quiet otters drift', again: 'seven quiet otters drift' };
    await owner.submit(await owner.open(answer.set_password_url ?? ''), mine);
    const reader = newVisitor();
    const done = await reader.submit(await reader.open(url), {}, { form: '/new-credential' });
    expect(done.heading).toBe('It is removed');
    expect((await signIn(person, mine.password)).page.heading).toBe('Your account');
  });

  test('a password of somebody else is removed, and a recovery sets the next one', async () => {
    const person = await createPerson(gatehouse);
    const { visitor } = await signIn(person);
    await visitor.submit(await visitor.open('/account/password'), CHOSEN, { form: 'account/password' });
    const { url } = await mailAbout(gatehouse, person.email, 'password has changed');
    const reader = newVisitor();
    await reader.submit(await reader.open(url), {}, { form: '/new-credential' });
    expect((await visitor.open('/account')).heading).toBe('Sign in');
    expect((await signIn(person, NEW)).page.status).toBe(422);
    expect(await methodsOf(person)).toEqual([]);
  });

  test('runs out after 30 days', async () => {
    const person = await createPerson(gatehouse);
    const { url } = await thiefAddsApp(person);
    gatehouse.passTime(30 * DAY - 60_000);
    expect((await newVisitor().open(url)).status).toBe(200);
    gatehouse.passTime(120_000);
    expect((await newVisitor().open(url)).status).toBe(410);
  });

  test('what is stored does not open it', async () => {
    const person = await createPerson(gatehouse);
    const { url } = await thiefAddsApp(person);
    const token = new URL(url).searchParams.get('token') ?? '';
    const rows = await gatehouse.modules.db('access_denials').where({ user_id: person.id });
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
    for (const { token_hash } of rows as { token_hash: string }[])
      expect((await newVisitor().open(`/new-credential?token=${token_hash}`)).status).toBe(410);
  });

  test('after a recovery what is new is listed, and what was proved on the way removes it', async () => {
    const person = await createPerson(gatehouse);
    const { secret } = await thiefAddsApp(person);
    const visitor = newVisitor();
    await visitor.submit(await visitor.open('/recovery'), { email: person.email }, { form: '/recovery' });
    const { url } = await mailAbout(gatehouse, person.email, 'your code for a new');
    let page = await visitor.submit(await visitor.open(url), {}, { form: '/recovery/link' });
    gatehouse.passTime(30_000);
    page = await visitor.submit(page, { code: totpCode(secret, gatehouse.now()) }, { form: '/totp' });
    const list = await visitor.submit(page, CHOSEN, { form: '/password' });
    expect(list).toMatchObject({ status: 200, heading: 'Do you know all of these?' });
    expect(list.html).toContain('My phone');
    // In another browser the address shows nothing of the account.
    expect((await newVisitor().open(list.url)).html).not.toContain('My phone');
    const [, remove = ''] = /href="([^"]*\/totp\/remove\?[^"]*)"/.exec(list.html) ?? [];
    const confirm = await visitor.open(remove.replaceAll('&amp;', '&'));
    expect(new URL(confirm.url).pathname).toBe('/account/security/totp/remove');
    const gone = await visitor.submit(confirm, {}, { form: 'totp/remove' });
    expect(gone.html).toContain('That way to sign in is gone.');
    // Nothing is left to look through: the address leads on.
    expect((await visitor.open(list.url)).heading).toBe('Your account');
  });

  test('a recovery that an app waits for leads to the removal, or on to the app, without a further proof', async () => {
    const books = await createRelyingParty(gatehouse, { firstParty: true });
    for (const way of ['remove', 'go on']) {
      const person = await createPerson(gatehouse);
      const { secret } = await thiefAddsApp(person);
      const visitor = newVisitor();
      const login = await visitor.open((await authorizationUrl(books)).href);
      const [, recovery = ''] = /href="([^"]*\/recovery\?[^"]*)"/.exec(login.html) ?? [];
      const start = await visitor.open(recovery.replaceAll('&amp;', '&'));
      await visitor.submit(start, { email: person.email }, { form: '/recovery' });
      const { url } = await mailAbout(gatehouse, person.email, 'your code for a new');
      const step = await visitor.submit(await visitor.open(url), {}, { form: '/recovery/link' });
      gatehouse.passTime(30_000);
      const choose = await visitor.submit(
        step,
        { code: totpCode(secret, gatehouse.now()) },
        { form: '/totp' },
      );
      const list = await visitor.submit(choose, CHOSEN, { form: '/password' });
      expect(list.heading).toBe('Do you know all of these?');
      const pattern = way === 'remove' ? /href="([^"]*\/remove\?[^"]*)"/ : /class="btn go" href="([^"]*)"/;
      const [, next = ''] = pattern.exec(list.html) ?? [];
      const page = await visitor.open(next.replaceAll('&amp;', '&'));
      if (way === 'remove') expect(new URL(page.url).pathname).toBe('/account/security/totp/remove');
      else expect(page.url.startsWith(books.redirectUri)).toBe(true);
      // One sign-in is all that the ticket gives.
      expect(visitor.cookies.some(({ name }) => name.endsWith('ticket'))).toBe(false);
    }
  });

  test('after a recovery nothing is listed when nothing is new', async () => {
    const person = await createPerson(gatehouse);
    await thiefAddsApp(person).then(({ url }) => {
      const owner = newVisitor();
      return owner.open(url).then((page) => owner.submit(page, {}, { form: '/new-credential' }));
    });
    const visitor = newVisitor();
    await visitor.submit(await visitor.open('/recovery'), { email: person.email }, { form: '/recovery' });
    const { url } = await mailAbout(gatehouse, person.email, 'your code for a new');
    const page = await visitor.submit(await visitor.open(url), {}, { form: '/recovery/link' });
    expect((await visitor.submit(page, CHOSEN, { form: '/password' })).heading).toBe('Your account');
  });

  test('after an undo of the address what is new is listed; who proved too little is asked for more', async () => {
    const person = await createPerson(gatehouse);
    const { thief, secret } = await thiefAddsApp(person);
    await prove(gatehouse, thief, await thief.open('/account/email'), secret);
    const undo = await changeEmail(gatehouse, thief, person.email, `thief-${person.email}`);
    const owner = newVisitor();
    const undone = await owner.submit(await owner.open(undo), {}, { form: 'email/undo' });
    expect(undone.heading).toBe('Your old address is back');
    expect(undone.html).toContain('My phone');
    expect((await newVisitor().open(undone.url)).html).not.toContain('My phone');
    const [, remove = ''] = /href="([^"]*\/totp\/remove\?[^"]*)"/.exec(undone.html) ?? [];
    const asked = await owner.open(remove.replaceAll('&amp;', '&'));
    expect(asked.heading).toBe('Sign in');
    expect(await methodsOf(person)).toEqual(['password', 'totp']);
  });
});
