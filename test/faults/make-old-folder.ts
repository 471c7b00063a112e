import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import BetterSqlite3 from 'better-sqlite3';
import type { App } from '../../src/app.ts';
import { createVisitor } from '../flows/visitor.ts';
import { createAuthenticator } from '../methods/passkey/authenticator.ts';
import {
  CALLBACK,
  cameBack,
  givePassword,
  OLD_FOLDER,
  type OldWorld,
  redeemCode,
  SETTINGS,
} from './old-folder.ts';

/*
 * Makes test/faults/folder-of-cfa0133 anew, with the code of that commit:
 *
 *   git worktree add /tmp/cfa0133 cfa0133 && (cd /tmp/cfa0133 && npm ci)
 *   node bin/node24.js test/faults/make-old-folder.ts /tmp/cfa0133
 */

const [checkout] = process.argv.slice(2);
if (checkout === undefined) throw new Error('Which checkout? See the head of this file.');
const load = (path: string) => import(pathToFileURL(join(checkout, path)).href);
const { createApp } = await load('src/app.ts');
const { loadConfig } = await load('src/config.ts');
const { createLogger } = await load('src/observability/logger.ts');
const { codeAt } = await load('src/methods/totp/codes.ts');

const PASSWORD = 'seven quiet otters drift';
const EMAIL = 'ana@example.com';
const request = {
  id: 'req_old',
  address: '127.0.0.1',
  network: '127.0.0.1',
  userAgent: 'Firefox on Linux',
  nonce: 'nonce',
  locale: 'en',
};
const codeNow = (secret: string, ahead: number): string =>
  codeAt(Math.floor(Date.now() / 30_000) + ahead, secret, {
    algorithm: 'sha1',
    digits: 6,
    periodSeconds: 30,
  });

const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-old-'));
const settings = join(dataDir, 'gatehouse.yaml');
await writeFile(settings, JSON.stringify(SETTINGS));
let callback: App['callback'] | undefined;
const server = createServer((req, res) => callback?.(req, res));
await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
const app: App = await createApp(loadConfig({ ISSUER: issuer, DATA_DIR: dataDir, CONFIG: settings }), {
  logger: createLogger({ logLevel: 'warn', stream: process.stderr, isPretty: false }),
});
callback = app.callback;

const { users, password, clients, methods } = app.modules;
// The browsers of that commit, by what they were called there.
const { rememberedDevices } = app.modules as unknown as {
  rememberedDevices: {
    list(userId: string): Promise<unknown[]>;
  };
};
// Nobody had to say there who makes a change.
const createUser = users.create as unknown as (
  input: Parameters<typeof users.create>[0],
) => Promise<{ id: string }>;
const user = await createUser({ email: EMAIL, emailVerified: true, profile: { name: 'Ana Lima' } });
await password.set(user.id, PASSWORD);
type CreateClient = (input: Parameters<typeof clients.create>[0]) => ReturnType<typeof clients.create>;
const { client, secret = '' } = await (clients.create as unknown as CreateClient)({
  name: 'Books',
  redirectUris: [CALLBACK],
  grants: ['authorization_code', 'refresh_token'],
  firstParty: true,
});
const place = { userId: user.id, attempt: { request }, boundTo: 'session' } as never as { userId: string };
// The methods of that commit, by what they were called there.
const { enrol } = methods as unknown as {
  enrol: {
    begin(method: string, place: object): Promise<{ show: unknown; handle?: string }>;
    finish(method: string, answer: object): Promise<{ enrolled?: string }>;
  };
};
const totp = await enrol.begin('totp', place);
const totpSecret = /secret=([A-Z2-7]+)/.exec(JSON.stringify(totp.show))?.[1] ?? '';
await finish('totp', totp, { code: codeNow(totpSecret, 0), name: 'Phone' });
const authenticator = createAuthenticator({ origin: issuer, rpId: 'localhost' });
const passkey = await enrol.begin('passkey', place);
await finish('passkey', passkey, { credential: authenticator.create(passkey.show) });

const person = { id: user.id, email: EMAIL, password: PASSWORD, totpSecret };
const books = { id: client.id, secret };
const visitor = createVisitor(issuer);
let step = await givePassword(visitor, { client: books, person });
if (!step.forms.some(({ action }) => action.includes('/totp'))) {
  step = await visitor.open(step.url.replace('/passkey', '/totp'));
}
// The code of this half minute confirmed the app; one of the next is taken too, for clocks that differ.
const back = await visitor.submit(
  step,
  { code: codeNow(totpSecret, 1), remember_device: 'yes' },
  { form: '/totp' },
);
if (!cameBack(back)) throw new Error(`not signed in: ${back.status} ${back.url}`);
const { refresh_token: refreshToken = '' } = await redeemCode(issuer, books, back);
if (refreshToken === '') throw new Error('no refresh token');
if ((await rememberedDevices.list(user.id)).length !== 1) throw new Error('the browser is not remembered');

server.close();
server.closeAllConnections();
await app.close();
const file = join(dataDir, 'gatehouse.sqlite');
const db = new BetterSqlite3(file);
db.pragma('journal_mode = DELETE');
db.exec('delete from mailbox; vacuum');
db.close();
const world: OldWorld = {
  madeAt: Date.now(),
  secretKey: await readFile(join(dataDir, 'secret.key'), 'utf8'),
  client: books,
  person,
  cookies: visitor.cookies,
  refreshToken,
  passkey: authenticator.passkey(),
};
await writeFile(join(OLD_FOLDER, 'gatehouse.sqlite.gz'), gzipSync(await readFile(file), { level: 9 }));
await writeFile(join(OLD_FOLDER, 'world.json'), `${JSON.stringify(world, undefined, 2)}\n`);
await rm(dataDir, { recursive: true });

async function finish(method: string, { handle }: { handle?: string }, answer: object): Promise<void> {
  const finished = await enrol.finish(method, { ...place, answer, ...(handle ? { handle } : {}) });
  if (finished.enrolled === undefined) throw new Error(`no ${method}: ${JSON.stringify(finished)}`);
}
