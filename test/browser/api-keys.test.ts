import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, PASSWORD, startAccount } from '../account/set-up.ts';
import {
  expectNoAxeViolations,
  openBrowser,
  type TestBrowser,
  tabTo,
  watchProblems,
} from '../support/browser.ts';

let account: Account;
let browser: TestBrowser;
beforeAll(async () => {
  account = await startAccount();
  browser = await openBrowser();
  await account.command('resource-servers create', {
    identifier: 'https://orders.example.com',
    name: 'Orders',
    scope: ['orders:read=See your orders', 'orders:write=Change your orders'],
    'api-keys': 'self-service',
  });
});
afterAll(async () => {
  await browser?.close();
  await account?.close();
});

const SELECTED = `(({ value, selectionStart, selectionEnd }) =>
  value.slice(selectionStart, selectionEnd))(document.activeElement)`;

test.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('a person makes, copies, renews and ends an API key by keyboard alone, %s', async (_how, javaScript) => {
  const page = await browser.newPage({ javaScript, context: { reducedMotion: 'reduce' } });
  const problems = watchProblems(page);
  const person = await account.createPerson();
  const { apiKeys } = account.modules;
  const press = async (selector: string, key = 'Enter') => {
    await tabTo(page, selector);
    await page.keyboard.press(key);
  };
  /** The field has the focus: all of it is selected, as one does to copy it. */
  const takeKey = async (): Promise<string> => {
    await page.locator('#key:focus').waitFor();
    if (javaScript) await expectNoAxeViolations(page);
    await page.keyboard.press('Control+A');
    return (await page.evaluate(SELECTED)) as string;
  };

  await page.goto(`${account.issuer}/account/api-keys`);
  await tabTo(page, '#identifier');
  await page.keyboard.type(person.email);
  await tabTo(page, '#password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');

  await press('main a[href$="/api-keys/add"]');
  await tabTo(page, '#name');
  await page.keyboard.type('Backup');
  await press('#scope-0', 'Space');
  await press('main form button.go');
  const made = await takeKey();
  expect(await apiKeys.look(made)).toMatchObject({ isActive: true, scopes: ['orders:read'] });
  expect(await page.isVisible('[data-copy]')).toBe(javaScript);
  if (javaScript) {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await press('[data-copy]');
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(made);
  }
  await press('main a.go');

  await press('main a[href*="/api-keys/renew"]');
  await press('main form button.go');
  const renewed = await takeKey();
  expect(renewed).not.toBe(made);
  expect(await apiKeys.use(renewed)).toMatchObject({ isActive: true });
  await press('main a.go');
  // One bar for each of 30 days, and no picture of a provider.
  expect((await page.locator('svg.uses').boundingBox())?.width).toBeGreaterThan(200);

  await press('main a[href*="/api-keys/end"]');
  await press('main form button.bad');
  await page.waitForSelector('[role=status]');
  expect(await apiKeys.look(renewed)).toMatchObject({ isActive: false, why: 'revoked' });
  expect(problems).toEqual([]);
});
