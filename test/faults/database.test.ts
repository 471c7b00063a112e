import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Visitor } from '../flows/visitor.ts';
import { startAppForTest, type TestApp } from '../support/app.ts';
import { startProxyTo } from '../support/proxy.ts';
import { createPerson, createRelyingParty, type RelyingParty, signIn } from '../support/relying-party.ts';
import { fill, mountSmallDisk } from './disk.ts';

/** An app, a person who is signed in to it, and their tokens, from before the trouble. */
type Scene = {
  started: TestApp;
  party: RelyingParty;
  visitor: Visitor;
  tokens: { access_token: string; refresh_token?: string };
};

const PAGE = { accept: 'text/html,application/xhtml+xml' };

describe('PostgreSQL', () => {
  test.each([
    ['cuts every connection and takes no new one', 'cut'],
    ['says nothing any more', 'silence'],
  ] as const)('that %s: 503 for all, and all is well when it is back', async (_, trouble) => {
    const { scene, line } = await behindProxy();
    line[trouble]();
    await expectTrouble(scene, { readsGoOn: false });
    line.mend();
    await expectRecovery(scene);
  });

  test('that ends our connections one by one is asked again on a new one', async () => {
    const { scene } = await behindProxy();
    const server = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
    await server.connect();
    await server.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse' and datname = $1",
      [(await scene.started.modules.db.raw<{ name: string }>('select current_database() as name'))[0]?.name],
    );
    await server.end();
    // A request or two may find a connection that died under them; none of them fails in us.
    const statuses = await Promise.all(Array.from({ length: 20 }, () => status(scene, '/account')));
    expect(statuses.filter((each) => ![303, 503].includes(each))).toEqual([]);
    await expectRecovery(scene);
  });

  test('that comes and goes under load loses nothing that was answered', async () => {
    const { scene, line } = await behindProxy();
    let refreshToken = scene.tokens.refresh_token ?? '';
    for (let round = 0; round < 10; round += 1) {
      const running = Promise.all(Array.from({ length: 5 }, () => refresh(scene, refreshToken)));
      if (round % 2 === 0) line.cut();
      const answers = await running;
      line.mend();
      expect(answers.filter((answer) => ![200, 503].includes(answer.status))).toEqual([]);
      const good = answers.filter((answer) => answer.status === 200);
      expect(new Set(good.map(({ body }) => body.refresh_token)).size).toBeLessThan(2);
      // Without an answer the old one is presented again, within the window.
      refreshToken = good[0]?.body.refresh_token ?? refreshToken;
    }
    await expectRecovery({ ...scene, tokens: { ...scene.tokens, refresh_token: refreshToken } });
  });

  async function behindProxy() {
    const real = process.env.TEST_DATABASE_URL ?? '';
    const line = await startProxyTo(real);
    onTestFinished(() => line.close());
    const database = { connectTimeoutSeconds: 1, statementTimeoutSeconds: 1, lockTimeoutSeconds: 1 };
    process.env.TEST_DATABASE_URL = line.url;
    try {
      const started = await startAppForTest({ dialect: 'postgres', settings: { database } });
      return { line, scene: await createScene(started) };
    } finally {
      process.env.TEST_DATABASE_URL = real;
    }
  }
});

describe('SQLite', () => {
  // Where nobody may mount, test/database/sqlite.test.ts still fills the database itself.
  test('on a disk that is full: 503 for what writes, reads go on, and all is well when there is room', async ({
    skip,
  }) => {
    const folder = mountSmallDisk() ?? skip('a small disk cannot be mounted here');
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    const started = await startAppForTest({ dialect: 'sqlite' });
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    expect(started.dataDir.startsWith(folder)).toBe(true);

    const scene = await createScene(started);
    for (let round = 0; round < 3; round += 1) {
      const filler = fill(join(folder, 'filler'));
      await expectTrouble(scene, { readsGoOn: true });
      rmSync(filler);
      scene.tokens.refresh_token = await expectRecovery(scene);
    }
  });
});

async function createScene(started: TestApp): Promise<Scene> {
  const person = await createPerson(started);
  const party = await createRelyingParty(started);
  const { tokens, visitor } = await signIn(started, party, person);
  return { started, party, visitor, tokens: { ...tokens } };
}

/** While the database is in trouble: everybody hears so in their own form, and the process lives. */
async function expectTrouble(scene: Scene, { readsGoOn }: { readsGoOn: boolean }): Promise<void> {
  const { started, tokens, visitor } = scene;
  // A full disk shows with the first write.
  const refused = await refresh(scene, tokens.refresh_token ?? '');
  expect([refused.status, refused.type, refused.retryAfter]).toEqual([
    503,
    'application/json',
    expect.any(Number),
  ]);
  expect(refused.body).toEqual({
    error: expect.stringMatching(/^(server_error|temporarily_unavailable)$/),
    error_description: expect.any(String),
    error_uri: expect.stringMatching(/\/errors\/(busy|broken)\?reference=[\w-]{16}$/),
  });

  const address = `/auth?${new URLSearchParams({
    client_id: scene.party.clientId,
    response_type: 'code',
    redirect_uri: scene.party.redirectUri,
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  })}`;
  const page = await fetch(`${started.url}${address}`, { headers: PAGE, redirect: 'manual' });
  const html = await page.text();
  expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
  expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(html).not.toMatch(/\.ts:\d|SQLITE|ECONN|postgres|node:internal/i);

  expect(await status(scene, '/health/live')).toBe(200);
  expect(await status(scene, '/health/ready')).toBe(503);
  expect(await status(scene, '/.well-known/openid-configuration')).toBe(200);
  expect(await status(scene, '/jwks')).toBe(200);
  const account = await visitor.open('/account');
  expect(account.status).toBe(readsGoOn ? 200 : 503);
  if (!readsGoOn) expect(Number(account.headers.get('retry-after'))).toBeGreaterThan(0);
  const userinfo = await status(scene, '/me', { authorization: `Bearer ${tokens.access_token}` });
  expect(userinfo).toBe(readsGoOn ? 200 : 503);
}

/** Afterwards, without a restart: what was good before the trouble still is. */
async function expectRecovery(scene: Scene): Promise<string> {
  expect(await status(scene, '/health/ready')).toBe(200);
  const refreshed = await refresh(scene, scene.tokens.refresh_token ?? '');
  expect([refreshed.status, refreshed.body.error_description]).toEqual([200, undefined]);
  expect((await scene.visitor.open('/account')).status).toBe(200);
  return refreshed.body.refresh_token ?? '';
}

async function status(
  { started }: Scene,
  path: string,
  headers: Record<string, string> = PAGE,
): Promise<number> {
  const response = await fetch(`${started.url}${path}`, { headers, redirect: 'manual' });
  await response.text();
  return response.status;
}

async function refresh({ started, party }: Scene, refreshToken: string) {
  const response = await fetch(`${started.url}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${party.clientId}:${party.secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type')?.split(';')[0],
    retryAfter: response.headers.has('retry-after') ? Number(response.headers.get('retry-after')) : undefined,
    body: (await response.json()) as Record<string, string>,
  };
}
