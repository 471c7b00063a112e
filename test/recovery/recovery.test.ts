import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { anotherCode, mailAbout, mailsTo } from '../flows/mailbox.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { addAuthenticatorApp } from '../support/credentials.ts';
import { eachDatabase } from '../support/database.ts';
import { totpCode } from '../support/totp-code.ts';

const OLD = 'seven quiet otters drift';
const NEW = 'eleven loud badgers dance';
const CHOSEN = { password: NEW, again: NEW };
const CALLBACK = 'https://books.example/callback';
const CHALLENGE = createHash('sha256').update('v'.repeat(43)).digest('base64url');
const STEP_MS = 30_000;
const MINUTE = 60_000;

/** Many mails are asked for here from one network: that limit is the subject of a test of its own. */
const often = [{ points: 10_000, perSeconds: 60 }];
const limits = {
  address: [{ points: 3, perSeconds: 600 }],
  knownDevice: often,
  browser: often,
  network: often,
};
/** How many wrong answers a mail takes is the subject here, not how many a network may give. */
const wrongAnswers = {
  account: often,
  accountFromNetwork: often,
  knownDevice: often,
  network: often,
  device: often,
  begin: often,
};

eachDatabase('recovery', (dialect) => {
  let gatehouse: Gatehouse;
  let start: string;
  let people = 0;
  let passed = 0;
  let email: string;
  let id: string;

  beforeAll(async () => {
    gatehouse = await startGatehouse({
      dialect,
      settings: {
        methods: { limits: wrongAnswers },
        recovery: { enabled: true, ttlSeconds: 600, startedTtlSeconds: 86_400, limits },
      },
    });
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
  });
  afterAll(() => gatehouse?.close());

  beforeEach(async () => {
    people += 1;
    email = `ana${people}@example.com`;
    ({ id = '' } = await createPerson(email));
  });

  const newVisitor = () => createVisitor(gatehouse.issuer);
  const createPerson = (address: string) =>
    gatehouse.command(
      'users create',
      { email: address, unverified: true, 'password-stdin': true },
      { stdin: OLD },
    );
  const codeMail = (address = email) => mailAbout(gatehouse, address, 'is your code');

  async function ask(visitor: Visitor, address = email, from = '/recovery'): Promise<Page> {
    return visitor.submit(await visitor.open(from), { email: address }, { form: '/recovery' });
  }

  /** As far as the page that asks for the new password, or for the second factor. */
  async function proveMail(visitor: Visitor): Promise<Page> {
    const page = await ask(visitor);
    return visitor.submit(page, { code: (await codeMail()).code }, { form: '/code' });
  }

  async function signIn(visitor: Visitor, password: string, address = email): Promise<Page> {
    return visitor.submit(await visitor.open('/account'), { identifier: address, password });
  }

  async function connectApp(): Promise<string> {
    const secret = await addAuthenticatorApp(gatehouse, id, Date.now() + passed);
    pass(STEP_MS);
    return secret;
  }
  const codeNow = (secret: string) => totpCode(secret, Date.now() + passed);

  function pass(ms: number): void {
    passed += ms;
    gatehouse.passTime(ms);
  }

  test('leads from the app by a code and a new password back to the app, signed in', async () => {
    const visitor = newVisitor();
    const login = await visitor.open(start);
    expect(login.html).toContain('Forgot your password?');
    const asked = await visitor.open(linkTo(login, '/recovery'));
    expect(asked).toMatchObject({ status: 200, heading: 'Forgot your password?' });
    expect(asked.html).toContain('books.example');

    const code = await visitor.submit(asked, { email }, { form: '/recovery' });
    expect(code).toMatchObject({ status: 200, heading: 'Check your e-mail' });
    const mail = await codeMail();
    expect(mail.subject.startsWith(mail.code)).toBe(true);
    const wrong = await visitor.submit(code, { code: anotherCode(mail.code) }, { form: '/code' });
    expect(wrong).toMatchObject({ status: 422, title: expect.stringMatching(/^Error:/) });
    const choose = await visitor.submit(
      wrong,
      { code: ` ${mail.code.slice(0, 3)} ${mail.code.slice(3)}` },
      { form: '/code' },
    );
    expect(choose).toMatchObject({ status: 200, heading: 'Choose a new password' });
    expect(
      (await visitor.submit(choose, { password: 'short', again: 'short' }, { form: '/password' })).status,
    ).toBe(422);

    const back = await visitor.submit(choose, CHOSEN, { form: '/password' });
    expect(back.url).toMatch(/^https:\/\/books\.example\/callback\?code=/);
    expect(await mailAbout(gatehouse, email, 'was recovered')).toMatchObject({ to: email });
    expect((await signIn(newVisitor(), OLD)).status).toBe(422);
    expect((await signIn(newVisitor(), NEW)).html).toContain(email);
    // The code has shown that the address is theirs: what the audit tells of that is the person's doing.
    const [verified] = await gatehouse.modules.audit.list({ event: 'users.updated', userId: id });
    expect(verified).toMatchObject({
      actor: { type: 'person', id },
      network: expect.any(String),
      detail: { before: { emailVerified: false }, after: { emailVerified: true } },
    });
  });

  test('the link does the same in the browser that asked, and opening it does nothing', async () => {
    const visitor = newVisitor();
    const asked = await ask(visitor);
    const { url, code } = await codeMail();
    await visitor.request('HEAD', url);
    await visitor.open(url);
    const link = await visitor.open(url);
    expect(link).toMatchObject({ status: 200, heading: 'Choose a new password' });

    const choose = await visitor.submit(link, {}, { form: '/recovery/link' });
    expect(choose).toMatchObject({ status: 200, heading: 'Choose a new password' });
    expect(await visitor.open(url)).toMatchObject({ status: 410 });
    // The code is spent with it, and the older page leads to where the recovery is now.
    expect(await visitor.submit(asked, { code }, { form: '/code' })).toMatchObject({
      heading: 'Choose a new password',
    });
  });

  test('in another browser the link shows the code, and a scanner without cookies spends nothing', async () => {
    const visitor = newVisitor();
    const asked = await ask(visitor);
    const { url, code } = await codeMail();
    const phone = newVisitor();
    const there = await phone.open(url);
    expect(there).toMatchObject({ status: 200, heading: 'Type this code where you started' });
    expect(there.html).toContain(`${code.slice(0, 3)} ${code.slice(3)}`);
    expect(there.forms.filter(({ method }) => method === 'post')).toEqual([]);

    const token = new URL(url).searchParams.get('token') ?? '';
    const csrf =
      (await phone.open('/recovery')).forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
    expect((await phone.post('/recovery/link', { token, csrf })).status).toBe(410);
    const scanner = await newVisitor().request(
      'POST',
      `${gatehouse.issuer}/recovery/link`,
      new URLSearchParams({ token }),
    );
    expect(scanner.status).toBe(403);
    expect(await visitor.submit(asked, { code }, { form: '/code' })).toMatchObject({
      heading: 'Choose a new password',
    });
  });

  test('the pages of a recovery are worth nothing in another browser', async () => {
    const visitor = newVisitor();
    const choose = await proveMail(visitor);
    const thief = newVisitor();
    const csrf =
      (await thief.open('/recovery')).forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
    expect(await thief.open(choose.url)).toMatchObject({ status: 410 });
    const action = choose.forms.find((form) => form.action.endsWith('/password'))?.action ?? '';
    expect(await thief.post(action, { ...CHOSEN, csrf })).toMatchObject({ status: 410 });
    expect((await signIn(newVisitor(), OLD)).html).toContain(email);
  });

  test('says the same for an address that nobody has, and mails nobody', async () => {
    const nobody = `nobody${people}@example.com`;
    const known = await ask(newVisitor());
    const visitor = newVisitor();
    const unknown = await ask(visitor, nobody);
    expect(scrubbed(unknown.html, nobody)).toBe(scrubbed(known.html, email));
    expect(await mailsTo(gatehouse, nobody)).toEqual([]);
    const refused = await visitor.submit(unknown, { code: (await codeMail()).code }, { form: '/code' });
    expect(refused).toMatchObject({ status: 422, heading: 'Check your e-mail' });
  });

  test('five wrong codes are all that a mail takes', async () => {
    const visitor = newVisitor();
    const page = await ask(visitor);
    const { code } = await codeMail();
    for (let each = 0; each < 4; each += 1) {
      const wrong = await visitor.submit(page, { code: anotherCode(code) }, { form: '/code' });
      expect([wrong.status, wrong.html.includes('name="code"')]).toEqual([422, true]);
    }
    // With the last one it is over, also for who asks for the page again, or still has an older one.
    for (const over of [
      await visitor.submit(page, { code: anotherCode(code) }, { form: '/code' }),
      await visitor.open(page.url),
      await visitor.submit(page, { code }, { form: '/code' }),
    ]) {
      expect([over.status, over.html.includes('name="code"')]).toEqual([422, false]);
      expect(over.html).toContain('This code was tried too often, or it is too old.');
      expect(over.html).toContain('Send a new code');
    }
    expect((await signIn(newVisitor(), OLD)).html).toContain(email);
  });

  test('a code is too old after ten minutes', async () => {
    const visitor = newVisitor();
    const page = await ask(visitor);
    const { code, url } = await codeMail();
    pass(10 * MINUTE);
    expect(await visitor.submit(page, { code }, { form: '/code' })).toMatchObject({
      status: 410,
      heading: 'This page has been open too long',
    });
    expect((await visitor.open(url)).status).toBe(410);
  });

  test('a copy of the table or of the log opens nothing, and names nobody', async () => {
    const visitor = newVisitor();
    const page = await ask(visitor);
    const { code, url } = await codeMail();
    const token = new URL(url).searchParams.get('token') ?? '';
    const id = /steps\/([\w-]+)/.exec(page.url)?.[1] ?? '';
    await visitor.open(url);
    const rows = JSON.stringify(await gatehouse.modules.db('mailed_proofs').select('*'));
    expect(rows).toContain('sealed');
    for (const secret of [code, token, id, email]) expect(rows).not.toContain(secret);
    for (const secret of [token, id, email]) expect(gatehouse.log()).not.toContain(secret);
  });

  test('of fifty right codes at once one proves, and of fifty passwords at once one is set', async () => {
    const visitor = newVisitor();
    const page = await ask(visitor);
    const { code } = await codeMail();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => visitor.copy().submit(page, { code }, { form: '/code' })),
    );
    const choose = answers.find(
      ({ status, heading }) => status === 200 && heading === 'Choose a new password',
    ) as Page;
    const events = await gatehouse.modules.audit.list({ event: 'recovery.mail_proved', userId: id });
    expect(events).toHaveLength(1);

    const chosen = await Promise.all(
      Array.from({ length: 8 }, () => visitor.copy().submit(choose, CHOSEN, { form: '/password' })),
    );
    expect(chosen.filter(({ url }) => new URL(url).pathname === '/account')).toHaveLength(1);
    expect(await gatehouse.modules.audit.list({ event: 'recovery.completed', userId: id })).toHaveLength(1);
  });

  test('of fifty presses of the link at once one proves, of the mail’s and of an operator’s', async () => {
    const visitor = newVisitor();
    await ask(visitor);
    const link = await visitor.open((await codeMail()).url);
    const press = (page: Page, form: string) =>
      Promise.all(Array.from({ length: 50 }, () => visitor.copy().submit(page, {}, { form })));
    const pages = await press(link, '/recovery/link');
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);

    await gatehouse.command('users recover', {}, { positionals: [email] });
    const started = await visitor.open((await mailAbout(gatehouse, email, 'Choose a new password')).url);
    const others = await press(started, '/recovery/started');
    expect(others.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  /** The app was connected lately, so it is listed first. */
  function goOn(visitor: Visitor, page: Page): Promise<Page> {
    expect(page.heading).toBe('Do you know all of these?');
    return visitor.open(/class="btn go" href="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '');
  }

  test('keeps the second factor: who has one is asked before a password can be chosen', async () => {
    const secret = await connectApp();
    const visitor = newVisitor();
    const step = await proveMail(visitor);
    expect(new URL(step.url).pathname).toMatch(/\/recovery\/steps\/[^/]+\/ways\/totp$/);
    const csrf = step.forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
    const skipped = await visitor.post(step.url.replace(/ways\/totp$/, 'password'), { ...CHOSEN, csrf });
    expect(skipped.url).toBe(step.url);

    const wrong = await visitor.submit(step, { code: anotherCode(codeNow(secret)) }, { form: '/totp' });
    expect(wrong.status).toBe(422);
    const choose = await visitor.submit(wrong, { code: codeNow(secret) }, { form: '/totp' });
    expect(choose.heading).toBe('Choose a new password');
    const account = await goOn(visitor, await visitor.submit(choose, CHOSEN, { form: '/password' }));
    // Both were proved just now: nothing is asked twice.
    expect(account).toMatchObject({ status: 200, url: `${gatehouse.issuer}/account` });
    expect((await signIn(newVisitor(), NEW)).url).toMatch(/\/totp$|\/totp\?/);
  });

  test('is in the own account under “What happened lately”, as are its wrong tries, in words', async () => {
    // What nobody stands behind is one event a minute: what others tried is written before.
    for (let each = 0; each < 2; each += 1) {
      pass(MINUTE + 1000);
      await gatehouse.modules.audit.list();
    }
    const visitor = newVisitor();
    const page = await ask(visitor);
    const { code } = await codeMail();
    const again = await visitor.submit(page, { code: anotherCode(code) }, { form: '/code' });
    const choose = await visitor.submit(again, { code }, { form: '/code' });
    await visitor.submit(choose, CHOSEN, { form: '/password' });
    const { html } = await visitor.open('/account/security');
    expect(html).toContain('Your account was recovered');
    expect(html).toContain('Your password was changed');
    expect(html).toContain('Somebody tried a wrong code to recover your account');
    expect(html).not.toMatch(/recovery: |<b>[a-z]+_[a-z_]+<\/b>/);
    const changes = await gatehouse.modules.audit.list({ event: 'users.password_changed', userId: id });
    expect(changes).toMatchObject([
      { detail: { how: 'recovery', before: { password: 'set' }, after: { password: 'replaced' } } },
    ]);
  });

  test('ends every other session, and says so', async () => {
    const before = newVisitor();
    await signIn(before, OLD);
    const visitor = newVisitor();
    const choose = await proveMail(visitor);
    expect(choose.html).toContain('You will be signed out everywhere, in apps too.');
    await visitor.submit(choose, CHOSEN, { form: '/password' });
    expect(await before.open('/account')).toMatchObject({ heading: 'Sign in' });
    expect((await mailAbout(gatehouse, email, 'was recovered')).text).toContain(
      'All devices and apps were signed out.',
    );
    expect((await gatehouse.modules.oidc.sessions.listByUser(id)).length).toBe(1);
  });

  test('is void when the password, the address or the person has changed since', async () => {
    const visitor = newVisitor();
    const choose = await proveMail(visitor);
    pass(1000);
    await gatehouse.modules.password.set(id, 'somebody was faster than me');
    expect((await visitor.submit(choose, CHOSEN, { form: '/password' })).status).toBe(410);
    expect((await signIn(newVisitor(), 'somebody was faster than me')).html).toContain(email);

    const second = newVisitor();
    pass(1000);
    const moved = await proveMail(second);
    await gatehouse.command('users update', { email: `moved${people}@example.com` }, { positionals: [id] });
    expect((await second.submit(moved, CHOSEN, { form: '/password' })).status).toBe(410);
  });

  test('does nothing for a person who is disabled', async () => {
    const visitor = newVisitor();
    const choose = await proveMail(visitor);
    await gatehouse.command('users disable', {}, { positionals: [id] });
    expect((await visitor.submit(choose, CHOSEN, { form: '/password' })).status).toBe(410);
    const mails = (await mailsTo(gatehouse, email)).length;
    await ask(newVisitor());
    expect(await mailsTo(gatehouse, email)).toHaveLength(mails);
  });

  test('mails one address three times in ten minutes, whoever asks, and says so for all alike', async () => {
    const nobody = `nobody${people}@example.com`;
    for (const address of [email, nobody]) {
      for (let each = 0; each < 3; each += 1) expect((await ask(newVisitor(), address)).status).toBe(200);
      const refused = await ask(newVisitor(), address);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect(await mailsTo(gatehouse, email)).toHaveLength(3);
  });

  test('an operator starts it without seeing the link; the person goes on with the second factor', async () => {
    const secret = await connectApp();
    const answer = await gatehouse.command('users recover', {}, { positionals: [email] });
    expect(JSON.stringify(answer)).not.toMatch(/token|recovery\/started|password/);
    const { url } = await mailAbout(gatehouse, email, 'Choose a new password');
    const visitor = newVisitor();
    await visitor.request('HEAD', url);
    const link = await visitor.open(url);
    expect(link.html).toContain(email);
    const step = await visitor.submit(link, {}, { form: '/recovery/started' });
    expect((await newVisitor().open(url)).status).toBe(410);
    const choose = await visitor.submit(step, { code: codeNow(secret) }, { form: '/totp' });
    const account = await goOn(visitor, await visitor.submit(choose, CHOSEN, { form: '/password' }));
    expect(account.url).toBe(`${gatehouse.issuer}/account`);
    expect(await gatehouse.modules.users.get(id)).toMatchObject({ emailVerified: true });
    expect(await gatehouse.modules.audit.list({ event: 'users.recovery_started', userId: id })).toHaveLength(
      1,
    );
  });
});

test('is not offered when the operator has switched it off; an operator can still start it', async () => {
  const gatehouse = await startGatehouse({
    settings: { recovery: { enabled: false, ttlSeconds: 600, startedTtlSeconds: 86_400, limits } },
  });
  try {
    const visitor = createVisitor(gatehouse.issuer);
    await gatehouse.command(
      'users create',
      { email: 'ana@example.com', 'password-stdin': true },
      { stdin: OLD },
    );
    expect((await visitor.open('/account')).html).not.toContain('Forgot your password?');
    expect((await visitor.open('/recovery')).status).toBe(404);
    await gatehouse.command('users recover', {}, { positionals: ['ana@example.com'] });
    const { url } = await mailAbout(gatehouse, 'ana@example.com', 'Choose a new password');
    const step = await visitor.submit(await visitor.open(url), {}, { form: '/recovery/started' });
    expect(step.heading).toBe('Choose a new password');
  } finally {
    await gatehouse.close();
  }
});

function linkTo(page: Page, path: string): string {
  const href = [...page.html.matchAll(/href="?([^"\s>]+)/g)]
    .map(([, each = '']) => each)
    .find((each) => each.startsWith(path));
  if (!href) throw new Error(`no link to ${path} on ${page.url}`);
  return href.replaceAll('&amp;', '&');
}

/** Without what is new in each answer. */
function scrubbed(html: string, address: string): string {
  return html
    .replaceAll(address, 'ADDRESS')
    .replaceAll(/nonce="?[\w+/=-]+"?/g, '')
    .replaceAll(/name="csrf" value="[^"]*"/g, '')
    .replaceAll(/steps\/[\w-]+/g, 'steps/ID');
}
