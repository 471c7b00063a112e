import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, type Person, startWorld, type World } from '../flows/second-factor-set-up.ts';
import { expectNoAxeViolations, openBrowser, type TestBrowser, watchProblems } from '../support/browser.ts';
import { showPage, startSite } from '../support/site.ts';

/** Which account, in Chromium: by keyboard alone, and without scripts. */

let world: World;
let browser: TestBrowser;
let books: { id: string };
let site: Awaited<ReturnType<typeof startSite>>;
let ana: Person;
let bob: Person;

beforeAll(async () => {
  world = await startWorld();
  site = await startSite('localhost', (_req, res) => showPage(res, 'Books'));
  books = await world.createClient({ 'redirect-uri': [`${site.origin}/callback`] });
  [ana, bob] = [await world.createPerson(), await world.createPerson()];
  browser = await openBrowser();
});

afterAll(async () => {
  await Promise.all([browser?.close(), site?.close()]);
  await world?.close();
});

test.each([
  ['with scripts', true],
  ['without scripts', false],
])('the same account is used, and another one, by keyboard alone, %s', async (_how, javaScript) => {
  const page = await browser.newPage({ javaScript, context: { reducedMotion: 'reduce' } });
  const problems = watchProblems(page);
  const callback = `${site.origin}/callback`;
  const open = (values = {}) =>
    page.goto(world.issuer + world.ask(books.id, { redirect_uri: callback, ...values }));
  const isSignedIn = async ({ id }: Person) => (await world.modules.oidc.sessions.listByUser(id)).length > 0;
  const focused = () => page.locator(':focus').innerText();
  const signIn = async ({ email }: Person) => {
    await page.fill('#identifier', email);
    await page.fill('#password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${callback}?code=**`);
  };
  /** Tab by tab, to the button of these words. */
  const reach = async (words: string) => {
    for (let tabs = 0; tabs < 10; tabs += 1) {
      await page.keyboard.press('Tab');
      if ((await focused()).includes(words)) return;
    }
    throw new Error(`no "${words}" within ten tabs`);
  };
  await open();
  await signIn(ana);

  await open({ prompt: 'select_account' });
  if (javaScript) await expectNoAxeViolations(page);
  await reach('Continue as Ana Lima');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${callback}?code=**`);
  expect(await isSignedIn(ana)).toBe(true);

  await open({ login_hint: bob.email });
  await reach('Use another account');
  await page.keyboard.press('Space');
  await page.waitForSelector('#identifier');
  expect(await page.inputValue('#identifier')).toBe(bob.email);
  await signIn(bob);
  expect([await isSignedIn(ana), await isSignedIn(bob)]).toEqual([false, true]);
  await world.modules.oidc.sessions.signOut(bob.id);
  expect(problems).toEqual([]);
  await page.context().close();
});
