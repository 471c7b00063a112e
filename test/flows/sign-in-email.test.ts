import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtInIds } from '../../src/methods/built-in.ts';
import { createMethodsConfig } from '../../src/methods/config.ts';
import { type Dialect, eachDatabase } from '../support/database.ts';
import { createPerson } from '../support/relying-party.ts';
import { type MailServer, type ReceivedMail, startMailServer } from '../support/smtp.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';
import { createVisitor, type Page, type Visitor } from './visitor.ts';

const CALLBACK = 'http://localhost:9999/callback';

let gatehouse: Gatehouse;
let server: MailServer;
let email: string;
let userId: string;
let start: string;

/** Many mails go out here, all from one network: limits are the subject of test/methods/email. */
const often: [{ points: number; perSeconds: number }] = [{ points: 10_000, perSeconds: 60 }];
const settings = {
  methods: createMethodsConfig(builtInIds).parse({ limits: { accountFromNetwork: often } }),
  email: {
    enabled: true,
    ttlSeconds: 600,
    amr: ['otp'],
    limits: { address: often, knownDevice: often, browser: often, network: often },
  },
};

async function open(dialect: Dialect = 'sqlite', more: Record<string, unknown> = {}): Promise<void> {
  server = await startMailServer();
  gatehouse = await startGatehouse({
    dialect,
    settings: { ...settings, ...more },
    environment: { SMTP_URL: server.url },
  });
  gatehouse.modules.mail.start();
}

async function close(): Promise<void> {
  await gatehouse?.close();
  await server?.close();
}

async function meet(): Promise<void> {
  const person = await createPerson(gatehouse);
  email = person.email;
  userId = person.id;
  start = await createApp();
}

async function createApp(more: Record<string, string | string[]> = {}): Promise<string> {
  const { client_id: clientId = '' } = await gatehouse.command('clients create', {
    name: 'Books',
    'redirect-uri': [CALLBACK],
    'auth-method': 'none',
    type: 'spa',
    ...more,
  });
  return addressOf(clientId);
}

const verifier = randomBytes(32).toString('base64url');
function addressOf(clientId: string): string {
  return `${gatehouse.issuer}/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid',
    state: 'kept',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })}`;
}

/** From the app's button to "Check your e-mail". */
async function ask(visitor: Visitor, address = email, from = start): Promise<Page> {
  const login = await visitor.open(from);
  const href = rowOf(login);
  expect(login.html).toContain('E-mail me a sign-in link');
  const form = await visitor.open(new URL(href, login.url).href);
  expect(form.heading).toBe('Sign in by e-mail');
  return visitor.submit(form, { identifier: address }, { form: '/email' });
}

/** Where the row on the login page leads: a button of the password's form, so that what was typed goes along. */
function rowOf(login: Page): string {
  return (
    /<button[^>]* formaction="([^"]*\/email[^"]*)"/.exec(login.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  );
}

/** The newest mail to this person. */
async function mailOf(count = 1): Promise<ReceivedMail & { code: string; link: string }> {
  const mine = () => server.received.filter(({ envelope }) => envelope.to[0] === email);
  await server.waitForMail(() => mine().length >= count);
  const mail = mine().at(-1) as ReceivedMail;
  return {
    ...mail,
    code: /^\d{6}/.exec(mail.subject ?? '')?.[0] ?? '',
    link: /https?:\S+\/email\/link\?token=\S+/.exec(mail.text ?? '')?.[0] ?? '',
  };
}

function typeCode(visitor: Visitor, page: Page, code: string): Promise<Page> {
  return visitor.submit(page, { code }, { form: '/email' });
}

async function allow(visitor: Visitor, page: Page): Promise<Page> {
  expect(page.html).toContain('name="decision"');
  return visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
}

const isAtApp = (page: Page) => page.url.startsWith(`${CALLBACK}?code=`);

/** What the app is told of the person who came back. */
async function claimsFrom(page: Page, from = start): Promise<Record<string, unknown>> {
  const response = await fetch(`${gatehouse.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: new URL(from).searchParams.get('client_id') ?? '',
      code: new URL(page.url).searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    }),
  });
  const { id_token: token = '' } = (await response.json()) as { id_token?: string };
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

const isLive = async (link: string) => {
  const page = await createVisitor(gatehouse.issuer).open(link);
  return page.status === 200 && page.html.includes('class="digits"');
};

eachDatabase('signing in by e-mail', (dialect) => {
  beforeAll(() => open(dialect));
  afterAll(close);
  beforeEach(meet);

  test('by the code: from the app, over a real mail, back to the app', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const sent = await ask(visitor);
    expect(sent.heading).toBe('Check your e-mail');
    expect(sent.html).toContain(email);
    const mail = await mailOf();
    const back = await allow(visitor, await typeCode(visitor, sent, mail.code));
    expect(isAtApp(back)).toBe(true);
    expect(await claimsFrom(back)).toMatchObject({ sub: userId, amr: ['otp'], acr: '1' });
  });

  test('the row on the login page takes what was typed there along: one press sends the mail', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const login = await visitor.open(start);
    const [form] = login.forms.filter(({ method }) => method === 'post');
    const press = (identifier: string) =>
      visitor.post(new URL(rowOf(login), login.url).href, {
        ...form?.fields,
        handle: '',
        identifier,
        password: '',
      });
    expect((await press(' ')).heading).toBe('Sign in by e-mail');
    const sent = await press(email);
    expect(sent.heading).toBe('Check your e-mail');
    const { code } = await mailOf();
    expect(isAtApp(await allow(visitor, await typeCode(visitor, sent, code)))).toBe(true);
  });

  test('by the link, in the browser that asked: one page, one button, and the app it is for', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    await ask(visitor);
    const { link } = await mailOf();
    const page = await visitor.open(link);
    expect(page.heading).toBe('Finish signing in');
    expect(page.html.replaceAll(/<[^>]*>/g, '')).toMatch(
      new RegExp(`You asked to sign in to Books as ${email.replace('.', '\\.')}, 1 seconds? ago`),
    );
    expect(page.forms.filter(({ method }) => method === 'post')).toHaveLength(1);
    const back = await allow(visitor, await visitor.submit(page));
    expect(isAtApp(back)).toBe(true);
    expect(await claimsFrom(back)).toMatchObject({ sub: userId, amr: ['otp'] });
    // Once is all: the same address says so, whoever opens it.
    expect((await visitor.open(link)).status).toBe(410);
    expect((await createVisitor(gatehouse.issuer).open(link)).status).toBe(410);
  });

  test.each(['code', 'link'] as const)(
    'who must be this person is mailed, whatever is typed: by the %s',
    async (by) => {
      const visitor = createVisitor(gatehouse.issuer);
      const sent = await ask(visitor);
      await allow(visitor, await typeCode(visitor, sent, (await mailOf()).code));
      const nobody = `nobody-${email}`;
      const again = await ask(visitor, nobody, `${start}&prompt=login`);
      expect(again.html).toContain(email);
      expect(again.html).not.toContain(nobody);
      const { code, link } = await mailOf(2);
      const back =
        by === 'code'
          ? await typeCode(visitor, again, code)
          : await visitor.submit(await visitor.open(link), {}, { form: '/email' });
      expect(isAtApp(back)).toBe(true);
      expect(await claimsFrom(back)).toMatchObject({ sub: userId, amr: ['otp'] });
    },
  );

  test('a wrong code is refused, keeps the page, and five void the mail', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    let page = await ask(visitor);
    const { code, link } = await mailOf();
    const wrong = code === '000000' ? '000001' : '000000';
    const sent = page;
    for (let tries = 0; tries < 4; tries += 1) {
      page = await typeCode(visitor, page, wrong);
      expect(page.status).toBe(422);
      expect(page.title).toMatch(/^Error: Check your e-mail/);
    }
    // With the last one it is over, also for who asks for the page again, or still has an older one.
    for (const over of [
      await typeCode(visitor, page, wrong),
      await visitor.open(page.url),
      await typeCode(visitor, sent, code),
      await visitor.open(page.url),
    ]) {
      expect(over.url).not.toContain(CALLBACK);
      expect([over.status, over.title]).toEqual([422, expect.stringMatching(/^Error: Sign in by e-mail/)]);
      expect(over.html).toContain('This code was tried too often, or it is too old.');
      expect(over.html).not.toContain('name="code"');
      page = over;
    }
    const over = page;
    expect((await visitor.open(link)).status).toBe(410);
    // Nothing is locked: a new mail works.
    const again = await visitor.submit(over, {}, { form: '/email' });
    expect(isAtApp(await allow(visitor, await typeCode(visitor, again, (await mailOf(2)).code)))).toBe(true);
  });

  test('asking again voids the earlier mail; reloading sends none', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const sent = await ask(visitor);
    const first = await mailOf();
    await visitor.open(sent.url);
    await visitor.open(sent.url);
    const again = await visitor.submit(sent, {}, { form: 1 });
    const second = await mailOf(2);
    expect(server.received.filter(({ envelope }) => envelope.to[0] === email)).toHaveLength(2);
    expect((await visitor.open(first.link)).status).toBe(410);
    expect((await typeCode(visitor, again, first.code)).status).toBe(422);
    expect(isAtApp(await allow(visitor, await typeCode(visitor, again, second.code)))).toBe(true);
  });

  test('another browser gets the code to type where one started, and signs nobody in', async () => {
    const [visitor, phone] = [createVisitor(gatehouse.issuer), createVisitor(gatehouse.issuer)];
    const sent = await ask(visitor);
    const { code, link } = await mailOf();
    const page = await phone.open(link);
    expect(page.heading).toBe('Type this code where you started');
    const shown = /class="digits" translate="no"><bdi>([^<]*)</.exec(page.html)?.[1] ?? '';
    expect(shown).toBe(`${code.slice(0, 3)} ${code.slice(3)}`);
    expect(phone.cookies.some(({ name }) => name.includes('session'))).toBe(false);
    expect(isAtApp(await allow(visitor, await typeCode(visitor, sent, shown)))).toBe(true);
  });

  test('on this device instead: two presses, the own account, a mail that says so, and no way into the app', async () => {
    const [visitor, phone] = [createVisitor(gatehouse.issuer), createVisitor(gatehouse.issuer)];
    const sent = await ask(visitor);
    const { link, code } = await mailOf();
    const confirm = await phone.submit(await phone.open(link));
    expect(confirm.heading).toBe('Sign in on this device?');
    expect(confirm.html).toContain(email);
    expect(await isLive(link)).toBe(true);

    const account = await phone.submit(confirm);
    expect(new URL(account.url).pathname).toBe('/account');
    expect(account.html).toContain(email);
    expect(account.trail.every((address) => !address.startsWith(CALLBACK))).toBe(true);

    const notice = await server.waitForMail(
      ({ subject, envelope }) => envelope.to[0] === email && /another device/.test(subject ?? ''),
    );
    expect(notice.text).toContain('/account/sessions');
    expect(await isLive(link)).toBe(false);
    // What waits in the first browser is not signed in by it, and its code is spent.
    expect((await typeCode(visitor, sent, code)).url).not.toContain(CALLBACK);
    const [event] = (await gatehouse.modules.audit.list({
      event: 'email.used_elsewhere',
      userId,
    })) as unknown[];
    expect(event).toMatchObject({ outcome: 'success', userId });
  });

  test('a scanner without cookies opens, fetches and posts everything in the mail, and spends nothing', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const sent = await ask(visitor);
    const mail = await mailOf();
    const addresses = [...`${mail.text} ${mail.html}`.matchAll(/https?:\/\/[^\s"<]+/g)].map(([address]) =>
      address.replaceAll('&amp;', '&'),
    );
    expect(addresses).toContain(mail.link);
    const token = new URL(mail.link).searchParams.get('token') ?? '';
    const origin = new URL(gatehouse.issuer).origin;
    const scan = (method: string, address: string, body?: URLSearchParams) =>
      fetch(address, {
        method,
        redirect: 'manual',
        headers: { origin, 'sec-fetch-site': 'same-origin' },
        ...(body ? { body } : {}),
      });
    for (const address of addresses) {
      for (const method of ['GET', 'HEAD', 'GET']) await scan(method, address);
      await scan('POST', address, new URLSearchParams({ token }));
      await scan('POST', address, new URLSearchParams());
    }
    // It also reads the page and sends each of its forms, as it stands, and those that come after.
    const html = await (await scan('GET', mail.link)).text();
    const csrf = /name="csrf" value="([^"]*)"/.exec(html)?.[1] ?? '';
    const statuses: number[] = [];
    for (const path of ['/email/here', '/email/use', '/email/link']) {
      for (const fields of [{ token }, { token, csrf }, { token, csrf, code: token }]) {
        const { status } = await scan('POST', `${gatehouse.issuer}${path}`, new URLSearchParams(fields));
        statuses.push(status);
      }
      await scan('GET', `${gatehouse.issuer}${path}?token=${token}`);
    }
    expect(new Set(statuses)).toEqual(new Set([403, 405]));
    expect(server.received.filter(({ envelope }) => envelope.to[0] === email)).toHaveLength(1);
    expect(await isLive(mail.link)).toBe(true);
    expect(isAtApp(await allow(visitor, await typeCode(visitor, sent, mail.code)))).toBe(true);
  });

  test('the last form elsewhere counts only with the mark of this browser, for this link, once', async () => {
    const other = await createPerson(gatehouse);
    await ask(createVisitor(gatehouse.issuer), other.email);
    const theirs = await server.waitForMail(({ envelope }) => envelope.to[0] === other.email);
    const otherLink = /https?:\S+\/email\/link\?token=\S+/.exec(theirs.text ?? '')?.[0] ?? '';
    await ask(createVisitor(gatehouse.issuer));
    const { link } = await mailOf();
    const token = new URL(link).searchParams.get('token') ?? '';

    // Without the press before it.
    const hasty = createVisitor(gatehouse.issuer);
    const elsewhere = await hasty.open(link);
    const [form] = elsewhere.forms.filter(({ method }) => method === 'post');
    const unmarked = await hasty.post('/email/use', { ...form?.fields, token });
    expect(unmarked.heading).toBe('Type this code where you started');
    // With the mark that another link set.
    const swapping = createVisitor(gatehouse.issuer);
    const confirm = await swapping.submit(await swapping.open(otherLink));
    const swapped = await swapping.submit(confirm, { token });
    expect(swapped.heading).toBe('Type this code where you started');
    // With the mark copied into a browser whose form it is not.
    const marked = createVisitor(gatehouse.issuer);
    const ready = await marked.submit(await marked.open(link));
    const thief = createVisitor(gatehouse.issuer);
    thief.cookies.push(...marked.cookies.filter(({ name }) => name.includes('email')));
    expect((await thief.submit(ready)).status).toBe(403);
    expect(await isLive(link)).toBe(true);

    const results = await Promise.all(Array.from({ length: 50 }, () => marked.copy().submit(ready)));
    expect(results.filter(({ url }) => new URL(url).pathname === '/account')).toHaveLength(1);
    expect(await isLive(link)).toBe(false);
  });

  test.each(['code', 'link'] as const)('of fifty uses of one %s at once, one goes on', async (by) => {
    const visitor = createVisitor(gatehouse.issuer);
    const sent = await ask(visitor);
    const { code, link } = await mailOf();
    const page = by === 'link' ? await visitor.open(link) : sent;
    await Promise.all(
      Array.from({ length: 50 }, () =>
        visitor.copy().submit(page, by === 'code' ? { code } : {}, { form: '/email' }),
      ),
    );
    const proved = await gatehouse.modules.audit.list({ event: 'email.proved', userId });
    expect(proved).toHaveLength(1);
    const signedIn = await gatehouse.modules.audit.list({ event: 'interaction.signed_in', userId });
    expect(signedIn).toHaveLength(1);
  });

  test("another person's sign-in takes neither this link nor this code", async () => {
    const [visitor, eve] = [createVisitor(gatehouse.issuer), createVisitor(gatehouse.issuer)];
    await ask(visitor);
    const { code, link } = await mailOf();
    const eves = await createPerson(gatehouse);
    const page = await ask(eve, eves.email);
    const token = new URL(link).searchParams.get('token') ?? '';
    expect((await typeCode(eve, page, code)).status).toBe(422);
    expect((await typeCode(eve, page, token)).url).not.toContain(CALLBACK);
    expect(await isLive(link)).toBe(true);
    // The form of the link's page, sent from another browser to the first one's sign-in.
    const finish = await visitor.open(link);
    expect((await eve.submit(finish)).status).toBe(403);
    expect(await isLive(link)).toBe(true);
    expect(isAtApp(await allow(visitor, await visitor.submit(finish)))).toBe(true);
  });

  test('an address that nobody has gets the same answer, and no mail', async () => {
    const [known, unknown] = [createVisitor(gatehouse.issuer), createVisitor(gatehouse.issuer)];
    const nobody = `nobody-${email}`;
    const pages = [await ask(known), await ask(unknown, nobody)];
    const shape = (page: Page) =>
      page.html
        .replaceAll(nobody, 'ADDRESS')
        .replaceAll(email, 'ADDRESS')
        .replaceAll(/[\w-]{21,}/g, 'RANDOM');
    expect(shape(pages[1] as Page)).toBe(shape(pages[0] as Page));
    const headers = ({ headers: all }: Page) => [...all.keys()].sort();
    expect(headers(pages[1] as Page)).toEqual(headers(pages[0] as Page));
    await mailOf();
    expect((await typeCode(unknown, pages[1] as Page, '123456')).status).toBe(422);
    expect(server.received.some(({ envelope }) => envelope.to[0]?.includes('nobody'))).toBe(false);
  });

  test('the mail: the code first, complete as text, and who asked from where', async () => {
    await ask(createVisitor(gatehouse.issuer));
    const { subject, text = '', html = '', code, link } = await mailOf();
    expect(subject).toBe(`${code} is your Gatehouse code`);
    expect(text).toContain(`\n${code}\n`);
    expect(text).toContain(link);
    for (const part of ['Sign in to Books', 'Firefox', 'Linux', 'Works once, for 10 minutes', 'Not you?'])
      expect(text).toContain(part);
    expect(html.replaceAll(/<[^>]*>/g, ' ')).toContain(code);
    expect(html).not.toMatch(/<img|<script|<link/);
  });
});

describe('the mail server is away', () => {
  afterAll(close);

  test('the person is told, the mail waits through a restart, and its code works when it comes', async () => {
    await open();
    await meet();
    const visitor = createVisitor(gatehouse.issuer);
    server.behave('hang');
    await server.close();
    const sent = await ask(visitor);
    expect(sent.html).toContain('Our mail server doesn’t answer');
    expect(sent.html).toContain('Password');
    expect(await gatehouse.modules.db('mails').select('id')).toHaveLength(1);

    // Another process takes over, and the mail server is back at its old place.
    await gatehouse.modules.mail.stop();
    const port = Number(new URL(server.url).port);
    server = await startMailServer({ port });
    await gatehouse.modules.db('mails').update({ next_attempt_at: gatehouse.modules.db.nowMs() });
    const node = await gatehouse.startNode();
    node.app.modules.mail.start();
    const { code } = await mailOf();
    expect(isAtApp(await allow(visitor, await typeCode(visitor, sent, code)))).toBe(true);
    await expect.poll(() => gatehouse.modules.db('mails').select('id')).toHaveLength(0);
    await node.close();
  });

  test('a mail whose code has run out is not sent late', async () => {
    const [row] = await gatehouse.modules.db('mails').select('id');
    expect(row).toBeUndefined();
    await ask(createVisitor(gatehouse.issuer));
    await gatehouse.modules.db('mails').update({ expires_at: gatehouse.modules.db.nowMs() });
    const before = server.received.length;
    const node = await gatehouse.startNode();
    node.app.modules.mail.start();
    await node.app.modules.mail.send({
      to: 'last@example.com',
      template: 'set-password',
      data: { url: 'https://id.example/', validHours: 1 },
      locale: 'en',
    });
    await server.waitForMail(({ envelope }) => envelope.to[0] === 'last@example.com');
    expect(server.received).toHaveLength(before + 1);
    await node.close();
  });
});

describe('what the operator decides', () => {
  afterAll(close);

  test('an app that takes passwords only shows no such row, and has no such page', async () => {
    await open();
    await meet();
    const { client_id: clientId = '' } = await gatehouse.command('clients create', {
      name: 'Bank',
      'redirect-uri': [CALLBACK],
      'auth-method': 'none',
      type: 'spa',
      method: ['password'],
    });
    const visitor = createVisitor(gatehouse.issuer);
    const login = await visitor.open(addressOf(clientId));
    expect(login.html).not.toContain('E-mail me a sign-in link');
    const url = new URL(login.url);
    url.pathname += '/email';
    expect((await visitor.open(url.href)).heading).toBe('Sign in');
    const [form] = login.forms.filter(({ method }) => method === 'post');
    await visitor.post(url.href, { csrf: form?.fields.csrf ?? '', identifier: email });
    expect(server.received).toHaveLength(0);
    await close();
  });

  test.each([
    ['there is no mail', { SMTP_URL: 'none' }, {}],
    ['the operator switched it off', {}, { email: { ...settings.email, enabled: false } }],
  ])('no app shows the row when %s', async (_why, environment, more) => {
    gatehouse = await startGatehouse({ settings: { ...settings, ...more }, environment });
    await meet();
    const visitor = createVisitor(gatehouse.issuer);
    const login = await visitor.open(start);
    expect(login.html).toContain('Password');
    expect(login.html).not.toContain('E-mail me a sign-in link');
    const url = new URL(login.url);
    url.pathname += '/email';
    expect((await visitor.open(url.href)).url).toBe(login.url);
    await gatehouse.close();
  });

  test('too many mails are answered 429, with the wait, and the password stays open', async () => {
    const few = [{ points: 2, perSeconds: 600 }];
    await open('sqlite', {
      email: { ...settings.email, limits: { ...settings.email.limits, address: few } },
    });
    await meet();
    for (let mails = 0; mails < 2; mails += 1) await ask(createVisitor(gatehouse.issuer));
    const page = await ask(createVisitor(gatehouse.issuer));
    expect(page.status).toBe(429);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(page.html).toContain('Password');
  });
});
