import { createHash } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { anotherCode, mailsTo } from '../flows/mailbox.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { eachDatabase } from '../support/database.ts';

/** "E-mail me a sign-in link" with an address that nobody has: after the mail a name, and that is the account. */

const CALLBACK = 'https://books.example/callback';
const NAME = { name: 'Ana Lima' };
const often = [{ points: 10_000, perSeconds: 60 }];
const limits = {
  address: [{ points: 5, perSeconds: 600 }],
  knownDevice: often,
  browser: often,
  network: often,
};

eachDatabase('registration by mail', (dialect) => {
  const running = new Map<string, Gatehouse>();
  let gatehouse: Gatehouse;
  let start: string;
  let people = 0;
  let email: string;

  /** Another installation for each mode. */
  async function open(mode: string, users: Record<string, unknown> = {}): Promise<void> {
    const name = JSON.stringify({ mode, users });
    const registration = {
      mode,
      domains: ['school.example'],
      ttlSeconds: 600,
      invitationTtlSeconds: 86_400,
      limits,
    };
    const email = { enabled: true, ttlSeconds: 600, amr: ['otp'], limits };
    gatehouse =
      running.get(name) ??
      (await startGatehouse({
        dialect,
        settings: {
          registration,
          email,
          ...(Object.keys(users).length > 0 ? { users } : {}),
        },
      }));
    running.set(name, gatehouse);
    const { client_id: clientId = '' } = await gatehouse.command('clients create', {
      name: 'Books',
      'redirect-uri': [CALLBACK],
      type: 'web',
      'first-party': true,
    });
    start = `${gatehouse.issuer}/auth?${new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: CALLBACK,
      code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
      code_challenge_method: 'S256',
    })}`;
  }
  beforeEach(() => {
    people += 1;
    email = `ana${people}@example.com`;
  });
  afterAll(() => Promise.all([...running.values()].map((each) => each.close())));

  const newVisitor = () => createVisitor(gatehouse.issuer);
  const account = () => gatehouse.modules.users.findByEmail(email);

  /** From the app's button to "Check your e-mail". */
  async function ask(visitor: Visitor, address = email): Promise<Page> {
    const login = await visitor.open(start);
    const form = await visitor.open(login.url.replace(/(\?|$)/, '/email$1'));
    return visitor.submit(form, { identifier: address }, { form: '/email' });
  }

  async function newest(address = email) {
    const [mail] = await mailsTo(gatehouse, address);
    if (!mail) throw new Error(`no mail to ${address}`);
    return mail;
  }

  /** As far as the page that asks for the name. */
  async function prove(visitor: Visitor): Promise<Page> {
    const page = await ask(visitor);
    return visitor.submit(page, { code: (await newest()).code }, { form: '/email' });
  }

  const give = (visitor: Visitor, page: Page, typed: Record<string, string> = NAME) =>
    visitor.submit(page, typed, { form: '/by-mail' });

  test('leads from the app by the code and a name back to the app, with no password and no passkey', async () => {
    await open('open');
    const visitor = newVisitor();
    const sent = await ask(visitor);
    expect(sent.heading).toBe('Check your e-mail');
    const { code, subject } = await newest();
    expect(subject).toContain('is your code for your new');
    const wrong = await visitor.submit(sent, { code: anotherCode(code) }, { form: '/email' });
    expect(wrong.status).toBe(422);
    const details = await visitor.submit(wrong, { code }, { form: '/email' });
    expect(details).toMatchObject({ status: 200, heading: 'Your new account' });
    expect(details.html).not.toContain('type="password"');
    expect(await account()).toBeUndefined();
    expect(await give(visitor, details, { name: ' ' })).toMatchObject({ status: 422 });

    const back = await give(visitor, details);
    expect(back.url).toMatch(/^https:\/\/books\.example\/callback\?code=/);
    const person = await account();
    expect(person).toMatchObject({ emailVerified: true, isAdmin: false, profile: { name: 'Ana Lima' } });
    expect(await gatehouse.modules.methods.listEnrolled(person?.id ?? '')).toEqual([]);
    // The form, sent again, leads on.
    expect((await give(visitor, details)).status).not.toBe(410);

    const next = newVisitor();
    const again = await ask(next);
    const signedIn = await next.submit(again, { code: (await newest()).code }, { form: '/email' });
    expect(new URL(signedIn.url).pathname).toMatch(/\/more-ways$/);
  });

  /** Somebody who made the account with a mailbox alone, signing in once more: as far as the answer to the code. */
  async function comeBack(visitor: Visitor): Promise<Page> {
    const sent = await ask(visitor);
    return visitor.submit(sent, { code: (await newest()).code }, { form: '/email' });
  }
  async function becomeMember(): Promise<string> {
    const visitor = newVisitor();
    expect((await give(visitor, await prove(visitor))).url).toContain('books.example');
    return (await account())?.id ?? '';
  }

  test('offers a passkey or a password once, at a later sign-in, and takes no for an answer', async () => {
    await open('open');
    await becomeMember();
    const visitor = newVisitor();
    const offer = await comeBack(visitor);
    expect(offer.heading).toBe('A faster way next time?');
    // A reload shows it again; an answer ends it.
    expect((await visitor.open(offer.url)).heading).toBe(offer.heading);
    const done = await visitor.submit(offer, { answer: 'keep' }, { form: '/more-ways' });
    expect(done.url).toContain('books.example');
    expect((await comeBack(newVisitor())).url).toContain('books.example');
  });

  test('a password that is chosen there opens the account from then on', async () => {
    await open('open');
    const userId = await becomeMember();
    const visitor = newVisitor();
    const offer = await comeBack(visitor);
    const form = await visitor.post(`${offer.url.replace(/\?.*/, '')}${new URL(offer.url).search}`, {
      answer: 'choose',
      csrf: csrfOf(offer),
    });
    expect(form.heading).toBe('Choose a password');
    const short = await visitor.submit(form, { password: 'short', again: 'short' }, { form: '/password' });
    expect(short.status).toBe(422);
    const password = 'seven quiet otters drift';
    const done = await visitor.submit(short, { password, again: password }, { form: '/password' });
    expect(done.url).toContain('books.example');
    const own = await gatehouse.modules.methods.listEnrolled(userId);
    expect(own.map(({ method }) => method)).toEqual(['password']);
    // The form, sent again, changes nothing.
    await visitor.submit(short, { password: `${password}s`, again: `${password}s` }, { form: '/password' });
    const next = newVisitor();
    const login = await next.open(start);
    const signedIn = await next.submit(login, { identifier: email, password }, { form: '/login' });
    expect(signedIn.url).toContain('books.example');
  });

  test('a passkey that is saved there is a way in', async () => {
    await open('open');
    const userId = await becomeMember();
    const visitor = newVisitor();
    const offer = await comeBack(visitor);
    const { pathname, search } = new URL(offer.url);
    const csrf = csrfOf(offer);
    const asked = await visitor.post(`${gatehouse.issuer}${pathname}/options${search}`, { csrf });
    const { handle, ...shown } = JSON.parse(asked.html);
    const credential = createAuthenticator({ origin: gatehouse.issuer, rpId: 'localhost' }).create(shown);
    const done = await visitor.post(offer.url, { credential, handle, csrf });
    expect(done.url).toContain('books.example');
    const own = await gatehouse.modules.methods.listEnrolled(userId);
    expect(own.map(({ method }) => method)).toEqual(['passkey']);
  });

  test('who has not yet proved anything is shown no offer, and adds nothing', async () => {
    await open('open');
    const userId = await becomeMember();
    const visitor = newVisitor();
    const waiting = await ask(visitor);
    const { pathname, search } = new URL(waiting.url);
    const address = `${gatehouse.issuer}${pathname.replace(/email$/, 'more-ways')}`;
    const csrf = csrfOf(waiting);
    const password = 'seven quiet otters drift';
    expect((await visitor.open(`${address}${search}`)).heading).not.toContain('faster');
    await visitor.post(`${address}/password${search}`, { password, again: password, csrf });
    expect(await gatehouse.modules.methods.listEnrolled(userId)).toEqual([]);
  });

  test('an offer that was left open for more than five minutes adds nothing, and comes again', async () => {
    await open('open');
    const userId = await becomeMember();
    const visitor = newVisitor();
    const offer = await comeBack(visitor);
    gatehouse.passTime(6 * 60_000);
    const { pathname, search } = new URL(offer.url);
    const password = 'seven quiet otters drift';
    const late = { password, again: password, csrf: csrfOf(offer) };
    const done = await visitor.post(`${gatehouse.issuer}${pathname}/password${search}`, late);
    expect(done.url).toContain('books.example');
    expect(await gatehouse.modules.methods.listEnrolled(userId)).toEqual([]);
    expect((await comeBack(newVisitor())).heading).toBe(offer.heading);
  });

  test('opening the link does nothing; its button goes on in the browser that asked', async () => {
    await open('open');
    const visitor = newVisitor();
    await ask(visitor);
    const { url } = await newest();
    for (const method of ['GET', 'HEAD', 'GET']) await newVisitor().request(method, url);
    await visitor.request('HEAD', url);
    const link = await visitor.open(url);
    expect(link.heading).toBe('Continue to your new account?');
    expect(await account()).toBeUndefined();
    const details = await visitor.submit(link, {}, { form: '/email' });
    expect(details.heading).toBe('Your new account');
    expect((await visitor.open(url)).status).toBe(410);
    expect((await give(visitor, details)).url).toContain('books.example');
  });

  test('another browser shows the code, and by two presses makes the account there, not in the app', async () => {
    await open('open');
    const [first, phone] = [newVisitor(), newVisitor()];
    const waiting = await ask(first);
    const { url, code } = await newest();
    const shown = await phone.open(url);
    expect(shown.heading).toBe('Type this code where you started');
    expect(shown.html).toContain(`${code.slice(0, 3)} ${code.slice(3)}`);
    const sure = await phone.submit(shown, {}, { form: '/email/here' });
    expect(sure.heading).toBe('Continue to your new account?');
    const details = await phone.submit(sure, {}, { form: '/email/use' });
    expect(details.heading).toBe('Your new account');
    expect((await give(phone, details)).url).toBe(`${gatehouse.issuer}/account`);
    expect((await first.submit(waiting, { code }, { form: '/email' })).status).toBe(422);
  });

  test('the page for the name is worth nothing in another browser, nor without the mail', async () => {
    await open('open');
    const details = await prove(newVisitor());
    const thief = newVisitor();
    const csrf = csrfOf(await thief.open('/registration'));
    expect((await thief.open(details.url)).status).toBe(410);
    const action = `${details.url}/by-mail`;
    expect((await thief.post(action, { ...NAME, csrf })).status).toBe(410);
    const unproved = await thief.submit(
      await thief.open('/registration'),
      { email },
      { form: '/registration' },
    );
    const skipped = await thief.post(`${unproved.url}/by-mail`, { ...NAME, csrf: csrfOf(unproved) });
    expect(skipped.heading).toBe('Check your e-mail');
    expect(await account()).toBeUndefined();
  });

  test('of fifty presses at once one makes the account', async () => {
    await open('open');
    const visitor = newVisitor();
    const details = await prove(visitor);
    await Promise.all(Array.from({ length: 50 }, () => give(visitor.copy(), details)));
    const { id } = (await account()) ?? {};
    const made = await gatehouse.modules.audit.list({ event: 'registration.completed' });
    expect(made.filter(({ userId }) => userId === id)).toHaveLength(1);
  });

  test('of two browsers one makes the account, and the other signs in to it', async () => {
    await open('open');
    const [first, second, third] = [newVisitor(), newVisitor(), newVisitor()];
    const one = await prove(first);
    const two = await prove(second);
    const late = await ask(third);
    const { code } = await newest();
    expect((await give(first, one)).url).toContain('books.example');
    expect((await give(second, two)).status).toBe(410);
    expect((await third.submit(late, { code }, { form: '/email' })).heading).toBe('A faster way next time?');
    const { items } = await gatehouse.modules.users.list({ search: email, limit: 10 });
    expect(items).toHaveLength(1);
  });

  test('mails one address as often as for a sign-in', async () => {
    await open('open');
    for (let each = 0; each < 5; each += 1) expect((await ask(newVisitor())).status).toBe(200);
    expect((await ask(newVisitor())).status).toBe(429);
    expect(await mailsTo(gatehouse, email)).toHaveLength(5);
  });

  test('where nobody may make an account, nothing is mailed', async () => {
    await open('off');
    expect((await ask(newVisitor())).heading).toBe('Check your e-mail');
    expect(await mailsTo(gatehouse, email)).toEqual([]);
  });

  test('by domain: only addresses of these domains get a mail, and the page says nothing', async () => {
    await open('domain');
    const refused = await ask(newVisitor());
    const mine = `ana${people}@school.example`;
    const taken = await ask(newVisitor(), mine);
    expect(scrubbed(refused.html, email)).toBe(scrubbed(taken.html, mine));
    expect(await mailsTo(gatehouse, email)).toEqual([]);
    email = mine;
    expect((await prove(newVisitor())).heading).toBe('Your new account');
  });

  test('by invitation: who reads the mail of an invited address makes the account, once', async () => {
    await open('invitation');
    const stranger = await ask(newVisitor());
    expect(await mailsTo(gatehouse, email)).toEqual([]);
    email = `guest${people}@example.com`;
    await gatehouse.command('users invite', {}, { positionals: [email] });
    const [first, second] = [newVisitor(), newVisitor()];
    const sent = await ask(first);
    expect(scrubbed(sent.html, email)).toBe(scrubbed(stranger.html, `ana${people}@example.com`));
    const one = await first.submit(sent, { code: (await newest()).code }, { form: '/email' });
    expect(one.heading).toBe('Your new account');
    const two = await prove(second);
    await gatehouse.command('users uninvite', {}, { positionals: [email] });
    // Taken back meanwhile: nothing is made.
    expect((await give(first, one)).status).toBe(410);
    await gatehouse.command('users invite', {}, { positionals: [email] });
    expect((await give(second, two)).url).toContain('books.example');
    expect(await gatehouse.modules.invitations.findFor(email)).toBeUndefined();
  });

  test('asks for a username where people sign in by one, beside the address', async () => {
    await open('open', { signInBy: 'both' });
    const visitor = newVisitor();
    const details = await prove(visitor);
    const taken = await give(visitor, details, { ...NAME, username: 'ana lima' });
    expect(taken.status).toBe(422);
    await give(visitor, taken, { ...NAME, username: `ana.${people}` });
    expect(await account()).toMatchObject({ username: `ana.${people}` });
  });

  test('"Create an account" takes a name alone as well', async () => {
    await open('open');
    const visitor = newVisitor();
    const sent = await visitor.submit(
      await visitor.open('/registration'),
      { email },
      { form: '/registration' },
    );
    const details = await visitor.submit(sent, { code: (await newest()).code }, { form: '/code' });
    expect(details.html).toContain('Sign in by e-mail instead');
    const done = await visitor.post(`${details.url}/by-mail`, { ...NAME, csrf: csrfOf(details) });
    expect(done.url).toBe(`${gatehouse.issuer}/account`);
  });
});

function csrfOf(page: Page): string {
  return page.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
}

/** Without what is new in each answer. */
function scrubbed(html: string, address: string): string {
  return html
    .replaceAll(address, 'ADDRESS')
    .replaceAll(encodeURIComponent(address), 'ADDRESS')
    .replaceAll(/nonce="?[\w+/=-]+"?/g, '')
    .replaceAll(/[\w.-]{21,}/g, 'NEW');
}
