import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, startAppForTest, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { addAuthenticatorApp } from '../support/credentials.ts';
import { createPerson } from '../support/relying-party.ts';
import { type Example, reserveOrigin, startExample } from './example-process.ts';
import { codeAfter, countLines, signInOnPages, startNotesApi } from './set-up.ts';

let started: TestApp;
let browser: TestBrowser;
let api: Example;
let app: Example;
/** Its access tokens are refused 10 seconds before they end, and live 5: each call of the API needs a fresh one. */
let hasty: Example;
beforeAll(async () => {
  [started, browser] = await Promise.all([
    startApp({ settings: { oidc: { accessTokenSeconds: 5 } } }),
    openBrowser(),
  ]);
  api = await startNotesApi(started);
  app = await startWebApp({ api: api.origin, accessTokenTtlSeconds: 300 });
  hasty = await startWebApp({ api: api.origin });
});
afterAll(async () => {
  await hasty?.stop();
  await app?.stop();
  await api?.stop();
  await browser?.close();
  await started?.close();
});

/** Registered as its README says, and running. */
async function startWebApp(
  {
    api: apiOrigin,
    origin: named,
    ...settings
  }: { api?: string; origin?: string; accessTokenTtlSeconds?: number } = {},
  gatehouse = started,
) {
  const listens = await reserveOrigin();
  const origin = named ?? listens;
  const { client, secret = '' } = await gatehouse.modules.clients.create(
    {
      name: 'Notes',
      type: 'web',
      grants: ['authorization_code', 'refresh_token'],
      redirectUris: [`${origin}/callback`],
      postLogoutRedirectUris: [`${origin}/`],
      ...settings,
    },
    SYSTEM,
  );
  return startExample('web-app', listens, {
    ...{ ISSUER: gatehouse.url, CLIENT_ID: client.id, CLIENT_SECRET: secret, ORIGIN: origin },
    ...(apiOrigin ? { API: apiOrigin } : {}),
  });
}

async function signIn(
  at: Example = app,
  gatehouse = started,
): Promise<{ page: Page; person: { id: string; email: string } }> {
  const person = await createPerson(gatehouse);
  const page = await browser.newPage();
  await page.goto(at.origin);
  await page.click('text=Sign in');
  await signInOnPages(page, person.email);
  await page.waitForURL(`${at.origin}/`);
  return { page, person };
}

test('signs a person in, and calls the API in their name', async () => {
  const { page, person } = await signIn();
  expect(await page.textContent('main')).toContain(`Signed in as Ana Bauer, ${person.email}`);
  await page.fill('[name=note]', 'Water the <plants>');
  await page.click('text=Add');
  await page.waitForSelector('li');
  expect(await page.textContent('li')).toBe('Water the <plants>');
});

test('asks userinfo who it is when there is no API', async () => {
  const alone = await startWebApp();
  try {
    const { page, person } = await signIn(alone);
    expect(await page.textContent('main')).toContain(`Signed in as Ana Bauer, ${person.email}`);
  } finally {
    await alone.stop();
  }
});

test('signs out here and at Gatehouse, and comes back', async () => {
  const { page, person } = await signIn();
  await page.click('text=Sign out');
  await page.waitForURL(`${app.origin}/`);
  expect(await page.textContent('main')).toContain('Nobody is signed in');
  expect(await started.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
});

test('renews a token that is about to end, once for all requests of the moment', async () => {
  const { page } = await signIn(hasty);
  const before = countTokenRequests();
  const answers = await Promise.all(Array.from({ length: 5 }, () => page.request.get(hasty.origin)));
  for (const answer of answers) expect(await answer.text()).toContain('Signed in as');
  expect(countTokenRequests() - before).toBe(1);
});

test('ends its session when the person was signed out at Gatehouse', async () => {
  const { page, person } = await signIn(hasty);
  await started.modules.oidc.sessions.signOut(person.id);
  await page.reload();
  expect(await page.textContent('[role=alert]')).toContain('You are not signed in.');
  await page.reload();
  expect(await page.textContent('main')).toContain('Nobody is signed in');
});

test('works with an issuer that has a path', async () => {
  const nested = await startAppForTest({ base: '/id' });
  const there = await startWebApp({}, nested);
  try {
    const { page, person } = await signIn(there, nested);
    expect(page.url()).toBe(`${there.origin}/`);
    expect(await page.textContent('main')).toContain(person.email);
  } finally {
    await there.stop();
  }
});

test('says what a person refused, and offers to begin again', async () => {
  const person = await createPerson(started);
  const page = await browser.newPage();
  await page.goto(`${app.origin}/login`);
  await signInOnPages(page, person.email, { decision: 'deny' });
  expect(await page.textContent('[role=alert]')).toContain('You are not signed in.');
  await page.click('text=Sign in');
  await page.waitForSelector('[name=decision]');
});

test('takes no form from another page, and no callback of another browser', async () => {
  const { page } = await signIn();
  const cookie = (await page.context().cookies(app.origin)).map(({ name, value }) => `${name}=${value}`);
  const headers = { cookie: cookie.join('; '), origin: 'https://evil.example' };
  const forged = await fetch(`${app.origin}/notes`, { method: 'POST', headers, body: 'note=forged' });
  expect(forged.status).toBe(403);
  const planted = await fetch(`${app.origin}/callback?code=of-the-attacker`, { redirect: 'manual' });
  expect([planted.status, planted.headers.get('location')]).toEqual([303, '/']);
  // Led there by a link, also after one to the sign-in, whoever is signed in stays signed in.
  const outside = { maxRedirects: 0 };
  for (const path of [
    '/callback?code=x',
    '/login',
    '/callback?code=x&state=y',
    '/callback?error=access_denied',
  ])
    await page.request.get(`${app.origin}${path}`, outside);
  expect(await (await page.request.get(app.origin)).text()).toContain('Signed in as');
});

test('keeps nothing for who only begins, and with https its cookies are of this host alone', async () => {
  const behindProxy = await startWebApp({ origin: 'https://notes.example' });
  try {
    const login = await fetch(`${behindProxy.origin}/login`, { redirect: 'manual' });
    expect(login.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-notes-checks=.*; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/),
    ]);
  } finally {
    await behindProxy.stop();
  }
});

test('RFC 9470: asks for what the API misses, the person gives it, and the call goes through', async () => {
  const { page, person } = await signIn();
  await page.fill('[name=note]', 'A secret note');
  await page.click('text=Add');
  await page.waitForSelector('li');
  const secret = await addAuthenticatorApp(started, person.id);

  // One factor is not enough: Gatehouse asks for the other one only.
  await page.click('text=Throw all away');
  await page.waitForSelector('[name=code]');
  expect(new URL(page.url()).origin).toBe(new URL(started.url).origin);
  expect(await page.locator('[type=password]').count()).toBe(0);
  await page.fill('[name=code]', codeAfter(secret, 1));
  await page.waitForURL(`${app.origin}/`);
  expect(await page.textContent('li')).toBe('A secret note');

  await page.click('text=Throw all away');
  await page.waitForURL(`${app.origin}/`);
  expect(await page.locator('li').count()).toBe(0);
});

test('is under 150 lines', () => {
  expect(countLines('web-app')).toBeLessThan(150);
});

function countTokenRequests(): number {
  return started.log().split('"/token"').length - 1;
}
