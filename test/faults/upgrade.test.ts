import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as oidc from 'openid-client';
import pg from 'pg';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { repository, runCommand, startGatehouse } from '../support/processes.ts';
import { createTestRedis } from '../support/redis.ts';
import { authorize, PASSWORD, type RelyingParty, redeem, signIn } from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';
import { startBalancer } from './balancer.ts';
import { findReleaseBefore } from './release-before.ts';

/**
 * A rolling upgrade with real processes: the release before this one and this one, together on one database, turn about.
 * `UPGRADE_FROM` names another commit or tag than the release before: 5380501 or a later one. What is older cannot read the
 * sign-ins that this one packs; from there all servers are stopped (docs/upgrade.md), which old-folder.test.ts tries.
 */
test.for<{ storage: string; hasRedis?: boolean }>([
  { storage: 'PostgreSQL' },
  { storage: 'PostgreSQL and Redis', hasRedis: true },
])(
  'the release before and this one serve together ($storage): there and back, nobody signs in again',
  {
    timeout: 600_000,
  },
  async ({ hasRedis = false }, { skip }) => {
    const asked = process.env.UPGRADE_FROM;
    const before = asked ? { commit: asked } : await findReleaseBefore(repository);
    if ('missing' in before) return skip(`No upgrade was tried: ${before.missing}`);
    const old = await unpackOnce(before.commit);
    const database = await createEmptyDatabase('postgres');
    onTestFinished(database.remove);
    const redis = hasRedis ? await createTestRedis() : undefined;
    if (redis) onTestFinished(redis.close);
    const balancer = await startBalancer();
    onTestFinished(balancer.close);
    const site = { url: balancer.url };
    const env = {
      ISSUER: balancer.url,
      DATABASE_URL: database.url,
      SECRET_KEY: randomBytes(32).toString('base64url'),
      ...(redis && {
        REDIS_URL: redis.url,
        CONFIG: await writeSettings(`redis: { prefix: "${redis.prefix}" }`),
      }),
    };
    const startNode = async (checkout: string, port?: number) => {
      const own = port ?? (await findFreePort());
      const node = await startGatehouse({ env, port: own, checkout });
      onTestFinished(() => node.kill9());
      if (port === undefined) balancer.add(own);
      return { ...node, port: own };
    };

    // The release before, alone: it made the tables, an app, a person, a session and tokens.
    const first = await startNode(old);
    const { party, person } = await createParty(env, old);
    const visitor = createVisitor(site.url);
    const { tokens } = await signIn(site, party, person, {}, visitor);

    // Both: this one migrates while the one before goes on.
    const second = await startNode(repository);
    let refreshToken = await liveThrough(site, party, person, tokens.refresh_token ?? '', visitor);
    const other = await createParty(env, repository);
    await signIn(site, other.party, other.person);
    // A node of the release before may be started again meanwhile.
    expect(await first.stop()).toBe(0);
    const third = await startNode(old, first.port);
    const latest = await createParty(env, old);
    await signIn(site, latest.party, latest.person);
    refreshToken = await liveThrough(site, party, person, refreshToken, visitor);

    // This one alone, which takes every spelling of an address, and back to the one before alone.
    expect(await third.stop()).toBe(0);
    const inAscii = { ...person, email: person.email.replace('müller', 'xn--mller-kva') };
    await signIn(site, party, inAscii);
    refreshToken = await liveThrough(site, party, person, refreshToken, visitor);
    const fourth = await startNode(old, first.port);
    expect(await second.stop()).toBe(0);
    refreshToken = await liveThrough(site, party, person, refreshToken, visitor);
    // What the sweeper of this one has emptied is refused by the one before, as any spent token is.
    await emptySpentTokens(database.url);
    const spent = oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    await expect(spent).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await fourth.stop()).toBe(0);
    // It was Redis that held what is short-lived, not the database instead of it.
    if (redis) expect(await redis.keys()).not.toHaveProperty('size', 0);
  },
);

/** Whatever a signed-in browser and its app do, several times; a new sign-in too. Answers the last refresh token. */
async function liveThrough(
  site: { url: string },
  party: RelyingParty,
  person: { id: string; email: string },
  refreshToken: string,
  visitor: ReturnType<typeof createVisitor>,
): Promise<string> {
  let latest = refreshToken;
  for (let round = 0; round < 3; round += 1) {
    const silent = await authorize(site, party, person, { prompt: 'none' }, visitor);
    const tokens = await redeem(party, silent);
    await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect((await oidc.tokenIntrospection(party.configuration, tokens.access_token)).active).toBe(true);
    const next = await oidc.refreshTokenGrant(party.configuration, latest);
    latest = next.refresh_token ?? '';
    expect((await visitor.open(`${site.url}/account/sessions`)).status).toBe(200);
  }
  const { tokens } = await signIn(site, party, person);
  await oidc.tokenRevocation(party.configuration, tokens.refresh_token ?? '');
  const refused = oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
  await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' });
  return latest;
}

let people = 0;

/** An app and a person, made by the commands of one release. */
async function createParty(env: Record<string, string>, checkout: string) {
  const command = async (...args: string[]) => {
    const answer = await runCommand([...args, '--json'], { env, checkout, stdin: `${PASSWORD}\n` });
    if (answer.exitCode !== 0) throw new Error(answer.stdout + answer.stderr);
    return answer.json<Record<string, string>>();
  };
  const redirectUri = 'http://localhost:9999/callback';
  const grants = ['--grant', 'authorization_code', '--grant', 'refresh_token'];
  const client = await command(
    'clients',
    'create',
    '--name',
    'Books',
    '--redirect-uri',
    redirectUri,
    ...grants,
  );
  people += 1;
  const email = `ana${people}@müller.example`;
  const user = await command('users', 'create', '--email', email, '--password-stdin');
  const { client_id: clientId = '', client_secret: secret = '' } = client;
  const configuration = await oidc.discovery(
    new URL(env.ISSUER ?? ''),
    clientId,
    undefined,
    oidc.ClientSecretBasic(secret),
    { execute: [oidc.allowInsecureRequests] },
  );
  const party: RelyingParty = { clientId, secret, redirectUri, configuration };
  return { party, person: { id: user.id ?? '', email } };
}

async function emptySpentTokens(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    "update refresh_tokens set payload = '{}', successor_key_id = null where consumed_at is not null",
  );
  await client.end();
  expect(rowCount).toBeGreaterThan(0);
}

async function writeSettings(...lines: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-upgrade-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'gatehouse.yaml');
  await writeFile(file, lines.join('\n'));
  return file;
}

let unpacked: Promise<string> | undefined;
afterAll(async () => {
  if (unpacked) await rm(await unpacked, { recursive: true });
});

/** One for all storages: its first start compiles it. */
function unpackOnce(commit: string): Promise<string> {
  unpacked ??= unpack(commit);
  return unpacked;
}

/** A checkout of another release beside this one, with the packages of this one. */
async function unpack(commit: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-before-'));
  const archive = join(folder, 'release.tar');
  await promisify(execFile)('git', ['archive', '--output', archive, commit], { cwd: repository });
  await promisify(execFile)('tar', ['-xf', archive, '-C', folder]);
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).name).toBe('gatehouse');
  return folder;
}
