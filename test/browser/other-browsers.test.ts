import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cookieNames } from '../../src/http/cookies.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSecret } from '../../src/lib/secret.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { createPerson, PASSWORD } from '../support/relying-party.ts';
import { showPage } from '../support/site.ts';

/**
 * Over https, with hosts that share a registrable domain: a sibling may set cookies for all of it, and does. Each person
 * has a browser of their own.
 */

const ELSEWHERE = 'This sign-in was begun in another browser';

let server: Server;
let certificate: Awaited<ReturnType<typeof createTestCertificate>>;
let browser: TestBrowser;
let started: TestApp;
let ana: { email: string };
let eve: { email: string };
let clientId: string;
/** What the sibling's page does to who visits it. */
let sibling: { cookies: string[]; leadsTo: string };
const at = (host: string) => `https://${host}.shop.test:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  certificate = await createTestCertificate({ names: 'DNS:*.shop.test' });
  const [cert, key] = await Promise.all([readFile(certificate.cert), readFile(certificate.key)]);
  server = createServer({ cert, key }, (req, res) => {
    const [host] = (req.headers.host ?? '').split('.');
    if (host === 'id') return void started.app.callback(req, res);
    if (host === 'books') return showPage(res, 'Books');
    res.setHeader('set-cookie', sibling.cookies);
    res.writeHead(303, { location: sibling.leadsTo }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  [started, browser] = await Promise.all([
    startApp({
      environment: {
        ISSUER: at('id'),
        SECRET_KEY: createSecret(),
        SMTP_URL: 'none',
      },
    }),
    openBrowser({ flags: ['--host-resolver-rules=MAP *.shop.test 127.0.0.1'] }),
  ]);
  [ana, eve] = [await createPerson(started), await createPerson(started)];
  const { client } = await started.modules.clients.create(
    {
      name: 'Books',
      redirectUris: [`${at('books')}/callback`],
      grants: ['authorization_code'],
      firstParty: true,
    },
    SYSTEM,
  );
  clientId = client.id;
});
beforeEach(() => {
  sibling = { cookies: [], leadsTo: `${at('books')}/` };
});
afterAll(async () => {
  await browser?.close();
  await started?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  await certificate?.remove();
});

test('who planted a sign-in in another browser does not get its person (account takeover)', async () => {
  const [attacker, victim] = [await open(), await open()];
  await attacker.goto(ask('mine'));
  const begun = attacker.url();
  await plantFrom(attacker, ['interaction'], begun);
  await victim.goto(`${at('evil')}/`);
  await signIn(victim, ana.email);
  await victim.waitForURL(/^https:\/\/books\.shop\.test/);
  expect(await plantedIn(victim)).toContain('__Secure-gatehouse-interaction');

  await attacker.goto(resumeOf(begun));
  expect(new URL(attacker.url()).searchParams.get('code')).toBeNull();
  expect(await personIn(attacker)).toBeUndefined();
  expect(await personIn(victim)).toBe(ana.email);
});

test('who signed in stays the only one who goes on, whatever is planted elsewhere (login CSRF)', async () => {
  const [attacker, victim] = [await open(), await open()];
  await attacker.goto(ask('mine'));
  const begun = attacker.url();
  // Everything is proved, and the attacker's browser does not follow to the resume.
  await attacker.fill('input[name=identifier]', eve.email);
  await attacker.fill('input[name=password]', PASSWORD);
  const kind = await attacker.$eval('form[action*="/login"]', async (form: HTMLFormElement) => {
    const body = new URLSearchParams([...new FormData(form)] as [string, string][]);
    return (await fetch(form.action, { method: 'POST', body, redirect: 'manual' })).type;
  });
  expect(kind).toBe('opaqueredirect');
  for (const leadsTo of [resumeOf(begun), begun]) {
    await plantFrom(attacker, ['interaction', 'resume'], leadsTo);
    await victim.goto(`${at('evil')}/`);
    expect(await victim.textContent('h1')).toBe(ELSEWHERE);
    expect(await victim.getAttribute('a.btn', 'href')).toBe(`${at('books')}/`);
  }
  expect(await plantedIn(victim)).toEqual(
    expect.arrayContaining(['__Secure-gatehouse-interaction', '__Secure-gatehouse-resume']),
  );
  expect(await personIn(victim)).toBeUndefined();
});

test('a sibling can plant no cookie of ours but the two that open nothing', async () => {
  const victim = await open();
  await victim.goto(ask('own'));
  const names = Object.values(cookieNames({ base: '', isSecure: true }));
  const own = new Map((await victim.context().cookies(at('id'))).map(({ name, value }) => [name, value]));
  sibling.cookies = names.flatMap((name) => [
    `${name}=planted; Domain=shop.test; Path=/; Secure`,
    `${name}=planted; Domain=shop.test; Path=/interaction; Secure`,
  ]);
  await victim.goto(`${at('evil')}/`);
  expect([...new Set(await plantedIn(victim))].sort()).toEqual(
    ['__Secure-gatehouse-interaction', '__Secure-gatehouse-resume'].sort(),
  );
  const now = new Map((await victim.context().cookies(at('id'))).map(({ name, value }) => [name, value]));
  expect(now.get('__Host-gatehouse-csrf')).toBe(own.get('__Host-gatehouse-csrf'));
  // And with them planted a sign-in goes on.
  await victim.goto(ask('after'));
  await signIn(victim, ana.email);
  await victim.waitForURL(/state=after/);
});

test.each(['at once', 'one after the other'])(
  'two tabs that are restored %s, without the secret, both go on',
  async (when) => {
    const first = await open();
    const context = first.context();
    const second = await context.newPage();
    await first.goto(ask('one'));
    await second.goto(ask('two'));
    const forgetSecret = () => context.clearCookies({ name: '__Host-gatehouse-csrf' });
    await forgetSecret();
    if (when === 'at once') await Promise.all([first.reload(), second.reload()]);
    else {
      await first.reload();
      await forgetSecret();
      await second.reload();
    }
    for (const tab of [first, second]) expect(await tab.textContent('h1')).toBe('Sign in');
    // Both were given a secret, and the browser has kept one of them. In the tab of the other the form is
    // not this browser's any more: the page says so and leads to a new one, which begins anew.
    for (let tries = 0; tries < 3 && uidOf(first.url()) !== ''; tries += 1) {
      await Promise.all([first.waitForEvent('load'), signIn(first, ana.email)]);
      if (uidOf(first.url()) !== '' && (await first.textContent('h1')) !== 'Sign in') {
        await Promise.all([first.waitForEvent('load'), first.click('main a.go')]);
      }
    }
    await first.waitForURL(/^https:\/\/books\.shop\.test.*state=one/);
    await second.reload();
    await second.waitForURL(/^https:\/\/books\.shop\.test.*state=two/);
  },
);

test('an address that was copied into another browser begins there, with its own sign-in', async () => {
  const [one, other] = [await open(), await open()];
  await one.goto(ask('copied'));
  await other.goto(one.url());
  expect(await other.textContent('h1')).toBe('Sign in');
  await signIn(other, ana.email);
  await other.waitForURL(/^https:\/\/books\.shop\.test.*state=copied/);
  await signIn(one, eve.email);
  await one.waitForURL(/^https:\/\/books\.shop\.test.*state=copied/);
  expect([await personIn(one), await personIn(other)]).toEqual([eve.email, ana.email]);
});

test('the back button leads to the same sign-in, and after its end to the page that says so', async () => {
  const page = await open();
  await page.goto(ask('back'));
  const begun = page.url();
  await page.goto(`${at('books')}/`);
  await page.goBack();
  expect(page.url()).toBe(begun);
  await signIn(page, ana.email);
  await page.waitForURL(/^https:\/\/books\.shop\.test.*state=back/);
  await page.goto(begun);
  expect(await page.textContent('h1')).toBe('You’re signed in');
});

async function open(): Promise<Page> {
  return browser.newPage({ context: { ignoreHTTPSErrors: true } });
}

function ask(state: string): string {
  return `${at('id')}/auth?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: `${at('books')}/callback`,
    scope: 'openid',
    state,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`;
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.fill('input[name=identifier]', email);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('form[action*="/login"] button:not([type=button])');
}

const uidOf = (address: string) => /\/interaction\/([^/?]+)/.exec(address)?.[1] ?? '';
const resumeOf = (address: string) => `${at('id')}/auth/${uidOf(address)}`;

/** The sibling gives its visitors cookies as the attacker's browser has them, for the whole domain. */
async function plantFrom(attacker: Page, which: ('interaction' | 'resume')[], leadsTo: string) {
  const wanted = which.map((each) => `__Secure-gatehouse-${each}`);
  const everything = await attacker.context().cookies();
  sibling = {
    cookies: everything
      .filter(({ name }) => wanted.includes(name))
      .map(
        ({ name, value, path }) => `${name}=${value}; Domain=shop.test; Path=${path}; Secure; Max-Age=3600`,
      ),
    leadsTo,
  };
  expect(sibling.cookies).toHaveLength(which.length);
}

/** Names of cookies that are there for the whole domain. */
async function plantedIn(page: Page): Promise<string[]> {
  const all = await page.context().cookies();
  return all.filter(({ domain }) => domain === '.shop.test').map(({ name }) => name);
}

async function personIn(page: Page): Promise<string | undefined> {
  await page.goto(`${at('id')}/account`);
  if ((await page.textContent('h1')) === 'Sign in') return undefined;
  const text = (await page.textContent('body')) ?? '';
  return [ana, eve].find(({ email }) => text.includes(email))?.email ?? 'somebody';
}
