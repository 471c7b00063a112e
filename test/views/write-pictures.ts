import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { type GatehouseProcess, repository, runCommand, startGatehouse } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';

/**
 * `npm run pictures`: writes the README's pictures anew, docs/images/*.webp. They are taken from a real server, by a
 * browser that signs a person in to an app, so they show what people see. Each has the light page beside the dark one.
 */

const issuer = 'https://id.example.com';
const screen = { width: 390, height: 760 };
const person = {
  email: 'ana@example.com',
  name: 'Ana Bauer',
  password: randomBytes(15).toString('base64url'),
};

const port = await findFreePort();
const env = {
  ISSUER: issuer,
  HOST: '127.0.0.1',
  PORT: String(port),
  SECRET_KEY: randomBytes(32).toString('base64url'),
  SMTP_URL: 'smtp://127.0.0.1:9', // nobody listens: with mail the page offers all that it has
  TRUST_PROXY: '1',
};
const gatehouse = await startGatehouse({ env, port });
const certificate = await createTestCertificate({ names: 'DNS:id.example.com,DNS:books.example' });
const proxy = await speakTls(port);
const browser = await openBrowser({
  flags: [`--host-resolver-rules=MAP *:443 127.0.0.1:${proxy.port}`, '--ignore-certificate-errors'],
});
try {
  await takePictures(browser, gatehouse);
} finally {
  await browser.close();
  proxy.close();
  await certificate.remove();
  await gatehouse.stop();
}

async function takePictures({ newPage }: TestBrowser, { dataDir }: GatehouseProcess): Promise<void> {
  const command = (args: string[], stdin = '') =>
    runCommand([...args, '--json'], { env: { ...env, DATA_DIR: dataDir }, stdin });
  const redirectUri = 'https://books.example/callback';
  const client = (
    await command(['clients', 'create', '--name', 'Books', '--redirect-uri', redirectUri])
  ).json<{
    client_id: string;
  }>();
  await command(
    ['users', 'create', '--email', person.email, '--name', person.name, '--password-stdin'],
    person.password,
  );

  const page = await newPage({ screen: 'phone', context: { viewport: screen, hasTouch: false } });
  const asked = { client_id: client.client_id, redirect_uri: redirectUri, response_type: 'code' };
  await page.goto(
    `${issuer}/auth?${new URLSearchParams({ ...asked, scope: 'openid profile email', state: 's' })}`,
  );
  await takePicture(page, 'sign-in', 'The sign-in page');

  await page.fill('[autocomplete~=username]', person.email);
  await page.fill('[autocomplete=current-password]', person.password);
  await Promise.all([page.waitForEvent('load'), page.click('main form button.go')]);
  await page.waitForSelector('[name=decision][value=allow]');
  await takePicture(page, 'consent', 'The consent page');
  // The app is nowhere: what answers at its address is Gatehouse, which knows no such page.
  await Promise.all([page.waitForURL(`${redirectUri}?**`), page.click('[name=decision][value=allow]')]);

  await page.goto(`${issuer}/account`);
  await takePicture(page, 'account', 'The account');
}

/** The page as it is, in light and in dark, side by side in one file of some 30 KB. */
async function takePicture(page: Page, name: string, alt: string): Promise<void> {
  const shots: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    shots.push((await page.screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64'));
  }
  const { width, height } = screen;
  const sheet = await browser.newPage();
  await sheet.setViewportSize({ width: 2 * width, height });
  const images = shots.map((shot) => `<img alt="" src="data:image/png;base64,${shot}" width="${width}">`);
  await sheet.setContent(`<title>${alt}</title><style>body{margin:0;display:flex}</style>${images.join('')}`);
  // WebP is a quarter of the PNG here; playwright's own screenshots do not know it, the browser does.
  const devTools = await sheet.context().newCDPSession(sheet);
  const { data } = await devTools.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  await sheet.close();
  const file = join('docs', 'images', `${name}.webp`);
  writeFileSync(join(repository, file), Buffer.from(data, 'base64'));
  console.log(`${file}: ${Math.round(Buffer.byteLength(data, 'base64') / 1000)} KB`);
}

/** What stands before a server in production: TLS, and the address of who asks. */
async function speakTls(target: number): Promise<{ port: number; close(): void }> {
  const tls = { key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) };
  const server = createServer(tls, (req, res) => {
    const headers = { ...req.headers, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    const { method, url: path } = req;
    const passed = request({ host: '127.0.0.1', port: target, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    passed.on('error', () => res.destroy());
    req.pipe(passed);
  });
  const listening = await findFreePort();
  await new Promise<void>((resolve) => server.listen(listening, '127.0.0.1', resolve));
  return {
    port: listening,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
