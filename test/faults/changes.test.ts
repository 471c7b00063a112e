import { decodeProtectedHeader } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { startGatehouse } from '../support/processes.ts';
import { findFreePort } from '../support/services.ts';
import { createInsight } from './look-inside.ts';

/**
 * What an operator changes holds on every node for each request that begins 2 s later. Both nodes are asked all the
 * time, so that nothing is kept for longer because it is used. The two seconds are the node's own, in tenths in which it
 * had the processor: on a machine that is busy they are longer, and a node that keeps something for longer still fails.
 */
const TENTHS = 20;
const API = 'https://api.example.com';
const BEFORE = 'http://localhost:9999/callback';
const AFTER = 'http://localhost:9999/other';

test('a changed client, key or resource server holds on every node within 2 s', async () => {
  const { nodes, modules } = await startNodes();
  const { client, secret } = await modules.clients.create(
    {
      name: 'Books',
      redirectUris: [BEFORE],
      grants: ['authorization_code', 'client_credentials'],
    },
    SYSTEM,
  );
  const resource = { identifier: API, scopes: [{ name: 'read', sentence: 'Read' }] };
  const { resourceServer } = await modules.resourceServers.create(resource, SYSTEM);

  const authorize = async (origin: string, redirectUri: string) => {
    const query = new URLSearchParams({
      client_id: client.id,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    const response = await fetch(`${origin}/auth?${query}`, { redirect: 'manual' });
    await response.arrayBuffer();
    return response.status;
  };
  const askToken = async (origin: string) => {
    const response = await fetch(`${origin}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read', resource: API }),
    });
    return (await response.json()) as { access_token: string; expires_in?: number; error?: string };
  };
  const keyOf = async (origin: string) => decodeProtectedHeader((await askToken(origin)).access_token).kid;
  const published = async (origin: string) => {
    const { keys } = (await (await fetch(`${origin}/jwks`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };

  const holds = async (change: () => Promise<unknown>, sees: (origin: string) => Promise<boolean>) => {
    for (const { origin } of nodes) expect(await sees(origin)).toBe(false);
    const asking = nodes.map((node) => untilItHolds(node, () => sees(node.origin)));
    await change();
    for (const { began } of asking) began();
    await Promise.all(asking.map(({ end }) => end));
  };

  await holds(
    () => modules.clients.update(client.id, { redirectUris: [AFTER] }, SYSTEM),
    async (origin) => (await authorize(origin, AFTER)) === 303 && (await authorize(origin, BEFORE)) === 400,
  );
  await holds(
    () => modules.resourceServers.update(resourceServer.id, { accessTokenTtlSeconds: 60 }, SYSTEM),
    async (origin) => (await askToken(origin)).expires_in === 60,
  );
  const [old = ''] = new Set(await Promise.all(nodes.map(({ origin }) => keyOf(origin))));
  await holds(
    () => modules.keys.rotate(SYSTEM, { now: true }),
    async (origin) => {
      const current = (await keyOf(origin)) ?? '';
      return current !== old && (await published(origin)).includes(current);
    },
  );
  await holds(
    () => modules.keys.retire(old, SYSTEM, { unpublish: true }),
    async (origin) => !(await published(origin)).includes(old),
  );
  await holds(
    () => modules.resourceServers.delete(resourceServer.id, SYSTEM),
    async (origin) => (await askToken(origin)).error === 'invalid_target',
  );
  await holds(
    () => modules.clients.disable(client.id, SYSTEM),
    async (origin) => (await askToken(origin)).error === 'invalid_client',
  );
}, 180_000);

type Node = { origin: string; beats(): Promise<number> };

/** Asks one node again and again. `began`: from now on the two seconds run. */
function untilItHolds({ origin, beats }: Node, sees: () => Promise<boolean>) {
  let begun: number | undefined;
  let isBegun = false;
  const ask = async () => {
    for (;;) {
      const now = await beats();
      if (isBegun) begun ??= now;
      if (await sees()) return;
      if (begun !== undefined && now - begun >= TENTHS)
        throw new Error(
          `${origin}: a request that began ${(now - begun) / 10} s after the change is as before`,
        );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    began() {
      isBegun = true;
    },
    end: ask(),
  };
}

async function startNodes() {
  const database = await createEmptyDatabase('postgres', { isMigrated: true });
  onTestFinished(database.remove);
  const insight = await createInsight();
  onTestFinished(insight.close);
  const ports = [await findFreePort(), await findFreePort()];
  const env = {
    ISSUER: `http://localhost:${ports[0]}`,
    DATA_DIR: database.dataDir,
    DATABASE_URL: database.url,
  };
  const nodes = await Promise.all(
    ports.map(async (port): Promise<Node> => {
      const environment = { ...env, ...insight.environment };
      const node = await startGatehouse({ env: environment, dataDir: database.dataDir, port });
      onTestFinished(() => node.kill9());
      return { origin: `http://localhost:${port}`, beats: () => insight.beats(port) };
    }),
  );
  const logger = createLogger({ logLevel: 'silent', stream: { write() {} }, isPretty: false });
  const operator = await createApp(loadConfig(env), { logger });
  onTestFinished(operator.close);
  return { nodes, modules: operator.modules };
}
