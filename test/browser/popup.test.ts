import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { signInOnPages } from '../examples/set-up.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { createPerson } from '../support/relying-party.ts';
import { showPage, startSite } from '../support/site.ts';
import { authorizationUrl } from './authorization-url.ts';
import { addToPages } from './change-header.ts';

/** design §8: an app opens our pages in a popup, and its callback there tells the app's own window the answer. */

let started: TestApp;
let browser: TestBrowser;
let onAnswer: (res: ServerResponse) => void;
beforeAll(async () => {
  [started, browser] = await Promise.all([startApp({ onAnswer: (res) => onAnswer(res) }), openBrowser()]);
});
beforeEach(() => {
  onAnswer = () => {};
});
afterAll(async () => {
  await browser?.close();
  await started?.close();
});

/** Opens the popup from an app on this host, signs in there, and tells what each of the two windows saw. */
async function signInByPopup(host: 'localhost' | '127.0.0.1') {
  let address = '';
  const site = await startSite(host, (req, res) => {
    if (req.url?.startsWith('/callback')) {
      return showPage(
        res,
        'Callback',
        `document.title = window.opener ? 'opener' : 'no opener';
        window.opener?.postMessage(new URLSearchParams(location.search).get('code'), location.origin);`,
      );
    }
    return showPage(
      res,
      'App',
      `window.addEventListener('message', ({ data }) => { document.title = 'code ' + data; });
      function signIn() { window.open(${JSON.stringify(address)}, 'sign-in', 'popup'); }`,
    );
  });
  try {
    const { client } = await started.modules.clients.create(
      {
        name: 'Popup',
        redirectUris: [`${site.origin}/callback`],
      },
      SYSTEM,
    );
    address = authorizationUrl(started.url, client.id, `${site.origin}/callback`);
    const person = await createPerson(started);
    const app = await browser.newPage();
    await app.goto(site.origin);
    const [popup] = await Promise.all([app.waitForEvent('popup'), app.evaluate('signIn()')]);
    await signInOnPages(popup, person.email);
    await popup.waitForURL(`${site.origin}/callback?**`);
    const code = new URL(popup.url()).searchParams.get('code');
    const sawOpener = await popup.title();
    if (sawOpener === 'opener') await app.waitForFunction('document.title !== "App"');
    return { code, sawOpener, told: await app.title() };
  } finally {
    await site.close();
  }
}

describe.each(['localhost', '127.0.0.1'] as const)('an app on %s that signs in by a popup', (host) => {
  test('gets the answer from its callback there', async () => {
    const { code, sawOpener, told } = await signInByPopup(host);
    expect(code).toBeTruthy();
    expect(sawOpener).toBe('opener');
    expect(told).toBe(`code ${code}`);
  });

  test('would be cut off by COOP: that is why our pages send none', async () => {
    onAnswer = (res) => addToPages(res, 'Cross-Origin-Opener-Policy', 'same-origin');
    const { code, sawOpener, told } = await signInByPopup(host);
    expect(code).toBeTruthy();
    expect([sawOpener, told]).toEqual(['no opener', 'App']);
  });
});
