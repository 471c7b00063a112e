import { afterAll, beforeAll, expect, test } from 'vitest';
import { getSamples, screenNames } from '../../src/views/views.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { listenOn, type Site } from '../support/site.ts';
import { createDevPages } from '../views/dev-pages.ts';

/** What holds for every field of every screen, as a browser sees it. */

let site: Site;
let browser: TestBrowser;
let origin: string;

beforeAll(async () => {
  site = await listenOn(createDevPages(), '127.0.0.1');
  origin = site.origin;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test('without JavaScript no field has a button to show it, and no page has one for passkeys alone', async () => {
  const page = await browser.newPage({ javaScript: false });
  for (const screen of ['interaction/login', 'users/set-password', 'account/password'] as const) {
    await page.goto(`${origin}/page/${screen}`);
    expect(await page.locator('[data-reveal]').count()).toBeGreaterThan(0);
    expect(await page.locator('[data-reveal]:visible').count()).toBe(0);
  }
  for (const state of Object.keys(getSamples('interaction/login'))) {
    await page.goto(`${origin}/page/interaction/login?${new URLSearchParams({ state })}`);
    expect(await page.locator('button[data-passkey]:visible, #passkey:visible').count()).toBe(0);
  }
});

test('a sign-in says for which app it is, with its host, at the first step and at each further one', async () => {
  const page = await browser.newPage();
  for (const screen of ['interaction/login', 'methods/email/login', 'interaction/consent'] as const) {
    await page.goto(`${origin}/page/${screen}`);
    const main = await page.locator('main').innerText();
    expect([screen, main.includes('Books'), main.includes('books.example')]).toEqual([screen, true, true]);
  }
  for (const screen of ['methods/totp/login', 'methods/password/login', 'interaction/enrol'] as const) {
    await page.goto(`${origin}/page/${screen}`);
    const main = await page.locator('main').innerText();
    expect([screen, main.includes('Books'), main.includes('ana@example.com')]).toEqual([screen, true, true]);
  }
});

test('Tab alone reaches everything that can be pressed, typed or chosen, and shows where it is', async () => {
  const page = await browser.newPage();
  const faults: { address: string; missed: string[]; unseen: string[] }[] = [];
  let total = 0;
  for (const screen of screenNames) {
    const address = `/page/${screen}`;
    await page.goto(`${origin}${address}`, { waitUntil: 'domcontentloaded' });
    const wanted = (await page.evaluate(`
      window.things = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
        .filter((thing) => thing.checkVisibility({ visibilityProperty: true }) && !thing.disabled);
      document.activeElement.blur();
      things.length;
    `)) as number;
    total += wanted;
    const seen = new Map<number, boolean>();
    for (let press = 0; press < wanted + 3; press += 1) {
      await page.keyboard.press('Tab');
      const { at, isShown } = (await page.evaluate(`(() => {
        const here = document.activeElement;
        // A code's field is drawn by its frame, which shows the focus for it.
        const style = getComputedStyle(here.closest('.comb') ?? here);
        return { at: things.indexOf(here), isShown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
      })()`)) as { at: number; isShown: boolean };
      if (at >= 0) seen.set(at, isShown);
    }
    const names = (await page.evaluate(
      `things.map((thing) => thing.tagName + ' ' + (thing.name || thing.textContent.trim()))`,
    )) as string[];
    const missed = names.filter((_, at) => !seen.has(at));
    const unseen = names.filter((_, at) => seen.get(at) === false);
    if (missed.length > 0 || unseen.length > 0) faults.push({ address, missed, unseen });
  }
  expect(total).toBeGreaterThan(200);
  expect(faults).toEqual([]);
});

test('in Arabic, addresses and numbers are typed and shown from left to right', async () => {
  const page = await browser.newPage();
  for (const screen of [
    'interaction/login',
    'methods/email/login',
    'interaction/recovery',
    'account/profile',
  ]) {
    await page.goto(`${origin}/page/${screen}?locale=ar`);
    const fields = (await page.evaluate(`
      [...document.querySelectorAll('input[inputmode=email], input[inputmode=url], input[inputmode=tel]')]
        .map((input) => getComputedStyle(input).direction)
    `)) as string[];
    expect(fields.length).toBeGreaterThan(0);
    expect([screen, new Set(fields)]).toEqual([screen, new Set(['ltr'])]);
  }
  const hint = await page.locator('#phone_number-hint').textContent();
  expect(hint).toContain('\u2066+41 44 268 12 34\u2069');
});
