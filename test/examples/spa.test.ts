import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';
import { createPerson } from '../support/relying-party.ts';
import type { Example } from './example-process.ts';
import { countLines, signInOnPages, startNotesApi, startSpa } from './set-up.ts';

/** The single-page app, and by it oidc-client-ts. Renewal on the same and on another site: test/browser. */

let started: TestApp;
let browser: TestBrowser;
let api: Example;
let spa: Example;
beforeAll(async () => {
  [started, browser] = await Promise.all([startApp(), openBrowser()]);
  api = await startNotesApi(started);
  spa = await startSpa(started, { api: api.origin });
});
afterAll(async () => {
  await spa?.stop();
  await api?.stop();
  await browser?.close();
  await started?.close();
});

async function signIn(at: Example = spa): Promise<{ page: Page; person: { id: string; email: string } }> {
  const person = await createPerson(started);
  const page = await browser.newPage();
  await page.goto(at.origin);
  await page.click('#sign-in');
  await page.waitForURL(`${started.url}/**`);
  await signInOnPages(page, person.email);
  await page.waitForSelector('#signed-in:not([hidden])');
  return { page, person };
}

test('signs a person in, and calls the API in their name', async () => {
  const { page, person } = await signIn();
  await shows(page, '#person', `Ana Bauer (${person.email})`);
  await page.fill('[name=note]', 'Water the <plants>');
  await page.click('text=Add');
  expect(await page.textContent('#notes li')).toBe('Water the <plants>');
});

test('leaves no code in the address, and needs no second sign-in after a reload', async () => {
  const { page, person } = await signIn();
  expect(page.url()).toBe(`${spa.origin}/`);
  const problems = watchProblems(page);
  await page.reload();
  await shows(page, '#person', person.email);
  expect(problems).toEqual([]);
});

test('asks userinfo who it is when there is no API', async () => {
  const alone = await startSpa(started);
  try {
    const { page, person } = await signIn(alone);
    await shows(page, '#person', `Ana Bauer (${person.email})`);
  } finally {
    await alone.stop();
  }
});

test('says that a person did not allow it', async () => {
  const person = await createPerson(started);
  const page = await browser.newPage();
  await page.goto(spa.origin);
  await page.click('#sign-in');
  await page.waitForURL(`${started.url}/**`);
  await signInOnPages(page, person.email, { decision: 'deny' });
  await page.waitForSelector('#sign-in:not([hidden])');
  await shows(page, '#status', /^Not signed in/);
});

test('signs out here and at Gatehouse, and comes back', async () => {
  const { page, person } = await signIn();
  await page.click('#sign-out');
  await page.waitForURL(`${spa.origin}/**`);
  await page.waitForSelector('#sign-in:not([hidden])');
  expect(await started.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
});

test('asks for a new sign-in at the next renewal when the person was signed out', async () => {
  const { page, person } = await signIn();
  await started.modules.oidc.sessions.signOut(person.id);
  await page.click('#renew');
  await page.waitForSelector('#sign-in:not([hidden])');
  await shows(page, '#status', /^Please sign in again/);
});

test('runs no script but its own files, and is framed by nobody else', async () => {
  const policy = (await fetch(spa.origin)).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; ");
  expect(policy).toContain("frame-ancestors 'self'");
  expect(policy).not.toContain('unsafe');
});

test('is under 150 lines', () => {
  expect(countLines('spa')).toBeLessThan(150);
});

/** The page's script writes when it has an answer: waits for that text, bounded by the test's own limit. */
async function shows(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await page.locator(selector, { hasText: text }).waitFor();
}
