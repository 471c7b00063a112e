import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registrationConfig } from '../../src/registration/config.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { mailsTo } from '../flows/mailbox.ts';
import { openBrowser, type PageOptions, type TestBrowser, tabTo, watchProblems } from '../support/browser.ts';
import { type Site, showPage, startSite } from '../support/site.ts';
import { authorizationUrl } from './authorization-url.ts';
import { look } from './look.ts';

/** Somebody who has a mailbox and nothing else: an account, a sign-in in the app, and later the offer of another way. */

let gatehouse: Gatehouse;
let browser: TestBrowser;
let books: Site;
let callback: string;
let app: string;

beforeAll(async () => {
  gatehouse = await startGatehouse({
    settings: { registration: registrationConfig.parse({ mode: 'open' }) },
  });
  browser = await openBrowser();
  books = await startSite('localhost', (_req, res) => showPage(res, 'Books'));
  callback = `${books.origin}/callback`;
  const { client_id: clientId = '' } = await gatehouse.command('clients create', {
    name: 'Books',
    'redirect-uri': [callback],
    type: 'web',
    'first-party': true,
  });
  app = authorizationUrl(gatehouse.issuer, clientId, callback, { scope: 'openid' });
});

afterAll(async () => {
  await browser?.close();
  await gatehouse?.close();
  await books?.close();
});

/** From the app to the answered link of the mail. */
async function answerMail(page: Page, email: string, name: string, options: PageOptions): Promise<void> {
  await page.goto(app);
  await page.fill('[autocomplete~=username]', email);
  await page.click('.ways button[formaction*="/email"]');
  await page.waitForSelector('#code');
  await look(page, `sign-up-${name}-sent`, options);
  const [mail] = await mailsTo(gatehouse, email);
  await page.goto(mail?.url ?? '');
  await look(page, `sign-up-${name}-link`, options);
  await page.click('main form button.go');
}

const looks: [string, PageOptions][] = [
  ['at a desk', {}],
  ['on a phone in the dark, without JavaScript', { javaScript: false, screen: 'phone', scheme: 'dark' }],
  ['on a phone in Arabic', { screen: 'phone', language: 'ar' }],
];

test.each(looks)('a person signs up with a mailbox alone, %s', async (title, options) => {
  const name = title.replaceAll(/\W+/g, '-');
  const email = `${name.toLowerCase().slice(0, 30)}@example.com`;
  const page = await browser.newPage({ ...options, context: { reducedMotion: 'reduce' } });
  const problems = watchProblems(page);

  await answerMail(page, email, name, options);
  await page.waitForSelector('#name');
  await look(page, `sign-up-${name}-name`, options);
  await page.fill('#name', ' ');
  await page.click('main form button.go');
  await page.waitForSelector('[role=alert]');
  await look(page, `sign-up-${name}-name-missing`, options);
  await page.fill('#name', 'Ana Lima');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${callback}?**`);
  const person = await gatehouse.modules.users.findByEmail(email);
  expect(person).toMatchObject({ emailVerified: true, profile: { name: 'Ana Lima' } });
  expect(await gatehouse.modules.methods.listEnrolled(person?.id ?? '')).toEqual([]);
  await page.context().clearCookies();

  await answerMail(page, email, `${name}-again`, options);
  await page.waitForSelector('button[value=keep]');
  expect(await page.isVisible('#credential')).toBe(options.javaScript !== false);
  await look(page, `sign-up-${name}-offer`, options);
  await page.click('button[value=choose]');
  await page.waitForSelector('#password');
  await look(page, `sign-up-${name}-password`, options);
  await page.click('main p a.link');
  await page.click('button[value=keep]');
  await page.waitForURL(`${callback}?**`);
  expect(problems.filter((problem) => !/422/.test(problem))).toEqual([]);
});

test('by keyboard alone a person signs up, and adds a password the next time', async () => {
  const email = 'keyboard@example.com';
  const page = await browser.newPage({ context: { reducedMotion: 'reduce' } });
  const problems = watchProblems(page);
  const type = async (selector: string, text: string) => {
    await tabTo(page, selector);
    await page.keyboard.type(text);
  };
  const press = async (selector: string) => {
    await tabTo(page, selector);
    await page.keyboard.press('Enter');
  };
  /** From the app to the code of the mail, which the sixth digit sends. */
  const answerMailByKeys = async () => {
    await page.goto(app);
    await type('[autocomplete~=username]', email);
    await press('.ways button[formaction*="/email"]');
    await page.waitForSelector('#code');
    const [mail] = await mailsTo(gatehouse, email);
    await type('#code', mail?.code ?? '');
  };

  await answerMailByKeys();
  await type('#name', 'Ana Lima');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${callback}?**`);
  await page.context().clearCookies();

  await answerMailByKeys();
  await press('button[value=choose]');
  await type('#password', 'seven quiet otters drift');
  await press('main form button.go');
  await page.waitForURL(`${callback}?**`);
  const person = await gatehouse.modules.users.findByEmail(email);
  expect(await gatehouse.modules.methods.listEnrolled(person?.id ?? '')).toMatchObject([
    { method: 'password' },
  ]);
  expect(problems).toEqual([]);
});
