import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { environmentOfNewcomer } from '../support/checkout.ts';
import { repository } from '../support/processes.ts';
import { createTestRedis, type TestRedis } from '../support/redis.ts';
import { createPerson } from '../support/relying-party.ts';
import { removeWhenWeEnd } from '../support/watchdog.ts';
import { type Example, type Pattern, reserveOrigin, startExample } from './example-process.ts';
import { countLines, signInOnPages, startNotesApi } from './set-up.ts';

/** The examples that have packages of their own: installed as their READMEs say, registered, and used in Chromium. */

const PATTERNS: readonly Pattern[] = ['bff', 'jwt-cookie', 'passport', 'authjs'];
const SECRET = 'a long random text of the app itself';

let started: TestApp;
let browser: TestBrowser;
let redis: TestRedis;
let api: Example;
let folder: string;
const running: Example[] = [];

beforeAll(async () => {
  [folder, started, browser, redis] = await Promise.all([
    installPatterns(),
    startApp({ settings: { oidc: { accessTokenSeconds: 5 } } }),
    openBrowser(),
    createTestRedis(),
  ]);
  await started.modules.roles.create({ name: 'admin' }, SYSTEM);
  api = await startNotesApi(started);
}, 120_000);
afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await api?.stop();
  await redis?.close();
  await browser?.close();
  await started?.close();
});

/** Copies, so that no packages come into the checkout; from npm's cache where they are in it. */
async function installPatterns(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'gatehouse-examples-'));
  removeWhenWeEnd(made);
  for (const name of [...PATTERNS, 'style.css', 'notes.svg'])
    await cp(join(repository, 'examples', name), join(made, name), { recursive: true });
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund'];
  const options = { env: environmentOfNewcomer() };
  await Promise.all(
    PATTERNS.map((name) => promisify(execFile)('npm', args, { ...options, cwd: join(made, name) })),
  );
  return made;
}

/** Registered as its README says, and running. */
async function start(
  name: Pattern,
  environment: Record<string, string> = {},
  { callback = '/callback', isOwnApi = false, proxy = '' } = {},
): Promise<Example> {
  const listens = await reserveOrigin();
  const origin = proxy || listens;
  if (isOwnApi) {
    const scopes = [{ name: 'notes:read', sentence: 'Read your notes' }];
    await started.modules.resourceServers.create({ identifier: origin, scopes }, SYSTEM);
  }
  const { client, secret = '' } = await started.modules.clients.create(
    {
      name: 'Notes',
      type: 'web',
      grants: ['authorization_code', 'refresh_token'],
      redirectUris: [`${origin}${callback}`],
      postLogoutRedirectUris: [`${origin}/`],
    },
    SYSTEM,
  );
  const settings = { ISSUER: started.url, CLIENT_ID: client.id, CLIENT_SECRET: secret, ORIGIN: origin };
  const example = await startExample(name, listens, { ...settings, ...environment }, folder);
  running.push(example);
  return example;
}

async function signIn({ origin }: Example, { isAdmin = false } = {}) {
  const person = await createPerson(started);
  if (isAdmin) await started.modules.roles.assign('admin', { userId: person.id }, SYSTEM);
  const page = await browser.newPage();
  await page.goto(origin);
  await page.click('text=Sign in');
  if (page.url().includes('/auth/signin')) await page.click('button');
  await signInOnPages(page, person.email);
  await page.waitForURL(`${origin}/`);
  return { page, person };
}

const main = (page: Page) => page.textContent('main');
const cookiesOf = async (page: Page, { origin }: Example) =>
  (await page.context().cookies(origin)).filter(({ name }) => !/gatehouse/i.test(name));

test('each is under 150 lines, with packages of its own and no registry in its lock', async () => {
  for (const name of PATTERNS) {
    expect([name, countLines(name) < 150]).toEqual([name, true]);
    const lock = JSON.parse(await readFile(join(repository, 'examples', name, 'package-lock.json'), 'utf8'));
    const packages = Object.values(lock.packages) as { resolved?: string }[];
    expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  }
});

test('bff: the page has no token, shares one refresh among tabs, and ends with the session', async () => {
  const bff = await start('bff', { API: api.origin });
  const { page, person } = await signIn(bff);
  await page.waitForSelector('#somebody:not([hidden])');
  expect(await main(page)).toContain(`Signed in as Ana Bauer, ${person.email}`);
  await page.fill('[name=note]', 'Water the <plants>');
  await page.click('text=Add');
  await page.waitForSelector('li');
  expect(await page.textContent('li')).toBe('Water the <plants>');

  const [cookie, ...others] = await cookiesOf(page, bff);
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', value: expect.stringMatching(/^.{43}$/) });
  // A link of another site leads to the callback: whoever is signed in stays signed in.
  for (const query of ['?code=planted&state=x', '?error=access_denied'])
    await page.request.get(`${bff.origin}/callback${query}`);
  expect((await cookiesOf(page, bff)).map(({ value }) => value)).toEqual([cookie?.value]);
  expect(
    await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'),
  ).toBe('[{},{},""]');

  // The token is refused 10 seconds before its end, and lives 5: every call needs a fresh one.
  const before = countRefreshes();
  const call = (headers: Record<string, string>) => page.request.get(`${bff.origin}/bff/notes`, { headers });
  const answers = await Promise.all(Array.from({ length: 20 }, () => call({ 'x-bff': '1' })));
  expect(new Set(answers.map((answer) => answer.status()))).toEqual(new Set([200]));
  // One for all that wait at once: on a busy machine not all of them do.
  expect(countRefreshes() - before).toBeGreaterThan(0);
  expect(countRefreshes() - before).toBeLessThan(10);
  // A page of another site can send the cookie along, and not the header.
  expect((await call({})).status()).toBe(403);

  await started.modules.oidc.sessions.signOut(person.id);
  await page.reload();
  await page.waitForSelector('#nobody:not([hidden])');
});

test('bff: signs out here and at Gatehouse; with https its cookie is of this host alone', async () => {
  const bff = await start('bff', { API: api.origin });
  const { page, person } = await signIn(bff);
  await page.click('text=Sign out');
  await page.waitForSelector('#nobody:not([hidden])');
  expect(page.url()).toBe(`${bff.origin}/`);
  expect(await started.modules.oidc.sessions.listByUser(person.id)).toEqual([]);

  const behindProxy = await start('bff', { API: api.origin }, { proxy: 'https://notes.example' });
  // Who only begins has no session: what will be compared is in the browser alone.
  const login = await fetch(`${behindProxy.origin}/login`, { redirect: 'manual' });
  expect(login.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-bff-checks=.*; Max-Age=600; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/),
  ]);
});

test('jwt-cookie: verifies the JWT, renews it for requests at once, and asks for the role', async () => {
  const app = await start('jwt-cookie', {}, { isOwnApi: true });
  const { page, person } = await signIn(app, { isAdmin: true });
  expect(await main(page)).toContain(
    `Signed in as ${person.id}, for openid profile email notes:read, with the roles admin`,
  );
  await page.click('text=For administrators');
  expect(await main(page)).toContain('Only administrators see this.');
  const cookies = await cookiesOf(page, app);
  expect(cookies.map(({ name }) => name).sort()).toEqual(['access', 'refresh']);
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });

  // Without the JWT the refresh token brings a new one, to each of five requests that bring the same.
  await page.context().clearCookies({ name: 'access' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => page.request.get(app.origin)));
  for (const answer of answers) expect(await answer.text()).toContain('Signed in as');

  // A JWT of another key, and a form of another site.
  const [header = '', claims = ''] = (cookies.find(({ name }) => name === 'access')?.value ?? '').split('.');
  const forged = await fetch(app.origin, {
    headers: { cookie: `access=${header}.${claims}.${'A'.repeat(86)}` },
  });
  expect(forged.status).toBe(401);
  const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } };
  expect((await fetch(`${app.origin}/logout`, foreign)).status).toBe(403);

  await page.goto(app.origin);
  await page.click('text=Sign out');
  await page.click('main form button.go');
  await page.waitForURL(`${app.origin}/`);
  expect(await main(page)).toContain('Nobody is signed in');

  const { page: another } = await signIn(app);
  await another.click('text=For administrators');
  expect(await main(another)).toContain('This page is not for you.');
  // Who signs out leaves no copy of the cookie that is worth anything, whether Gatehouse is visited or not.
  const refresh = (await cookiesOf(another, app)).find(({ name }) => name === 'refresh')?.value ?? '';
  const cookie = `refresh=${refresh}`;
  const headers = { origin: app.origin, cookie };
  await fetch(`${app.origin}/logout`, { method: 'POST', headers, redirect: 'manual' });
  expect((await fetch(app.origin, { headers: { cookie } })).status).toBe(401);
});

test('passport: keeps its session in Redis, asks for the role, and signs out', async () => {
  const app = await start('passport', { REDIS_URL: redis.url, SESSION_SECRET: SECRET });
  const { page, person } = await signIn(app, { isAdmin: true });
  expect(await main(page)).toContain(`Signed in as Ana Bauer, ${person.email}, with the roles admin`);
  await page.click('text=For administrators');
  expect(await main(page)).toContain('Only administrators see this.');
  const [cookie] = await cookiesOf(page, app);
  expect(cookie).toMatchObject({ name: 'notes', httpOnly: true, sameSite: 'Lax' });
  const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } };
  expect((await fetch(`${app.origin}/logout`, foreign)).status).toBe(403);
  // Who only begins is remembered for ten minutes.
  const began = await fetch(`${app.origin}/login`, { redirect: 'manual' });
  const [, id] = /^notes=s%3A([\w-]+)/.exec(began.headers.get('set-cookie') ?? '') ?? [];
  const client = new Redis(redis.url);
  const seconds = await client.ttl(`notes:${id}`);
  await client.quit();
  expect([seconds > 0, seconds <= 600]).toEqual([true, true]);
  // Another process with the same Redis knows the person.
  const second = await start('passport', { REDIS_URL: redis.url, SESSION_SECRET: SECRET });
  const known = await fetch(second.origin, { headers: { cookie: `notes=${cookie?.value}` } });
  expect(await known.text()).toContain(person.email);

  await page.goto(app.origin);
  await page.click('text=Sign out');
  await page.waitForURL(`${app.origin}/`);
  expect(await main(page)).toContain('Nobody is signed in');
  expect(await started.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
  expect((await fetch(second.origin, { headers: { cookie: `notes=${cookie?.value}` } })).status).toBe(401);

  const { page: another } = await signIn(app);
  await another.click('text=For administrators');
  expect(await main(another)).toContain('This page is not for you.');
});

test('authjs: has the roles in its session, asks for one, and signs out', async () => {
  const app = await start('authjs', { AUTH_SECRET: SECRET }, { callback: '/auth/callback/gatehouse' });
  const { page, person } = await signIn(app, { isAdmin: true });
  expect(await main(page)).toContain(`Signed in as Ana Bauer, ${person.email}, with the roles admin`);
  await page.click('text=For administrators');
  expect(await main(page)).toContain('Only administrators see this.');
  await page.goto(app.origin);
  await page.click('text=Sign out');
  await page.click('button');
  await page.waitForURL(`${app.origin}/`);
  expect(await main(page)).toContain('Nobody is signed in');

  const { page: another } = await signIn(app);
  await another.click('text=For administrators');
  expect(await main(another)).toContain('This page is not for you.');
});

test('authjs: makes no address of a name that somebody else has', async () => {
  const app = await start('authjs', { AUTH_SECRET: SECRET }, { callback: '/auth/callback/gatehouse' });
  const { host } = new URL(app.origin);
  for (const headers of [{ host: 'evil.example' }, { host, 'x-forwarded-host': 'evil.example' }])
    expect([headers, await statusOf(`${app.origin}/auth/signin`, headers)]).toEqual([headers, 421]);
  expect(await statusOf(`${app.origin}/auth/signin`, { host, 'x-forwarded-host': host })).toBe(200);
});

/** `fetch` says its own `Host`. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });
}

function countRefreshes(): number {
  return started.log().split('"/token"').length - 1;
}
