import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { sha256 } from '../../src/lib/secret.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createEmptyDatabase, eachDatabase } from '../support/database.ts';
import { type GatehouseProcess, startGatehouse } from '../support/processes.ts';
import {
  type Authorization,
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';
import { findFreePort } from '../support/services.ts';

type Answer = { status: number; body: Record<string, string> };

eachDatabase('while something else happens', (dialect) => {
  let started: TestApp;
  let party: RelyingParty;
  beforeAll(async () => {
    started = await startApp({ dialect });
    party = await createRelyingParty(started);
  });
  afterAll(() => started.close());

  /** Any order of the two may come out; each of them many times. */
  async function race(times: number, round: (at: number) => Promise<void>): Promise<void> {
    for (let at = 0; at < times; at += 1) await round(at);
  }
  /** Lets `turns` turns of the event loop pass, so that each round meets the other one elsewhere. */
  async function turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  test('a grant that is ended while its refresh runs leaves no token that works', async () => {
    const person = await createPerson(started);
    await race(15, async (at) => {
      const { tokens } = await signIn(started, party, person);
      const running = refresh(started, party, tokens.refresh_token ?? '');
      await turns(at * 3);
      await started.modules.oidc.consents.withdraw(person.id, party.clientId);
      const { status, body } = await running;
      expect([200, 400]).toContain(status);
      for (const token of [tokens.refresh_token, body.refresh_token]) {
        if (token) expect((await refresh(started, party, token)).body.error).toBe('invalid_grant');
      }
      for (const token of [tokens.access_token, body.access_token]) {
        if (token) expect(await userinfo(started, token)).toBe(401);
      }
    });
  });

  test('a grant that is ended while its code is redeemed leaves no token that works, and nobody waits for ever', async () => {
    const person = await createPerson(started);
    await race(15, async (at) => {
      const authorization = await authorize(started, party, person);
      const running = Promise.all([1, 2, 3].map(() => redeemOnce(started, party, authorization)));
      await turns(at * 3);
      await started.modules.oidc.consents.withdraw(person.id, party.clientId);
      for (const { status, body } of await running) {
        expect([200, 400]).toContain(status);
        if (status === 400) expect(body.error).toBe('invalid_grant');
        if (body.refresh_token)
          expect((await refresh(started, party, body.refresh_token)).body.error).toBe('invalid_grant');
        if (body.access_token) expect(await userinfo(started, body.access_token)).toBe(401);
      }
    });
  });

  test('a grant that ends right before its token is spent is an invalid_grant, no failure of ours', async () => {
    const person = await createPerson(started);
    const { tokens } = await signIn(started, party, person);
    const { status, body } = await refreshWhile(tokens.refresh_token ?? '', (inside) =>
      inside('grants').where({ user_id: person.id }).delete(),
    );
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect(await userinfo(started, tokens.access_token)).toBe(401);
  });

  // SQLite lets nobody look at a token while another one writes it.
  test.runIf(dialect === 'postgres')(
    'a token that another key gave a successor meanwhile is asked for again, and nobody loses anything',
    async () => {
      const person = await createPerson(started);
      const { tokens } = await signIn(started, party, person);
      const token = tokens.refresh_token ?? '';
      const { id } = await started.modules.keys.serverKeys.current('refresh');
      const spend = (keyId: string | null, consumedAt: number | null) => (inside: Database) =>
        inside('refresh_tokens')
          .where({ id_hash: sha256(token) })
          .update({ successor_key_id: keyId, consumed_at: consumedAt });
      const { status, body } = await refreshWhile(token, spend('another', Date.now()));
      expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
      await spend(id, Date.now())(started.modules.db);
      expect((await refresh(started, party, token)).status).toBe(200);
    },
  );

  /** Refreshes while a change is written, and confirms that when the token is about to be spent. */
  async function refreshWhile(
    token: string,
    change: (inside: Database) => Promise<unknown>,
  ): Promise<Answer> {
    const { db } = started.modules;
    const changed = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const spending = Promise.withResolvers<void>();
    const changing = db.transaction(async (inside) => {
      await change(inside);
      changed.resolve();
      await mayEnd.promise;
    });
    await changed.promise;
    const look = ({ sql }: { sql: string }) => /update refresh_tokens/.test(sql) && spending.resolve();
    db.knex.on('query', look);
    const running = refresh(started, party, token);
    // PostgreSQL shows what was there until the change is confirmed, SQLite lets nobody look meanwhile.
    if (dialect === 'postgres') await spending.promise;
    mayEnd.resolve();
    const answer = await running;
    db.knex.off('query', look);
    await changing;
    return answer;
  }

  test('a session that is ended while a sign-in to an app runs gives that app nothing that lives on', async () => {
    const person = await createPerson(started);
    const own = await createRelyingParty(started, { firstParty: true });
    await race(15, async (at) => {
      const { visitor } = await signIn(started, own, person);
      const before = await started.modules.oidc.sessions.listByUser(person.id);
      const running = authorize(started, own, { email: 'nobody@example.com' }, {}, visitor).catch(
        () => undefined,
      );
      await turns(at * 3);
      for (const { uid } of before) await started.modules.oidc.sessions.end(uid);
      const back = await running;
      expect(await started.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
      expect((await visitor.open('/account')).html).not.toContain(person.email);
      // A code that was given before the end is ended with it.
      const tokens = back && (await redeem(own, back).catch(() => undefined));
      if (tokens) expect((await refresh(started, own, tokens.refresh_token ?? '')).status).toBe(400);
    });
  });

  test('ending a session that fails half-way ends nothing, and can be done again', async () => {
    const { db, oidc: ours } = started.modules;
    const person = await createPerson(started);
    const { tokens, visitor } = await signIn(started, party, person);
    const [session] = await ours.sessions.listByUser(person.id);
    await breakDeletes(db, 'grants');
    await expect(ours.sessions.end(session?.uid ?? '')).rejects.toThrow();
    await expect(ours.sessions.endAllOf(person.id)).rejects.toThrow();
    await expect(ours.sessions.signOut(person.id)).rejects.toThrow();
    await dropTrigger(db, 'grants');
    expect((await visitor.open('/account')).html).toContain(person.email);
    expect((await ours.sessions.listByUser(person.id)).map(({ uid }) => uid)).toEqual([session?.uid]);
    await ours.sessions.end(session?.uid ?? '');
    expect((await refresh(started, party, tokens.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });

  test('a person who is disabled or deleted in the middle of a sign-in is not signed in', async () => {
    for (const end of ['disable', 'delete'] as const) {
      const person = await createPerson(started);
      const authorization = await authorize(started, party, person);
      const { tokens, visitor } = await signIn(started, party, person);
      const waiting = authorization.visitor.copy();
      const consent = await waiting.open(
        oidc.buildAuthorizationUrl(party.configuration, {
          redirect_uri: party.redirectUri,
          scope: 'openid',
          prompt: 'consent',
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
        }).href,
      );
      expect(consent.forms.some(({ action }) => action.includes('/consent'))).toBe(true);
      await started.modules.users[end](person.id, SYSTEM);

      await expect(redeem(party, authorization)).rejects.toMatchObject({ error: 'invalid_grant' });
      expect((await refresh(started, party, tokens.refresh_token ?? '')).body.error).toBe('invalid_grant');
      expect(await userinfo(started, tokens.access_token)).toBe(401);
      expect((await introspect(started, party, tokens.access_token)).active).toBe(false);
      const after = await waiting.submit(consent, { decision: 'allow' }, { form: '/consent' });
      expect(after.url.startsWith(party.redirectUri)).toBe(false);
      expect(after.status).toBeLessThan(500);
      for (const browser of [visitor, waiting]) {
        const page = await browser.open('/account');
        expect(page.forms.some(({ action }) => action.includes('/login'))).toBe(true);
      }
    }
  });

  test('a client that is deleted in the middle of everything is a clear refusal everywhere', async () => {
    const person = await createPerson(started);
    const doomed = await createRelyingParty(started, { name: 'Doomed' });
    const authorization = await authorize(started, doomed, person);
    const { tokens, visitor } = await signIn(started, doomed, person);
    const waiting = createVisitor(started.url);
    const address = oidc.buildAuthorizationUrl(doomed.configuration, {
      redirect_uri: doomed.redirectUri,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }).href;
    const login = await waiting.open(address);
    await started.modules.clients.delete(doomed.clientId, SYSTEM);

    expect((await refresh(started, doomed, tokens.refresh_token ?? '')).body.error).toBe('invalid_client');
    await expect(redeem(doomed, authorization)).rejects.toMatchObject({ status: 401 });
    expect(await userinfo(started, tokens.access_token)).toBe(401);
    for (const page of [
      await waiting.submit(login, { identifier: person.email, password: 'x' }, { form: '/login' }),
      await waiting.open(address),
      await visitor.open(address),
      await visitor.open('/account/sessions'),
      await visitor.open('/account/applications'),
      await visitor.open(`/session/end?client_id=${doomed.clientId}`),
    ]) {
      expect([page.url, page.status < 500]).toEqual([page.url, true]);
      expect(page.url.startsWith(doomed.redirectUri)).toBe(false);
    }
  });

  test('keys may change under load on two nodes: a verifier that asks again for an unknown kid never fails', async () => {
    const node = await started.startNode();
    onTestFinished(() => node.close());
    await started.modules.resourceServers.create(
      {
        identifier: 'https://keys.example',
        scopes: [{ name: 'read', sentence: 'Read' }],
      },
      SYSTEM,
    );
    const { client, secret = '' } = await started.modules.clients.create(
      {
        name: 'Job',
        type: 'service',
        grants: ['client_credentials'],
      },
      SYSTEM,
    );
    const origins = [started.url, node.origin];
    // A verifier before each node, since a load balancer sends it anywhere.
    const verifiers = origins.map((origin) =>
      createRemoteJWKSet(new URL(`${origin}/jwks`), {
        cooldownDuration: 0,
        cacheMaxAge: Number.POSITIVE_INFINITY,
      }),
    );
    const failures: string[] = [];
    const kids = new Set<string>();
    let isOver = false;
    const check = async (origin: string) => {
      const response = await fetch(`${origin}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}` },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          resource: 'https://keys.example',
          scope: 'read',
        }),
      });
      const { access_token: token = '' } = (await response.json()) as Record<string, string>;
      for (const verifier of verifiers) {
        try {
          const { protectedHeader } = await jwtVerify(token, verifier, { issuer: started.url });
          kids.add(protectedHeader.kid ?? '');
        } catch (error) {
          failures.push(`${response.status} ${error}`);
        }
      }
    };
    const load = origins.flatMap((origin) =>
      [1, 2].map(async () => {
        while (!isOver) await check(origin);
      }),
    );
    try {
      for (let rotation = 0; rotation < 6; rotation += 1) {
        // Since the last time both nodes have read the set, and the next key has been published for long enough.
        await started.modules
          .db('keys')
          .where({ state: 'next' })
          .decrement('published_at', 90 * 86_400_000);
        await started.modules.keys.rotate(SYSTEM);
        // The nodes take it up one after the other, each as its timer comes.
        await (rotation % 2 === 0 ? started.modules.oidc : node.app.modules.oidc).refresh();
        await Promise.all(origins.map(check));
        await (rotation % 2 === 0 ? node.app.modules.oidc : started.modules.oidc).refresh();
        await Promise.all(origins.map(check));
      }
    } finally {
      isOver = true;
      await Promise.all(load);
    }
    expect(failures).toEqual([]);
    expect(kids.size).toBeGreaterThan(5);
  });

  test('two rotations at once leave a node that has seen neither able to verify what the other signs', async () => {
    const node = await started.startNode();
    onTestFinished(() => node.close());
    const resource = `https://${crypto.randomUUID()}.example`;
    await started.modules.resourceServers.create(
      {
        identifier: resource,
        scopes: [{ name: 'read', sentence: 'Read' }],
      },
      SYSTEM,
    );
    const { client, secret = '' } = await started.modules.clients.create(
      {
        name: 'Job',
        type: 'service',
        grants: ['client_credentials'],
      },
      SYSTEM,
    );
    for (let rotation = 0; rotation < 3; rotation += 1) await started.modules.keys.rotate(SYSTEM);
    await started.modules.oidc.refresh();
    const authorization = `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}`;
    const response = await fetch(`${started.url}/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope: 'read' }),
    });
    const { access_token: token = '' } = (await response.json()) as Record<string, string>;
    const verifier = createRemoteJWKSet(new URL(`${node.origin}/jwks`), { cooldownDuration: 0 });
    await expect(jwtVerify(token, verifier, { issuer: started.url })).resolves.toBeDefined();
    const introspected = await fetch(`${node.origin}/token/introspection`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ token }),
    });
    expect(await introspected.json()).toMatchObject({ active: true });
  });
});

// The embedded database belongs to one server: `database/server-lock` has what the second one is told.
test('four servers that start at once over an empty PostgreSQL agree on everything', async () => {
  const place = await createEmptyDatabase('postgres');
  onTestFinished(place.remove);
  const ports = await Promise.all([1, 2, 3, 4].map(() => findFreePort()));
  const issuer = `http://localhost:${ports[0]}`;
  const servers: GatehouseProcess[] = await Promise.all(
    ports.map((port) =>
      startGatehouse({
        port,
        dataDir: place.dataDir,
        env: { ISSUER: issuer, DATABASE_URL: place.url },
      }),
    ),
  );
  const answers = await Promise.all(
    ports.map(async (port) => {
      const keys = await fetch(`http://localhost:${port}/jwks`).then((response) => response.json());
      const discovery = await fetch(`http://localhost:${port}/.well-known/openid-configuration`).then(
        (response) => response.json(),
      );
      const ready = await fetch(`http://localhost:${port}/health/ready`);
      return JSON.stringify([keys, discovery, ready.status]);
    }),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('200]');
  const exits = await Promise.all(servers.map((server) => server.stop()));
  expect(exits).toEqual([0, 0, 0, 0]);
});

/** As when the server dies between two statements: the second one never happens. */
async function breakDeletes({ dialect, knex }: TestApp['modules']['db'], table: string): Promise<void> {
  const statements =
    dialect === 'postgres'
      ? [
          "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$",
          `create trigger broken before delete on ${table} for each row execute function refuse()`,
        ]
      : [`create trigger broken before delete on ${table} begin select raise(abort, 'broken'); end`];
  await knex.transaction(async (inside) => {
    for (const statement of statements) await inside.raw(statement);
  });
}

async function dropTrigger({ dialect, knex }: TestApp['modules']['db'], table: string): Promise<void> {
  await knex.transaction((inside) =>
    inside.raw(`drop trigger broken${dialect === 'postgres' ? ` on ${table}` : ''}`),
  );
}

async function redeemOnce(
  { url }: TestApp,
  party: RelyingParty,
  { callback, checks }: Authorization,
): Promise<Answer> {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: basicOf(party) },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: party.redirectUri,
      code_verifier: checks.pkceCodeVerifier,
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function refresh({ url }: TestApp, party: RelyingParty, refreshToken: string): Promise<Answer> {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: basicOf(party) },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function introspect(
  { url }: TestApp,
  party: RelyingParty,
  token: string,
): Promise<{ active: boolean }> {
  const response = await fetch(`${url}/token/introspection`, {
    method: 'POST',
    headers: { authorization: basicOf(party) },
    body: new URLSearchParams({ token }),
  });
  return (await response.json()) as { active: boolean };
}

async function userinfo({ url }: TestApp, token: string): Promise<number> {
  const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}

function basicOf({ clientId, secret }: RelyingParty): string {
  return `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
}
