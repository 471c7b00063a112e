import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { PASSWORD, startWorld, type World } from '../flows/second-factor-set-up.ts';
import type { Page, Visitor } from '../flows/visitor.ts';
import { eachDatabase } from '../support/database.ts';
import { type MailServer, startMailServer } from '../support/smtp.ts';

const DOMAIN = 'school.example';

/**
 * Whoever types an address learns nothing of whether it has an account: the same page, and behind it the same
 * statements, which is what takes the time. (Passwords: test/methods/password; what is mailed is one mail or a decoy.)
 */
eachDatabase('an address that nobody has, or only somebody who is disabled', (dialect) => {
  let world: World;
  let invited: World;
  let byDomain: World;
  let mails: MailServer;
  let books: { id: string; secret: string };
  let people = 0;

  beforeAll(async () => {
    mails = await startMailServer();
    world = await startWorld({
      environment: { SMTP_URL: mails.url },
      dialect,
      settings: { registration: registrationConfig.parse({ mode: 'open' }) },
    });
    books = await world.createClient();
    invited = await startWorld({
      environment: { SMTP_URL: mails.url },
      dialect,
      settings: { registration: registrationConfig.parse({ mode: 'invitation' }) },
    });
    byDomain = await startWorld({
      environment: { SMTP_URL: mails.url },
      dialect,
      settings: { registration: registrationConfig.parse({ mode: 'domain', domains: [DOMAIN] }) },
    });
  });
  afterAll(async () => {
    await world?.close();
    await invited?.close();
    await byDomain?.close();
    await mails?.close();
  });

  test.each(['the sign-in by mail', 'the password', 'recovery', 'registration'])(
    'gets the page and the statements of any other from %s',
    async (way) => {
      const known = await newPerson();
      const disabled = await newPerson();
      await world.command('users disable', {}, { positionals: [disabled] });
      const first = await ask(way, known);
      expect(first.statements.length).toBeGreaterThan(2);
      for (const address of [newAddress(), disabled]) {
        const other = await ask(way, address);
        expect(other.page).toEqual(first.page);
        expect(other.statements).toEqual(first.statements);
      }
    },
  );

  test('gets the same as one that is invited, where people come by invitation', async () => {
    await moveTo(invited);
    const known = await newPerson();
    const guest = newAddress();
    await world.command('users invite', {}, { positionals: [guest] });
    const first = await ask('the sign-in by mail', known);
    for (const address of [newAddress(), guest]) {
      expect(await ask('the sign-in by mail', address)).toEqual(first);
    }
  });

  // Which domains are welcome is no secret: the form says it. Who has an account there, or outside of them, is one.
  test.each([
    ['the sign-in by mail', DOMAIN],
    ['the sign-in by mail', 'example.com'],
    ['registration', DOMAIN],
    ['registration', 'example.com'],
  ])('gets the same as any other where people come by domain, from %s at %s', async (way, domain) => {
    await moveTo(byDomain);
    const [known, disabled, guest] = [await newPerson(domain), await newPerson(domain), newAddress(domain)];
    await world.command('users disable', {}, { positionals: [disabled] });
    await world.command('users invite', {}, { positionals: [guest] });
    const first = await ask(way, known);
    for (const address of [newAddress(domain), disabled, guest])
      expect(await ask(way, address)).toEqual(first);
  });

  /** For the rest of this test. */
  async function moveTo(another: World): Promise<void> {
    const before = { world, books };
    onTestFinished(() => {
      ({ world, books } = before);
    });
    [world, books] = [another, await another.createClient()];
  }

  /** Sends the form with this address, and with it whatever of mails is sent in the meantime. */
  async function ask(way: string, address: string) {
    const visitor = world.newVisitor();
    const { page, form, typed } = await formOf(way, visitor, address);
    const { knex } = world.modules.db;
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    knex.on('query', note);
    const answer = await visitor.submit(page, typed, { form });
    knex.off('query', note);
    // Keys, apps and providers are kept in memory for a moment, and asked for again when that is over.
    const own = statements.filter(
      (sql) =>
        !/^select .* from [`"](server_keys|keys|clients|client_secrets|upstream_providers)[`"]/s.test(sql),
    );
    return { statements: own.sort(), page: seen(answer, address) };
  }

  async function formOf(way: string, visitor: Visitor, address: string) {
    if (way === 'recovery' || way === 'registration') {
      return { page: await visitor.open(`/${way}`), form: `/${way}`, typed: { email: address } };
    }
    const login = await visitor.open(world.ask(books.id));
    if (way === 'the password') {
      return { page: login, form: '/login', typed: { identifier: address, password: 'not the right one' } };
    }
    const page = await visitor.open(login.url.replace(/(\?|$)/, '/email$1'));
    return { page, form: '/email', typed: { identifier: address } };
  }

  async function newPerson(domain?: string): Promise<string> {
    const email = newAddress(domain);
    await world.command('users create', { email, 'password-stdin': true }, { stdin: PASSWORD });
    return email;
  }

  function newAddress(domain = 'example.com'): string {
    people += 1;
    return `somebody${people}@${domain}`;
  }
});

/** What the person sees, without what is new in each answer. */
function seen({ status, html, url }: Page, address: string) {
  const text = html
    .replaceAll(address, 'ADDRESS')
    .replaceAll(encodeURIComponent(address), 'ADDRESS')
    // Nonces, tokens and ids.
    .replaceAll(/nonce="?[\w+/=-]+"?/g, '')
    .replaceAll(/[\w.-]{40,}/g, 'NEW');
  return { status, path: new URL(url).pathname.replaceAll(/[\w-]{30,}/g, 'ID'), text };
}
