import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { signInOnPages } from '../examples/set-up.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';
import { createPerson } from '../support/relying-party.ts';
import { showPage, startSite } from '../support/site.ts';
import { authorizationUrl } from './authorization-url.ts';
import { changeHeader } from './change-header.ts';

/** design §8: the answer to our form is a chain of redirects that leads through the app, and on to wherever it likes. */

type Site = Awaited<ReturnType<typeof startSite>>;

let started: TestApp;
let browser: TestBrowser;
let shop: Site;
let portal: Site;
let onAnswer: (res: ServerResponse) => void;
beforeAll(async () => {
  [started, browser] = await Promise.all([startApp({ onAnswer: (res) => onAnswer(res) }), openBrowser()]);
  portal = await startSite('127.0.0.1', (_req, res) => showPage(res, 'Portal'));
  // Its callback shows nothing: it redirects on to a third origin.
  shop = await startSite('localhost', (_req, res) => {
    res.writeHead(302, { location: `${portal.origin}/welcome` }).end();
  });
});
beforeEach(() => {
  onAnswer = () => {};
});
afterAll(async () => {
  await Promise.all([shop?.close(), portal?.close(), browser?.close()]);
  await started?.close();
});

/** Signs in until the last form is sent, and tells where that led and what the browser complained about. */
async function signIn({ firstParty }: { firstParty: boolean }) {
  const { client } = await started.modules.clients.create(
    {
      name: 'Shop',
      redirectUris: [`${shop.origin}/callback`],
      firstParty,
    },
    SYSTEM,
  );
  const person = await createPerson(started);
  const page = await browser.newPage();
  const problems = watchProblems(page);
  await page.goto(authorizationUrl(started.url, client.id, `${shop.origin}/callback`));
  return { page, person, problems };
}

describe.each([
  ['the sign-in form', true],
  ['the consent form', false],
])('an app whose callback redirects on to a third origin, after %s', (_form, firstParty) => {
  test('is signed in to, and nothing blocks the way', async () => {
    const { page, person, problems } = await signIn({ firstParty });
    await signInOnPages(page, person.email);
    expect(page.url()).toBe(`${portal.origin}/welcome`);
    expect(problems.filter((problem) => /content security policy/i.test(problem))).toEqual([]);
  });

  test.each([
    ["'self'", () => "'self'"],
    ["'self' and the origin of the app", () => `'self' ${shop.origin}`],
  ])('form-action with %s would block it: that is why our pages send none', async (_title, sources) => {
    onAnswer = (res) =>
      changeHeader(res, 'content-security-policy', (policy) => `${policy}; form-action ${sources()}`);
    const { page, person, problems } = await signIn({ firstParty });
    const blocked = page.waitForEvent('console', (message) => /form-action/.test(message.text()));
    void signInOnPages(page, person.email).catch(() => {}); // it waits for a page that never comes
    await blocked;
    expect(problems).toContainEqual(expect.stringMatching(/form-action/));
    expect(new URL(page.url()).origin).toBe(started.url);
  });
});
