import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoAxeViolations, openBrowser, type TestBrowser, watchProblems } from './browser.ts';

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
