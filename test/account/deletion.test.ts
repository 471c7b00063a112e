import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { createRelyingParty, signIn as signInToApp } from '../support/relying-party.ts';
import { type Account, PASSWORD, startAccount } from './set-up.ts';

const DAY = 86_400_000;

eachDatabase('deleting the account', (dialect) => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount({ dialect });
  });
  afterAll(() => account?.close());

  const plan = async (visitor: Visitor, fields: Record<string, string> = { sure: 'yes' }) =>
    visitor.submit(await visitor.open('/account/delete'), fields, { form: 'account/delete' });
  const exists = async ({ id }: { id: string }) => (await account.modules.users.find(id)) !== undefined;
  const run = () => account.modules.account.runDeletions();

  test('signs out everywhere at once, and deletes after the days of grace', async () => {
    const person = await account.createPerson();
    const other = await account.signIn(person);
    const { visitor } = await account.signIn(person);
    const planned = await plan(visitor);
    expect(planned).toMatchObject({ status: 200, heading: 'Your account will be deleted' });
    for (const each of [visitor, other.visitor])
      expect((await each.open('/account')).heading).toBe('Sign in');
    const [mail] = await account.mailsTo(person.email);
    expect(mail?.subject).toContain('will be deleted');

    account.passTime(14 * DAY - 60_000);
    await run();
    expect(await exists(person)).toBe(true);
    account.passTime(120_000);
    expect(await run()).toBe(1);
    expect(await exists(person)).toBe(false);
    expect((await account.mailsTo(person.email))[0]?.subject).toContain('is deleted');
  });

  test('has the browser forget the pages it keeps to go back to', async () => {
    const { visitor } = await account.signIn(await account.createPerson());
    const page = await visitor.open('/account/delete');
    const { action = '', fields } = page.forms.find((form) => form.action.includes('account/delete')) ?? {};
    const body = new URLSearchParams({ ...fields, sure: 'yes' });
    const answer = await visitor.request('POST', new URL(action, page.url).href, body);
    expect([answer.status, answer.headers.get('clear-site-data')]).toEqual([303, '"cache"']);
  });

  test('asks whether it is meant', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const page = await plan(visitor, {});
    expect(page).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    expect((await visitor.open('/account')).heading).toBe('Your account');
  });

  test('who signs in meanwhile keeps the account', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    await plan(visitor);
    account.passTime(13 * DAY);
    const { page } = await account.signIn(person);
    expect(page.heading).toBe('Your account');
    expect(await account.eventsOf(person)).toContain('account.deletion_cancelled');
    expect((await account.mailsTo(person.email))[0]?.subject).toMatch(/account stays$/);
    account.passTime(30 * DAY);
    await run();
    expect(await exists(person)).toBe(true);
  });

  test('signing in to any app keeps it as well', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    await plan(visitor);
    const party = await createRelyingParty(account);
    const login = await createVisitor(account.issuer).open(
      `/auth?${new URLSearchParams({
        client_id: party.clientId,
        response_type: 'code',
        redirect_uri: party.redirectUri,
        scope: 'openid',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      })}`,
    );
    expect(login.heading).toBe('Sign in');
    const browser = createVisitor(account.issuer);
    await browser.submit(
      await browser.open(login.trail[0] ?? ''),
      { identifier: person.email, password: PASSWORD },
      { form: '/login' },
    );
    account.passTime(30 * DAY);
    await run();
    expect(await exists(person)).toBe(true);
  });

  test('a wrong password keeps nothing', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    await plan(visitor);
    await account.signIn(person, '/account', 'not the password at all');
    account.passTime(15 * DAY);
    expect(await run()).toBe(1);
    expect(await exists(person)).toBe(false);
  });

  test('ends what apps may do, also while nobody is there', async () => {
    const person = await account.createPerson();
    const party = await createRelyingParty(account, { requireOfflineAccess: false });
    const set = await account.modules.password.set(person.id, 'correct horse battery staple');
    expect(set).toEqual({ set: true });
    await signInToApp(account, party, person);
    const { visitor } = await account.signIn(person, '/account', 'correct horse battery staple');
    expect(await account.modules.db('grants').where({ user_id: person.id })).not.toEqual([]);
    await plan(visitor);
    expect(await account.modules.db('grants').where({ user_id: person.id })).toEqual([]);
  });

  test('nothing personal is left in any table; the audit keeps the id', async () => {
    const person = await account.createPerson({
      profile: { name: 'Zarathustra Unmistakable', nickname: 'Zari', phone_number: '+41 44 268 12 34' },
    });
    const { visitor } = await account.signIn(person);
    await visitor.submit(
      await visitor.open('/account/email'),
      { email: 'zari@example.net' },
      { form: 'account/email' },
    );
    await plan(visitor);
    account.passTime(15 * DAY);
    await run();

    const { db } = account.modules;
    for (const table of await tablesOf(account)) {
      const rows = JSON.stringify(await db(table).select());
      for (const text of [person.email, 'Zarathustra', 'Zari', '268 12 34', 'zari@example.net']) {
        expect({ table, hasText: rows.includes(text) }).toEqual({ table, hasText: false });
      }
      const mayName = ['audit_events'].includes(table);
      if (!mayName) expect({ table, hasId: rows.includes(person.id) }).toEqual({ table, hasId: false });
    }
    const events = await account.eventsOf(person);
    expect(events[0]).toBe('users.deleted');
    expect(events).toContain('account.deletion_planned');
  });

  test('of fifty simultaneous runs one deletes, and says so once', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    await plan(visitor);
    account.passTime(15 * DAY);
    const runs = await Promise.all(Array.from({ length: 50 }, run));
    expect(runs.reduce((sum: number, count) => sum + (count ?? 0), 0)).toBe(1);
    expect(
      (await account.mailsTo(person.email)).filter(({ subject }) => subject.includes('is deleted')),
    ).toHaveLength(1);
    expect((await account.eventsOf(person)).filter((event) => event === 'users.deleted')).toHaveLength(1);
  });

  test('coming back at the very moment of the deletion ends one way, never half', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await account.createPerson();
      const { visitor } = await account.signIn(person);
      await plan(visitor);
      account.passTime(15 * DAY);
      const [back] = await Promise.all([account.signIn(person), run()]);
      const isKept = (await account.eventsOf(person)).includes('account.deletion_cancelled');
      expect(await exists(person)).toBe(isKept);
      if (!isKept) expect((await back.visitor.open('/account')).heading).toBe('Sign in');
    }
  });

  test('asking twice moves nothing and mails once', async () => {
    const person = await account.createPerson();
    const { visitor } = await account.signIn(person);
    const page = await visitor.open('/account/delete');
    const form = page.forms.find(({ action }) => action.includes('account/delete'));
    const body = () => new URLSearchParams({ ...form?.fields, sure: 'yes' });
    await Promise.all(
      Array.from({ length: 50 }, () =>
        visitor.copy().request('POST', `${account.issuer}/account/delete`, body()),
      ),
    );
    expect(await account.mailsTo(person.email)).toHaveLength(1);
    const events = await account.eventsOf(person);
    expect(events.filter((event) => event === 'account.deletion_planned')).toHaveLength(1);
  });

  test('is refused to the last administrator, with the reason, also when the other one goes first', async () => {
    const [ana, bob] = [await account.createPerson(), await account.createPerson()];
    const { users } = account.modules;
    await users.update(ana.id, { isAdmin: true }, SYSTEM);
    const { visitor } = await account.signIn(ana);
    const refused = await visitor.open('/account/delete');
    expect(refused.html).toContain('You are the only administrator here');
    expect(refused.html.includes('name="sure"')).toBe(false);

    await users.update(bob.id, { isAdmin: true }, SYSTEM);
    const form = await visitor.open('/account/delete');
    expect(form.html).not.toContain('only administrator');
    await plan((await account.signIn(bob)).visitor);
    const late = await visitor.submit(form, { sure: 'yes' }, { form: 'account/delete' });
    expect(late.status).toBe(409);
    expect(late.html).toContain('You are the only administrator here');
    expect(await account.eventsOf(ana)).not.toContain('account.deletion_planned');

    // An operator takes Ana’s rights away: when Bob’s days are over he stays, until there is somebody else.
    await users.update(ana.id, { isAdmin: false }, SYSTEM);
    account.passTime(15 * DAY);
    await run();
    expect(await exists(bob)).toBe(true);
    await users.update(ana.id, { isAdmin: true }, SYSTEM);
    await run();
    expect(await exists(bob)).toBe(false);
  });
});

test('an operator can keep people from deleting accounts', async () => {
  const strict = await startAccount({ settings: { account: { deletion: false } } });
  try {
    const { visitor, page } = await strict.signIn(await strict.createPerson(), '/account/data');
    expect(page.html).not.toContain('/account/delete');
    expect(await visitor.open('/account/delete')).toMatchObject({ status: 404 });
  } finally {
    await strict.close();
  }
});

async function tablesOf({ modules: { db } }: Account): Promise<string[]> {
  const sql =
    db.dialect === 'sqlite'
      ? `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
      : `select tablename as name from pg_tables where schemaname = current_schema()`;
  return (await db.raw<{ name: string }>(sql)).map(({ name }) => name);
}
