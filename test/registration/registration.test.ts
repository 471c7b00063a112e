import { createHash } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { anotherCode, mailAbout, mailsTo } from '../flows/mailbox.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { createAuthenticator, optionsOf } from '../methods/passkey/authenticator.ts';
import { eachDatabase } from '../support/database.ts';

const PASSWORD = 'seven quiet otters drift';
const CHOSEN = { name: 'Ana Lima', password: PASSWORD, again: PASSWORD };
const CALLBACK = 'https://books.example/callback';
const CHALLENGE = createHash('sha256').update('v'.repeat(43)).digest('base64url');

/** Many mails are asked for here from one network: its limit is the subject of a test of its own. */
const often = [{ points: 10_000, perSeconds: 60 }];
const registration = {
  mode: 'open',
  domains: ['school.example'],
  ttlSeconds: 600,
  invitationTtlSeconds: 7 * 86_400,
  limits: { address: [{ points: 3, perSeconds: 600 }], knownDevice: often, browser: often, network: often },
};

eachDatabase('registration', (dialect) => {
  const running = new Map<string, Gatehouse>();
  let gatehouse: Gatehouse;
  let start: string;
  let people = 0;
  let email: string;

  /** Another installation for each mode. */
  async function open(mode: string): Promise<void> {
    const known = running.get(mode);
    gatehouse =
      known ?? (await startGatehouse({ dialect, settings: { registration: { ...registration, mode } } }));
    running.set(mode, gatehouse);
    const { client_id: clientId = '' } = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': [CALLBACK],
      type: 'web',
      'first-party': true,
    });
    start = `/auth?${new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: CALLBACK,
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    })}`;
  }
  beforeEach(() => {
    people += 1;
    email = `ana${people}@example.com`;
  });
  afterAll(() => Promise.all([...running.values()].map((each) => each.close())));

  const newVisitor = () => createVisitor(gatehouse.issuer);
  const codeMail = (address = email) => mailAbout(gatehouse, address, 'is your code for your new');

  async function ask(visitor: Visitor, address = email, from = '/registration'): Promise<Page> {
    return visitor.submit(await visitor.open(from), { email: address }, { form: '/registration' });
  }

  /** As far as name and password. */
  async function proveMail(visitor: Visitor, from?: string): Promise<Page> {
    const page = await ask(visitor, email, from);
    return visitor.submit(page, { code: (await codeMail()).code }, { form: '/code' });
  }

  test('is off unless the operator says otherwise', async () => {
    await open('off');
    const visitor = newVisitor();
    expect((await visitor.open(start)).html).not.toContain('Create an account');
    expect((await visitor.open('/registration')).status).toBe(404);
    expect((await visitor.open('/registration?invitation=x')).status).toBe(404);
    const csrf = csrfOf(await visitor.open('/recovery'));
    expect((await visitor.post('/registration', { email, csrf })).status).toBe(404);
    expect(await mailsTo(gatehouse, email)).toEqual([]);
    await expect(gatehouse.command('users invite', {}, { positionals: [email] })).rejects.toThrow(
      'registration',
    );
  });

  test('leads from the app by a code, a name and a password back to the app, signed in', async () => {
    await open('open');
    const visitor = newVisitor();
    const login = await visitor.open(start);
    expect(login.html).toContain('Create an account');
    const code = await ask(visitor, email, linkTo(login, '/registration'));
    expect(code).toMatchObject({ status: 200, heading: 'Check your e-mail' });
    const mail = await codeMail();
    expect(mail.subject.startsWith(mail.code)).toBe(true);
    const wrong = await visitor.submit(code, { code: anotherCode(mail.code) }, { form: '/code' });
    expect(wrong.status).toBe(422);
    const details = await visitor.submit(wrong, { code: mail.code }, { form: '/code' });
    expect(details).toMatchObject({ status: 200, heading: 'Your new account' });
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();
    const mistakes = await visitor.submit(
      details,
      { name: '', password: 'short', again: 'short' },
      { form: '/details' },
    );
    expect(mistakes).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });

    const back = await visitor.submit(mistakes, CHOSEN, { form: '/details' });
    expect(back.url).toMatch(/^https:\/\/books\.example\/callback\?code=/);
    expect(await gatehouse.modules.users.findByEmail(email)).toMatchObject({
      emailVerified: true,
      isAdmin: false,
      profile: { name: 'Ana Lima' },
    });
    // The first device of a new account is no news.
    expect((await mailsTo(gatehouse, email)).map(({ subject }) => subject)).toHaveLength(1);
  });

  test('the link does the same in the browser that asked; elsewhere it shows the code', async () => {
    await open('open');
    const visitor = newVisitor();
    await ask(visitor);
    const { url, code } = await codeMail();
    await visitor.request('HEAD', url);
    const there = await newVisitor().open(url);
    expect(there.heading).toBe('Type this code where you started');
    expect(there.html).toContain(`${code.slice(0, 3)} ${code.slice(3)}`);
    const link = await visitor.open(url);
    expect(link.heading).toBe('Continue to your new account?');
    const details = await visitor.submit(link, {}, { form: '/registration/link' });
    expect(details.heading).toBe('Your new account');
    expect((await visitor.open(url)).status).toBe(410);
    const account = await visitor.submit(details, CHOSEN, { form: '/details' });
    expect(account).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account` });
  });

  test('a known address gets the same page, and its owner a mail without a code', async () => {
    await open('open');
    const known = `known${people}@example.com`;
    await gatehouse.command('users create', { email: known, 'password-stdin': true }, { stdin: PASSWORD });
    const fresh = await ask(newVisitor());
    const visitor = newVisitor();
    const asWritten = `KNOWN${people}@example.com`;
    const same = await ask(visitor, asWritten.toUpperCase());
    expect(scrubbed(same.html, asWritten)).toBe(scrubbed(fresh.html, email));
    const [mail, ...more] = await mailsTo(gatehouse, known);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: expect.stringContaining('account already'), code: '' });
    const refused = await visitor.submit(same, { code: (await codeMail()).code }, { form: '/code' });
    expect(refused).toMatchObject({ status: 422, heading: 'Check your e-mail' });
  });

  test('the pages of a registration are worth nothing in another browser', async () => {
    await open('open');
    const details = await proveMail(newVisitor());
    const thief = newVisitor();
    const csrf = csrfOf(await thief.open('/registration'));
    expect((await thief.open(details.url)).status).toBe(410);
    const action = details.forms.find((form) => form.action.endsWith('/details'))?.action ?? '';
    expect((await thief.post(action, { ...CHOSEN, csrf })).status).toBe(410);
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();
  });

  test('nobody skips the mail', async () => {
    await open('open');
    const visitor = newVisitor();
    const code = await ask(visitor);
    for (const step of ['details', 'passkey-instead', 'passkey']) {
      const skipped = await visitor.post(`${code.url}/${step}`, { ...CHOSEN, csrf: csrfOf(code) });
      expect(skipped.heading).toBe('Check your e-mail');
    }
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();
  });

  test('of eight presses at once one makes the account', async () => {
    await open('open');
    const visitor = newVisitor();
    const details = await proveMail(visitor);
    const pages = await Promise.all(
      Array.from({ length: 8 }, () => visitor.copy().submit(details, CHOSEN, { form: '/details' })),
    );
    expect(pages.filter(({ url }) => url === `${gatehouse.issuer}/account`)).toHaveLength(1);
    const { id } = (await gatehouse.modules.users.findByEmail(email)) ?? {};
    for (const event of ['registration.completed', 'users.created']) {
      expect(await gatehouse.modules.audit.list({ event })).toContainEqual(
        expect.objectContaining({ userId: id, actor: { type: 'person', id }, network: expect.any(String) }),
      );
    }
  });

  test('two browsers that proved one address make one account', async () => {
    await open('open');
    const [first, second] = [newVisitor(), newVisitor()];
    const one = await proveMail(first);
    const two = await proveMail(second);
    expect((await first.submit(one, CHOSEN, { form: '/details' })).url).toBe(`${gatehouse.issuer}/account`);
    expect((await second.submit(two, CHOSEN, { form: '/details' })).status).toBe(410);
  });

  test('mails one address three times in ten minutes, whoever asks', async () => {
    await open('open');
    for (let each = 0; each < 3; each += 1) expect((await ask(newVisitor())).status).toBe(200);
    expect((await ask(newVisitor())).status).toBe(429);
    expect(await mailsTo(gatehouse, email)).toHaveLength(3);
  });

  test('by domain: takes addresses of these domains, and says so to all others', async () => {
    await open('domain');
    for (const other of [
      email,
      `ana@sub.school.example`,
      `ana@notschool.example`,
      `school.example@evil.example`,
    ]) {
      const refused = await ask(newVisitor(), other);
      expect(refused).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
      expect(refused.html).toContain('some domains');
    }
    email = `ana${people}@school.example`;
    const visitor = newVisitor();
    const page = await ask(visitor, `ana${people}@School.Example`);
    const details = await visitor.submit(page, { code: (await codeMail()).code }, { form: '/code' });
    expect(details.heading).toBe('Your new account');
  });

  /** The form for the name was sent, for a passkey in the place of a password. */
  async function askForPasskey(visitor: Visitor): Promise<Page> {
    const details = await proveMail(visitor);
    expect(details.html).toContain('Use a passkey instead');
    const page = await visitor.post(`${details.url}/passkey-instead`, {
      name: 'Ana Lima',
      csrf: csrfOf(details),
    });
    expect(new URL(page.url).pathname).toMatch(/\/passkey$/);
    return page;
  }

  const authenticator = () => createAuthenticator({ origin: gatehouse.issuer, rpId: 'localhost' });

  test('with a passkey: the account is made with it, both or neither', async () => {
    await open('open');
    const visitor = newVisitor();
    const asked = await askForPasskey(visitor);
    // An answer that is no passkey is asked for again, and makes nothing.
    const again = await visitor.submit(asked, { credential: '{}' }, { form: '/passkey' });
    expect(again.status).toBe(422);
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();

    const credential = authenticator().create(optionsOf(again));
    const done = await visitor.submit(again, { credential }, { form: '/passkey' });
    expect(done.url).toBe(`${gatehouse.issuer}/account`);
    const user = await gatehouse.modules.users.findByEmail(email);
    expect(user).toMatchObject({ emailVerified: true, profile: { name: 'Ana Lima' } });
    const own = await gatehouse.modules.methods.listEnrolled(user?.id ?? '');
    expect(own.map(({ method }) => method)).toEqual(['passkey']);
    // What is over leads on.
    expect((await visitor.open(again.url)).url).toMatch(/\/account$/);
  });

  test('who leaves before the passkey is saved has made no account, and can begin again', async () => {
    await open('open');
    await askForPasskey(newVisitor());
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();
    const visitor = newVisitor();
    const details = await proveMail(visitor);
    expect((await visitor.submit(details, CHOSEN, { form: '/details' })).url).toBe(
      `${gatehouse.issuer}/account`,
    );
  });

  test('a passkey that somebody has already makes no account', async () => {
    await open('open');
    const device = authenticator();
    const first = newVisitor();
    const page = await askForPasskey(first);
    const credential = device.create(optionsOf(page));
    expect((await first.submit(page, { credential }, { form: '/passkey' })).url).toMatch(/\/account$/);

    email = `other-${email}`;
    const second = newVisitor();
    const other = await askForPasskey(second);
    const again = device.create(optionsOf(other));
    const refused = await second.submit(other, { credential: again }, { form: '/passkey' });
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('This device has a passkey for you already.');
    expect(await gatehouse.modules.users.findByEmail(email)).toBeUndefined();
  });

  test('eight presses that save one passkey make one account', async () => {
    await open('open');
    const visitor = newVisitor();
    const page = await askForPasskey(visitor);
    const credential = authenticator().create(optionsOf(page));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => visitor.copy().submit(page, { credential }, { form: '/passkey' })),
    );
    expect(answers.filter(({ url }) => url === `${gatehouse.issuer}/account`)).toHaveLength(1);
  });

  test('who was asked for a passkey can still choose a password', async () => {
    await open('open');
    const visitor = newVisitor();
    const asked = await askForPasskey(visitor);
    const details = await visitor.open(asked.url.replace(/\/passkey$/, ''));
    expect(details.html).toContain('value="Ana Lima"');
    const done = await visitor.submit(details, CHOSEN, { form: '/details' });
    expect(done.url).toBe(`${gatehouse.issuer}/account`);
    // The page of before has nothing to do any more.
    expect((await visitor.open(asked.url)).url).toMatch(/\/account$/);
  });
});

test('the mode domain without a domain is a mistake of the configuration', () => {
  expect(registrationConfig.safeParse({ mode: 'domain' }).success).toBe(false);
  expect(registrationConfig.safeParse({ mode: 'domain', domains: ['school.example'] }).success).toBe(true);
  expect(registrationConfig.parse({})).toMatchObject({ mode: 'off', domains: [] });
});

function linkTo(page: Page, path: string): string {
  const hrefs = [...page.html.matchAll(/href="?([^"\s>]+)/g)].map(([, each = '']) => each);
  const href = hrefs.find((each) => each.startsWith(path));
  if (!href) throw new Error(`no link to ${path} on ${page.url}`);
  return href.replaceAll('&amp;', '&');
}

function csrfOf(page: Page): string {
  return page.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
}

/** Without what is new in each answer. */
function scrubbed(html: string, address: string): string {
  return html
    .replaceAll(address, 'ADDRESS')
    .replaceAll(/nonce="?[\w+/=-]+"?/g, '')
    .replaceAll(/name="csrf" value="[^"]*"/g, '')
    .replaceAll(/steps\/[\w-]+/g, 'steps/ID');
}
