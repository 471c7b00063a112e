import { createApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { SYSTEM } from '../src/lib/actor.ts';
import { createLogger } from '../src/observability/logger.ts';
import { type Facts, PASSWORD } from './works.ts';

/**
 * Fills a new installation with what the bench needs: two clients, an API, 64 people. The environment says which
 * installation, as for `gatehouse start`. Prints the facts as one line; the sessions have no cookies yet.
 */
const config = loadConfig(process.env);
const app = await createApp(config, { logger: createLogger({ logLevel: 'warn', to: 'stderr' }) });
const { clients, resourceServers, users, password, apiKeys } = app.modules;

const resource = 'https://api.example.com';
const redirectUri = 'http://localhost:9999/callback';
const api = await resourceServers.create(
  {
    identifier: resource,
    name: 'Reports',
    scopes: [
      { name: 'read', sentence: 'Read your reports' },
      { name: 'write', sentence: 'Write your reports' },
    ],
    signingAlg: 'ES256',
  },
  SYSTEM,
  { introspection: true },
);
const service = await clients.create({ name: 'Nightly job', type: 'service' }, SYSTEM);
const web = await clients.create(
  {
    name: 'Books',
    redirectUris: [redirectUri],
    grants: ['authorization_code', 'refresh_token'],
    firstParty: true,
    idTokenAlg: 'ES256',
  },
  SYSTEM,
);
const sessions: Facts['sessions'] = [];
for (let index = 0; index < 64; index += 1) {
  const email = `ana${index}@example.com`;
  const user = await users.create({ email, emailVerified: true, profile: { name: 'Ana Bauer' } }, SYSTEM);
  const set = await password.set(user.id, PASSWORD);
  if ('refused' in set) throw new Error(set.refused);
  const input = { resource, name: 'Bench', scopes: ['read'] };
  const { key: apiKey } = await apiKeys.create({ userId: user.id }, input, SYSTEM);
  sessions.push({ cookie: '', userId: user.id, email, apiKey });
}
await app.close();

const facts: Facts = {
  port: config.port,
  host: new URL(config.issuer).host,
  issuer: config.issuer,
  service: { id: service.client.id, secret: service.secret ?? '' },
  web: { id: web.client.id, secret: web.secret ?? '', redirectUri },
  api: { id: api.resourceServer.introspection?.id ?? '', secret: api.introspectionSecret ?? '' },
  resource,
  sessions,
};
console.log(JSON.stringify(facts));
