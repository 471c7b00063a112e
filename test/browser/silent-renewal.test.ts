import type { ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readCookie } from '../../src/http/cookies.ts';
import type { Example } from '../examples/example-process.ts';
import { signInOnPages, startNotesApi, startSpa } from '../examples/set-up.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { createPerson } from '../support/relying-party.ts';
import { changeHeader } from './change-header.ts';

/**
 * design §4 and §8: `prompt=none` in an iframe is promised to apps on the same site; on another site the browser
 * withholds the Lax cookie, the answer is `login_required`, and the app goes on with its refresh token.
 */

let started: TestApp;
let browser: TestBrowser;
let api: Example;
let onAnswer: (res: ServerResponse) => void;
beforeAll(async () => {
  [started, browser] = await Promise.all([startApp({ onAnswer: (res) => onAnswer(res) }), openBrowser()]);
  api = await startNotesApi(started);
});
beforeEach(() => {
  onAnswer = () => {};
});
afterAll(async () => {
  await api?.stop();
  await browser?.close();
  await started?.close();
});

/** The app's page after sign-in, and a function that renews and tells how the iframe was answered. */
async function signIn(host: string, { refreshes = true } = {}) {
  const spa = await startSpa(started, { host, api: api.origin, refreshes });
  const person = await createPerson(started);
  const page = await browser.newPage();
  await page.goto(spa.origin);
  await page.click('#sign-in');
  await page.waitForURL(`${started.url}/**`);
  await signInOnPages(page, person.email);
  await page.waitForSelector('#signed-in:not([hidden])');
  return { spa, page, renew: () => renew(page, spa) };
}

async function renew(page: Page, spa: Example) {
  const grants: (string | null)[] = [];
  page.on('request', (request) => {
    if (request.url() === `${started.url}/token` && request.method() === 'POST')
      grants.push(new URLSearchParams(request.postData() ?? '').get('grant_type'));
  });
  const framed = page.waitForRequest((request) => request.url().startsWith(`${spa.origin}/silent?`));
  await page.click('#renew');
  const answer = new URL((await framed).url()).searchParams;
  await page.waitForSelector('#status:not(:empty)');
  const status = (await page.textContent('#status')) ?? '';
  return { error: answer.get('error'), grants, status, isSignedIn: await page.isVisible('#signed-in') };
}

test('an app on the same site renews in an iframe, by the session', async () => {
  const { spa, renew } = await signIn('localhost');
  try {
    expect(await renew()).toEqual({
      error: null,
      grants: ['authorization_code'],
      status: expect.stringMatching(/^Renewed/),
      isSignedIn: true,
    });
  } finally {
    await spa.stop();
  }
});

test('an app on another site is told login_required in its iframe, and goes on by its refresh token', async () => {
  const { spa, renew } = await signIn('127.0.0.1');
  try {
    expect(await renew()).toEqual({
      error: 'login_required',
      grants: ['refresh_token'],
      status: expect.stringMatching(/^Renewed/),
      isSignedIn: true,
    });
  } finally {
    await spa.stop();
  }
});

test('an app on another site that has no refresh token asks for a new sign-in', async () => {
  const { spa, renew } = await signIn('127.0.0.1', { refreshes: false });
  try {
    expect(await renew()).toMatchObject({ error: 'login_required', grants: [], isSignedIn: false });
  } finally {
    await spa.stop();
  }
});

test('with SameSite=None another site would learn in its iframe whatever the browser sends: so it is Lax', async () => {
  const isSent: boolean[] = [];
  onAnswer = (res) => {
    changeHeader(res, 'set-cookie', (value) => value.replace(/samesite=lax/i, 'SameSite=None; Secure'));
    if (/^\/auth\?.*prompt=none/.test(res.req.url ?? ''))
      isSent.push(readCookie(res.req, 'gatehouse-session') !== undefined);
  };
  const { spa, renew } = await signIn('127.0.0.1');
  try {
    const { error, grants } = await renew();
    // Whether cookies go into a frame of another site is the policy of the browser, and differs between versions.
    expect([isSent, error, grants]).toEqual(
      isSent[0]
        ? [[true], null, ['authorization_code']] // whoever frames us is told that somebody is signed in
        : [[false], 'login_required', ['refresh_token']],
    );
  } finally {
    await spa.stop();
  }
});

test('without CORS for its origin no app could renew, on the same site neither', async () => {
  const { spa, renew } = await signIn('localhost');
  onAnswer = (res) => changeHeader(res, 'access-control-allow-origin', () => 'null');
  try {
    expect(await renew()).toMatchObject({ error: null, isSignedIn: false });
  } finally {
    await spa.stop();
  }
});
