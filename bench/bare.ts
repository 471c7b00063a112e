import { generateKeyPairSync } from 'node:crypto';
import { type AdapterPayload, Provider } from 'oidc-provider';
import type { Facts } from './works.ts';

/**
 * The other side of the bench: oidc-provider as it comes, everything in this process' memory, the same clients,
 * algorithms and lifetimes of tokens. `node bench/bare.ts <port>`; prints its facts as one line when it listens.
 */
const port = Number(process.argv[2]);
const issuer = `http://localhost:${port}`;
const resource = 'https://api.example.com';
const redirectUri = 'http://localhost:9999/callback';
const service = { id: 'cli_service', secret: 'service-secret-service-secret-service-secret' };
const web = { id: 'cli_web', secret: 'web-secret-web-secret-web-secret-web-secret', redirectUri };

const jwk = (type: 'ec' | 'rsa') => {
  const { privateKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: type };
};

/** The least an adapter can do. The library's own keeps 1000 entries, and would forget who is signed in. */
function createMemoryAdapter(model: string) {
  const entries = new Map<string, AdapterPayload>();
  const idsByUid = new Map<string, string>();
  const isKept = model === 'Session' || model === 'Grant';
  return {
    async upsert(id: string, payload: AdapterPayload) {
      entries.set(id, payload);
      if (payload.uid !== undefined) idsByUid.set(payload.uid, id);
      if (isKept || entries.size < 20_000) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    find: async (id: string) => entries.get(id),
    findByUid: async (uid: string) => entries.get(idsByUid.get(uid) ?? ''),
    findByUserCode: async () => undefined,
    async consume(id: string) {
      const payload = entries.get(id);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id: string) {
      entries.delete(id);
    },
    async revokeByGrantId(grantId: string) {
      for (const [id, payload] of entries) if (payload.grantId === grantId) entries.delete(id);
    },
  };
}

const provider = new Provider(issuer, {
  adapter: createMemoryAdapter,
  jwks: { keys: [jwk('ec'), jwk('rsa')] } as never,
  clients: [
    {
      client_id: service.id,
      client_secret: service.secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
    {
      client_id: web.id,
      client_secret: web.secret,
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [redirectUri],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  scopes: ['openid', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: 'Ana Bauer', email: 'ana@example.com', email_verified: true }),
  }),
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  expiresWithSession: () => false,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'read write',
        audience: resource,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: 300,
    ClientCredentials: 300,
    AuthorizationCode: 60,
    IdToken: 300,
    Interaction: 3600,
    Session: 86_400,
    Grant: 180 * 86_400,
    RefreshToken: 30 * 86_400,
  },
  cookies: { keys: undefined as never, long: { signed: false }, short: { signed: false } },
});
provider.on('server_error', (_ctx, error) => console.error(error));

/** What the types of the library do not tell. */
type Saved = {
  id: string;
  save(ttlSeconds: number): Promise<string>;
  addOIDCScope(scope: string): void;
  addResourceScope(resource: string, scope: string): void;
  loginAccount(details: { accountId: string }): void;
  ensureClientContainer(clientId: string): void;
  grantIdFor(clientId: string, grantId: string): void;
};

const sessions: Facts['sessions'] = [];
for (let index = 0; index < 64; index += 1) {
  const userId = `usr_${index}`;
  const grant = new provider.Grant({ accountId: userId, clientId: web.id }) as unknown as Saved;
  grant.addOIDCScope('openid');
  grant.addResourceScope(resource, 'read');
  const grantId = await grant.save(180 * 86_400);
  const session = new provider.Session() as unknown as Saved;
  session.loginAccount({ accountId: userId });
  session.ensureClientContainer(web.id);
  session.grantIdFor(web.id, grantId);
  await session.save(86_400);
  sessions.push({ cookie: `_session=${session.id}`, userId });
}

const server = provider.listen(port, '127.0.0.1', () => {
  const facts: Facts = { port, host: `localhost:${port}`, issuer, service, web, resource, sessions };
  console.log(JSON.stringify(facts));
});
// As ours: idle connections are not closed between two slices.
server.keepAliveTimeout = 65_000;
