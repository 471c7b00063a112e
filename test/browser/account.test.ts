import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, FIVE_MINUTES, PASSWORD, startAccount } from '../account/set-up.ts';
import { expectNoAxeViolations, openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';

const NEW = 'eleven loud herons glide';
let account: Account;
let browser: TestBrowser;
beforeAll(async () => {
  account = await startAccount();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await account?.close();
});

const heading = (page: Page) => page.locator('h1').textContent();

async function signIn(page: Page, { email }: { email: string }, password = PASSWORD): Promise<void> {
  await page.goto(`${account.issuer}/account`);
  await page.locator('#identifier').fill(email);
  await page.locator('#password').fill(password);
  await page.locator('button.go').first().click();
  expect(await heading(page)).toBe('Your account');
}

test.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])(
  'profile, password, e-mail, undo, copy and deletion, %s',
  async (_title, javaScript) => {
    const page = await browser.newPage({ javaScript, screen: 'phone', context: { reducedMotion: 'reduce' } });
    page.setDefaultTimeout(10_000);
    const problems = watchProblems(page);
    const person = await account.createPerson();
    await signIn(page, person);

    await page.locator('summary', { hasText: 'Menu' }).click();
    await page.getByRole('link', { name: 'Profile' }).click();
    await page.locator('#given_name').fill('An');
    await page.locator('#zoneinfo').selectOption('Europe/Lisbon');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await page.getByRole('status').textContent()).toBe('Your profile is saved.');
    expect((await account.modules.users.get(person.id)).profile).toMatchObject({
      given_name: 'An',
      zoneinfo: 'Europe/Lisbon',
    });

    account.passTime(FIVE_MINUTES + 2_000);
    await page.goto(`${account.issuer}/account/security`);
    await page.getByRole('link', { name: 'Change Password' }).click();
    await page.locator('#current').fill(PASSWORD);
    await page.locator('#password').fill(NEW);
    if (!javaScript) await page.locator('#again').fill(NEW);
    await page.getByRole('button', { name: 'Save this password' }).click();
    expect(await page.getByRole('status').textContent()).toContain('Your password is changed.');
    if (javaScript) await expectNoAxeViolations(page);

    await page.goto(`${account.issuer}/account/profile`);
    await page.getByRole('link', { name: 'Change e-mail' }).click();
    expect(await heading(page)).toBe('Sign in');
    await page.locator('#password').fill(NEW);
    await page.locator('button.go').first().click();
    expect(await heading(page)).toBe('Change your e-mail');
    const email = `new-${javaScript}@example.org`;
    await page.locator('#email').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.goto(await account.linkTo(email));
    await page.getByRole('button', { name: 'Confirm' }).click();
    expect(await page.getByRole('status').textContent()).toBe('Your e-mail address is confirmed.');

    await page.goto(`${account.issuer}/account/data`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^account-.*\.json$/);

    await page.goto(await account.linkTo(person.email));
    await page.getByRole('button', { name: 'Take it back' }).click();
    expect(await heading(page)).toBe('Your old address is back');
    expect((await account.modules.users.get(person.id)).email).toBe(person.email);

    await signIn(page, person, NEW);
    await page.goto(`${account.issuer}/account/data`);
    await page.getByRole('link', { name: 'Delete my account' }).click();
    await page.locator('#sure').check();
    await page.getByRole('button', { name: 'Delete my account' }).click();
    expect(await heading(page)).toBe('Your account will be deleted');
    account.passTime(15 * 86_400_000);
    await account.modules.account.runDeletions();
    expect(await account.modules.users.find(person.id)).toBeUndefined();
    expect(problems).toEqual([]);
    await page.context().close();
  },
  120_000,
);
