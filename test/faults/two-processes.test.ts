import * as oidc from 'openid-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { runCommand, startGatehouse } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';

const PASSWORD = 'a password of several words';
const REDIRECT = 'http://localhost:9999/callback';

// Over PostgreSQL; the embedded database belongs to one server (`database/server-lock`).
describe('two server processes over one database', { timeout: 180_000 }, () => {
  test('are one server: 20 simultaneous refreshes get one successor, and commands hold on both', async () => {
    const database = await createEmptyDatabase('postgres');
    onTestFinished(database.remove);
    const port = await findFreePort();
    const env = {
      ISSUER: `http://localhost:${port}`,
      DATA_DIR: database.dataDir,
      DATABASE_URL: database.url,
    };
    // Both at once: they migrate once, agree on one root key and one set of signing keys.
    const [first, second] = await Promise.all(
      [port, await findFreePort()].map((each) =>
        startGatehouse({ env, dataDir: database.dataDir, port: each }).then((server) => ({
          ...server,
          origin: `http://localhost:${each}`,
        })),
      ),
    );
    if (!first || !second) throw new Error('two were started');
    const keysOf = async (origin: string) => (await (await fetch(`${origin}/jwks`)).json()) as object;
    expect(await keysOf(first.origin)).toEqual(await keysOf(second.origin));

    const command = async <T>(...args: string[]) => {
      const result = await runCommand([...args, '--json'], { env, stdin: `${PASSWORD}\n` });
      if (result.exitCode !== 0) throw new Error(result.stdout + result.stderr);
      return result.json<T>();
    };
    const client = await command<{ client_id: string; client_secret: string }>(
      ...['clients', 'create', '--name', 'Books', '--redirect-uri', REDIRECT],
      ...['--grant', 'authorization_code', '--grant', 'refresh_token'],
    );
    const user = await command<{ id: string }>(
      'users',
      'create',
      '--email',
      'ana@example.com',
      '--password-stdin',
    );

    // The client and the person are known at once, to processes that were started before them.
    const configuration = await oidc.discovery(
      new URL(env.ISSUER),
      client.client_id,
      undefined,
      oidc.ClientSecretBasic(client.client_secret),
      { execute: [oidc.allowInsecureRequests] },
    );
    const verifier = oidc.randomPKCECodeVerifier();
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: REDIRECT,
      scope: 'openid',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'abc',
    });
    const visitor = createVisitor(env.ISSUER);
    const login = await visitor.open(address.href);
    const consent = await visitor.submit(login, { identifier: 'ana@example.com', password: PASSWORD });
    const back = await visitor.submit(consent, { decision: 'allow' });
    const tokens = await oidc.authorizationCodeGrant(configuration, new URL(back.url), {
      pkceCodeVerifier: verifier,
      expectedState: 'abc',
    });

    const refreshAt = async (origin: string, token = '') => {
      const response = await fetch(`${origin}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, string> };
    };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        refreshAt(index % 2 === 0 ? first.origin : second.origin, tokens.refresh_token),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);

    // A command in a third process is seen by both at the next request.
    await command('users', 'sign-out', user.id);
    const successor = answers[0]?.body.refresh_token;
    for (const { origin } of [first, second]) {
      expect((await refreshAt(origin, successor)).body.error).toBe('invalid_grant');
    }
    expect(
      (await visitor.open(`${env.ISSUER}/account`)).forms.some(({ fields }) => 'password' in fields),
    ).toBe(true);

    // A changed client and changed keys hold within two seconds: the test asks until they do.
    await command('clients', 'delete', client.client_id);
    await until(async () => (await refreshAt(first.origin, successor)).body.error === 'invalid_client');
    await until(async () => (await refreshAt(second.origin, successor)).body.error === 'invalid_client');
    const textOf = async (origin: string) => JSON.stringify(await keysOf(origin));
    const before = await textOf(second.origin);
    await command('keys', 'rotate');
    // One rotation is a step for each algorithm, so the two may differ for a moment.
    await until(async () => {
      const [one, two] = await Promise.all([textOf(first.origin), textOf(second.origin)]);
      return one !== before && one === two;
    });

    expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0]);
  });
});

/** Asks again until it holds; a condition, bounded by the test's own limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
