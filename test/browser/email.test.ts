import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { openBrowser, type PageOptions, type TestBrowser, watchProblems } from '../support/browser.ts';
import { type Site, showPage, startSite } from '../support/site.ts';
import { authorizationUrl } from './authorization-url.ts';
import { look } from './look.ts';

/** Signing in by a link and a code, as a person sees it: in the browser that asked, and in another one. */

let gatehouse: Gatehouse;
let browser: TestBrowser;
let books: Site;
let callback: string;
let count = 0;

beforeAll(async () => {
  gatehouse = await startGatehouse();
  browser = await openBrowser();
  books = await startSite('localhost', (_req, res) => showPage(res, 'Books'));
  callback = `${books.origin}/callback`;
});

afterAll(async () => {
  await browser?.close();
  await gatehouse?.close();
  await books?.close();
});

async function createPerson(): Promise<string> {
  count += 1;
  const email = `person${count}@example.com`;
  await gatehouse.modules.users.create({ email, emailVerified: true, profile: { name: 'Ana Lima' } }, SYSTEM);
  return email;
}

async function createApp(): Promise<string> {
  const { client_id: clientId = '' } = await gatehouse.command('clients create', {
    name: 'Books',
    'redirect-uri': [callback],
    type: 'web',
  });
  return authorizationUrl(gatehouse.issuer, clientId, callback, { scope: 'openid' });
}

async function openPage(options: PageOptions = {}): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage({ ...options, context: { reducedMotion: 'reduce' } });
  page.setDefaultTimeout(10_000);
  return { page, problems: watchProblems(page) };
}

async function mailTo(email: string): Promise<{ code: string; link: string }> {
  const mails = (await gatehouse.modules.mail.mailbox?.list()) ?? [];
  const { subject = '', text = '' } =
    mails.find((mail) => mail.to === email && /^\d{6}/.test(mail.subject)) ?? {};
  return {
    code: subject.slice(0, 6),
    link: /https?:\S+\/email\/link\?token=\S+/.exec(text)?.[0] ?? '',
  };
}

/** From the app to "Check your e-mail". */
async function ask(page: Page, email: string): Promise<{ code: string; link: string }> {
  await page.goto(await createApp());
  await page.fill('[autocomplete~=username]', email);
  await page.click('.ways button[formaction*="/email"]');
  await page.waitForSelector('#code');
  return mailTo(email);
}

async function allow(page: Page): Promise<void> {
  await page.click('[name=decision][value=allow]');
  await page.waitForURL(`${callback}?**`);
}

const looks: [string, PageOptions][] = [
  ['a desktop', {}],
  ['a phone in the dark, without JavaScript', { javaScript: false, screen: 'phone', scheme: 'dark' }],
  ['a narrow screen in German', { screen: 'narrow', language: 'de' }],
];

describe.each(looks)('on %s', (title, options) => {
  const name = title.replaceAll(/\W+/g, '-');

  test('a person signs in by the code, after a mistake', async () => {
    const email = await createPerson();
    const { page, problems } = await openPage(options);
    const { code } = await ask(page, email);
    await look(page, `email-${name}-sent`, options);

    await page.fill('#code', code === '000000' ? '000001' : '000000');
    if (options.javaScript === false) await page.click('main form button.go');
    await page.waitForSelector('[role=alert]');
    expect(await page.title()).toMatch(/^(Error|Fehler):/);
    await look(page, `email-${name}-wrong`, options);

    // Pasted as it is read. After a mistake nothing is sent by itself.
    await page.fill('#code', `${code.slice(0, 3)} ${code.slice(3)}`);
    await page.click('main form button.go');
    await allow(page);
    expect(problems.filter((problem) => !/422/.test(problem))).toEqual([]);
  });

  test('a person signs in by the link, in the same browser', async () => {
    const email = await createPerson();
    const { page, problems } = await openPage(options);
    const { link } = await ask(page, email);
    const tab = await page.context().newPage();
    await tab.goto(link);
    expect(await tab.textContent('main')).toContain(email);
    await look(tab, `email-${name}-link`, options);
    await tab.click('main form button.go');
    await allow(tab);
    expect(problems).toEqual([]);
  });

  test('another browser shows the code, and signs in to the own account when one insists', async () => {
    const email = await createPerson();
    const { page } = await openPage();
    const { code, link } = await ask(page, email);
    const { page: phone, problems } = await openPage(options);
    await phone.goto(link);
    expect((await phone.textContent('.digits'))?.replaceAll(/\D/g, '')).toBe(code);
    await look(phone, `email-${name}-elsewhere`, options);
    await phone.click('main form button.go');
    await look(phone, `email-${name}-here`, options);
    await phone.click('main form button.go');
    await phone.waitForURL(`${gatehouse.issuer}/account`);
    expect(await phone.textContent('main')).toContain(email);
    expect(problems).toEqual([]);

    await phone.goto(link);
    await look(phone, `email-${name}-used`, options);
  });
});

test('with JavaScript the sixth digit sends the code', async () => {
  const email = await createPerson();
  const { page, problems } = await openPage();
  const { code } = await ask(page, email);
  expect(await page.evaluate('document.activeElement.id')).toBe('code');
  await page.keyboard.type(code);
  await allow(page);
  expect(problems).toEqual([]);
});

test('Enter in the form of the login page sends the password, not the mail', async () => {
  const email = await createPerson();
  const { page } = await openPage();
  await page.goto(await createApp());
  await page.fill('[autocomplete~=username]', email);
  await page.fill('[autocomplete=current-password]', 'not the right one at all');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  expect((await mailTo(email)).code).toBe('');
});
