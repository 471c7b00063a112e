import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SQLITE_FILE } from '../../src/database/sqlite/sqlite.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import { type GatehouseProcess, startGatehouse } from '../support/processes.ts';
import {
  askForTokens,
  authorizationPath,
  cameBack,
  givePassword,
  OLD_FOLDER,
  type OldWorld,
  redeemCode,
  SETTINGS,
} from './old-folder.ts';

/**
 * A data folder that the code of cfa0133 wrote, opened by this code: nobody has to sign in again, or to do anything anew.
 * The tests go on from each other, as one evening after an upgrade.
 */

let world: OldWorld;
let server: GatehouseProcess;
let folder: string;
/** The person's browser, as it was. */
let known: Visitor;

beforeAll(async () => {
  world = JSON.parse(await readFile(join(OLD_FOLDER, 'world.json'), 'utf8'));
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-old-'));
  const file = join(folder, SQLITE_FILE);
  await writeFile(file, gunzipSync(await readFile(join(OLD_FOLDER, 'gatehouse.sqlite.gz'))), { mode: 0o600 });
  await writeFile(join(folder, 'secret.key'), world.secretKey, { mode: 0o600 });
  const settings = join(folder, 'gatehouse.yaml');
  await writeFile(settings, JSON.stringify(SETTINGS));
  // A browser is remembered for a year at most: the row is as old as on the day on which it was made.
  const db = new BetterSqlite3(file);
  db.prepare('update remembered_devices set expires_at = expires_at + ?').run(Date.now() - world.madeAt);
  db.close();
  server = await startGatehouse({ dataDir: folder, env: { CONFIG: settings } });
  known = createVisitor(server.url);
  known.cookies.push(...world.cookies);
});
afterAll(async () => {
  await server?.kill9();
  await rm(folder, { recursive: true, force: true });
});

test('people of before have a version, and are found by how their address and name begin', async () => {
  const db = new BetterSqlite3(join(folder, SQLITE_FILE), { readonly: true });
  const { id, email } = world.person;
  const { version } = db.prepare('select version from users where id = ?').get(id) as { version: number };
  const keys = db.prepare('select search_key from user_search_keys where user_id = ?').pluck().all(id);
  db.close();
  expect(version).toBeGreaterThanOrEqual(1);
  expect(keys).toContain(email.toLowerCase());
});

test('the session of before is still signed in, at home and for apps', async () => {
  const account = await known.open('/account');
  expect([account.status, account.html.includes(world.person.email)]).toEqual([200, true]);
  const back = await known.open(authorizationPath(world.client.id, { prompt: 'none' }));
  expect(cameBack(back)).toBe(true);
  const tokens = await redeemCode(server.url, world.client, back);
  expect(tokens.refresh_token).toBeTypeOf('string');
  expect(await subjectOf(tokens.access_token)).toBe(world.person.id);
});

test('the refresh token of before gives tokens, and its successor too', async () => {
  const refresh = (token: string | undefined) =>
    askForTokens(server.url, world.client, { grant_type: 'refresh_token', refresh_token: token ?? '' });
  const tokens = await refresh(world.refreshToken);
  expect(await subjectOf(tokens.access_token)).toBe(world.person.id);
  const next = await refresh(tokens.refresh_token);
  expect(await subjectOf(next.access_token)).toBe(world.person.id);
});

test('the browser of before is asked for no second factor, and another one is', async () => {
  const signedOut = known.copy();
  const others = known.cookies.filter(({ name }) => !name.endsWith('session'));
  signedOut.cookies.splice(0, signedOut.cookies.length, ...others);
  expect(cameBack(await givePassword(signedOut, world))).toBe(true);
  const step = await givePassword(createVisitor(server.url), world);
  expect(step.url).toMatch(/\/interaction\/[^/]+\/(passkey|totp)/);
});

test('nobody was mailed about any of it', async () => {
  const mails = await fetch(`${server.url}/dev/mailbox.json`);
  expect(await mails.json()).toEqual([]);
});

test('the passkey of before signs in', async () => {
  const visitor = createVisitor(server.url);
  const login = await visitor.open(authorizationPath(world.client.id));
  const csrf = login.forms.find(({ fields }) => fields.csrf)?.fields.csrf ?? '';
  const options = await visitor.request(
    'POST',
    addressOf(login, 'passkey/options'),
    new URLSearchParams({ csrf, tried: '', quiet: '', can: '' }),
  );
  const shown = (await options.json()) as { handle?: string };
  const authenticator = createAuthenticator({ origin: server.url, rpId: 'localhost', kept: world.passkey });
  const back = await visitor.post(addressOf(login, 'passkey'), {
    csrf,
    handle: shown.handle ?? '',
    credential: authenticator.get(shown),
  });
  expect(cameBack(back)).toBe(true);
  const tokens = await redeemCode(server.url, world.client, back);
  expect(await subjectOf(tokens.access_token)).toBe(world.person.id);
});

function addressOf(page: Page, step: string): string {
  const url = new URL(page.url);
  const uid = url.pathname.split('/')[2] ?? '';
  return `${url.origin}/interaction/${uid}/${step}${url.search}`;
}

async function subjectOf(accessToken = ''): Promise<string | undefined> {
  const response = await fetch(`${server.url}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
  return ((await response.json()) as { sub?: string }).sub;
}
