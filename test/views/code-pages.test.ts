import type { Page } from 'playwright-core';
import QRCode from 'qrcode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getSamples, type ScreenName } from '../../src/views/views.ts';
import { openBrowser, type PageOptions, type TestBrowser, watchProblems } from '../support/browser.ts';
import { listenOn, type Site } from '../support/site.ts';
import { createDevPages } from './dev-pages.ts';

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

async function open(screen: ScreenName, state: string, options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  await page.goto(`${origin}/page/${screen}?${new URLSearchParams({ state })}`);
  return page;
}

/** Stands for the network: notes what would have been sent. */
const noteSubmits = `globalThis.sent = [];
  addEventListener('submit', (event) => {
    if (!event.defaultPrevented) sent.push(new FormData(event.target).get('code'));
    event.preventDefault();
  });`;

describe('the field for a code', () => {
  test('is one input, sent once when it is complete, without its gaps', async () => {
    const page = await open('methods/totp/login', 'plain');
    await page.evaluate(noteSubmits);
    expect(await page.locator('input[inputmode=numeric]').count()).toBe(1);
    expect(await page.evaluate('document.activeElement?.id')).toBe('code');
    await page.locator('#code').pressSequentially('48291');
    expect(await page.evaluate('sent')).toEqual([]);
    await page.locator('#code').pressSequentially('3');
    await page.locator('#code').pressSequentially('7');
    expect(await page.evaluate('sent')).toEqual(['482913']);
  });

  test('has six boxes of one width, and room for six digits without scrolling', async () => {
    const page = await open('methods/totp/login', 'wrong');
    await page.locator('#code').fill('482913');
    const [frame, cell, scrolled] = await page.locator('.comb').evaluate((comb) => {
      const canvas = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
      canvas.font = getComputedStyle(comb).font;
      return [comb.clientWidth, canvas.measureText('0').width * 2.4, comb.querySelector('input')?.scrollLeft];
    });
    expect(Math.abs((frame ?? 0) - 6 * (cell ?? 0))).toBeLessThan(2);
    expect(scrolled).toBe(0);
  });

  test('takes a code that is pasted with a gap', async () => {
    const page = await open('methods/totp/login', 'plain');
    await page.evaluate(noteSubmits);
    await page.locator('#code').fill('482 913');
    expect(await page.evaluate('sent')).toEqual(['482913']);
  });

  test('waits for the button after a mistake', async () => {
    const page = await open('methods/totp/login', 'wrong');
    await page.evaluate(noteSubmits);
    await page.locator('#code').fill('482913');
    expect(await page.evaluate('sent')).toEqual([]);
    await page.locator('button.go').click();
    expect(await page.evaluate('sent')).toEqual(['482913']);
  });

  test('leads from the alert to the box, which says what is wrong', async () => {
    const page = await open('methods/totp/login', 'used already');
    await page.locator('[role=alert]:focus').waitFor(); // autofocus comes a moment after the page
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('code');
    const described = await page.locator('#code').getAttribute('aria-describedby');
    expect(await page.locator(`#${described}`).textContent()).toContain('used already');
  });
});

describe('the page that connects an app', () => {
  test('draws the QR code of the address, with its quiet zone, and links to the same', async () => {
    const page = await open('methods/totp/enrol', 'in the flow', { scheme: 'dark' });
    const problems = watchProblems(page);
    await page.reload();
    const uri = getSamples('methods/totp/enrol')['in the flow']?.show?.uri ?? '';
    expect(await page.locator('a[href^="otpauth:"]').getAttribute('href')).toBe(uri);
    const { size, data } = QRCode.create(uri, { errorCorrectionLevel: 'M' }).modules;
    expect(await page.locator('.qr').getAttribute('viewBox')).toBe(`0 0 ${size + 8} ${size + 8}`);
    const drawn = new Uint8Array(size * size);
    const path = (await page.locator('.qr path').nth(1).getAttribute('d')) ?? '';
    for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      const start = (Number(y) - 4) * size + Number(x) - 4;
      drawn.fill(1, start, start + Number(run));
    }
    expect([...drawn]).toEqual([...data].map(Number));
    // Black on white, in the dark theme too: most apps read no other.
    const fills = await page.evaluate(
      `[...document.querySelectorAll('.qr path')].map((path) => getComputedStyle(path).fill)`,
    );
    expect(fills).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    expect(problems).toEqual([]);
  });

  test('shows a key that is selected by one click and has no gaps in it', async () => {
    const page = await open('methods/totp/enrol', 'in the flow');
    await page.locator('#secret').click();
    expect(await page.evaluate('getSelection().toString().replaceAll("\\n", "")')).toBe(
      'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    );
  });

  test('copies the key without gaps', async () => {
    const page = await open('methods/totp/enrol', 'in the flow');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('[data-copy]').click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });
});

describe('the page of backup codes', () => {
  const codes = getSamples('methods/backup-codes/enrol').plain?.show?.codes ?? [];

  test('copies all of them, one a line', async () => {
    const page = await open('methods/backup-codes/enrol', 'plain');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('[data-copy]').click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(codes.join('\n'));
  });

  test('prints the codes and where they belong, and nothing to press', async () => {
    const page = await open('methods/backup-codes/enrol', 'plain');
    await page.evaluate('globalThis.print = () => { document.title = "printed"; }');
    await page.locator('[data-print]').click();
    expect(await page.title()).toBe('printed');
    await page.emulateMedia({ media: 'print' });
    for (const shown of ['.codes', 'h1', '.site']) expect(await page.locator(shown).isVisible()).toBe(true);
    for (const hidden of ['button.go', '.check', '.pair', '.link', '.foot']) {
      expect(await page.locator(hidden).first().isVisible()).toBe(false);
    }
  });

  test('is not finished before the box is ticked', async () => {
    const page = await open('methods/backup-codes/enrol', 'plain');
    await page.evaluate(noteSubmits);
    await page.locator('button.go').click();
    expect(await page.evaluate('sent.length')).toBe(0);
    await page.locator('#saved').check();
    await page.locator('button.go').click();
    expect(await page.evaluate('sent.length')).toBe(1);
  });

  test('can be downloaded twice, and finished after that', async () => {
    const page = await open('methods/backup-codes/enrol', 'plain');
    await page.evaluate(noteSubmits);
    await page.locator('.pair form button').click();
    await page.locator('.pair form button').click();
    expect(await page.evaluate('sent.length')).toBe(2);
  });

  test('without JavaScript offers what works without it', async () => {
    const page = await open('methods/backup-codes/enrol', 'plain', { javaScript: false });
    expect(await page.locator('.pair form button').isVisible()).toBe(true);
    expect(await page.locator('[data-copy]').isVisible()).toBe(false);
    expect(await page.locator('[data-print]').isVisible()).toBe(false);
  });
});
