import type { Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';
import { listenOn, type Site } from '../support/site.ts';
import { createRole, type Started, startRoles } from './set-up.ts';

/** The API of the examples, which asks this Gatehouse for keys, or about each token. */
const { createApi } = (await import(
  new URL('../../examples/resource-server/api.js', import.meta.url).href
)) as {
  createApi(options: {
    issuer: string;
    resource: string;
    introspection?: { id: string; secret: string };
  }): Server;
};

const RESOURCE = 'https://notes.example.com';

let given: Started;
let offline: string;
let asking: string;
const sites: Site[] = []; // two of them

beforeAll(async () => {
  given = await startRoles();
  const made = await given.json(
    ...['resource-servers', 'create', '--identifier', RESOURCE, '--roles', 'enforce', '--introspection'],
    ...['--scope', 'notes:read=Read', '--scope', 'notes:write=Write'],
  );
  const introspection = { id: made.introspection_id, secret: made.introspection_secret };
  offline = await listen(createApi({ issuer: given.url, resource: RESOURCE }));
  asking = await listen(createApi({ issuer: given.url, resource: RESOURCE, introspection }));
});
afterAll(async () => {
  for (const site of sites) await site.close();
  await given?.close();
});

test('an API answers 200, and 403 at the next refresh after `roles unassign`; asking, at the next call', async () => {
  const party = await createRelyingParty(given);
  const person = await createPerson(given);
  await given.json('roles', 'create', '--name', 'admin', '--permission', `${RESOURCE}#notes:read`);
  const writer = await createRole(given, '--permission', `${RESOURCE}#notes:write`);
  for (const role of ['admin', writer]) await given.json('roles', 'assign', role, '--user', person.id);
  const asked = { scope: 'openid notes:read notes:write', resource: RESOURCE };
  const { tokens } = await signIn(given, party, person, asked);
  const statuses = async (origin: string, token: string) => ({
    role: (await call(origin, 'GET', '/people', token)).status,
    scope: (await call(origin, 'GET', '/notes', token)).status,
    both: (await call(origin, 'POST', '/notes/turn', token)).status,
  });
  const all = { role: 200, scope: 200, both: 200 };
  expect(await statuses(offline, tokens.access_token)).toEqual(all);
  expect(await statuses(asking, tokens.access_token)).toEqual(all);

  await given.json('roles', 'unassign', 'admin', '--user', person.email);
  const none = { role: 403, scope: 403, both: 403 };
  // What is out says what it said, until it expires: who cannot wait asks.
  expect(await statuses(offline, tokens.access_token)).toEqual(all);
  expect(await statuses(asking, tokens.access_token)).toEqual(none);
  const next = await refresh(party, tokens.refresh_token ?? '');
  expect(next.scope).toBe('openid notes:write');
  expect(await statuses(offline, next.access_token)).toEqual(none);
  const refused = await call(offline, 'GET', '/notes', next.access_token);
  expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="notes:read"');
});

async function listen(server: Server): Promise<string> {
  const site = await listenOn(server, '127.0.0.1');
  sites.push(site);
  return site.origin;
}

function call(origin: string, method: string, path: string, token: string): Promise<Response> {
  return fetch(origin + path, { method, headers: { authorization: `Bearer ${token}` } });
}

async function refresh(
  { clientId, secret }: { clientId: string; secret: string | undefined },
  token: string,
): Promise<{ access_token: string; scope: string }> {
  const answer = await fetch(`${given.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { access_token: string; scope: string };
}
