import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { type Example, reserveOrigin, startExample } from './example-process.ts';
import { countLines } from './set-up.ts';

const scopes = ['notes:read', 'notes:write'];
let started: TestApp;
let api: Example;
beforeAll(async () => {
  const tiers = { free: { perMinute: 4 }, pro: { perMinute: 1000 } };
  started = await startApp({ settings: { apiKeys: { tiers } } });
  const origin = await reserveOrigin();
  const { resourceServers } = started.modules;
  const { resourceServer, introspectionSecret = '' } = await resourceServers.create(
    { identifier: origin, scopes: scopes.map((name) => ({ name, sentence: name })) },
    SYSTEM,
    { introspection: true },
  );
  api = await startExample('api', origin, {
    ISSUER: started.url,
    INTROSPECTION_ID: resourceServer.introspection?.id ?? '',
    INTROSPECTION_SECRET: introspectionSecret,
  });
});
afterAll(async () => {
  await api?.stop();
  await started?.close();
});

const call = async (headers: Record<string, string>, body?: string) =>
  await fetch(`${api.origin}/notes`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body }),
  });

async function makeKey(tier: string, allowed = scopes) {
  const person = await createPerson(started);
  const { apiKey, key } = await started.modules.apiKeys.create(
    { userId: person.id },
    { resource: api.origin, name: 'My script', scopes: allowed, tier },
    SYSTEM,
  );
  return { apiKey, key, person };
}

test('takes API keys, hands their limits on, and hears at once of their end', async () => {
  const { key, apiKey } = await makeKey('free');
  const added = await call({ 'x-api-key': key }, 'Water the plants');
  expect([added.status, await added.json()]).toEqual([201, { notes: ['Water the plants'] }]);
  expect(added.headers.get('ratelimit')).toContain('"minute";r=3;');
  for (let use = 0; use < 3; use += 1) expect((await call({ 'x-api-key': key })).status).toBe(200);
  const over = await call({ 'x-api-key': key });
  expect(over.status).toBe(429);
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);

  const reader = await makeKey('pro', ['notes:read']);
  expect((await call({ 'x-api-key': reader.key }, 'no')).status).toBe(403);
  await started.modules.apiKeys.revoke(apiKey.id, SYSTEM);
  await started.modules.apiKeys.revoke(reader.apiKey.id, SYSTEM);
  expect((await call({ 'x-api-key': key })).status).toBe(401);
  expect((await call({ 'x-api-key': reader.key })).status).toBe(401);
  expect((await call({ 'x-api-key': 'ghk_nothing' })).status).toBe(401);
});

test('takes the JWT that a key was changed for offline, and asks about it before a write', async () => {
  const { key, apiKey } = await makeKey('pro');
  const exchange = async () => {
    const answer = await fetch(`${started.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: apiKey.id,
        subject_token: key,
        subject_token_type: `${started.url}/token-type/api-key`,
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return `Bearer ${token}`;
  };
  const authorization = await exchange();
  expect((await call({ authorization }, 'By token')).status).toBe(201);
  expect(await (await call({ authorization })).json()).toEqual({ notes: ['By token'] });
  expect((await call({ authorization, 'x-api-key': key })).status).toBe(400);
  expect((await call({ authorization: `${authorization}x` })).status).toBe(401);
  expect((await call({})).headers.get('www-authenticate')).toBe('Bearer');

  const later = await exchange();
  await started.modules.apiKeys.revoke(apiKey.id, SYSTEM);
  expect((await call({ authorization: later }, 'no')).status).toBe(401);
});

test('hears before a write that a token was ended', async () => {
  const service = { name: 'Robot', type: 'service', grants: ['client_credentials'] } as const;
  const { client, secret = '' } = await started.modules.clients.create(
    { ...service, grants: [...service.grants] },
    SYSTEM,
  );
  const basic = { authorization: `Basic ${btoa(`${client.id}:${secret}`)}` };
  const grant = { grant_type: 'client_credentials', resource: api.origin, scope: scopes.join(' ') };
  const answer = await fetch(`${started.url}/token`, {
    method: 'POST',
    headers: basic,
    body: new URLSearchParams(grant),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const authorization = `Bearer ${token}`;
  expect((await call({ authorization })).status).toBe(200);
  await started.modules.clients.disable(client.id, SYSTEM);
  expect((await call({ authorization }, 'no')).status).toBe(401);
  // Reads go on until the token ends, ten minutes at most.
  expect((await call({ authorization })).status).toBe(200);
});

test('it is short', () => {
  expect(countLines('api')).toBeLessThan(150);
});
