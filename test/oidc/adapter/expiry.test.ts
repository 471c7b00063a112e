import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, Provider } from 'oidc-provider';
import { expect, onTestFinished, test } from 'vitest';
import { createLeases } from '../../../src/database/lease.ts';
import { createSweeper } from '../../../src/database/sweeper.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createSealer } from '../../../src/lib/seal.ts';
import { type ArtifactDeps, createArtifactAdapter } from '../../../src/oidc/adapter/artifact.ts';
import { createAdapterStore } from '../../../src/oidc/adapter/storage.ts';
import { SWEPT } from '../../../src/oidc/oidc.ts';
import { createReadAhead } from '../../../src/oidc/read-ahead.ts';
import { createTestDatabase, eachStorage, type Storage } from '../../support/database.ts';
import { createTestRedis } from '../../support/redis.ts';

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

/** The library with its device flow and its registration of clients, over our storage; its clients lie in its own. */
async function startLibrary(storage: Storage) {
  const database = await createTestDatabase(storage === 'redis' ? 'postgres' : storage);
  const redis = storage === 'redis' ? await createTestRedis() : undefined;
  const { db } = database;
  const store = await createAdapterStore({ db, redis: redis?.redis });
  const deps: ArtifactDeps = {
    store,
    sealer: createSealer([randomBytes(32)]),
    clock: systemClock,
    ahead: createReadAhead(),
    findUserAhead: () => {},
    held: { admit: async () => '', keepWithin: async () => {} } as never,
  };
  // at most the client of one test
  const clients = new Map<string, object>();
  const clientAdapter = {
    find: async (id: string) => clients.get(id),
    upsert: async (id: string, payload: object) => void clients.set(id, payload),
    destroy: async (id: string) => void clients.delete(id),
  };
  const configuration: Configuration = {
    adapter: (model) => (model === 'Client' ? (clientAdapter as never) : createArtifactAdapter(model, deps)),
    clients: [
      {
        client_id: 'tv',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
    },
    jwks: { keys: [KEY] },
    cookies: { keys: ['a'] },
  };
  let handle: (...given: unknown[]) => void = () => {};
  const server = createServer((req, res) => handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configuration);
  handle = provider.callback() as never;
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
    await redis?.close();
    await database.close();
  });

  return {
    issuer,
    provider,
    db,
    redis,
    sweep: () =>
      createSweeper({
        db,
        clock: systemClock,
        leases: createLeases({ db }),
        tables: SWEPT,
      }).sweep(),

    /** A device code that ends so many seconds from now, as the library saves one, and what the device hears. */
    async device(endsInSeconds: number) {
      const client = await provider.Client.find('tv');
      const now = Math.floor(Date.now() / 1000);
      const code = await new provider.DeviceCode({
        client,
        userCode: randomBytes(4).toString('hex'),
        exp: now + endsInSeconds,
        iat: now - 600,
        params: {},
      } as never).save();
      return async () => {
        const answer = await fetch(`${issuer}/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
            client_id: 'tv',
            device_code: code,
          }),
        });
        return ((await answer.json()) as { error: string }).error;
      };
    },
  };
}

eachStorage('what ends, and what does not', (storage) => {
  test('a device that asks ten minutes after its code has ended is told so (RFC 8628 §3.5)', async () => {
    const { device, sweep } = await startLibrary(storage);
    const [pending, over, longOver] = [await device(60), await device(-590), await device(-601)];
    await sweep();
    expect(await pending()).toBe('authorization_pending');
    expect(await over()).toBe('expired_token');
    expect(await longOver()).toBe('invalid_grant');
  });

  test('so is an app that asks for a person at their own device (CIBA Core §11)', async () => {
    const { provider, sweep } = await startLibrary(storage);
    const save = (endsInSeconds: number) =>
      new provider.BackchannelAuthenticationRequest({
        clientId: 'tv',
        exp: Math.floor(Date.now() / 1000) + endsInSeconds,
        params: {},
      } as never).save();
    const [over, longOver] = [await save(-590), await save(-601)];
    await sweep();
    const find = (id: string) =>
      provider.BackchannelAuthenticationRequest.find(id, { ignoreExpiration: true });
    expect((await find(over))?.isExpired).toBe(true);
    expect(await find(longOver)).toBeUndefined();
    expect(await provider.BackchannelAuthenticationRequest.find(over)).toBeUndefined();
  });

  test('nothing else is found after its end', async () => {
    const { provider } = await startLibrary(storage);
    const exp = Math.floor(Date.now() / 1000) - 1;
    const token = await new provider.AccessToken({ clientId: 'tv', exp } as never).save();
    expect(await provider.AccessToken.find(token, { ignoreExpiration: true })).toBeUndefined();
  });

  test('a registration access token has no end: it works, and the sweeper leaves it (RFC 7592 §2)', async () => {
    const { issuer, sweep, db, redis } = await startLibrary(storage);
    const registered = await fetch(`${issuer}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['https://app.example/cb'],
      }),
    });
    const made = (await registered.json()) as Record<string, string>;
    expect(registered.status).toBe(201);
    await sweep();
    // Redis may forget whatever is in it.
    await redis?.flush();
    const read = () =>
      fetch(made.registration_client_uri ?? '', {
        headers: { authorization: `Bearer ${made.registration_access_token}` },
      });
    expect((await read()).status).toBe(200);
    const [{ count }] = await db('artifacts').where({ model: 'RegistrationAccessToken' }).count('* as count');
    expect(Number(count)).toBe(1);
    const gone = await fetch(made.registration_client_uri ?? '', {
      method: 'DELETE',
      headers: { authorization: `Bearer ${made.registration_access_token}` },
    });
    expect(gone.status).toBe(204);
    expect((await read()).status).toBe(401);
  });
});
