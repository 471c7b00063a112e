import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adapterMetadata, isHashedSecret, sweptClients } from '../../src/clients/clients.ts';
import { removeExpired } from '../../src/database/store.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { sha256 } from '../../src/lib/secret.ts';
import { eachDatabase } from '../support/database.ts';
import { everythingStored } from '../users/set-up.ts';
import { ISSUER, setUpClients } from './set-up.ts';

const WEB = { name: 'Shop', redirectUris: ['https://shop.example.com/callback'] };
const TABLES = ['clients', 'client_secrets'];

eachDatabase('clients', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpClients>>;
  beforeAll(async () => {
    given = await setUpClients(dialect);
  });
  afterAll(() => given.close());

  test('are registered with the strict defaults and found again', async () => {
    const { clients, clock } = given;
    const { client, secret } = await clients.create(WEB, SYSTEM);
    expect(client).toEqual({
      id: expect.stringMatching(/^cli_/),
      name: 'Shop',
      type: 'web',
      isBuiltIn: false,
      metadata: {
        redirect_uris: ['https://shop.example.com/callback'],
        post_logout_redirect_uris: [],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        subject_type: 'public',
        id_token_signed_response_alg: 'RS256',
        application_type: 'web',
      },
      settings: {
        pkce: 'ratchet',
        idTokenClaims: true,
        firstParty: false,
        refreshRotation: 'on',
        signOut: 'by-hint',
        requireOfflineAccess: false,
        origins: [],
      },
      secretHashes: [sha256(String(secret))],
      version: 1,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    });
    expect(await clients.find(client.id)).toEqual(client);
    expect((await clients.list({ limit: 1000 })).items).toContainEqual(client);
  });

  test('have secrets that are nowhere in the database', async () => {
    const { clients, db } = given;
    const { client, secret } = await clients.create(WEB, SYSTEM);
    const rotated = await clients.rotateSecret(client.id, { overlapSeconds: 60 }, SYSTEM);
    const stored = await everythingStored({ db }, TABLES);
    expect(Buffer.from(String(secret), 'base64url')).toHaveLength(32);
    expect(stored).toContain(sha256(rotated.secret));
    for (const readable of [String(secret), rotated.secret]) expect(stored).not.toContain(readable);
  });

  test('know their own secret and no other text', async () => {
    const { clients } = given;
    const { client, secret = '' } = await clients.create(WEB, SYSTEM);
    const other = await clients.create(WEB, SYSTEM);
    expect(clients.isSecret(client, secret)).toBe(true);
    const odd = [
      '',
      secret.slice(1),
      `${secret} `,
      String(other.secret),
      sha256(secret),
      '\0',
      'x'.repeat(100_000),
    ];
    for (const text of odd) expect(clients.isSecret(client, text)).toBe(false);
    expect(clients.isSecret({ secretHashes: [] }, secret)).toBe(false);
    expect(clients.isSecret({ secretHashes: [''] }, '')).toBe(false);
  });

  test('have two secrets that work while a rotation overlaps, then one', async () => {
    const { clients, clock } = given;
    const { client, secret: first = '' } = await clients.create(WEB, SYSTEM);
    const { secret: second, olderEndsAt } = await clients.rotateSecret(
      client.id,
      { overlapSeconds: 3600 },
      SYSTEM,
    );
    const work = async () => {
      const found = await clients.find(client.id);
      return [first, second].map((secret) => clients.isSecret(found as typeof client, secret));
    };
    expect(await work()).toEqual([true, true]);
    clock.ms = olderEndsAt - 1;
    expect(await work()).toEqual([true, true]);
    clock.ms = olderEndsAt + 1000;
    expect(await work()).toEqual([false, true]);
  });

  test('never have more than two secrets, and with overlap 0 one at once', async () => {
    const { clients, clock } = given;
    const { client, secret: first = '' } = await clients.create(WEB, SYSTEM);
    const rotate = async (overlapSeconds: number) => {
      clock.ms += 1;
      return (await clients.rotateSecret(client.id, { overlapSeconds }, SYSTEM)).secret;
    };
    const second = await rotate(3600);
    const third = await rotate(60);
    const work = async (secrets: string[]) => {
      const found = await clients.find(client.id);
      return secrets.map((secret) => clients.isSecret(found as typeof client, secret));
    };
    expect(await work([first, second, third])).toEqual([false, true, true]);
    const fourth = await rotate(0);
    expect(await work([second, third, fourth])).toEqual([false, false, true]);
    await Promise.all(Array.from({ length: 10 }, () => rotate(60)));
    expect((await clients.find(client.id))?.secretHashes.length).toBeLessThanOrEqual(2);
  });

  test('lose the row of a secret once its overlap has ended, and no other', async () => {
    const { clients, clock, db } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    const { secret, olderEndsAt } = await clients.rotateSecret(client.id, { overlapSeconds: 60 }, SYSTEM);
    const [table] = sweptClients;
    const rows = () => db('client_secrets').where({ client_id: client.id }).select('secret_hash');
    clock.ms = olderEndsAt - 1;
    await removeExpired(db, table as NonNullable<typeof table>, clock.now(), 100);
    expect(await rows()).toHaveLength(2);
    clock.ms = olderEndsAt + 1;
    await removeExpired(db, table as NonNullable<typeof table>, clock.now(), 100);
    expect(await rows()).toEqual([{ secret_hash: sha256(secret) }]);
  });

  test('that another process changed are seen as changed within 2 s', async () => {
    const { clients, another, clock } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    expect((await clients.find(client.id))?.name).toBe('Shop');
    await another.update(
      client.id,
      { name: 'Store', redirectUris: ['https://store.example.com/cb'] },
      SYSTEM,
    );
    clock.ms += 2000;
    expect(await clients.find(client.id)).toMatchObject({
      name: 'Store',
      metadata: { redirect_uris: ['https://store.example.com/cb'] },
    });
    await another.rotateSecret(client.id, { overlapSeconds: 0 }, SYSTEM);
    await another.disable(client.id, SYSTEM);
    clock.ms += 2000;
    expect(await clients.find(client.id)).toMatchObject({ disabledAt: expect.any(Number) });
    await another.delete(client.id, SYSTEM);
    clock.ms += 2000;
    expect(await clients.find(client.id)).toBeUndefined();
  });

  test('that this process changed are seen as changed at once', async () => {
    const { clients } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    await clients.find(client.id);
    await clients.update(client.id, { name: 'Store' }, SYSTEM);
    expect((await clients.find(client.id))?.name).toBe('Store');
    await clients.delete(client.id, SYSTEM);
    expect(await clients.find(client.id)).toBeUndefined();
  });

  test('that are created by another process are found at once, though they were asked for before', async () => {
    const { clients, another } = given;
    expect(await clients.find('cli_later')).toBeUndefined();
    const { client } = await another.create(WEB, SYSTEM);
    expect(await clients.find(client.id)).toEqual(client);
  });

  test('keep what an update does not name, and take back a default with null', async () => {
    const { clients, clock } = given;
    const { client } = await clients.create(
      {
        ...WEB,
        grants: ['authorization_code', 'refresh_token'],
        scope: 'openid email',
        accessTokenTtlSeconds: 60,
        firstParty: true,
      },
      SYSTEM,
    );
    clock.ms += 5;
    const updated = await clients.update(
      client.id,
      {
        name: 'Store',
        scope: null,
        accessTokenTtlSeconds: null,
      },
      SYSTEM,
    );
    const { scope: _, ...metadata } = client.metadata;
    const { accessTokenTtlSeconds: __, ...settings } = client.settings;
    expect(updated).toEqual({
      ...client,
      name: 'Store',
      metadata,
      settings,
      version: 2,
      updatedAt: clock.now(),
    });
  });

  test('lose no change when two are made at once', async () => {
    const { clients } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    await Promise.all([
      clients.update(client.id, { name: 'Both' }, SYSTEM),
      clients.update(client.id, { firstParty: true }, SYSTEM),
      clients.update(client.id, { scope: 'openid' }, SYSTEM),
    ]);
    expect(await clients.find(client.id)).toMatchObject({
      name: 'Both',
      settings: { firstParty: true },
      metadata: { scope: 'openid' },
    });
  });

  test('stay disabled through an update, until they are enabled', async () => {
    const { clients } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    await clients.disable(client.id, SYSTEM);
    expect(await clients.update(client.id, { name: 'Store' }, SYSTEM)).toHaveProperty('disabledAt');
    expect(await clients.enable(client.id, SYSTEM)).not.toHaveProperty('disabledAt');
  });

  test('lose their secrets when they stop using them, and none comes back', async () => {
    const { clients, db } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    const open = await clients.update(client.id, { authMethod: 'none' }, SYSTEM);
    expect(open.secretHashes).toEqual([]);
    expect(await db('client_secrets').where({ client_id: client.id }).select('id')).toEqual([]);
    const rotating = clients.rotateSecret(client.id, { overlapSeconds: 0 }, SYSTEM);
    await expect(rotating).rejects.toMatchObject({ code: 'clients.without_secret', status: 409 });
    const closed = await clients.update(client.id, { authMethod: 'client_secret_post' }, SYSTEM);
    expect(closed.secretHashes).toEqual([]);
    const { secret } = await clients.rotateSecret(client.id, { overlapSeconds: 0 }, SYSTEM);
    expect((await clients.find(client.id))?.secretHashes).toEqual([sha256(secret)]);
  });

  test('that are built in are found, never listed and never changed', async () => {
    const { clients } = given;
    const id = 'gatehouse-account';
    expect(await clients.find(id)).toMatchObject({
      isBuiltIn: true,
      metadata: { redirect_uris: [`${ISSUER}/account/callback`] },
      settings: { firstParty: true },
    });
    expect((await clients.list({ limit: 1000 })).items.map((client) => client.id)).not.toContain(id);
    const attempts = [
      () => clients.update(id, { name: 'Mine' }, SYSTEM),
      () => clients.delete(id, SYSTEM),
      () => clients.disable(id, SYSTEM),
      () => clients.rotateSecret(id, { overlapSeconds: 0 }, SYSTEM),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ code: 'clients.built_in' });
  });

  test('that do not exist are unknown, whatever was asked for', async () => {
    const { clients } = given;
    for (const id of [
      '',
      'cli_x',
      '\0',
      'cli_\0',
      '__proto__',
      'constructor',
      'x'.repeat(10_000),
      '\ud800',
      "' or 1=1",
    ]) {
      expect(await clients.find(id)).toBeUndefined();
      const attempts = [
        () => clients.update(id, { name: 'X' }, SYSTEM),
        () => clients.delete(id, SYSTEM),
        () => clients.rotateSecret(id, { overlapSeconds: 0 }, SYSTEM),
      ];
      for (const attempt of attempts)
        await expect(attempt()).rejects.toMatchObject({ code: 'clients.unknown' });
    }
  });

  test.each(['disable', 'enable', 'delete'] as const)(
    'are changed by %s only as they were looked at, once of 50 at once, and else nothing ends',
    async (what) => {
      const { clients, another } = given;
      const { ended } = given.effects;
      const { client } = await clients.create(WEB, SYSTEM);
      if (what === 'enable') await clients.disable(client.id, SYSTEM);
      else await clients.update(client.id, { name: 'Looked at' }, SYSTEM);
      const isDisabled = what === 'enable';
      ended.length = 0;
      const late = clients[what](client.id, SYSTEM, { version: 1 });
      await expect(late).rejects.toMatchObject({ code: 'clients.conflict', detail: { version: 2 } });
      const after = await clients.find(client.id);
      expect([after?.version, after?.disabledAt !== undefined]).toEqual([2, isDisabled]);
      expect(ended).toEqual([]);
      const fifty = await Promise.allSettled(
        Array.from({ length: 50 }, (_, at) =>
          (at % 2 === 0 ? clients : another)[what](client.id, SYSTEM, { version: 2 }),
        ),
      );
      expect(fifty.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      if (what === 'delete') expect(await clients.find(client.id)).toBeUndefined();
      else expect((await clients.find(client.id))?.version).toBe(3);
    },
  );

  test('record each change and who made it', async () => {
    const { clients, events } = given;
    events.length = 0;
    const by = { actor: { type: 'operator' as const, id: 'ops' } };
    const { client } = await clients.create(WEB, by);
    await clients.update(client.id, { name: 'Store' }, by);
    await clients.rotateSecret(client.id, { overlapSeconds: 60 }, by);
    await clients.disable(client.id, by);
    await clients.enable(client.id, by);
    await clients.delete(client.id, by);
    expect(events.map(({ event, clientId, actor }) => [event, clientId, actor?.type])).toEqual(
      ['created', 'updated', 'secret_rotated', 'disabled', 'enabled', 'deleted'].map((what) => [
        `clients.${what}`,
        client.id,
        'operator',
      ]),
    );
  });

  test('have a version that rises with each change, and only one of 50 savers of the same version wins', async () => {
    const { clients, another } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    const savers = Array.from({ length: 50 }, (_, at) =>
      (at % 2 === 0 ? clients : another).update(client.id, { name: `Shop ${at}` }, SYSTEM, { version: 1 }),
    );
    const answers = await Promise.allSettled(savers);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({
          code: 'clients.conflict',
          status: 409,
          detail: { version: 2 },
        });
    }
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => clients.update(client.id, { name: `Store ${at}` }, SYSTEM)),
    );
    await clients.rotateSecret(client.id, { overlapSeconds: 0 }, SYSTEM);
    await clients.disable(client.id, SYSTEM);
    await clients.notePkce(client.id);
    expect(await another.enable(client.id, SYSTEM)).toMatchObject({ version: 55 });
  });

  test('are listed in pages that hold each one once, also when some are as old', async () => {
    const { clients } = given;
    const made = [];
    for (const name of ['A', 'B', 'C', 'D', 'E'])
      made.push((await clients.create({ ...WEB, name }, SYSTEM)).client.id);
    const pages = [];
    let after: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof clients.list>> = await clients.list({ limit: 2, after });
      expect(page.items.length).toBeLessThanOrEqual(2);
      for (const { id, secretHashes } of page.items)
        expect(secretHashes).toEqual((await clients.find(id))?.secretHashes);
      pages.push(page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    const ids = pages.flat();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(made));
    await expect(clients.list({ limit: 2, after: 'cli_nobody' })).rejects.toMatchObject({
      code: 'clients.unknown',
    });
  });

  test('tell the audit what was before and after, and of secrets a word alone', async () => {
    const { clients, events } = given;
    events.length = 0;
    const { client, secret } = await clients.create(WEB, SYSTEM);
    await clients.update(client.id, { name: 'Store', firstParty: true }, SYSTEM);
    await clients.rotateSecret(client.id, { overlapSeconds: 0 }, SYSTEM);
    await clients.disable(client.id, SYSTEM);
    await clients.delete(client.id, SYSTEM);
    expect(events.map(({ detail }) => detail)).toMatchObject([
      { before: { name: null, secret: null }, after: { name: 'Shop', secret: 'set' } },
      {
        version: 2,
        before: { name: 'Shop', firstParty: false },
        after: { name: 'Store', firstParty: true },
      },
      { before: { secret: 'set' }, after: { secret: 'replaced' } },
      { version: 4, before: { disabled: false }, after: { disabled: true } },
      { before: { name: 'Store' }, after: { name: null } },
    ]);
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  test('have the keys that they ask for before they say so', async () => {
    const { clients, effects } = given;
    effects.algs.length = 0;
    const { client } = await clients.create({ ...WEB, idTokenAlg: 'PS256' }, SYSTEM);
    await clients.update(client.id, { idTokenAlg: 'EdDSA' }, SYSTEM);
    expect(effects.algs).toEqual(['PS256', 'EdDSA']);
    const keyless = { ensure: () => Promise.reject(new Error('no key')) };
    const without = given.createWith({ keys: keyless });
    await expect(without.create({ ...WEB, name: 'Keyless' }, SYSTEM)).rejects.toThrow('no key');
    await expect(without.update(client.id, { idTokenAlg: 'PS256' }, SYSTEM)).rejects.toThrow('no key');
    expect(await clients.find(client.id)).toMatchObject({
      metadata: { id_token_signed_response_alg: 'EdDSA' },
    });
  });

  test('end what people had there when they are disabled, enabled again and deleted', async () => {
    const { clients, effects } = given;
    const { client } = await clients.create(WEB, SYSTEM);
    effects.ended.length = 0;
    await clients.disable(client.id, SYSTEM);
    expect(effects.ended).toEqual([`client_disabled ${client.id}`]);
    await clients.enable(client.id, SYSTEM);
    expect(effects.ended).toEqual([`client_disabled ${client.id}`, `client_disabled ${client.id}`]);
    await clients.delete(client.id, SYSTEM);
    expect(effects.ended.at(-1)).toBe(`client_deleted ${client.id}`);
    for (const id of [client.id, 'gatehouse-account', '\0']) {
      await expect(clients.enable(id, SYSTEM)).rejects.toThrow();
      await expect(clients.disable(id, SYSTEM)).rejects.toThrow();
      await expect(clients.delete(id, SYSTEM)).rejects.toThrow();
    }
    expect(effects.ended).toHaveLength(3);
  });

  test('are what oidc-provider takes for a client, of every type', async () => {
    const { clients } = given;
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] };
    const inputs = [
      {
        ...WEB,
        subjectType: 'pairwise' as const,
        logoUri: 'https://shop.example.com/logo.png',
        scope: 'openid email',
      },
      { ...WEB, authMethod: 'client_secret_post' as const, idTokenAlg: 'ES256' as const },
      {
        ...WEB,
        authMethod: 'private_key_jwt' as const,
        jwks,
        grants: ['authorization_code' as const, 'refresh_token' as const],
      },
      { name: 'SPA', type: 'spa' as const, redirectUris: ['http://localhost:5173/cb'] },
      {
        name: 'App',
        type: 'native' as const,
        redirectUris: ['http://127.0.0.1/cb', 'com.example.app:/cb', 'https://app.example.com/cb'],
      },
      { name: 'Job', type: 'service' as const },
    ];
    const stored = new Map<string, Record<string, unknown>>();
    for (const input of inputs) {
      const { client } = await clients.create(input, SYSTEM);
      stored.set(client.id, adapterMetadata(client));
    }
    const account = await clients.find('gatehouse-account');
    stored.set('gatehouse-account', adapterMetadata(account as NonNullable<typeof account>));
    const ownKeys = [
      { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) },
      { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }) },
    ];
    const provider = new Provider(ISSUER, {
      jwks: { keys: ownKeys } as never,
      adapter: () => ({ find: async (id: string) => stored.get(id) }) as never,
      clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
      subjectTypes: ['public', 'pairwise'],
      pairwiseIdentifier: () => 'x',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'PS256'] },
      extraClientMetadata: { properties: ['gatehouse'] },
    });
    for (const [id, metadata] of stored) {
      expect((await provider.Client.find(id))?.metadata()).toMatchObject(metadata);
    }
  });
});

test('the hashes that stand in place of a secret accept each of the secrets and nothing else', () => {
  const stored = `sha256:${sha256('first')},${sha256('second')}`;
  expect(isHashedSecret(stored, 'first')).toBe(true);
  expect(isHashedSecret(stored, 'second')).toBe(true);
  for (const text of ['third', '', stored, sha256('first')]) expect(isHashedSecret(stored, text)).toBe(false);
  expect(isHashedSecret('sha256:', '')).toBe(false);
  expect(isHashedSecret(undefined, 'first')).toBe(false);
  expect(isHashedSecret('first', 'first')).toBe(false);
});

test('a scope that no longer exists does not break a client, and does not widen it either', () => {
  const client = {
    id: 'cli_x',
    name: 'X',
    type: 'web' as const,
    isBuiltIn: false,
    metadata: {
      redirect_uris: [],
      post_logout_redirect_uris: [],
      grant_types: [],
      response_types: [],
      token_endpoint_auth_method: 'none' as const,
      subject_type: 'public' as const,
      id_token_signed_response_alg: 'RS256' as const,
      application_type: 'web' as const,
      scope: 'orders:read orders:write',
    },
    settings: {
      pkce: 'ratchet' as const,
      idTokenClaims: false,
      firstParty: false,
      refreshRotation: 'on' as const,
      signOut: 'by-hint' as const,
      requireOfflineAccess: false,
      origins: [],
    },
    secretHashes: [],
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  };
  const scopeWith = (...known: string[]) =>
    adapterMetadata(client, { isKnownScope: (name) => known.includes(name) }).scope;
  expect(adapterMetadata(client).scope).toBe('orders:read orders:write');
  expect(scopeWith('openid', 'orders:read')).toBe('orders:read');
  expect(scopeWith('openid')).toBe('openid');
});
