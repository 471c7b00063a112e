import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  expectNoAxeViolations,
  findChromium,
  findPackagedChromium,
  openBrowser,
  type TestBrowser,
  watchProblems,
} from './browser.ts';

let browser: TestBrowser;
let site: Server;
let url: string;

const bad = '<!doctype html><html><img src="data:,"><p>no language, no title';
const good = (language: string) => `<!doctype html><html lang="en"><title>Good</title>
  <main><h1>Good</h1><p id="p">without</p><i>${language}</i></main>
  <script nonce="a">p.textContent = 'with'</script>`;

beforeAll(async () => {
  site = createServer((request, response) => {
    response.setHeader('content-security-policy', "default-src 'none'; script-src 'nonce-a'");
    response.setHeader('content-type', 'text/html');
    response.end(request.url === '/bad' ? bad : good(request.headers['accept-language'] ?? ''));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(site.address() as { port: number }).port}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

test('shows a page with JavaScript on and off', async () => {
  const withScripts = await browser.newPage();
  await withScripts.goto(url);
  expect(await withScripts.textContent('#p')).toBe('with');
  const without = await browser.newPage({ javaScript: false });
  await without.goto(url);
  expect(await without.textContent('#p')).toBe('without');
});

test('shows a page on a German phone in the dark', async () => {
  const page = await browser.newPage({ language: 'de', scheme: 'dark', screen: 'phone' });
  await page.goto(url);
  expect(await page.textContent('i')).toMatch(/^de/);
  expect(await page.evaluate('[matchMedia("(prefers-color-scheme: dark)").matches, innerWidth]')).toEqual([
    true,
    390,
  ]);
});

test('finds what is not accessible, under a strict CSP and without harming it', async () => {
  const page = await browser.newPage();
  const problems = watchProblems(page);
  await page.goto(url);
  await expectNoAxeViolations(page);
  expect(problems).toEqual([]);
  await page.goto(`${url}/bad`);
  await expect(expectNoAxeViolations(page)).rejects.toThrow(/html-has-lang[\s\S]*image-alt/);
  expect(problems).toContainEqual(expect.stringMatching(/content security policy/i));
});

const packaged = { executablePath: '/npm/chromium', env: {} };
const installed = { executablePath: '/usr/bin/chromium', env: {} };

test('takes the first browser that starts: that of the npm package, unless TEST_BROWSER names one', async () => {
  const [here, notHere] = [async () => packaged, async () => undefined];
  expect(await findChromium({ asked: '', places: [here, async () => installed] })).toBe(packaged);
  expect(await findChromium({ asked: '', places: [notHere, async () => installed] })).toBe(installed);

  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-browser-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const asked = join(folder, 'mine');
  await writeFile(asked, '#!/bin/sh\necho Chromium 1.2.3\n', { mode: 0o755 });
  expect(await findChromium({ asked, places: [here] })).toMatchObject({ executablePath: asked });
});

test('takes no other browser when the one that TEST_BROWSER names does not start', async () => {
  for (const asked of ['/nowhere/chromium', process.execPath]) {
    await expect(findChromium({ asked, places: [async () => packaged] })).rejects.toThrow(
      `TEST_BROWSER: ${asked} is no Chromium that starts.`,
    );
  }
});

test('without TEST_BROWSER the browser is the one that npm brings, where that starts', async () => {
  const ofNpm = await findPackagedChromium();
  const another = expect.objectContaining({
    executablePath: expect.not.stringContaining('gatehouse-chromium-'),
  });
  expect(await findChromium({ asked: '' })).toEqual(ofNpm ?? another);
});
