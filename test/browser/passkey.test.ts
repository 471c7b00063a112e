import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { addAuthenticator } from '../support/authenticator.ts';
import { openBrowser, type PageOptions, type TestBrowser, watchProblems } from '../support/browser.ts';
import { requestFrom } from '../support/request-info.ts';
import { type Site, showPage, startSite } from '../support/site.ts';
import { authorizationUrl } from './authorization-url.ts';
import { look } from './look.ts';

const PASSWORD = 'seven quiet otters drift';

let gatehouse: Gatehouse;
let browser: TestBrowser;
let books: Site;
let callback: string;
let start: string;
let count = 0;
const pages: Page[] = [];

beforeAll(async () => {
  gatehouse = await startGatehouse();
  browser = await openBrowser();
  books = await startSite('localhost', (_req, res) => showPage(res, 'Books'));
  callback = `${books.origin}/callback`;
  const { client_id: clientId = '' } = await gatehouse.command('clients create', {
    name: 'Books',
    'redirect-uri': [callback],
    type: 'web',
  });
  start = authorizationUrl(gatehouse.issuer, clientId, callback, { scope: 'openid' });
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser?.close();
  await gatehouse?.close();
  await books?.close();
});

async function createPerson() {
  count += 1;
  const email = `person${count}@example.com`;
  const { id } = await gatehouse.modules.users.create(
    {
      email,
      emailVerified: true,
      profile: { name: 'Ana' },
    },
    SYSTEM,
  );
  await gatehouse.modules.password.set(id, PASSWORD);
  return { id, email };
}

async function openPage(options: PageOptions = {}) {
  const page = await browser.newPage({ ...options, context: { reducedMotion: 'reduce' } });
  page.setDefaultTimeout(15_000);
  pages.push(page);
  return { page, problems: watchProblems(page) };
}

/** Until the page has its challenge, and the server knows what this browser can. A person types more slowly than that. */
async function openLogin(page: Page, address = start) {
  await Promise.all([page.waitForResponse(/\/passkey\/options/), page.goto(address)]);
}

async function signInByPassword(page: Page, email: string, address = start) {
  await openLogin(page, address);
  await typePassword(page, email);
}

async function typePassword(page: Page, email: string) {
  await page.fill('#identifier', email);
  await page.fill('#password', PASSWORD);
  await page.click('main form button.go');
}

/** At the consent page: the sign-in is complete. */
const arrive = (page: Page) => page.waitForSelector('[name=decision]');

/** Leaves nobody signed in in this browser, which keeps its passkeys. */
async function forget(page: Page) {
  await page.goto('about:blank');
  await page.context().clearCookies();
}

/** The virtual authenticator takes a suggestion at once; a person may look at the page first, or never take it. */
async function neverSuggest(page: Page) {
  await page.addInitScript(`
    const get = navigator.credentials.get.bind(navigator.credentials);
    const note = (what) => {
      sessionStorage.asked = [sessionStorage.asked, what].filter(Boolean).join(', ');
    };
    navigator.credentials.get = (options) => {
      note(options.mediation ?? 'button');
      if (!options.mediation) return get(options);
      options.signal.onabort = () => note('aborted ' + options.mediation);
      return new Promise(() => {});
    };
  `);
}

const passkeysOf = (userId: string) =>
  gatehouse.modules.methods
    .listEnrolled(userId)
    .then((all) => all.filter(({ method }) => method === 'passkey'));

const eventsOf = (userId: string, event: string) => gatehouse.modules.audit.list({ userId, event });

/** A person with a passkey in this browser's authenticator, signed out again. */
async function withPasskey(
  options: PageOptions = {},
  authenticatorOptions: Parameters<typeof addAuthenticator>[1] = {},
) {
  const person = await createPerson();
  const { page, problems } = await openPage(options);
  const authenticator = await addAuthenticator(page, authenticatorOptions);
  await signInByPassword(page, person.email);
  await page.click('#credential');
  await arrive(page);
  await forget(page);
  return { ...person, page, problems, authenticator };
}

describe('signing in', () => {
  test('a passkey that the browser suggests signs in without a press, as two factors', async () => {
    const { page, id, problems } = await withPasskey();
    await page.goto(start);
    await arrive(page);
    const [event] = await eventsOf(id, 'interaction.signed_in');
    expect(event?.detail.amr).toEqual(expect.arrayContaining(['user', 'mfa']));
    expect((await passkeysOf(id))[0]?.lastUsedAt).toBeTypeOf('number');
    expect(problems).toEqual([]);
  });

  test.each([
    ['of a passkey that is synced is not looked at', { isSynced: true }, 0],
    ['of any other is noted', {}, 1],
  ])('a counter that fell keeps nobody out; that %s', async (_title, options, noted) => {
    const { page, id, authenticator } = await withPasskey({}, options);
    const [credential] = await authenticator.credentials();
    await page.goto(start);
    await arrive(page);
    await forget(page);
    await authenticator.remove();
    await page.goto(start);
    const other = await addAuthenticator(page, options);
    if (credential) await other.add({ ...credential, signCount: 0 });
    await page.goto(start);
    await arrive(page);
    expect(await eventsOf(id, 'passkey.counter_regressed')).toHaveLength(noted);
    expect(await eventsOf(id, 'interaction.signed_in')).toHaveLength(3);
  });

  test('the button aborts the suggestion that waits, and signs in', async () => {
    const { page, problems } = await withPasskey();
    await neverSuggest(page);
    await page.goto(start);
    const asked = () => page.evaluate<string>('sessionStorage.asked');
    await expect.poll(asked).toBe('conditional');
    expect(new URL(page.url()).pathname).toMatch(/^\/interaction\/[\w-]+$/);
    await page.click('#credential');
    await arrive(page);
    expect(await asked()).toBe('conditional, aborted conditional, button');
    expect(problems).toEqual([]);
  });

  test('nothing happens by itself where there is no passkey, and the button says so quietly', async () => {
    const { email } = await createPerson();
    const { page, problems } = await openPage();
    await addAuthenticator(page);
    await page.goto(start);
    await page.waitForSelector('#credential:visible');
    await page.click('#credential');
    await page.waitForSelector('#passkey-say:not(:empty)');
    expect(await page.textContent('#passkey-say')).toMatch(/No passkey was used/);
    expect(await page.title()).not.toMatch(/^Error/);
    await look(page, 'passkey-none');
    await page.fill('#identifier', email);
    await page.fill('#password', PASSWORD);
    await page.click('main form button.go');
    await page.waitForURL(/passkey\/offer/);
    expect(problems).toEqual([]);
  });

  test('a passkey that was removed signs nobody in, and the browser is told to forget it', async () => {
    const { page, id } = await withPasskey();
    const [passkey] = await passkeysOf(id);
    await gatehouse.modules.methods.enrol.remove('passkey', {
      userId: id,
      credentialId: passkey?.id ?? '',
      attempt: { request: requestFrom('127.0.0.1') },
    });
    await page.addInitScript(`
      PublicKeyCredential.signalUnknownCredential = async (told) => { sessionStorage.told = JSON.stringify(told); };
    `);
    await page.goto(start);
    await page.waitForSelector('[role=alert]');
    expect(await page.title()).toMatch(/^Error/);
    await look(page, 'passkey-refused');
    await page.goto(start);
    // The virtual authenticator goes on and tries the same one again: the page may be gone while it is asked.
    const told = () => page.evaluate<string>('sessionStorage.told').catch(() => '');
    await expect.poll(told).toBeTruthy();
    await page.waitForSelector('[role=alert]');
    expect(JSON.parse(await told())).toEqual({ rpId: 'localhost', credentialId: expect.any(String) });
  });

  test('without JavaScript there is no passkey, and everything else', async () => {
    const { email } = await createPerson();
    const { page } = await openPage({ javaScript: false });
    await page.goto(start);
    expect(await page.isVisible('#credential')).toBe(false);
    await page.fill('#identifier', email);
    await page.fill('#password', PASSWORD);
    await page.click('main form button.go');
    await arrive(page);
  });

  test('the login page and its script keep to their weight, in one answer', async () => {
    const { page } = await openPage();
    await page.goto(start);
    const html = await (await fetch(page.url(), { headers: { cookie: await cookiesOf(page) } })).text();
    expect(gzipSync(html, { level: 9 }).length).toBeLessThanOrEqual(8 * 1024);
    const script = html.match(/<script[^>]*>([\s\S]*?)<\/script>/)?.[1] ?? '';
    expect(script).toContain('PublicKeyCredential');
    expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(1600);
  });

  test('the field offers passkeys to the browser', async () => {
    const { page } = await openPage();
    await page.goto(start);
    expect(await page.getAttribute('#identifier', 'autocomplete')).toBe('username webauthn');
  });
});

describe('saving one', () => {
  test('after a password it is offered once, and saved by one press', async () => {
    const { id, email } = await createPerson();
    const { page, problems } = await openPage();
    const authenticator = await addAuthenticator(page);
    await signInByPassword(page, email);
    await page.waitForURL(/passkey\/offer/);
    await page.waitForSelector('#credential:visible');
    await look(page, 'passkey-offer');
    expect(await page.textContent('main')).toContain('Anyone who can unlock this device');
    await page.click('#credential');
    await arrive(page);
    expect(await passkeysOf(id)).toHaveLength(1);
    expect(await authenticator.credentials()).toHaveLength(1);
    const [event] = await eventsOf(id, 'passkey.enrolled');
    expect(event?.outcome).toBe('success');
    expect(problems).toEqual([]);
  });

  test('a browser that can saves one after a password without asking', async () => {
    const { id, email } = await createPerson();
    const { page, problems } = await openPage();
    await addAuthenticator(page);
    // Chromium's virtual authenticator does not create by itself: what it would do is done for it.
    await page.addInitScript(`
      const create = navigator.credentials.create.bind(navigator.credentials);
      navigator.credentials.create = ({ mediation, ...options }) => {
        if (mediation !== 'conditional') throw new Error('it was asked for');
        return create(options);
      };
    `);
    await signInByPassword(page, email);
    await arrive(page);
    expect(await passkeysOf(id)).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  test('"not now" is quiet for thirty days', async () => {
    const { email } = await createPerson();
    const { page } = await openPage();
    await addAuthenticator(page);
    await signInByPassword(page, email);
    await page.click('[value=later]');
    await arrive(page);
    await forget(page);
    await signInByPassword(page, email);
    await arrive(page);
  });

  test('where no passkey could be kept, none is offered', async () => {
    const { email } = await createPerson();
    const { page } = await openPage();
    await signInByPassword(page, email);
    await arrive(page);
  });

  test('the account saves, names and removes them, and keeps the browser in step', async () => {
    const { id, email } = await createPerson();
    const { page, problems } = await openPage();
    await addAuthenticator(page);
    await page.addInitScript(`
      for (const name of ['AllAcceptedCredentials', 'CurrentUserDetails'])
        PublicKeyCredential['signal' + name] = async (told) => {
          sessionStorage['told' + name] = JSON.stringify(told);
        };
    `);
    await signInByPassword(page, email, `${gatehouse.issuer}/account/security`);
    await page.click('[value=later]');
    await page.waitForURL(/\/account/);
    await page.goto(`${gatehouse.issuer}/account/security/passkey/add`);
    await page.waitForSelector('#credential:visible');
    await look(page, 'passkey-add');
    await page.click('#credential');
    await page.waitForURL(/\/account\/security(\?|$)/);
    const [passkey] = await passkeysOf(id);
    expect(passkey?.name).toMatch(/Chrome · Linux/);
    await look(page, 'passkey-security');
    const told = await page.evaluate<string>('sessionStorage.toldAllAcceptedCredentials');
    expect(JSON.parse(told)).toMatchObject({
      rpId: 'localhost',
      userId: Buffer.from(id).toString('base64url'),
      allAcceptedCredentialIds: [expect.any(String)],
    });
    const details = await page.evaluate<string>('sessionStorage.toldCurrentUserDetails');
    expect(JSON.parse(details)).toMatchObject({ name: email, displayName: 'Ana' });

    // A second one in the same authenticator is refused by the browser itself: it is on the exclude list.
    await page.goto(`${gatehouse.issuer}/account/security/passkey/add`);
    await page.click('#credential');
    await page.waitForSelector('#passkey-say:not(:empty)');
    expect(await page.textContent('#passkey-say')).toMatch(/has a passkey for you already/);

    await page.goto(`${gatehouse.issuer}/account/security/passkey/rename?credential=${passkey?.id}`);
    await page.fill('#name', 'My laptop');
    await page.click('main form button.go');
    await page.waitForURL(/\/account\/security(\?|$)/);
    expect((await passkeysOf(id))[0]?.name).toBe('My laptop');

    await page.goto(`${gatehouse.issuer}/account/security/passkey/remove?credential=${passkey?.id}`);
    await page.click('main form button');
    await page.waitForURL(/\/account\/security(\?|$)/);
    expect(await passkeysOf(id)).toEqual([]);
    expect(JSON.parse(await page.evaluate('sessionStorage.toldAllAcceptedCredentials'))).toMatchObject({
      allAcceptedCredentialIds: [],
    });
    expect(problems).toEqual([]);
  });
});

describe('as a second factor', () => {
  test('it is asked after the password where two are demanded, and only a verified person counts', async () => {
    const { page, email, id, authenticator } = await withPasskey();
    await neverSuggest(page);
    await signInByPassword(page, email, `${start}&acr_values=2`);
    await page.waitForURL(/\/passkey/);
    await page.waitForSelector('#credential:visible');
    await look(page, 'passkey-second-factor');
    await authenticator.setUserVerified(false);
    await page.click('#credential');
    await page.waitForSelector('#passkey-say:not(:empty)');
    await authenticator.setUserVerified(true);
    await page.click('#credential');
    await arrive(page);
    const [event] = await eventsOf(id, 'interaction.signed_in');
    expect(event?.detail.methods).toEqual(['password', 'passkey']);
  });

  test('a security key that keeps no passkeys is saved, and asked for after the password', async () => {
    const { id, email } = await createPerson();
    const { page, problems } = await openPage();
    await addAuthenticator(page, { isOldKey: true });
    // A key at the plug is not suggested, so the page asks for no challenge.
    await page.goto(`${gatehouse.issuer}/account/security/passkey/add`);
    await typePassword(page, email);
    await page.waitForURL(/\/passkey\/add/);
    await page.waitForSelector('#credential:visible');
    await page.click('#credential');
    await page.waitForURL(/\/account\/security(\?|$)/);
    expect(await page.textContent('main')).toContain('only as a second step');
    expect(await passkeysOf(id)).toMatchObject([{ isSecondOnly: true }]);
    await forget(page);

    await page.goto(start);
    await typePassword(page, email);
    await page.waitForURL(/\/passkey/);
    await page.waitForSelector('#credential:visible');
    await page.click('#credential');
    await arrive(page);
    const [event] = await eventsOf(id, 'interaction.signed_in');
    expect(event?.detail.methods).toEqual(['password', 'passkey']);
    expect(event?.detail.amr).toEqual(expect.arrayContaining(['pwd', 'hwk', 'user', 'mfa']));
    expect(problems).toEqual([]);
  });
});

const looks: [string, PageOptions][] = [
  ['phone-dark', { screen: 'phone', scheme: 'dark' }],
  ['narrow-german', { screen: 'narrow', language: 'de' }],
];

test.each(looks)('its pages can be used on %s', async (name, options) => {
  const { email } = await createPerson();
  const { page, problems } = await openPage(options);
  await addAuthenticator(page);
  await openLogin(page);
  await page.waitForSelector('#credential:visible');
  await look(page, `passkey-login-${name}`);
  await page.fill('#identifier', email);
  await page.fill('#password', PASSWORD);
  await page.click('main form button.go');
  await page.waitForSelector('#credential:visible');
  await look(page, `passkey-offer-${name}`);
  expect(problems).toEqual([]);
});

async function cookiesOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies(page.url());
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}
