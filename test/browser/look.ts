import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectNoAxeViolations, type PageOptions } from '../support/browser.ts';

/** Holds a page against axe, and sees that it does not scroll sideways. `SHOTS=/tmp/shots`: a picture of it goes there. */
export async function look(page: Page, name: string, { javaScript = true }: PageOptions = {}): Promise<void> {
  // axe is a script and waits for others: what it finds is the same with JavaScript.
  if (javaScript) await expectNoAxeViolations(page);
  const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  expect(isWide, `${name} scrolls sideways`).toBe(false);
  const folder = process.env.SHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
