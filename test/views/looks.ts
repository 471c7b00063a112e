import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createI18n } from '../../src/i18n/i18n.ts';
import { sampleFrame } from '../../src/views/sample-facts.ts';
import { getSamples, type ScreenName, screenNames } from '../../src/views/views.ts';
import {
  axeColorRules,
  bringAxe,
  expectNoAxeViolations,
  openBrowser,
  type PageOptions,
  type TestBrowser,
  watchProblems,
} from '../support/browser.ts';
import { listenOn, type Site } from '../support/site.ts';
import { createDevPages } from './dev-pages.ts';

/**
 * Every page in every state. `npm test` looks at what can differ: all rules in light on a desktop, colors again in the
 * dark, and on phones what hangs out, right to left and in the language with the longest words. `npm run looks` holds
 * every look against every rule, and looks at phones in every language.
 */
const IS_LONG = process.env.EVERY_LOOK !== undefined;
const LIST_OF_FAULTS = readFileSync(new URL('./find-faults.js', import.meta.url), 'utf8');
const { locales } = createI18n({ i18n: { defaultLocale: 'en', timeZone: 'UTC' } });

/** Looks at a page, in the languages that it asks for, and throws with what is wrong. */
type Look = {
  /** What the browser has open: setting the size of one page again and again takes longer than two pages. */
  open: PageOptions[];
  /** Whether each page is held against axe's rules in the short form, too. */
  needsAxe?: boolean;
  look(pages: Page[], addressIn: (locale: string) => string): Promise<void>;
  /** One fault of each kind that this look is there for: how it is put into a page, and what is then said. */
  faults: [what: string, put: (html: string) => string, said: RegExp][];
};

const style = (css: string) => (html: string) =>
  html.replace('</head>', `<style nonce="${sampleFrame.nonce}">${css}</style></head>`);

const looks: Record<'desktop' | 'phone', Look> = {
  desktop: {
    open: [{ screen: 'desktop' }],
    needsAxe: true,
    async look([page], addressIn) {
      if (!page) return;
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(addressIn('en'));
      await expectNoFaults(page, 'light');
      await expectNoAxeViolations(page);
      // The same page: the dark changes its colors and nothing else.
      await page.emulateMedia({ colorScheme: 'dark' });
      if (IS_LONG) await expectNoFaults(page, 'dark');
      await expectNoAxeViolations(page, IS_LONG ? {} : { rules: axeColorRules });
    },
    faults: [
      ['two titles', (html) => html.replace('<h1', '<h1>One</h1><h1'), /2 h1/],
      ['a code that is cut', (html) => html.replace('type="password"', '$& maxlength="64"'), /cuts a secret/],
      ['a puzzle', (html) => html.replace('<h1', '<canvas></canvas><h1'), /not a page of ours alone/],
      [
        'a field that takes nothing pasted',
        (html) =>
          html.replace(
            '</body>',
            `<script nonce="${sampleFrame.nonce}">addEventListener('paste', (event) => event.preventDefault())</script></body>`,
          ),
        /refuses what is pasted/,
      ],
      ['no language', (html) => html.replace('lang="en"', ''), /html-has-lang/],
      ['pale ink in light', style('@media (prefers-color-scheme:light){h1{color:#bbb}}'), /color-contrast/],
      ['pale ink in the dark', style('@media (prefers-color-scheme:dark){h1{color:#444}}'), /color-contrast/],
    ],
  },
  phone: {
    open: [
      { screen: 'phone', context: { isMobile: true } },
      { screen: 'narrow', context: { isMobile: true } },
    ],
    async look([phone, narrow], addressIn) {
      for (const page of [phone, narrow]) {
        if (!page) continue;
        for (const locale of IS_LONG ? locales : [page === phone ? 'ar' : 'de']) {
          await page.goto(addressIn(locale));
          await expectNoFaults(page, `${locale}, ${page.viewportSize()?.width} pixels`);
          if (IS_LONG) await expectNoAxeViolations(page);
        }
      }
    },
    faults: [
      ['something too wide, right to left', style('[dir=rtl] h1{inline-size:400px}'), /hangs out/],
      ['something too wide in German', style(':lang(de) h1{inline-size:400px}'), /hangs out/],
      [
        'something too wide at 320 pixels (WCAG 1.4.10)',
        style('@media (max-width:340px){h1{inline-size:330px}}'),
        /320 pixels[\s\S]*hangs out/,
      ],
      ['a decoration outside', style('.seal{inset-inline-end:-1rem}'), /wider by 16/],
      ['a button that is too small for a thumb', style('button{min-block-size:0;block-size:30px}'), /x30/],
    ],
  },
};

/** A part of the pages, so that a file for each part keeps to its time. */
export const isOfAccount = (screen: ScreenName) => /^(account|methods|users)\//.test(screen);
export const isOfInteraction = (screen: ScreenName) => screen.startsWith('interaction/');

/** The tests of a look, for the pages that a file takes. */
export function lookAtPages(name: keyof typeof looks, isTaken = (_: ScreenName) => true): void {
  const { open, look, faults, needsAxe = IS_LONG } = looks[name];
  let site: Site;
  let browser: TestBrowser;
  let pages: Page[];
  let problems: string[][];
  let origin: string;

  beforeAll(async () => {
    site = await listenOn(createDevPages(), '127.0.0.1');
    origin = site.origin;
    browser = await openBrowser();
    pages = await Promise.all(open.map((options) => browser.newPage(options)));
    for (const page of needsAxe ? pages : []) await bringAxe(page);
    problems = pages.map(watchProblems);
    for (const [number, page] of pages.entries())
      page.on('request', (request) => {
        if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
          problems[number]?.push(`asks elsewhere: ${request.url()}`);
      });
  });

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const addressOf = (screen: ScreenName, state: string) => (locale: string) =>
    `${origin}/page/${screen}?${new URLSearchParams({ state, locale })}`;

  describe.each(screenNames.filter(isTaken))('%s', (screen) => {
    test.each(Object.keys(getSamples(screen)))(`is whole and accessible on a ${name}: %s`, async (state) => {
      await look(pages, addressOf(screen, state));
      expect(problems.flatMap((each) => each.splice(0))).toEqual([]);
    });
  });

  test.each(faults)(`a look on a ${name} notices %s`, async (_, put, said) => {
    for (const page of pages)
      await page.route('**/page/**', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: put(await response.text()) });
      });
    onTestFinished(async () => {
      for (const page of pages) await page.unroute('**/page/**');
    });
    await expect(look(pages, addressOf('interaction/login', 'plain'))).rejects.toThrow(said);
  });
}

async function expectNoFaults(page: Page, look: string): Promise<void> {
  const faults = await findFaults(page);
  if (faults.length > 0) throw new Error(`${page.url()} (${look}):\n  ${faults.join('\n  ')}`);
}

/** What is wrong with the page that is open, by the list that holds for every page. */
export function findFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${LIST_OF_FAULTS.replace(/;\s*$/, '')})()`);
}
