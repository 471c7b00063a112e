import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailAbout } from '../flows/mailbox.ts';
import { addAuthenticator } from '../support/authenticator.ts';
import { expectNoAxeViolations, openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';

/** Making an account and recovering one, in Chromium: with scripts, with a passkey, and without scripts. */

const PASSWORD = 'seven quiet otters drift';
const NEW = 'eleven loud badgers dance';
const often = [{ points: 10_000, perSeconds: 60 }];
const limits = { address: often, knownDevice: often, browser: often, network: often };

let gatehouse: Gatehouse;
let browser: TestBrowser;
let people = 0;
let email: string;
const pages: Page[] = [];

beforeAll(async () => {
  gatehouse = await startGatehouse({
    settings: {
      registration: { mode: 'open', domains: [], ttlSeconds: 600, invitationTtlSeconds: 86_400, limits },
    },
  });
  browser = await openBrowser();
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser?.close();
  await gatehouse?.close();
});

async function openPage(options: { hasScripts?: boolean } = {}) {
  people += 1;
  email = `ana${people}@example.com`;
  const page = await browser.newPage({
    context: { reducedMotion: 'reduce', javaScriptEnabled: options.hasScripts ?? true },
  });
  page.setDefaultTimeout(15_000);
  pages.push(page);
  return { page, problems: watchProblems(page) };
}

/** From the login page to where the code is typed, and past it. */
async function proveMail(page: Page, link: string, address = email) {
  await page.goto(`${gatehouse.issuer}/account`);
  await page.click(`text=${link}`);
  await page.fill('#email', address);
  await page.click('main form button.go');
  await page.waitForSelector('#code');
  const { code } = await mailAbout(gatehouse, address, 'is your code');
  await page.fill('#code', code);
}

const atAccount = (page: Page) => page.waitForURL(`${gatehouse.issuer}/account`);

test('an account is made with a password, the code sends itself, and nothing is out of reach', async () => {
  const { page, problems } = await openPage();
  await proveMail(page, 'Create an account');
  await page.waitForSelector('#name');
  await expectNoAxeViolations(page);
  await page.fill('#name', 'Ana Lima');
  await page.fill('#password', PASSWORD);
  await page.click('button.go');
  await atAccount(page);
  expect(await page.textContent('main')).toContain(email);
  expect(problems).toEqual([]);
});

test('an account is made with a passkey alone, which then recovers it as a second factor', async () => {
  const { page } = await openPage();
  const authenticator = await addAuthenticator(page);
  await proveMail(page, 'Create an account');
  await page.fill('#name', 'Ana Lima');
  await page.click('button[formaction]');
  await page.click('#credential');
  await atAccount(page);
  expect(await page.textContent('main')).toContain(email);
  expect(await authenticator.credentials()).toHaveLength(1);
  const user = await gatehouse.modules.users.findByEmail(email);
  expect(await gatehouse.modules.methods.find('password')?.isEnrolled(user?.id ?? '')).toBe(false);

  await gatehouse.modules.oidc.sessions.signOut(user?.id ?? '');
  await page.context().clearCookies();
  // No suggestion is taken on the login page while nobody is there.
  await authenticator.setPresence(false);
  await proveMail(page, 'Forgot your password?');
  await page.waitForURL(/\/ways\/passkey$/);
  await authenticator.setPresence(true);
  await page.click('#credential');
  await page.waitForURL(/\/recovery\/steps\/[\w-]+$/);
  await page.fill('#password', NEW);
  await page.click('button.go');
  // The passkey is new, so it is listed first.
  await page.waitForURL(/\/added$/);
  await page.click('a.go');
  await atAccount(page);
  expect(await page.textContent('main')).toContain(email);
});

test('both work without scripts', async () => {
  const { page } = await openPage({ hasScripts: false });
  await proveMail(page, 'Create an account');
  await page.click('main form button.go');
  await page.fill('#name', 'Ana Lima');
  await page.fill('#password', PASSWORD);
  await page.fill('#again', PASSWORD);
  await page.click('main form button.go');
  await atAccount(page);

  await page.context().clearCookies();
  await proveMail(page, 'Forgot your password?');
  await page.click('main form button.go');
  await page.fill('#password', NEW);
  await page.fill('#again', NEW);
  await page.click('main form button.go');
  await atAccount(page);
  expect(await page.textContent('main')).toContain(email);
});
