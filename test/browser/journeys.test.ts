import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { openBrowser, type PageOptions, type TestBrowser, tabTo, watchProblems } from '../support/browser.ts';
import { type Site, showPage, startSite } from '../support/site.ts';
import { authorizationUrl } from './authorization-url.ts';
import { look } from './look.ts';

const PASSWORD = 'seven quiet otters drift';

let gatehouse: Gatehouse;
let browser: TestBrowser;
let books: Site;
let home: string;
let callback: string;
let count = 0;

beforeAll(async () => {
  gatehouse = await startGatehouse();
  browser = await openBrowser();
  books = await startSite('localhost', (_req, res) => showPage(res, 'Books'));
  home = `${books.origin}/`;
  callback = `${home}callback`;
});

afterAll(async () => {
  await browser?.close();
  await gatehouse?.close();
  await books?.close();
});

async function createPerson(): Promise<string> {
  count += 1;
  const email = `person${count}@example.com`;
  await gatehouse.command(
    'users create',
    { email, name: `Person ${count}`, 'password-stdin': true },
    { stdin: PASSWORD },
  );
  return email;
}

/** A new app, and the address of its "Sign in" button. */
async function createApp(more: Parameters<Gatehouse['command']>[1] = {}): Promise<string> {
  const { client_id: clientId = '' } = await gatehouse.command('clients create', {
    name: 'Books',
    'redirect-uri': [callback],
    type: 'web',
    ...more,
  });
  return authorizationUrl(gatehouse.issuer, clientId, callback);
}

/** A page; what it complains about is collected. */
async function openPage(options: PageOptions = {}): Promise<{ page: Page; problems: string[] }> {
  // Without the cross-fade between two pages a picture shows one of them.
  const page = await browser.newPage({ ...options, context: { reducedMotion: 'reduce' } });
  page.setDefaultTimeout(10_000);
  return { page, problems: watchProblems(page) };
}

const looks: [string, PageOptions][] = [
  ['a desktop', {}],
  ['a phone in the dark, without JavaScript', { javaScript: false, screen: 'phone', scheme: 'dark' }],
  ['a narrow screen in German', { screen: 'narrow', language: 'de' }],
  ['a desktop in the dark', { scheme: 'dark' }],
];

describe.each(looks)('on %s', (title, options) => {
  const name = title.replaceAll(/\W+/g, '-');

  test('a person signs in to an app after a mistake, and allows it', async () => {
    const [email, start] = [await createPerson(), await createApp()];
    const { page, problems } = await openPage(options);
    await page.goto(start);
    await look(page, `${name}-login`, options);

    await page.fill('[autocomplete~=username]', email);
    await page.fill('[autocomplete=current-password]', 'something else entirely');
    await page.click('main form button.go');
    expect(await page.title()).toMatch(/^(Error|Fehler):/);
    expect(await page.inputValue('[autocomplete~=username]')).toBe(email);
    expect(await page.inputValue('[autocomplete=current-password]')).toBe('');
    await page.locator('[role=alert]:focus').waitFor();
    await look(page, `${name}-login-error`, options);

    await page.fill('[autocomplete=current-password]', PASSWORD);
    await page.click('main form button.go');
    await page.waitForSelector('[name=decision]');
    await look(page, `${name}-consent`, options);
    const sizes = await page.$$eval('[name=decision]', (buttons) =>
      buttons.map((button) => Math.round(button.getBoundingClientRect().width)),
    );
    expect(sizes[0]).toBe(sizes[1]);

    await page.click('[name=decision][value=allow]');
    await page.waitForURL(`${callback}?**`);
    expect(new URL(page.url()).searchParams.get('state')).toBe('kept');
    expect(problems.filter((problem) => !/422/.test(problem))).toEqual([]);
  });

  test('the own account shows sessions and connected apps, and signs out', async () => {
    const [email, start] = [await createPerson(), await createApp()];
    const { page, problems } = await openPage(options);
    await page.goto(start);
    await page.fill('[autocomplete~=username]', email);
    await page.fill('[autocomplete=current-password]', PASSWORD);
    await page.click('main form button.go');
    await page.click('[name=decision][value=allow]');
    await page.waitForURL(`${callback}?**`);

    await page.goto(`${gatehouse.issuer}/account`);
    await look(page, `${name}-account`, options);
    await page.goto(`${gatehouse.issuer}/account/sessions`);
    await look(page, `${name}-sessions`, options);
    await page.goto(`${gatehouse.issuer}/account/applications`);
    await look(page, `${name}-applications`, options);
    await page.click('form[action$=withdraw] button');
    await page.waitForSelector('[role=status]');
    await look(page, `${name}-withdrawn`, options);

    // On a narrow screen it is in the menu.
    const signOut = page.locator('form[action$=sign-out] button:visible');
    if ((await signOut.count()) === 0) await page.click('summary');
    await signOut.click();
    await page.waitForURL('**/session/end/success*');
    await look(page, `${name}-signed-out`, options);
    expect(problems).toEqual([]);
  });
});

test('the keyboard alone is enough, and Enter twice signs in once', async () => {
  const [email, start] = [await createPerson(), await createApp()];
  const { page, problems } = await openPage();
  await page.goto(start);
  await tabTo(page, '[autocomplete~=username]');
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.name')).toBe('password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[name=decision]');
  await tabTo(page, '[name=decision][value=allow]');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${callback}?**`);
  expect(problems).toEqual([]);
});

test('terms are accepted with the keyboard alone, in the order in which they are read', async () => {
  const url = ['https://acme.example/terms'];
  const house = { version: '1', title: ['Terms of use'], url };
  await gatehouse.command('terms create', house, { positionals: ['house'] });
  const [email, start] = [
    await createPerson(),
    await createApp({ 'first-party': true, require: ['terms:house'] }),
  ];
  const { page, problems } = await openPage();
  await page.goto(start);
  await page.fill('[autocomplete~=username]', email);
  await page.fill('[autocomplete=current-password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('form[action*="/required/terms"]');
  const passed: string[] = [];
  const accept = page.locator('button.go');
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    passed.push((await page.evaluate('document.activeElement.innerText')) as string);
    if (await accept.evaluate((wanted) => wanted.matches(':focus'))) break;
  }
  expect(passed.slice(-4)).toEqual([
    'Switch',
    expect.stringContaining('Terms of use'),
    'Don’t accept',
    'Accept',
  ]);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${callback}?**`);
  expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
  expect(problems).toEqual([]);
});

test('back after a sign-in says that it is done and leads on', async () => {
  const [email, start] = [await createPerson(), await createApp()];
  const { page } = await openPage();
  await page.goto(start);
  await page.fill('[autocomplete~=username]', email);
  await page.fill('[autocomplete=current-password]', PASSWORD);
  await page.click('main form button.go');
  await page.click('[name=decision][value=allow]');
  await page.waitForURL(`${callback}?**`);
  await page.goBack();
  await page.reload();
  expect(await page.textContent('h1')).toBe('You’re signed in');
  await look(page, 'signed-in-already');
  expect(await page.getAttribute('main a.btn', 'href')).toBe(home);
});

test('a page that was open too long leads back to its app', async () => {
  const { page } = await openPage();
  await page.goto(await createApp());
  await gatehouse.modules.db('artifacts').where({ model: 'Interaction' }).update({ expires_at: 1 });
  await page.reload();
  expect(await page.textContent('h1')).toBe('This page has been open too long');
  await look(page, 'expired');
  await page.click('main a.btn');
  await page.waitForURL(home);
});

test('cancelling goes back to the app', async () => {
  const { page } = await openPage({ javaScript: false });
  await page.goto(await createApp());
  await page.click('main form[action*="/cancel"] button');
  await page.waitForURL(`${callback}?**`);
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
});

test('the language menu holds for the rest of the sign-in', async () => {
  const email = await createPerson();
  const { page } = await openPage({ javaScript: false });
  await page.goto(await createApp());
  await page.click('.lang summary');
  await page.click('.lang button[value=de]');
  expect(await page.getAttribute('html', 'lang')).toBe('de');
  await page.fill('[autocomplete~=username]', email);
  await page.fill('[autocomplete=current-password]', 'something else entirely');
  await page.click('main form button.go');
  expect(await page.getAttribute('html', 'lang')).toBe('de');
  // Chosen again on the page that answers a form.
  await page.click('.lang summary');
  await page.click('.lang button[value=en]');
  expect(await page.getAttribute('html', 'lang')).toBe('en');
  await page.fill('[autocomplete~=username]', email);
  await page.fill('[autocomplete=current-password]', PASSWORD);
  await page.click('main form button.go');
  await page.waitForSelector('[name=decision]');
  expect(await page.getAttribute('html', 'lang')).toBe('en');
});

test.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('the first administrator makes an account %s and sees it', async (_title, javaScript) => {
  const empty = await startGatehouse();
  try {
    const { page, problems } = await openPage({ javaScript });
    const suffix = javaScript ? '' : '-no-script';
    await page.goto(empty.issuer);
    await look(page, `welcome${suffix}`, { javaScript });
    await page.goto((await empty.app.firstAdministratorUrl()) ?? '');
    await look(page, `first-administrator${suffix}`, { javaScript });
    await page.fill('#name', 'Ana Lima');
    await page.fill('#email', 'ana@example.com');
    await page.fill('#password', 'too short');
    if (!javaScript) await page.fill('#again', 'too short');
    await page.click('main form button.go');
    expect(await page.inputValue('#name')).toBe('Ana Lima');
    await look(page, `first-administrator-error${suffix}`, { javaScript });
    await page.fill('#password', PASSWORD);
    if (!javaScript) await page.fill('#again', PASSWORD);
    await page.click('main form button.go');
    await page.waitForURL(`${empty.issuer}/account`);
    expect(await page.textContent('main')).toContain('ana@example.com');
    await look(page, `first-account${suffix}`, { javaScript });
    expect(problems.filter((problem) => !/422/.test(problem))).toEqual([]);
  } finally {
    await empty.close();
  }
});
