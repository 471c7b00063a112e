import { afterAll, beforeAll, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { mailNames } from '../../src/views/views.ts';
import { mailAbout } from '../flows/mailbox.ts';
import { PASSWORD, type Person, startWorld, type World } from '../flows/second-factor-set-up.ts';
import type { Page, Visitor } from '../flows/visitor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { addCredential } from '../support/credentials.ts';
import { eachDatabase } from '../support/database.ts';
import { requestFrom } from '../support/request-info.ts';
import { CALLS_THIS_MACHINE } from '../support/upstream/gatehouse.ts';
import { startLibraryProvider } from '../support/upstream/library.ts';
import { createTraveller } from '../support/upstream/traveller.ts';

const DAY = 86_400_000;
const NEW = 'eleven loud badgers dance';

/**
 * Mail scanners open what is in a mail before the person does. One that has no cookies may open every address of every
 * kind of mail, and send every form that it finds there: nothing changes, in no table.
 */
eachDatabase('a scanner of mails without cookies', (dialect) => {
  let world: World;
  let books: { id: string; secret: string };
  const sent = new Set<string>();

  beforeAll(async () => {
    world = await startWorld({
      dialect,
      settings: {
        ...CALLS_THIS_MACHINE,
        registration: registrationConfig.parse({ mode: 'open' }),
        oidc: { codeGraceSeconds: 0 },
      },
    });
    books = await world.createClient();
    const { mail } = world.modules;
    const send = mail.send;
    mail.send = async (letter) => {
      sent.add(letter.template);
      await send(letter);
    };
  });
  afterAll(() => world?.close());

  test('opens and posts everything in every kind of mail, and changes nothing', async () => {
    const people = await receiveEveryMail();
    // Nothing here sends it: an operator who makes an account is given the link, and mails it as they like.
    const { set_password_url: setPassword = '' } = await world.command(
      'users set-password',
      {},
      { positionals: [people.bob.email] },
    );
    // By hand, too, from the machine (`doctor mail`), past what this server sends; it leads to the account and changes nothing.
    expect(new Set([...sent, 'set-password', 'test'])).toEqual(new Set(mailNames));

    const mails = (await world.modules.mail.mailbox?.list()) ?? [];
    const words = mails.map(({ text, html }) => `${text} ${html}`).join(' ');
    const ours = addressesIn(words).filter((address) => address.startsWith(world.issuer));
    const addresses = new Set([setPassword, ...ours]);
    const links = [...addresses].filter(
      (address) => address.includes('?token=') || /[?&]invitation=/.test(address),
    );
    const paths = new Set(links.map((link) => new URL(link).pathname));
    expect(paths).toEqual(
      new Set([
        '/account/email/confirm',
        '/account/email/undo',
        '/account/lost-device/cancel',
        '/email/link',
        '/new-credential',
        '/new-device',
        '/recovery/link',
        '/recovery/started',
        '/registration',
        '/registration/link',
        '/set-password',
      ]),
    );

    const before = await everyRow();
    const answers: string[] = [];
    for (const address of addresses) answers.push(...(await scan(address)));
    expect(answers.filter((answer) => !/ (400|403|404|405|410)$/.test(answer))).toEqual([]);
    expect(await everyRow()).toEqual(before);
  });

  /** Every address as a program opens and posts it. Answers the statuses of what was posted. */
  async function scan(address: string): Promise<string[]> {
    for (const method of ['GET', 'HEAD', 'GET']) await send(method, address);
    const page = await send('GET', address);
    const { origin, pathname, searchParams } = new URL(address);
    const answers = [
      await post(`${origin}${pathname}`, searchParams),
      await post(address, new URLSearchParams()),
      await post(address, searchParams),
    ];
    for (const [, attributes = '', inside = ''] of page.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
      const action = /action="?([^"\s>]+)/.exec(attributes)?.[1]?.replaceAll('&amp;', '&') ?? address;
      const fields = [...inside.matchAll(/<input\b([^>]*)>/g)].map(([, input = '']) => [
        /name="?([^"\s>]+)/.exec(input)?.[1] ?? '',
        /value="([^"]*)"/.exec(input)?.[1] ?? '',
      ]);
      if (!/method="?post/i.test(attributes)) continue;
      answers.push(await post(new URL(action, address).href, new URLSearchParams(fields)));
    }
    return answers;
  }

  async function send(method: string, address: string, body?: URLSearchParams): Promise<string> {
    const response = await fetch(address, { method, ...(body ? { body } : {}), headers: BROWSER });
    return response.text();
  }

  async function post(address: string, body: URLSearchParams): Promise<string> {
    const headers = { ...BROWSER, origin: new URL(world.issuer).origin, 'sec-fetch-site': 'same-origin' };
    const response = await fetch(address, { method: 'POST', body, headers, redirect: 'manual' });
    return `${new URL(address).pathname} ${response.status}`;
  }

  /** All that is stored, but for what every visit counts and begins: hits, and sign-ins that nobody has begun. */
  async function everyRow(): Promise<Record<string, string[]>> {
    const { db } = world.modules;
    const sql =
      db.dialect === 'sqlite'
        ? `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
        : 'select tablename as name from pg_tables where schemaname = current_schema()';
    const tables = (await db.raw<{ name: string }>(sql)).map(({ name }) => name);
    expect(tables).toEqual(expect.arrayContaining(['rate_limits', 'artifacts']));
    const rows: Record<string, string[]> = {};
    for (const table of tables) {
      if (table === 'rate_limits' || table === 'leases') continue;
      const all = table === 'artifacts' ? db(table).whereNot({ model: 'Interaction' }) : db(table);
      rows[table] = (await all.select('*')).map((row: object) => JSON.stringify(row)).sort();
    }
    return rows;
  }

  /** Journeys that bring one mail of each kind; those with a link that works once are left as they are. */
  async function receiveEveryMail(): Promise<{ bob: Person }> {
    const [ana, bob, eve, dan] = [
      await world.createPerson(),
      await world.createPerson(),
      await world.createPerson(),
      await world.createPerson(),
    ];
    const own = await signIn(ana);
    await signIn(ana);
    await saveBackupCode(ana);
    await world.connectApp(ana);
    await theft(eve);
    await byMailElsewhere(eve);
    await askForMail(bob);
    await recover(eve);
    await start('/recovery', bob.email, '/recovery');
    await world.command('users recover', {}, { positionals: [dan.email] });
    await start('/registration', 'new@example.com', '/registration');
    await askForMail({ id: '', email: 'newcomer@example.com' });
    await start('/registration', bob.email, '/registration');
    await world.command('users invite', { mail: true }, { positionals: ['guest@example.com'] });
    await changeEmail(eve, 'moved@example.com');
    await ask(await signIn(bob), 'bob-wants@example.com');
    await ask(await signIn(bob), ana.email);
    await changePassword(await signIn(bob));
    await failHalfway(ana, own);
    await useBackupCode(ana);
    await world.command('users remove-second-factor', {}, { positionals: [ana.email] });
    await askForRemoval(await world.createPersonWithApp());
    const frank = await world.createPersonWithApp();
    await askForRemoval(frank);
    await world.modules.access.lostDevice.cancel(
      { userId: frank.id },
      { actor: { type: 'operator', id: 'ops' } },
    );
    await doubt(await world.createPerson());
    await makeApiKey(await world.createPerson());
    await confirmAddress(await world.createPerson());
    await comeFromElsewhere();
    await end(await world.createPerson(), true);
    await end(await world.createPerson(), false);
    return { bob };
  }

  /** An operator wants to know whose address it is. */
  async function confirmAddress(person: Person): Promise<void> {
    const positionals = [person.email];
    await world.command('users update', { unverified: true }, { positionals });
    await world.command('users require', {}, { positionals: ['confirmed-address', ...positionals] });
    const visitor = world.newVisitor();
    const page = await world.givePassword(visitor, books.id, person);
    await visitor.submit(page, {}, { form: '/required/confirmed-address' });
  }

  /** From a provider that does not vouch for the address. */
  async function comeFromElsewhere(): Promise<void> {
    const there = await startLibraryProvider();
    const { issuer, clientId, clientSecret } = await there.register(world.issuer, 'there');
    const provider = { id: 'there', preset: 'oidc', name: 'There', issuer, 'client-id': clientId };
    await world.command(
      'upstream create',
      { ...provider, 'client-secret-stdin': true },
      { stdin: clientSecret },
    );
    there.signInAs({ sub: '1', email: 'from-there@example.com', email_verified: false });
    const traveller = createTraveller([world.issuer, there.issuer]);
    const login = await traveller.open(`${world.issuer}${world.ask(books.id)}`);
    const [, row = ''] = /(?:href|action)="([^"]*choice=there[^"]*)"/.exec(login.html) ?? [];
    await traveller.open(new URL(row.replaceAll('&amp;', '&'), login.url).href);
    await there.close();
  }

  async function makeApiKey({ email }: Person): Promise<void> {
    const api = { identifier: 'https://api.example.com', scope: ['use=Use it'] };
    await world.command('resource-servers create', api);
    await world.command('api-keys create', { user: email, resource: api.identifier, scope: ['use'] });
  }

  async function signIn(person: Person, password = PASSWORD): Promise<Visitor> {
    const visitor = world.newVisitor();
    const login = await visitor.open('/account');
    await visitor.submit(login, { identifier: person.email, password }, { form: '/login' });
    return visitor;
  }

  let backupCode = '';
  async function saveBackupCode(person: Person): Promise<void> {
    const visitor = await signIn(person);
    const page = await visitor.open('/account/security/backup-codes/add');
    backupCode = /<li>([0-9a-z]{4}-[0-9a-z]{4})<\/li>/.exec(page.html)?.[1] ?? '';
    await visitor.submit(page, { saved: 'yes' }, { form: '/backup-codes/add' });
  }

  async function useBackupCode(person: Person): Promise<void> {
    const visitor = world.newVisitor();
    const step = await world.givePassword(visitor, books.id, person);
    const page = await visitor.open(step.url.replace('/totp', '/backup-codes'));
    await visitor.submit(page, { code: backupCode }, { form: '/backup-codes' });
  }

  async function failHalfway(person: Person, visitor: Visitor): Promise<void> {
    await world.modules.oidc.sessions.endAllOf(person.id);
    const step = await world.givePassword(visitor, books.id, person);
    await visitor.submit(step, { code: '000000' }, { form: '/totp' });
  }

  /** A code of an app that comes a second time. */
  async function theft(person: Person): Promise<void> {
    const back = await world.givePassword(world.newVisitor(), books.id, person);
    await world.tokensOf(back, books);
    await world.tokensOf(back, books);
  }

  async function askForMail(person: Person, visitor = world.newVisitor()): Promise<Page> {
    const login = await visitor.open(world.ask(books.id));
    const form = await visitor.open(login.url.replace(/(\?|$)/, '/email$1'));
    return visitor.submit(form, { identifier: person.email }, { form: '/email' });
  }

  async function byMailElsewhere(person: Person): Promise<void> {
    await askForMail(person);
    const { url } = await mailAbout(world, person.email, 'code');
    const phone = world.newVisitor();
    await phone.submit(await phone.submit(await phone.open(url)));
  }

  async function start(path: string, email: string, form: string, visitor = world.newVisitor()) {
    return visitor.submit(await visitor.open(path), { email }, { form });
  }

  async function recover(person: Person): Promise<void> {
    const visitor = world.newVisitor();
    const page = await start('/recovery', person.email, '/recovery', visitor);
    const { code } = await mailAbout(world, person.email, 'is your code');
    const choose = await visitor.submit(page, { code }, { form: '/code' });
    await visitor.submit(choose, { password: NEW, again: NEW }, { form: '/password' });
  }

  async function ask(visitor: Visitor, email: string): Promise<void> {
    await visitor.submit(await visitor.open('/account/email'), { email }, { form: '/account/email' });
  }

  async function changeEmail(person: Person, email: string): Promise<void> {
    const visitor = await signIn(person, NEW);
    await ask(visitor, email);
    const { url } = (await mailAbout(world, email, 'onfirm')) ?? {};
    await visitor.submit(await visitor.open(url), {}, { form: 'email/confirm' });
  }

  async function changePassword(visitor: Visitor): Promise<void> {
    const page = await visitor.open('/account/password');
    await visitor.submit(page, { password: NEW, again: NEW }, { form: '/account/password' });
  }

  /** Somebody whose phone is lost: the password is all that there is beside it. */
  async function askForRemoval({ id }: Person): Promise<void> {
    const asked = await world.modules.access.lostDevice.ask({
      person: await world.modules.users.get(id),
      steps: [{ method: 'password', amr: ['pwd'], kind: 'knowledge', at: world.now() }],
      lost: ['totp'],
      request: { id: '', address: '', network: '192.0.2.1', userAgent: '', nonce: '', locale: 'en' },
    });
    expect(asked).not.toHaveProperty('refused');
  }

  /** A security key whose count goes back: there may be two of it. */
  async function doubt({ id: userId }: Person): Promise<void> {
    const { methods } = world.modules;
    const authenticator = createAuthenticator({ origin: world.issuer, rpId: 'localhost' });
    const place = { attempt: { request: requestFrom('192.0.2.1') }, boundTo: 'a session' };
    await addCredential(world, userId, 'passkey', (shown) => ({ credential: authenticator.create(shown) }));
    for (const counter of [9, 4]) {
      authenticator.counter = counter;
      const attempt = await methods.begin('passkey', place);
      if ('refused' in attempt) throw new Error(attempt.refused);
      const answer = { credential: authenticator.get(attempt.show ?? {}) };
      expect(await methods.finish('passkey', { ...place, ...attempt, answer })).toMatchObject({
        proved: userId,
      });
    }
  }

  /** Plans the end of an account, and comes back in time or does not. */
  async function end(person: Person, isKept: boolean): Promise<void> {
    const visitor = await signIn(person);
    const page = await visitor.open('/account/delete');
    await visitor.submit(page, { sure: 'yes' }, { form: '/account/delete' });
    if (isKept) await signIn(person);
    else {
      world.pass(31 * DAY);
      await world.modules.account.runDeletions();
      world.pass(-31 * DAY);
    }
  }
});

const BROWSER = {
  accept: 'text/html',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
};

function addressesIn(text: string): string[] {
  return [...text.matchAll(/https?:\/\/[^\s"<>]+/g)].map(([address]) => address.replaceAll('&amp;', '&'));
}
