import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { signInOnPages } from '../examples/set-up.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';
import { createPerson } from '../support/relying-party.ts';
import { showPage, startSite } from '../support/site.ts';
import { authorizationUrl } from './authorization-url.ts';

/** OAuth 2.0 Form Post Response Mode: the answer goes to the app by a form of ours, in a real browser. */

let started: TestApp;
let browser: TestBrowser;
let shop: Awaited<ReturnType<typeof startSite>>;
let clientId: string;
// at most what one test has an app receive
let received: URLSearchParams[] = [];
beforeAll(async () => {
  [started, browser] = await Promise.all([startApp(), openBrowser()]);
  shop = await startSite('localhost', async (req, res) => {
    if (req.method === 'POST') received.push(new URLSearchParams(await text(req as IncomingMessage)));
    showPage(res, 'Shop');
  });
  const { client } = await started.modules.clients.create(
    {
      name: 'Shop',
      redirectUris: [`${shop.origin}/callback`],
      firstParty: true,
    },
    SYSTEM,
  );
  clientId = client.id;
});
beforeEach(() => {
  received = [];
});
afterAll(async () => {
  await Promise.all([shop?.close(), browser?.close()]);
  await started?.close();
});

const address = (more: Record<string, string> = {}) => {
  const url = new URL(authorizationUrl(started.url, clientId, `${shop.origin}/callback`));
  for (const [name, value] of Object.entries({ response_mode: 'form_post', ...more })) {
    url.searchParams.set(name, value);
  }
  return url.href;
};

test('goes on by itself, once, with all of it, and nothing blocks the way', async () => {
  const page = await browser.newPage();
  const problems = watchProblems(page);
  const person = await createPerson(started);
  const state = `${'s'.repeat(3980)}"<b>&amp;`;
  await page.goto(address({ state }));
  await signInOnPages(page, person.email);
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
  expect(page.url()).toBe(`${shop.origin}/callback`);
  expect(received.map((form) => form.get('state'))).toEqual([state]);
  expect(received[0]?.get('code')).toBeTruthy();
  expect(problems).toEqual([]);
});

test('an error goes on by itself, too', async () => {
  const page = await browser.newPage();
  await page.goto(address({ prompt: 'none' }));
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
  expect(received.map((form) => form.get('error'))).toEqual(['login_required']);
});

test('has a button where no script runs', async () => {
  const page = await browser.newPage({ javaScript: false, screen: 'phone' });
  const person = await createPerson(started);
  await page.goto(address());
  await page.locator('#identifier').fill(person.email);
  await page.locator('#password').fill('correct horse battery staple');
  await page.locator('button.go').click();
  expect(received).toEqual([]);
  await page.getByRole('button', { name: 'Continue to Shop' }).click();
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
  expect(received).toHaveLength(1);
});

test('goes nowhere by itself where the policy does not name its script', async () => {
  const page = await browser.newPage();
  const problems = watchProblems(page);
  await page.route(`${started.url}/auth?*`, async (route) => {
    const answer = await route.fetch();
    const policy = answer.headers()['content-security-policy'] ?? '';
    const headers = { ...answer.headers(), 'content-security-policy': policy.replace(/ 'sha256-[^']+'/, '') };
    await route.fulfill({ response: answer, headers });
  });
  await page.goto(address({ prompt: 'none' }));
  await page.getByRole('button', { name: 'Continue to Shop' }).waitFor();
  expect(problems).toContainEqual(expect.stringMatching(/content security policy/i));
  expect(received).toEqual([]);
});
