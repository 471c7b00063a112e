import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FIVE_MINUTES, PASSWORD, startAccount } from '../account/set-up.ts';
import { addAuthenticator } from '../support/authenticator.ts';
import { expectNoAxeViolations, openBrowser, type TestBrowser } from '../support/browser.ts';
import { authorizationUrl, createRelyingParty } from '../support/relying-party.ts';

/** What browsers can do, or say, that Chromium in a test does not by itself: the page is given a browser that claims it. */

let account: Awaited<ReturnType<typeof startAccount>>;
let browser: TestBrowser;
let start: string;
const pages: Page[] = [];

beforeAll(async () => {
  account = await startAccount();
  browser = await openBrowser();
  start = (await authorizationUrl(await createRelyingParty(account))).href;
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => {
  await browser?.close();
  await account?.close();
});

async function openPage(): Promise<Page> {
  const page = await browser.newPage({ context: { reducedMotion: 'reduce' } });
  page.setDefaultTimeout(15_000);
  pages.push(page);
  return page;
}

/** Everything that the pages of this browser call, in order: `[name, argument]`. */
async function record(page: Page, script: string): Promise<[string, Record<string, unknown>][]> {
  const calls: [string, Record<string, unknown>][] = [];
  await page.exposeFunction('note', (name: string, argument: string) => {
    calls.push([name, JSON.parse(argument)]);
  });
  await page.addInitScript(`
    const say = (name, argument = {}) => note(name, JSON.stringify(argument));
    ${script}
  `);
  return calls;
}

const SIGNALS = `
  for (const name of ['signalAllAcceptedCredentials', 'signalCurrentUserDetails'])
    PublicKeyCredential[name] = async (told) => { await say(name, told); };
`;

const claims = (capabilities: Record<string, boolean>) =>
  `PublicKeyCredential.getClientCapabilities = async () => (${JSON.stringify(capabilities)});`;

/** Notes each request for a passkey; `options.mediation` and `uiMode` say which kind it is. Nobody ever answers one. */
const REQUESTS = `
  for (const what of ['get', 'create'])
    navigator.credentials[what] = ({ publicKey, signal, ...how }) => {
      say(what, { ...how, hasSignal: signal !== undefined });
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      });
    };
`;

async function openLogin(page: Page, address = start) {
  await Promise.all([page.waitForResponse(/\/passkey\/options/), page.goto(address)]);
}

async function signIn(page: Page, { email }: { email: string }, address = start) {
  await openLogin(page, address);
  await page.fill('#identifier', email);
  await page.fill('#password', PASSWORD);
  await page.click('main form button.go');
}

const atConsent = (page: Page) => page.waitForSelector('[name=decision]');

/** A person with a passkey in a browser that is signed in no more. */
async function createPersonWithPasskey() {
  const person = await account.createPerson();
  const page = await openPage();
  await addAuthenticator(page);
  await signIn(page, person);
  await page.click('#credential');
  await atConsent(page);
  await page.context().close();
  return person;
}

describe('a browser is told which passkeys work, and how the person is called', () => {
  const told = (calls: [string, Record<string, unknown>][]) => calls.map(([name]) => name);
  const BOTH = ['signalAllAcceptedCredentials', 'signalCurrentUserDetails'];

  test('right after a sign-in with a password, where there are some', async () => {
    const person = await createPersonWithPasskey();
    for (const address of [start, `${account.issuer}/account`]) {
      const page = await openPage();
      const calls = await record(page, SIGNALS);
      await signIn(page, person, address);
      await page.waitForSelector('[data-signals]', { state: 'attached' });
      await expect.poll(() => told(calls)).toEqual(BOTH);
      expect(calls[0]?.[1]).toMatchObject({
        rpId: 'localhost',
        userId: Buffer.from(person.id).toString('base64url'),
        allAcceptedCredentialIds: [expect.any(String)],
      });
    }
  });

  test('never before the sign-in is complete, and not where there are none', async () => {
    const person = await account.createPerson();
    const page = await openPage();
    const calls = await record(page, SIGNALS);
    await signIn(page, person);
    await atConsent(page);
    expect(await page.locator('[data-signals]').count()).toBe(0);
    expect(calls).toEqual([]);
  });

  test('after a change of the name', async () => {
    const person = await createPersonWithPasskey();
    const page = await openPage();
    const calls = await record(page, SIGNALS);
    await signIn(page, person, `${account.issuer}/account/profile`);
    await page.fill('#name', 'Ana Bauer');
    calls.length = 0;
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('[role=status]');
    await expect.poll(() => told(calls)).toEqual(BOTH);
    expect(calls[1]?.[1]).toMatchObject({ name: person.email, displayName: 'Ana Bauer' });
  });

  test('after a change of the e-mail address', async () => {
    const person = await account.createPerson();
    const page = await openPage();
    const calls = await record(page, SIGNALS);
    await addAuthenticator(page);
    await signIn(page, person);
    await page.click('#credential');
    await atConsent(page);
    // The address counts as the strongest way that there is: by the password alone it does not change (hole 2).
    await page.context().clearCookies();
    await page.goto(`${account.issuer}/account/email`);
    await page.waitForURL(/\/account\/email$/);
    const email = `moved-${person.email}`;
    await page.fill('#email', email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.waitForSelector(`text=${email}`);
    await page.goto(await account.linkTo(email));
    calls.length = 0;
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.waitForSelector('[role=status]');
    await expect.poll(() => told(calls)).toEqual(BOTH);
    expect(calls[1]?.[1]).toMatchObject({ name: email });
  });
});

describe('the button', () => {
  test('asks for what is there at once, without a choice of devices, in a browser that can', async () => {
    const page = await openPage();
    const calls = await record(page, claims({ conditionalGet: true, immediateGet: true }) + REQUESTS);
    await openLogin(page);
    await expect.poll(() => calls).toEqual([['get', { mediation: 'conditional', hasSignal: true }]]);
    await page.click('#credential');
    await expect.poll(() => calls[1]).toEqual(['get', { uiMode: 'immediate', hasSignal: false }]);
  });

  test.each([
    ['says that it cannot', { conditionalGet: true, immediateGet: false }],
    ['says nothing of it', { conditionalGet: true }],
  ])('asks in the usual way in a browser that %s', async (_title, capabilities) => {
    const page = await openPage();
    const calls = await record(page, claims(capabilities as Record<string, boolean>) + REQUESTS);
    await openLogin(page);
    await expect.poll(() => calls.length).toBe(1);
    await page.click('#credential');
    await expect.poll(() => calls[1]).toEqual(['get', { hasSignal: true }]);
  });
});

describe('a browser that saves a passkey by itself', () => {
  const CAN = { conditionalGet: true, conditionalCreate: true, passkeyPlatformAuthenticator: true };
  const creations = (calls: [string, Record<string, unknown>][]) =>
    calls.filter(([name]) => name === 'create').map(([, how]) => how);

  test('is asked to once after a password, and then the person is asked', async () => {
    const person = await account.createPerson();
    const page = await openPage();
    const calls = await record(page, claims(CAN) + REQUESTS);
    await signIn(page, person);
    // The question stands there from the beginning: the refusals are never alone.
    expect(await page.locator('main button:visible').count()).toBe(3);
    await page.waitForSelector('#credential:visible');
    await expect.poll(() => creations(calls).length).toBe(1);
    expect(creations(calls)).toEqual([{ mediation: 'conditional', hasSignal: true }]);
  });

  test('is never asked to after a mailed link or code', async () => {
    const person = await account.createPerson();
    const page = await openPage();
    const calls = await record(page, claims(CAN) + REQUESTS);
    await openLogin(page);
    await page.fill('#identifier', person.email);
    await page.click('.ways button[formaction*="/email"]');
    await page.waitForSelector('#code');
    const [mail] = await account.mailsTo(person.email);
    // Six digits are sent without a press.
    await page.fill('#code', /^\d{6}/.exec(mail?.subject ?? '')?.[0] ?? '');
    await atConsent(page);
    expect(creations(calls)).toEqual([]);
  });
});

describe('after the passkey of a phone', () => {
  /** A person whose passkey is on a phone, beside a computer that could keep one. */
  async function besidePhone(transports: readonly string[] = ['hybrid', 'internal']) {
    const person = await account.createPerson();
    const page = await openPage();
    const phone = await addAuthenticator(page, { transport: 'usb' });
    await page.goto(`${account.issuer}/account/security/passkey/add`);
    await page.fill('#identifier', person.email);
    await page.fill('#password', PASSWORD);
    await page.click('main form button.go');
    await page.click('#credential');
    await page.waitForURL(/\/account\/security(\?|$)/);
    // Chromium has no virtual phone: this one answers as a phone does, and is said to be one.
    const { db } = account.modules;
    const isOfPerson = { user_id: person.id };
    await db('passkey_credentials')
      .where(isOfPerson)
      .update({ transports: JSON.stringify(transports) });
    await page.goto('about:blank');
    await page.context().clearCookies();
    const laptop = await addAuthenticator(page);
    return { person, page, phone, laptop };
  }

  /** The virtual authenticator takes the suggestion at once. */
  const signInByPhone = (page: Page) => page.goto(start);

  test('one is offered for this device, saved by a press, and the app gets its sign-in', async () => {
    const { page, phone, laptop } = await besidePhone();
    await signInByPhone(page);
    await page.waitForURL(/passkey\/offer/);
    expect(await page.textContent('h1')).toBe('Next time without the other device?');
    await expectNoAxeViolations(page);
    if (process.env.SHOTS)
      await page.screenshot({ path: join(process.env.SHOTS, 'passkey-offer-phone.png') });
    // The phone is put away: it would say that it has one.
    await phone.remove();
    await page.click('#credential');
    await atConsent(page);
    expect(await laptop.credentials()).toHaveLength(1);
  });

  test('"not now" is quiet the next time', async () => {
    const { page } = await besidePhone();
    await signInByPhone(page);
    await page.click('[value=later]');
    await atConsent(page);
    await page.goto('about:blank');
    await page.context().clearCookies();
    await signInByPhone(page);
    await atConsent(page);
  });

  test('none is offered after a security key', async () => {
    const { page } = await besidePhone(['usb']);
    await signInByPhone(page);
    await atConsent(page);
  });
});

test('the account names a phone by its model, once the browser was asked and has told', async () => {
  const person = await account.createPerson();
  const page = await openPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setUserAgentOverride', {
    userAgent:
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Mobile Safari/537.36',
    userAgentMetadata: {
      platform: 'Android',
      platformVersion: '15.0.0',
      architecture: '',
      model: 'Pixel 9',
      mobile: true,
    },
  });
  const asked: string[] = [];
  page.on('response', (response) => {
    if (response.headers()['accept-ch']) asked.push(new URL(response.url()).pathname);
  });
  await signIn(page, person, `${account.issuer}/account`);
  await page.waitForSelector('h1:has-text("Your account")');
  // Only the pages of the account ask: nobody is asked who is not signed in.
  expect(asked).toEqual(['/account']);
  await page.goto(`${account.issuer}/account/sessions`);
  expect(await page.textContent('.rec')).toContain('Chrome · Pixel 9');

  account.passTime(FIVE_MINUTES);
  const { visitor } = await account.signIn(person);
  expect((await visitor.open('/account/sessions')).html).toContain('Chrome · Pixel 9');
});
