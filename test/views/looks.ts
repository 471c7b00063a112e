import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getSamples, screenNames } from '../../src/views/views.ts';
import {
  expectNoAxeViolations,
  openBrowser,
  type PageOptions,
  type TestBrowser,
  watchProblems,
} from '../support/browser.ts';
import { createDevPages } from './dev-pages.ts';

/** Every page in every state. Each look has a file of its own: together they would take minutes. */

const LIST_OF_FAULTS = readFileSync(new URL('./find-faults.js', import.meta.url), 'utf8');

export const looks = {
  light: { options: { screen: 'desktop' }, switches: {} },
  dark: { options: { screen: 'desktop', scheme: 'dark' }, switches: {} },
  'right-to-left, Arabic': { options: { screen: 'phone' }, switches: { locale: 'ar' } },
  '320 pixels, German': { options: { screen: 'narrow' }, switches: { locale: 'de' } },
} as const satisfies Record<string, { options: PageOptions; switches: Record<string, string> }>;

/** The tests of one look. */
export function lookAtEveryPage(look: keyof typeof looks): void {
  const { options, switches } = looks[look];
  const server = createDevPages();
  let browser: TestBrowser;
  let origin: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
  });

  describe.each(screenNames)('%s', (screen) => {
    test(`is whole and accessible in every state: ${look}`, async () => {
      const page = await browser.newPage(options);
      const problems = watchProblems(page);
      for (const state of Object.keys(getSamples(screen))) {
        await page.goto(`${origin}/page/${screen}?${new URLSearchParams({ state, ...switches })}`);
        expect({ state, faults: await findFaults(page), problems }).toEqual({
          state,
          faults: [],
          problems: [],
        });
        await expectNoAxeViolations(page);
      }
      await page.context().close();
    });
  });
}

/** What is wrong with the page that is open, by the list that holds for every page. */
export function findFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${LIST_OF_FAULTS.replace(/;\s*$/, '')})()`);
}
