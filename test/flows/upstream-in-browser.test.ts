import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoAxeViolations, openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';
import { PASSWORD } from '../support/relying-party.ts';
import {
  CALLS_THIS_MACHINE,
  type OtherGatehouse,
  startOtherGatehouse,
} from '../support/upstream/gatehouse.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';

const ADDRESS = 'ana@example.com';

let browser: TestBrowser;
let ours: Gatehouse;
let theirs: OtherGatehouse;

beforeAll(async () => {
  // Cookies know no ports: the paths of the issuers keep the two apart.
  [browser, ours, theirs] = await Promise.all([
    openBrowser(),
    startGatehouse({ settings: CALLS_THIS_MACHINE }),
    startOtherGatehouse({ base: '/there' }),
  ]);
  const { issuer, clientId, clientSecret } = await theirs.register(ours.issuer, 'house');
  await ours.command(
    'upstream create',
    {
      id: 'house',
      preset: 'oidc',
      name: 'House',
      issuer,
      'client-id': clientId,
      'client-secret-stdin': true,
    },
    { stdin: clientSecret },
  );
  await theirs.createPerson(ADDRESS);
  await ours.command(
    'users create',
    { email: ADDRESS, name: 'Ana Lima', 'password-stdin': true },
    { stdin: PASSWORD },
  );
});
afterAll(async () => {
  await Promise.all([browser?.close(), ours?.close(), theirs?.close()]);
});

/** By the keyboard alone, to the field and back. */
async function typePassword(page: Page): Promise<void> {
  await page.locator('input[name=identifier]').fill(ADDRESS);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
}

test('two Gatehouses: the first time an account is connected, the second time signs in, and it is taken away, all by the keyboard', async () => {
  const first = await browser.newPage();
  const problems = watchProblems(first);
  await first.goto(`${ours.issuer}/account`);
  await first.getByRole('button', { name: 'House' }).press('Enter');
  expect(new URL(first.url()).pathname).toMatch(/^\/there\/interaction\//);
  await typePassword(first);
  await first.locator('button[value=allow]').press('Enter');
  await expect.poll(() => first.locator('h1').textContent()).toBe('Connect House');
  await expectNoAxeViolations(first);
  await first.locator('a.btn.go').press('Enter');
  expect(await first.locator('input[name=identifier]').inputValue()).toBe(ADDRESS);
  expect(await first.locator('.note').textContent()).toContain('House');
  await typePassword(first);
  await expect.poll(() => first.locator('.rec').count()).toBe(1);
  await first.getByRole('button', { name: 'Connect House' }).press('Enter');
  await expect.poll(() => new URL(first.url()).pathname).toBe('/account');
  expect(problems).toEqual([]);

  const second = await browser.newPage();
  await second.goto(`${ours.issuer}/account`);
  await second.getByRole('button', { name: 'House' }).press('Enter');
  await typePassword(second);
  await expect.poll(() => new URL(second.url()).pathname).toBe('/account');
  expect(await second.locator('body').textContent()).toContain('Ana Lima');

  // Taken away in the account: the link, and the button of the page that asks.
  await first.goto(`${ours.issuer}/account/security`);
  await first.locator('a[href*="/upstream/remove"]').press('Enter');
  await expect.poll(() => new URL(first.url()).pathname).toBe('/account/security/upstream/remove');
  expect(await first.locator('main').textContent()).toContain(`House: ${ADDRESS}`);
  await expectNoAxeViolations(first);
  await first.locator('form[action*="/upstream/remove"] button').first().press('Enter');
  await expect.poll(() => new URL(first.url()).pathname).toBe('/account/security');
  expect(await first.locator('a[href*="/upstream/remove"]').count()).toBe(0);
  expect(problems).toEqual([]);

  // From there it is nobody here again.
  const third = await browser.newPage();
  await third.goto(`${ours.issuer}/account`);
  await third.getByRole('button', { name: 'House' }).press('Enter');
  await typePassword(third);
  await expect.poll(() => third.locator('h1').textContent()).toBe('Connect House');
});
