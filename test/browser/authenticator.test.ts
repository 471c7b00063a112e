import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeAt } from '../../src/methods/totp/codes.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { openBrowser, type PageOptions, type TestBrowser, watchProblems } from '../support/browser.ts';
import { look } from './look.ts';

const PASSWORD = 'seven quiet otters drift';
const PLAIN = { algorithm: 'sha1', digits: 6, periodSeconds: 30 } as const;

let gatehouse: Gatehouse;
let browser: TestBrowser;
let passed = 0;
let people = 0;

beforeAll(async () => {
  gatehouse = await startGatehouse();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await gatehouse?.close();
});

function pass(ms: number): void {
  passed += ms;
  gatehouse.passTime(ms);
}

const codeNow = (secret: string) => codeAt(Math.floor((Date.now() + passed) / 30_000), secret, PLAIN);

const looks: [string, PageOptions][] = [
  ['a desktop', {}],
  ['a phone in the dark, without JavaScript', { javaScript: false, screen: 'phone', scheme: 'dark' }],
  ['a phone in German', { screen: 'phone', language: 'de' }],
];

describe.each(looks)('on %s', (title, options) => {
  const name = title.replaceAll(/\W+/g, '-');
  const hasScript = options.javaScript !== false;
  const watched: string[][] = [];

  test('a person connects an app, saves backup codes, and signs in with each', async () => {
    people += 1;
    const email = `person${people}@example.com`;
    await gatehouse.command(
      'users create',
      { email, name: `Person ${people}`, 'password-stdin': true },
      { stdin: PASSWORD },
    );
    const own = await openPage();
    await own.goto(`${gatehouse.issuer}/account/security/totp/add`);
    await signIn(own, email);
    pass(2000);
    await look(own, `${name}-connect`, options);
    const secret = (await own.locator('#secret').innerText()).replaceAll(/\s/g, '');
    await own.fill('#code', '000000');
    await own.click('button.go');
    expect(await own.title()).toMatch(/^(Error|Fehler):/);
    await look(own, `${name}-connect-wrong`, options);
    expect((await own.locator('#secret').innerText()).replaceAll(/\s/g, '')).toBe(secret);
    await own.fill('#code', codeNow(secret));
    await own.fill('#name', 'My phone');
    await own.click('button.go');
    await own.waitForURL('**/account/security?**');
    expect(await own.locator('main').innerText()).toContain('My phone');

    await own.goto(`${gatehouse.issuer}/account/security/backup-codes/add`);
    await look(own, `${name}-backup-codes`, options);
    const codes = await own.locator('.codes li').allInnerTexts();
    const [download] = await Promise.all([
      own.waitForEvent('download'),
      own.click('[action$="/backup-codes/download"] button'),
    ]);
    expect(download.suggestedFilename()).toBe('backup-codes-localhost.txt');
    expect((await readFile(await download.path(), 'utf8')).trimEnd().split('\n').slice(3)).toEqual(codes);
    await own.check('#saved');
    await own.click('button.go');
    await own.waitForURL('**/account/security?**');
    await own.context().close();

    pass(30_000);
    const page = await openPage();
    await page.goto(`${gatehouse.issuer}/account`);
    await signIn(page, email);
    await page.waitForURL('**/totp?**');
    await look(page, `${name}-one-more-step`, options);
    if (hasScript) {
      // Typed and gone: the last digit sends it.
      await page.locator('#code').pressSequentially(codeNow(secret));
    } else {
      const code = codeNow(secret);
      await page.fill('#code', `${code.slice(0, 3)} ${code.slice(3)}`);
      await page.click('button.go');
    }
    await page.waitForURL('**/account');
    await page.context().close();

    const lost = await openPage();
    await lost.goto(`${gatehouse.issuer}/account`);
    await signIn(lost, email);
    await lost.waitForURL('**/totp?**');
    await lost.click('a[href*="/backup-codes"]');
    await lost.fill('#code', 'oooo-oooo');
    await lost.click('button.go');
    expect(await lost.title()).toMatch(/^(Error|Fehler):/);
    await look(lost, `${name}-backup-code-wrong`, options);
    await lost.fill('#code', codes[0] ?? '');
    await lost.click('button.go');
    await lost.waitForURL('**/account');
    await lost.context().close();
    // Chromium also tells of each answer that is a refusal.
    expect(watched.flat().filter((text) => /Content Security Policy/.test(text))).toEqual([]);
  });

  async function openPage(): Promise<Page> {
    const page = await browser.newPage({ ...options, context: { reducedMotion: 'reduce' } });
    page.setDefaultTimeout(15_000);
    watched.push(watchProblems(page));
    return page;
  }
});

async function signIn(page: Page, email: string): Promise<void> {
  await page.fill('[autocomplete~=username]', email);
  await page.fill('[autocomplete=current-password]', PASSWORD);
  await page.click('main form button.go');
}
