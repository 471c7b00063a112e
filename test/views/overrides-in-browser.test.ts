import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { expectNoAxeViolations, openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';

const PASSWORD = 'seven quiet otters drift';
let gatehouse: Gatehouse;
let browser: TestBrowser;

beforeAll(async () => {
  gatehouse = await startGatehouse({ environment: { VIEWS_DIR: 'examples/views' } });
  const ana = { email: 'ana@example.com', name: 'Ana Lima', 'password-stdin': true };
  await gatehouse.command('users create', ana, { stdin: PASSWORD });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await gatehouse?.close();
});

test.each([
  ['with scripts', true],
  ['without scripts', false],
] as const)('a person signs in by the page of the example, %s', async (_title, javaScript) => {
  const page = await browser.newPage({ javaScript });
  const problems = watchProblems(page);
  await page.goto(`${gatehouse.issuer}/account`);
  expect(await page.locator('h1').textContent()).toBe('Welcome to the reading room');
  if (javaScript) await expectNoAxeViolations(page);

  await page.fill('#identifier', 'ana@example.com');
  await page.fill('#password', 'something else entirely');
  await page.locator('button.go').click();
  await page.locator('[role=alert]').waitFor();
  expect(await page.title()).toMatch(/^Error: Welcome to the reading room/);
  // Only the frame's own sheet and ours apply when the policy lets both pass.
  expect(
    await page.evaluate("getComputedStyle(document.querySelector('.hours')).borderInlineStartWidth"),
  ).toBe('4px');

  await page.fill('#password', PASSWORD);
  await page.locator('button.go').click();
  await page.waitForURL(/\/account$/);
  expect(await page.locator('main').textContent()).toContain('Ana Lima');
  // The browser tells of the refusal itself; nothing was blocked.
  expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
  await page.context().close();
});
