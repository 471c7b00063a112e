import { globSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/database/database.ts';
import { rememberIssuer } from '../../src/database/installation.ts';
import { migrate } from '../../src/database/migrate.ts';
import { signQuestion } from '../../src/doctor/seen.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createUsers } from '../../src/users/users.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts';
import { LOGO_SVG, makePng } from '../support/pictures.ts';
import { repository, runCommand, startGatehouse } from '../support/processes.ts';
import { startProxy } from '../support/proxy.ts';
import { createTestRedis, startRedisCluster, startRedisWith } from '../support/redis.ts';
import { findFreePort } from '../support/services.ts';
import { startMailServer } from '../support/smtp.ts';
import { appendPeer, behindProxy, findingsOf } from './set-up.ts';

const KEY = 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA';
const OTHER_KEY = 'IB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgE';

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
async function createMigrated(dialect: 'postgres' | 'sqlite', isMigrated = true) {
  const database = await createEmptyDatabase(dialect, { isMigrated });
  onTestFinished(database.remove);
  return database;
}
async function createUser(env: Record<string, string>, email: string): Promise<string> {
  return (await runCommand(['users', 'create', '--email', email, '--json'], { env })).json<{ id: string }>()
    .id;
}
const away = async () => `127.0.0.1:${await findFreePort()}`;

describe('the command', () => {
  test('finds nothing wrong with a server as it comes, and changes nothing', async () => {
    const server = await startGatehouse();
    const env = { ISSUER: server.url, DATA_DIR: server.dataDir };
    const before = await readdir(server.dataDir);
    const { exitCode, json } = await runCommand(['doctor', '--json'], { env });
    const answer = json<{ ok: boolean; findings: { check: string; level: string }[] }>();
    expect(answer.findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(answer.ok).toBe(true);
    expect(exitCode).toBe(0);
    expect(answer.findings.map(({ check }) => check).sort()).toEqual(
      'api_keys configuration database database.migrations disk issuer issuer.cache issuer.clock issuer.cookies issuer.policy issuer.proxy keys mail roles secret_key upstream users.addresses users.names'.split(
        ' ',
      ),
    );
    expect(await readdir(server.dataDir)).toEqual(before);
    await server.stop();

    const stopped = await runCommand(['doctor'], { env });
    expect(stopped.exitCode).toBe(1);
    expect(stopped.stdout).toMatch(/^ERROR {4}issuer: Nobody answers at http:\/\/localhost/m);
    expect(stopped.stdout).toMatch(/^ {9}Why it matters: .+\n {9}What to do: Start Gatehouse/m);
    expect(stopped.stdout).toContain('1 errors, 0 warnings.');
    expect((await runCommand(['doctor', '--offline'], { env })).exitCode).toBe(0);
  });

  test('tells every mistake of the configuration, and exits with 1', async () => {
    const env = { ISSUER: 'http://id.example.com', PORT: 'http' };
    const { exitCode, json } = await runCommand(['doctor', '--json'], { env });
    const { findings } = json<{ findings: { check: string; what: string }[] }>();
    expect(findings.every(({ check }) => check === 'configuration')).toBe(true);
    expect(findings.map(({ what }) => what).join('\n')).toMatch(/PORT is "http"[\s\S]*ISSUER is/);
    expect(exitCode).toBe(1);
  });

  test('makes nothing where nothing is yet', async () => {
    const folder = join(await createFolder(), 'data');
    const found = await findingsOf({ DATA_DIR: folder });
    expect([...found.values()].map(({ level }) => level)).not.toContain('error');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });
});

describe('this machine', () => {
  test('a secret.key that others can read', async () => {
    const folder = await createFolder();
    const path = join(folder, 'secret.key');
    await writeFile(path, `${KEY}\n`, { mode: 0o600 });
    expect((await findingsOf({ DATA_DIR: folder })).get('secret_key')?.level).toBe('ok');
    await chmod(path, 0o644);
    const found = (await findingsOf({ DATA_DIR: folder })).get('secret_key');
    expect(found).toMatchObject({ level: 'error', what: expect.stringContaining('(mode 644)') });
    expect(found?.action).toContain(`chmod 600 ${path}`);
  });

  test('a disk with less room than the setting wants', async () => {
    const environment = { DATA_DIR: await createFolder() };
    const left = Number(/^\d+/.exec((await findingsOf(environment)).get('disk')?.what ?? '')?.[0]);
    const withMinimum = async (diskMegabytes: number) =>
      (await findingsOf(environment, { settings: { doctor: { diskMegabytes } } })).get('disk')?.level;
    expect(await withMinimum(left * 2)).toBe('warning');
    expect(await withMinimum(left * 10)).toBe('error');
  });
});

describe('the stores', () => {
  test('a database that is not there, told without its password', async () => {
    const found = await findingsOf({
      DATABASE_URL: `postgres://ana:hunter2hunter2@${await away()}/x`,
      SECRET_KEY: KEY,
    });
    expect(found.get('database')).toMatchObject({
      level: 'error',
      what: expect.stringContaining('The database does not answer'),
    });
    expect(JSON.stringify([...found])).not.toContain('hunter2');
  });

  test('migrations that are missing, without running them', async () => {
    const empty = await createMigrated('postgres', false);
    const found = await findingsOf({ DATABASE_URL: empty.url, SECRET_KEY: KEY });
    expect(found.get('database.migrations')).toMatchObject({
      level: 'error',
      what: expect.stringMatching(/^\d+ migrations are missing, the first one \d{12}_/),
      action: expect.stringContaining('gatehouse migrate'),
    });
    expect(
      (await findingsOf({ DATABASE_URL: empty.url, SECRET_KEY: KEY })).get('database.migrations')?.what,
    ).toBe(found.get('database.migrations')?.what);
  });

  test('tables that a newer release has changed', async () => {
    const { url } = await createMigrated('postgres');
    const db = await createDatabase({ url, dataDir: '' });
    onTestFinished(() => db.close());
    const future = { name: '299901010000_future', applied_at: 1, oldest_release: '99.0.0' };
    await db('migrations').insert(future);
    const found = await findingsOf({ DATABASE_URL: url, SECRET_KEY: KEY });
    expect(found.get('database.migrations')).toMatchObject({
      level: 'error',
      what: expect.stringContaining('99.0.0 or newer'),
    });
  });

  test('a clock that is away from the one of the database', async () => {
    const { url } = await createMigrated('postgres');
    const clock = { now: () => Date.now() - 10_000 };
    const found = await findingsOf({ DATABASE_URL: url, SECRET_KEY: KEY }, { clock });
    expect(found.get('database.clock')).toMatchObject({
      level: 'error',
      what: "The clock of the database is 10 s ahead of this machine's.",
    });
    const near = { now: () => Date.now() - 1_000 };
    const fine = await findingsOf({ DATABASE_URL: url, SECRET_KEY: KEY }, { clock: near });
    expect(fine.get('database.clock')?.level).toBe('ok');
  });

  test('a SECRET_KEY that does not open what is stored, and one that is lost', async () => {
    const server = await startGatehouse();
    await server.stop();
    const env = { ISSUER: server.url, DATA_DIR: server.dataDir };
    expect((await findingsOf(env)).get('keys')?.level).toBe('ok');
    const found = await findingsOf({ ...env, SECRET_KEY: OTHER_KEY });
    expect(found.get('keys')).toMatchObject({
      level: 'error',
      action: expect.stringContaining('Add the earlier key to SECRET_KEY'),
    });
    await rm(join(server.dataDir, 'secret.key'));
    expect((await findingsOf(env)).get('keys')).toMatchObject({
      level: 'error',
      what: expect.stringContaining('no root key'),
    });
    expect(await readdir(server.dataDir)).not.toContain('secret.key');
  });

  test('a signing key that should have been rotated', async () => {
    const server = await startGatehouse();
    await server.stop();
    const env = { ISSUER: server.url, DATA_DIR: server.dataDir };
    const clock = { now: () => Date.now() + 92 * 86_400_000 };
    expect((await findingsOf(env, { clock })).get('keys')).toMatchObject({
      level: 'warning',
      what: expect.stringContaining('ES256'),
    });
  });

  test('two people of before who have one address, which the server says at its start, too', async () => {
    const first = await startGatehouse();
    const env = { ISSUER: first.url, DATA_DIR: first.dataDir };
    const other = { email: 'other@example.com', id: await createUser(env, 'other@example.com') };
    const max = { email: 'max@müller.example', id: await createUser(env, 'max@müller.example') };
    await first.stop();
    expect((await findingsOf(env)).get('users.addresses')?.level).toBe('ok');

    // As they are after the migration that makes all spellings one.
    const db = await createDatabase({ dataDir: first.dataDir });
    const email = 'max@xn--mller-kva.example';
    const shared = { email, email_key: email, address_key: email, address_rank: 1 };
    await db('users').where({ id: other.id }).update(shared);
    // And as they are after the one that makes the names that apps are told unique.
    for (const [rank, { id }] of [max, other].entries())
      await db('users')
        .where({ id })
        .update({ profile: '{"preferred_username":"Max"}', told_name_key: 'max', told_name_rank: rank });
    await db.close();
    const findings = await findingsOf(env);
    expect(findings.get('users.names')).toMatchObject({
      level: 'warning',
      what: expect.stringContaining(`Max (${max.id} and ${other.id})`),
      action: expect.stringMatching(/`gatehouse users update <id> --preferred-username …`.*`--username …`/),
    });
    const { level, what, action } = findings.get('users.addresses') ?? {};
    expect(level).toBe('warning');
    expect(what).toContain(`${email} (${other.id})`);
    expect(what).toContain(`${max.email} (${max.id})`);
    expect(action).toContain('gatehouse users update <id> --email');

    const second = await startGatehouse({ env });
    await expect.poll(() => second.output()).toContain('People share an e-mail address');
    await second.stop();
  });

  test('a Redis that is not there, one that answers, and one that throws keys away', async () => {
    const gone = await findingsOf({ REDIS_URL: `redis://:hunter2hunter2@${await away()}` });
    expect(gone.get('redis')?.level).toBe('error');
    expect(JSON.stringify([...gone])).not.toContain('hunter2');

    const shared = await createTestRedis();
    onTestFinished(shared.close);
    const found = await findingsOf({ REDIS_URL: shared.url });
    expect(found.get('redis')?.what).toMatch(/^Redis answers in /);
    expect(found.get('redis.clock')?.level).toBe('ok');
    const clock = { now: () => Date.now() + 60_000 };
    const late = await findingsOf({ REDIS_URL: shared.url }, { clock });
    expect(late.get('redis.clock')?.what).toBe("The clock of Redis is 60 s behind this machine's.");

    const forgetful = await startRedisWith(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
    onTestFinished(forgetful.stop);
    expect((await findingsOf({ REDIS_URL: forgetful.url })).get('redis.memory')).toMatchObject({
      level: 'warning',
      action: expect.stringContaining('noeviction'),
    });
  });

  test('stores that are far away', async () => {
    const { url } = await createMigrated('postgres');
    const { hostname, port } = new URL(url);
    const line = await startProxy({ host: hostname, port: Number(port) });
    onTestFinished(line.close);
    line.delay(30);
    const far = new URL(url);
    far.port = String(line.port);
    const found = await findingsOf({ DATABASE_URL: far.href, SECRET_KEY: KEY });
    expect(found.get('database')).toMatchObject({
      level: 'warning',
      what: expect.stringMatching(/^The database answers in \d+ ms\.$/),
    });
  });

  test('a Redis Cluster that is well', async () => {
    const cluster = await startRedisCluster();
    onTestFinished(cluster.stop);
    const found = await findingsOf({ REDIS_URL: cluster.url });
    expect(found.get('redis')?.what).toMatch(/^Redis answers in /);
    expect(found.get('redis.clock')?.level).toBe('ok');
    expect(found.get('redis.memory')?.level).toBe('ok');
  });

  test('doctor mail sends a test mail, or says what the server answered', async () => {
    const server = await startMailServer();
    const folder = await createFolder();
    const mail = async (SMTP_URL: string, CONFIG = '') => {
      const chosen = { ...(SMTP_URL ? { SMTP_URL } : {}), ...(CONFIG ? { CONFIG } : {}) };
      const env = { ISSUER: 'http://localhost:3999', DATA_DIR: folder, ...chosen };
      const { exitCode, stdout, stderr } = await runCommand(['doctor', 'mail', '--to', 'ada@example.com'], {
        env,
      });
      return { exitCode, says: stdout + stderr };
    };
    expect(await mail(server.url)).toMatchObject({
      exitCode: 0,
      says: expect.stringContaining('accepted a test mail to ada@example.com'),
    });
    expect(server.received).toMatchObject([
      { envelope: { to: ['ada@example.com'] }, subject: 'Test mail from Gatehouse' },
    ]);
    expect(server.received[0]?.attachments).toEqual([]);
    // It looks as the mails to people do: the logo, the colour and the language of the installation.
    const logoFile = join(folder, 'logo.png');
    const settings = { brand: { name: 'Acme', color: '#7a1fa2', logoFile }, i18n: { defaultLocale: 'de' } };
    await writeFile(logoFile, makePng());
    await writeFile(join(folder, 'gatehouse.yaml'), JSON.stringify(settings));
    expect(await mail(server.url, join(folder, 'gatehouse.yaml'))).toMatchObject({ exitCode: 0 });
    const [, branded] = server.received;
    expect(branded).toMatchObject({ subject: 'Test-E-Mail von Acme' });
    expect(branded?.attachments).toMatchObject([{ contentId: '<logo@gatehouse>', mimeType: 'image/png' }]);
    expect(branded?.html).toContain('src="cid:logo@gatehouse"');
    expect(branded?.html).toContain('#7a1fa2');
    expect(await mail('')).toMatchObject({ exitCode: 1, says: expect.stringContaining('/dev/mailbox') });
    expect(await mail(`smtp://${await away()}`)).toMatchObject({
      exitCode: 1,
      says: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a mail server that refuses the password, one that is not there, and one that is right', async () => {
    const server = await startMailServer({ auth: { user: 'ana', password: 'hunter2hunter2' } });
    onTestFinished(server.close);
    expect((await findingsOf({ SMTP_URL: server.url })).get('mail')).toMatchObject({
      level: 'ok',
      what: expect.stringContaining('accepts our connection and login'),
    });
    server.behave('refuse-auth');
    const refused = (await findingsOf({ SMTP_URL: server.url })).get('mail');
    expect(refused).toMatchObject({ level: 'error', what: expect.stringContaining('EAUTH') });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
    const gone = (await findingsOf({ SMTP_URL: `smtp://${await away()}` })).get('mail');
    expect(gone).toMatchObject({ level: 'error', what: expect.stringContaining('ECONNREFUSED') });
    expect(server.received).toEqual([]);
  });

  test('a logo that mails cannot show, and the colours that a colour becomes', async () => {
    const dataDir = await createFolder();
    const file = async (name: string, content: string | Buffer) => {
      await writeFile(join(dataDir, name), content);
      return join(dataDir, name);
    };
    const nobody = `smtp://${await away()}`;
    const look = async (brand: object, smtp = nobody) =>
      findingsOf(
        { ISSUER: 'http://localhost:3000', DATA_DIR: dataDir, SMTP_URL: smtp },
        { settings: { brand } },
      );
    const svg = await file('logo.svg', LOGO_SVG);
    const mailLogoFile = await file('logo.png', makePng());
    const found = await look({ logoFile: svg, color: '#ffd400' });
    expect(found.get('brand.logo')).toMatchObject({
      level: 'warning',
      what: `Pages show the logo and mails do not: ${svg} is no PNG.`,
      action: 'Name a PNG of it in brand.mailLogoFile.',
    });
    expect(found.get('brand.color')).toMatchObject({
      level: 'ok',
      what: expect.stringMatching(
        /^#ffd400 is shown as #[0-9a-f]{6} on light pages and #[0-9a-f]{6} on dark/,
      ),
    });
    expect((await look({ logoFile: svg, mailLogoFile })).get('brand.logo')?.level).toBe('ok');
    expect((await look({ logoFile: mailLogoFile })).get('brand.logo')?.level).toBe('ok');
    expect((await look({ logoFile: svg }, 'none')).has('brand.logo')).toBe(false);
    expect((await look({})).has('brand.color')).toBe(false);
    const png = makePng().toString('base64');
    for (const logoUrl of [
      `data:image/png;base64,${png}`,
      `data:image/svg+xml,${encodeURIComponent(LOGO_SVG)}`,
      `data:image/svg+xml;charset=utf-8;base64,${Buffer.from(LOGO_SVG).toString('base64')}`,
    ])
      expect((await look({ logoUrl })).has('brand.logoUrl')).toBe(false);
    expect(
      (await look({ logoUrl: `data:image/png;base64,${png.slice(0, 60)}` })).get('brand.logoUrl'),
    ).toMatchObject({
      level: 'warning',
      what: expect.stringMatching(/^The picture in brand.logoUrl is broken, /),
    });
    expect((await look({ logoUrl: 'data:image/svg+xml,%3Csvg%' })).get('brand.logoUrl')?.level).toBe(
      'warning',
    );
  });

  test('figures that everybody in the network can read', async () => {
    const open = { settings: { metrics: { port: 9464, host: '0.0.0.0' } } };
    expect((await findingsOf({}, open)).get('metrics')?.level).toBe('warning');
    const token = { METRICS_TOKEN: 'a-token-of-a-test-of-metrics' };
    expect((await findingsOf(token, open)).get('metrics')).toBeUndefined();
  });
});

describe('what stands around the server', () => {
  const https = { ISSUER: 'https://id.example.com', SECRET_KEY: KEY, SMTP_URL: 'none' };

  test('an https issuer without TRUST_PROXY is an error, whatever the proxy does', async () => {
    const dataDir = await createFolder();
    const level = async (environment: Record<string, string>) =>
      (await findingsOf({ ...https, DATA_DIR: dataDir, ...environment })).get('issuer.trust')?.level;
    expect(await level({})).toBe('error');
    expect(await level({ TRUST_PROXY: '0' })).toBe('error');
    expect(await level({ TRUST_PROXY: '1' })).toBeUndefined();
    expect(await level({ TRUST_PROXY: '10.0.0.0/8' })).toBeUndefined();
    expect(await level({ ISSUER: 'http://localhost:3000' })).toBeUndefined();
  });

  test('an issuer that is another one than at the last start: what dies with it', async () => {
    const dataDir = await createFolder();
    const db = await createDatabase({ dataDir });
    await migrate({ db, clock: systemClock });
    await rememberIssuer(db, 'https://old.example.com');
    const changed = async (issuer: string) =>
      (await findingsOf({ ...https, ISSUER: issuer, TRUST_PROXY: '1', DATA_DIR: dataDir })).get(
        'issuer.changed',
      );
    expect(await changed('https://old.example.com')).toBeUndefined();
    expect(await changed('https://new.example.com')).toMatchObject({
      level: 'warning',
      what: expect.stringMatching(
        /Tokens issued so far are refused.*sign in again.*existing passkeys do not work/,
      ),
    });
    // Passkeys belong to the host name, whatever the path is.
    const onPath = await changed('https://old.example.com/id');
    expect(onPath?.what).toContain('sign in again');
    expect(onPath?.what).not.toContain('passkey');
    await db.close();
  });

  test('accounts in an embedded database that DATABASE_URL hides', async () => {
    const dataDir = await createFolder();
    const hidden = await createDatabase({ dataDir });
    await migrate({ db: hidden, clock: systemClock });
    const place = await createTestDatabase('postgres');
    onTestFinished(place.close);
    const found = async () =>
      (await findingsOf({ ...https, TRUST_PROXY: '1', DATA_DIR: dataDir, DATABASE_URL: place.url })).get(
        'database.left_behind',
      );
    expect(await found()).toBeUndefined();
    const audit = { record: async () => {} };
    const users = createUsers({
      db: hidden,
      clock: systemClock,
      audit,
      end: async () => ({ sessions: 0, grants: 0 }),
      giveRoles: async () => [],
    });
    await users.create({ email: 'ada@example.com' }, SYSTEM);
    await hidden.close();
    expect(await found()).toMatchObject({ level: 'warning', what: expect.stringContaining('one account') });
  });
});

describe('the issuer as seen from outside', () => {
  test('is fine behind a proxy that does its work', async () => {
    const { examine } = await behindProxy();
    const found = await examine();
    expect([...found.values()].filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(found.get('issuer.proxy')?.what).toContain('192.0.2.9');
  });

  test.each([
    [
      'a proxy that believes clients',
      { ask: (headers: object) => headers },
      {},
      'believes an X-Forwarded-For that a client forged',
    ],
    [
      'a proxy that is not trusted',
      { ask: appendPeer },
      { TRUST_PROXY: '0' },
      'TRUST_PROXY is not set: all requests seem to come from',
    ],
    [
      'one proxy too many',
      { ask: appendPeer },
      { TRUST_PROXY: '2' },
      'believes an X-Forwarded-For that a client forged',
    ],
    [
      'a proxy that takes the header away',
      { ask: ({ 'x-forwarded-for': _, ...headers }: Record<string, unknown>) => headers as object },
      {},
      'removes X-Forwarded-For',
    ],
  ])('%s', async (_what, changes, environment, what) => {
    const { examine } = await behindProxy(changes as never, { environment });
    expect((await examine()).get('issuer.proxy')).toMatchObject({
      level: 'error',
      what: expect.stringContaining(what),
    });
  });

  test.each([
    [
      'redirects',
      { status: 308, headers: { location: 'https://id.example.com/' } },
      'redirects to https://id.example.com/',
    ],
    [
      'leads elsewhere',
      { status: 200, body: '<h1>Welcome to nginx!</h1>' },
      'something other than a discovery document',
    ],
    ['has no server behind it', { status: 502 }, 'answers with the status 502'],
    [
      'leads to another issuer',
      { status: 200, body: '{"issuer":"https://old.example.com"}' },
      'names the issuer "https://old.example.com", and ISSUER is http://localhost',
    ],
  ])('a proxy that %s', async (_what, instead, what) => {
    const { examine } = await behindProxy({
      instead: (path) => (path.startsWith('/.well-known') ? instead : undefined),
    });
    expect((await examine()).get('issuer')).toMatchObject({
      level: 'error',
      what: expect.stringContaining(what),
    });
  });

  test.each([
    [
      'takes our policy away',
      'issuer.policy',
      ({ 'content-security-policy': _, ...headers }: Headers) => headers,
    ],
    [
      'adds a policy of its own',
      'issuer.policy',
      (headers: Headers) => ({
        ...headers,
        'content-security-policy': [String(headers['content-security-policy']), "default-src 'self'"],
      }),
    ],
    [
      'puts another one in its place',
      'issuer.policy',
      (headers: Headers) => ({ ...headers, 'content-security-policy': "script-src 'unsafe-inline'" }),
    ],
    [
      'rewrites cookies',
      'issuer.cookies',
      (headers: Headers) => ({
        ...headers,
        'set-cookie': (headers['set-cookie'] as string[] | undefined)?.map((cookie) =>
          cookie.replace('; HttpOnly', ''),
        ),
      }),
    ],
    [
      'gives cookies to a whole domain',
      'issuer.cookies',
      (headers: Headers) => ({
        ...headers,
        'set-cookie': (headers['set-cookie'] as string[] | undefined)?.map(
          (cookie) => `${cookie}; Domain=localhost`,
        ),
      }),
    ],
    [
      'gives everybody the same page',
      'issuer.cache',
      (headers: Headers) => ({ ...headers, 'x-request-id': 'one-for-all' }),
    ],
    [
      'takes CORS away',
      'issuer.cors',
      ({ 'access-control-allow-origin': _, ...headers }: Headers) => headers,
    ],
  ])('a proxy that %s', async (_what, check, change) => {
    const answer = (headers: Headers) =>
      Object.fromEntries(Object.entries(change(headers)).filter(([, value]) => value !== undefined));
    const { examine } = await behindProxy({ answer: answer as never });
    expect((await examine()).get(check)?.level).toBe(check === 'issuer.cors' ? 'warning' : 'error');
  });

  test('a proxy that does not pass pages on', async () => {
    const { examine } = await behindProxy({
      instead: (path) => (path.startsWith('/interaction') ? { status: 404 } : undefined),
    });
    expect((await examine()).get('issuer.pages')).toMatchObject({
      level: 'error',
      what: expect.stringContaining('answers with the status 404'),
    });
  });

  test('a server whose clock is away', async () => {
    const { examine } = await behindProxy({}, { clock: { now: () => Date.now() + 30_000 } });
    expect((await examine()).get('issuer.clock')).toMatchObject({
      level: 'error',
      what: "The server's clock is 30 s ahead of this machine's.",
    });
  });

  test('a server with another SECRET_KEY', async () => {
    const { examine, environment } = await behindProxy({}, { environment: { SECRET_KEY: KEY } });
    expect((await examine()).get('issuer.proxy')?.level).toBe('ok');
    const found = await findingsOf({ ...environment, SECRET_KEY: OTHER_KEY }, { isOffline: false });
    expect(found.get('issuer.proxy')).toMatchObject({
      level: 'warning',
      what: expect.stringContaining('did not say how it sees this machine'),
    });
  });

  test('what the server sees is told to nobody without the root key', async () => {
    const { issuer } = await behindProxy({}, { environment: { SECRET_KEY: KEY } });
    const ask = async (authorization?: string) =>
      (await fetch(`${issuer}/doctor/seen`, { headers: authorization ? { authorization } : {} })).status;
    const rootKey = Buffer.from(KEY, 'base64url');
    const right = signQuestion(rootKey, Date.now());
    expect(await ask(`Bearer ${right}`)).toBe(200);
    expect(await ask()).toBe(404);
    expect(await ask(`Bearer ${right}x`)).toBe(404);
    expect(await ask(`Bearer ${signQuestion(Buffer.from(OTHER_KEY, 'base64url'), Date.now())}`)).toBe(404);
    expect(await ask(`Bearer ${signQuestion(rootKey, Date.now() - 600_000)}`)).toBe(404);
  });
});

describe('TLS', () => {
  async function behindTls(days: number, change: (headers: Headers) => Headers = (headers) => headers) {
    const certificate = await createTestCertificate({ days });
    onTestFinished(certificate.remove);
    const [cert, key] = await Promise.all([readFile(certificate.cert), readFile(certificate.key)]);
    const proxy = await behindProxy({ answer: change as never }, { tls: { cert, key } });
    return {
      ...proxy,
      /** In a process of its own, which trusts the authority. */
      async command() {
        const env = { ...proxy.environment, NODE_EXTRA_CA_CERTS: certificate.ca };
        const { json, exitCode } = await runCommand(['doctor', '--json'], { env });
        const { findings } = json<{ findings: { check: string; level: string; what: string }[] }>();
        return { exitCode, found: new Map(findings.map((finding) => [finding.check, finding])) };
      },
    };
  }

  test('a certificate that is good for long, with cookies and headers of https', async () => {
    const { command } = await behindTls(90);
    const { exitCode, found } = await command();
    expect([...found.values()].filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(found.get('issuer.tls')?.what).toMatch(/^The certificate is good until \d{4}-/);
    expect(exitCode).toBe(0);
  });

  test('a certificate that ends soon, and HSTS and Secure that are lost', async () => {
    const { command } = await behindTls(10, ({ 'strict-transport-security': _, ...headers }) => ({
      ...headers,
      ...(Array.isArray(headers['set-cookie']) && {
        'set-cookie': headers['set-cookie'].map((cookie: string) => cookie.replace(/; Secure/i, '')),
      }),
    }));
    const { exitCode, found } = await command();
    expect(found.get('issuer.tls')).toMatchObject({
      level: 'warning',
      what: expect.stringMatching(/, in (9|10) days\.$/),
    });
    expect(found.get('issuer.hsts')?.level).toBe('warning');
    expect(found.get('issuer.cookies')).toMatchObject({
      level: 'error',
      what: expect.stringContaining('__Host-'),
    });
    expect(exitCode).toBe(1);
  });

  test('a certificate that ends tomorrow', async () => {
    const { command } = await behindTls(1);
    expect((await command()).found.get('issuer.tls')?.level).toBe('error');
  });

  test('one that nobody trusts, and one that has expired', async () => {
    const { examine } = await behindTls(90);
    expect((await examine()).get('issuer.tls')).toMatchObject({
      level: 'error',
      what: expect.stringContaining('is not trusted here'),
    });
    const clock = { now: () => Date.now() + 100 * 86_400_000 };
    expect((await examine({ clock })).get('issuer.tls')?.what).toContain('has expired on');
  });
});

type Headers = Record<string, unknown>;

test('docs/troubleshooting.md lists every check', () => {
  const source = globSync('src/doctor/*.ts', { cwd: repository })
    .map((file) => readFileSync(join(repository, file), 'utf8'))
    .join('\n');
  const inCode = [...source.matchAll(/(?:check(?:: | = )|problem\([^,]+, |checkClock\()'([a-z_.]+)'/g)];
  const text = readFileSync(join(repository, 'docs/troubleshooting.md'), 'utf8');
  const [ofDoctor = ''] = text.split('## When an app is refused');
  const listed = [...ofDoctor.matchAll(/^\| `([a-z_.]+)` \|/gm)].map(([, check]) => check);
  expect([...listed].sort()).toEqual([...new Set(inCode.map(([, check]) => check))].sort());
});
