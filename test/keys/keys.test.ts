import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../src/database/database.ts';
import { type SigningAlg, signingAlgs } from '../../src/keys/generation.ts';
import { serverKeyPurposes } from '../../src/keys/server-keys.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';
import { DAY, idsOf, letTimePass, rootKey, setUpKeys } from './set-up.ts';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth', 'priv'];

eachDatabase('keys', (dialect) => {
  let test1: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    test1 = await createTestDatabase(dialect);
    db = test1.db;
  });
  afterEach(() => test1.close());

  test('makes a current and a next key for ES256 and RS256 at first start, and no other', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    expect((await keys.list()).map(({ alg, state }) => `${alg} ${state}`)).toEqual([
      'ES256 current',
      'RS256 current',
      'ES256 next',
      'RS256 next',
    ]);
  });

  test('makes nothing new at the second start', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const before = await keys.list();
    await setUpKeys(db).keys.prepare();
    expect(await keys.list()).toEqual(before);
  });

  test('makes one set when several nodes start for the first time at the same moment', async () => {
    const other = await createDatabase({ url: test1.url, dataDir: test1.dataDir });
    try {
      const nodes = Array.from({ length: 8 }, (_, at) => setUpKeys(at % 2 ? db : other).keys);
      await Promise.all(nodes.map((keys) => keys.prepare()));
      for (const alg of ['ES256', 'RS256'] as const) {
        const { current, next, retired } = await idsOf(nodes[0]!, alg);
        expect([current.length, next.length, retired.length]).toEqual([1, 1, 0]);
      }
      const refresh = await Promise.all(nodes.map((keys) => keys.serverKeys.current('refresh')));
      expect(new Set(refresh.map(({ key }) => key.toString('hex'))).size).toBe(1);
      expect(await countRows(db, 'server_keys')).toBe(serverKeyPurposes.length);
    } finally {
      await other.close();
    }
  });

  test('makes PS256 and EdDSA keys when they are asked for, once', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const before = await keys.version();
    await Promise.all(Array.from({ length: 10 }, () => keys.ensure('EdDSA')));
    await keys.ensure('PS256');
    expect(await keys.version()).not.toBe(before);
    expect((await idsOf(keys, 'EdDSA')).current).toHaveLength(1);
    expect((await idsOf(keys, 'PS256')).next).toHaveLength(1);
    expect(await keys.list()).toHaveLength(8);
  });

  test('gives every private key in a form that jose imports, and the public half verifies', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    for (const alg of signingAlgs) await keys.ensure(alg);
    const published = createLocalJWKSet({ keys: (await keys.list()).map(({ publicJwk }) => publicJwk) });
    const { keys: jwks } = await keys.jwks();
    expect(jwks).toHaveLength(8);
    for (const jwk of jwks) {
      expect(jwk).toMatchObject({ kid: expect.stringMatching(/^key_/), use: 'sig' });
      const token = await sign(jwk);
      const { protectedHeader } = await jwtVerify(token, published);
      expect(protectedHeader).toMatchObject({ kid: jwk.kid, alg: jwk.alg });
    }
  });

  test('makes RSA keys of 2048 bits with the usual exponent', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    for (const { publicJwk, alg } of await keys.list()) {
      if (alg !== 'RS256') continue;
      expect(Buffer.from(publicJwk.n ?? '', 'base64url')).toHaveLength(256);
      expect(publicJwk.e).toBe('AQAB');
    }
  });

  test('is a key set with which oidc-provider signs by the current key, before and after a rotation', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    for (const alg of signingAlgs) await keys.ensure(alg);
    for (let round = 0; round < 2; round++) {
      const provider = new Provider('http://localhost:3000', {
        jwks: (await keys.jwks()) as never,
        features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
        clients: [
          { client_id: 'c', client_secret: 's', redirect_uris: [], response_types: [], grant_types: [] },
        ],
      });
      for (const alg of signingAlgs)
        expect(await kidOfToken(provider, alg), alg).toBe((await idsOf(keys, alg)).current[0]);
      await letTimePass(db, DAY);
      expect((await keys.rotate(SYSTEM)).rotated).toHaveLength(4);
    }
  });

  test('lists keys without any private member', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    for (const alg of signingAlgs) await keys.ensure(alg);
    for (const { publicJwk } of await keys.list())
      for (const member of PRIVATE_MEMBERS) expect(publicJwk).not.toHaveProperty(member);
  });

  test('keeps no private key and no server key readable in any table or file', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    for (const alg of signingAlgs) await keys.ensure(alg);
    await keys.rotate(SYSTEM);
    await keys.serverKeys.rotate('cookies');

    const { keys: jwks } = await keys.jwks();
    const secrets = jwks.flatMap((jwk) =>
      PRIVATE_MEMBERS.flatMap((member) => {
        const value = (jwk as Record<string, unknown>)[member];
        return typeof value === 'string' ? allForms(Buffer.from(value, 'base64url')) : [];
      }),
    );
    for (const purpose of serverKeyPurposes)
      for (const { key } of await keys.serverKeys.list(purpose)) secrets.push(...allForms(key));
    secrets.push(...allForms(rootKey));
    expect(secrets.length).toBeGreaterThan(100);

    const places = [...(await readTables(db)), ...(await readFiles(test1.dataDir))];
    const [first] = jwks;
    expect(
      places.some((place) => place.includes(first?.kid ?? '')),
      'the scan sees the rows',
    ).toBe(true);
    for (const place of places) for (const secret of secrets) expect(place.includes(secret)).toBe(false);
  });

  test('refuses to start, and makes nothing, when no root key given opens what is stored', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const before = await keys.list();
    const wrong = setUpKeys(db, { sealer: createSealer([randomBytes(32)]) });
    await expect(wrong.keys.prepare()).rejects.toMatchObject({
      code: 'keys.root_key_missing',
      message: expect.stringMatching(
        /^The database is sealed under root key \S+, and the one given \(SECRET_KEY, else secret.key in DATA_DIR\) is \S+: put/,
      ),
    });
    expect(await keys.list()).toEqual(before);
  });

  test('starts when the root key in use is any of those given', async () => {
    await setUpKeys(db).keys.prepare();
    const { keys } = setUpKeys(db, { sealer: createSealer([randomBytes(32), rootKey]) });
    await keys.prepare();
    expect((await keys.jwks()).keys).toHaveLength(4);
  });

  test('does not use a private key that was altered, or moved to another row', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const { current, next } = await idsOf(keys, 'ES256');
    const [row] = await db('keys').where({ id: next[0] }).select('private_jwk');
    const [own] = await db('keys').where({ id: current[0] }).select('private_jwk');
    await db('keys').where({ id: current[0] }).update({ private_jwk: row.private_jwk });
    await expect(keys.jwks()).rejects.toMatchObject({ code: 'seal.broken' });
    await db('keys')
      .where({ id: current[0] })
      .update({ private_jwk: `${own.private_jwk.slice(0, -4)}AAAA` });
    await expect(keys.jwks()).rejects.toMatchObject({ code: 'seal.broken' });
    await db('keys').where({ id: current[0] }).update({ private_jwk: own.private_jwk });
    expect((await keys.jwks()).keys).toHaveLength(4);
  });

  test('has a version that stays while nothing changes and is the same on every node', async () => {
    const { keys } = setUpKeys(db);
    await keys.prepare();
    const version = await keys.version();
    expect(await setUpKeys(db).keys.version()).toBe(version);
    await keys.reseal(SYSTEM);
    expect(await keys.version()).toBe(version);
    await keys.rotate(SYSTEM, { alg: 'ES256' });
    expect(await keys.version()).not.toBe(version);
  });
});

async function sign(jwk: JWK): Promise<string> {
  const key = await importJWK(jwk, jwk.alg);
  return new SignJWT({}).setProtectedHeader({ alg: jwk.alg ?? '', kid: jwk.kid ?? '' }).sign(key);
}

/** The `kid` in a JWT access token that this provider issues for a resource server with this algorithm. */
async function kidOfToken(provider: Provider, alg: SigningAlg): Promise<string | undefined> {
  const client = await provider.Client.find('c');
  if (!client) throw new Error('no client');
  const token = new provider.ClientCredentials({ client, scope: 'read' } as never);
  token.resourceServer = new provider.ResourceServer('https://api.example', {
    scope: 'read',
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg } },
  } as never);
  return decodeProtectedHeader(await token.save()).kid;
}

/** How a secret could be written down. */
function allForms(secret: Buffer): Buffer[] {
  return [
    secret,
    ...(['base64url', 'base64', 'hex'] as const).map((form) => Buffer.from(secret.toString(form))),
  ];
}

async function readTables(db: Database): Promise<Buffer[]> {
  const tables =
    db.dialect === 'postgres'
      ? await db.raw<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`)
      : await db.raw<{ name: string }>(`select name from sqlite_master where type = 'table'`);
  expect(tables.map(({ name }) => name)).toContain('server_keys');
  return Promise.all(
    tables.map(async ({ name }) => Buffer.from(JSON.stringify(await db.knex(name).select()))),
  );
}

async function readFiles(folder: string): Promise<Buffer[]> {
  return Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
}

async function countRows(db: Database, table: string): Promise<number> {
  return (await db(table).select('id')).length;
}

// Keeps the scan honest: the forms it looks for are the ones a key really has.
test('the scan would find a private key that was stored readable', () => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const place = Buffer.from(JSON.stringify([{ private_jwk: JSON.stringify(jwk) }]));
  expect(allForms(Buffer.from(jwk.d ?? '', 'base64url')).some((form) => place.includes(form))).toBe(true);
});
