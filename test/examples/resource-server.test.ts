import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenOn } from '../support/site.ts';
import { countLines } from './set-up.ts';

const folder = new URL('../../examples/resource-server/', import.meta.url);
const { createApi } = (await import(new URL('api.js', folder).href)) as {
  createApi(options: {
    issuer: string;
    resource: string;
    audience?: string;
    cooldownDuration?: number;
  }): Server;
};

const resource = 'https://api.example/v1';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let api: Awaited<ReturnType<typeof startApi>>;

beforeEach(async () => {
  issuer = await startIssuer();
  api = await startApi({ issuer: issuer.origin, resource, cooldownDuration: 0 });
});
afterEach(async () => {
  await api.close();
  await issuer.close();
});

test('accepts a token of the issuer for this API that holds the scope', async () => {
  const token = await issuer.sign({ scope: 'notes:read notes:write' });
  expect((await api.call('/notes', { token })).status).toBe(200);
  const added = await api.call('/notes', { token, method: 'POST', body: 'Water the plants' });
  expect([added.status, await added.json()]).toEqual([201, { notes: ['Water the plants'] }]);
  expect(await (await api.call('/notes', { token })).json()).toEqual({ notes: ['Water the plants'] });
});

test('reads no note that is too long', async () => {
  const token = await issuer.sign({ scope: 'notes:write' });
  expect((await api.call('/notes', { token, method: 'POST', body: 'x'.repeat(1_001) })).status).toBe(413);
});

test('keeps the notes of each person apart', async () => {
  await api.call('/notes', {
    token: await issuer.sign({ scope: 'notes:write' }),
    method: 'POST',
    body: 'mine',
  });
  const other = await issuer.sign({ scope: 'notes:read', sub: 'usr_other' });
  expect(await (await api.call('/notes', { token: other })).json()).toEqual({ notes: [] });
});

test('accepts each algorithm that a resource server can choose', async () => {
  for (const alg of ['RS256', 'PS256', 'EdDSA']) {
    await issuer.addKey(alg);
    expect(
      (await api.call('/notes', { token: await issuer.sign({ scope: 'notes:read' }) })).status,
      alg,
    ).toBe(200);
  }
});

test('RFC 6750 §3.1: a request without a token gets 401, where tokens come from, and no error', async () => {
  for (const authorization of [undefined, 'Basic YTpi', 'Bearer', 'Bearer a b']) {
    const response = await api.call('/notes', authorization ? { authorization } : {});
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer resource_metadata="https://api.example/.well-known/oauth-protected-resource/v1"',
    );
  }
});

test('RFC 9728: publishes its metadata where the challenge says', async () => {
  const response = await api.call('/.well-known/oauth-protected-resource/v1');
  expect(await response.json()).toEqual({
    resource,
    authorization_servers: [issuer.origin],
    scopes_supported: ['notes:read', 'notes:write'],
    bearer_methods_supported: ['header'],
  });
});

test('RFC 6750 §3.1: a token without the scope gets 403 insufficient_scope, which names the scope', async () => {
  for (const scope of ['notes:read', 'notes:writer', '', undefined]) {
    const token = await issuer.sign({ scope });
    const response = await api.call('/notes', { token, method: 'POST', body: 'x' });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_scope", scope="notes:write"/,
    );
  }
});

test.each([
  ['no acr', { auth_time: undefined }, 401],
  ['too low an acr', { acr: '1', auth_time: 'now' }, 401],
  ['a strong sign-in of long ago', { acr: '2', auth_time: 'long ago' }, 401],
  ['a strong sign-in of no known time', { acr: '2' }, 401],
  ['a strong and fresh one', { acr: '2', auth_time: 'now' }, 200],
  ['a stronger and fresh one', { acr: '3', auth_time: 'now' }, 200],
])(
  'RFC 9470 §3: where it matters, a token with %s',
  async (_title, { auth_time, ...claims }: { auth_time?: string | undefined; acr?: string }, status) => {
    const at = auth_time === 'now' ? now() : now() - 301;
    const token = await issuer.sign({
      scope: 'notes:write',
      ...claims,
      ...(auth_time === undefined ? {} : { auth_time: at }),
    });
    const response = await api.call('/notes', { token, method: 'DELETE' });
    expect(response.status).toBe(status);
    if (status === 401) {
      expect(response.headers.get('www-authenticate')).toMatch(
        /^Bearer error="insufficient_user_authentication", error_description="[^"]+", acr_values="2 3", max_age="300", resource_metadata="/,
      );
    }
  },
);

test('a token without the scope is told of the scope first', async () => {
  const token = await issuer.sign({ scope: 'notes:read', acr: '2', auth_time: now() });
  expect((await api.call('/notes', { token, method: 'DELETE' })).status).toBe(403);
});

const minute = 60;
const now = () => Math.floor(Date.now() / 1_000);
const refused: [string, (sign: Sign) => Promise<string>][] = [
  ['is expired', (sign) => sign({ exp: now() - minute })],
  ['is not valid yet', (sign) => sign({ nbf: now() + minute })],
  ['never expires', (sign) => sign({ exp: undefined })],
  ['is for another API', (sign) => sign({ aud: 'https://other.example' })],
  ['is for no API', (sign) => sign({ aud: undefined })],
  ['is from another issuer', (sign) => sign({ iss: 'https://evil.example' })],
  ['is an ID token', (sign) => sign({}, { typ: 'JWT' })],
  ['has no type', (sign) => sign({}, { typ: undefined })],
  ['is a logout token', (sign) => sign({}, { typ: 'logout+jwt' })],
  ['names no client (RFC 9068 §2.2)', (sign) => sign({ client_id: undefined })],
  ['is bound to a key (RFC 9449)', (sign) => sign({ cnf: { jkt: 'x' } })],
  ['names an unknown key', (sign) => sign({}, { kid: 'unknown' })],
  ['is not signed', async () => new UnsecuredJWT(claims()).setIssuer(issuer.origin).encode()],
  [
    'says alg none',
    async (sign) => (await sign({})).replace(/^[^.]+/, encode({ alg: 'none', typ: 'at+jwt' })),
  ],
  ['is signed with the public key as an HMAC secret', () => signWithPublicKey()],
  ['was altered', async (sign) => swapPayload(await sign({}), await sign({ sub: 'usr_other' }))],
  ['is no JWT', async () => 'opaque-token'],
  ['holds a quote', async () => 'a"b\\c'],
];

test.each(refused)('refuses a token that %s with 401 invalid_token', async (_title, create) => {
  const response = await api.call('/notes', { token: await create(issuer.sign) });
  expect(response.status).toBe(401);
  const challenge = response.headers.get('www-authenticate') ?? '';
  expect(challenge).toMatch(
    /^Bearer error="invalid_token", error_description="[^"\\]+", resource_metadata="[^"\\]+"$/,
  );
});

test('fetches the keys again when a token names a key that it does not know', async () => {
  expect((await api.call('/notes', { token: await issuer.sign({ scope: 'notes:read' }) })).status).toBe(200);
  const fetched = issuer.fetched();
  await issuer.addKey('ES256');
  const token = await issuer.sign({ scope: 'notes:read' });
  expect((await api.call('/notes', { token })).status).toBe(200);
  expect(issuer.fetched()).toBe(fetched + 1);
  expect((await api.call('/notes', { token })).status).toBe(200);
  expect(issuer.fetched()).toBe(fetched + 1);
});

test('does not ask the issuer again and again for keys that do not exist', async () => {
  const calm = await startApi({ issuer: issuer.origin, resource });
  try {
    const token = await issuer.sign({}, { kid: 'unknown' });
    await calm.call('/notes', { token });
    const fetched = issuer.fetched();
    for (let at = 0; at < 10; at++) expect((await calm.call('/notes', { token })).status).toBe(401);
    expect(issuer.fetched()).toBe(fetched);
  } finally {
    await calm.close();
  }
});

test('answers 503, and not that the token is bad, while the issuer is away, and recovers by itself', async () => {
  const token = await issuer.sign({ scope: 'notes:read' });
  issuer.setAway(true);
  const response = await api.call('/notes', { token });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  issuer.setAway(false);
  expect((await api.call('/notes', { token })).status).toBe(200);
});

test('takes no keys from a discovery document of another issuer', async () => {
  const other = await startApi({ issuer: issuer.origin.replace('127.0.0.1', 'localhost'), resource });
  try {
    expect((await other.call('/notes', { token: await issuer.sign({}) })).status).toBe(503);
  } finally {
    await other.close();
  }
});

test('checks the audience that it was given when that is not its URL', async () => {
  const own = await startApi({ issuer: issuer.origin, resource, audience: 'rabbitmq' });
  try {
    const scope = 'notes:read';
    expect((await own.call('/notes', { token: await issuer.sign({ scope, aud: 'rabbitmq' }) })).status).toBe(
      200,
    );
    expect(
      (await own.call('/notes', { token: await issuer.sign({ scope, aud: ['x', 'rabbitmq'] }) })).status,
    ).toBe(200);
    expect((await own.call('/notes', { token: await issuer.sign({ scope }) })).status).toBe(401);
  } finally {
    await own.close();
  }
});

test('lets scripts of any origin call, and read why they were refused', async () => {
  const preflight = await api.call('/notes', { method: 'OPTIONS' });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  const response = await api.call('/notes');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-expose-headers')).toBe('www-authenticate');
});

test('lets in who has the role, and tells who has not that it is missing', async () => {
  for (const roles of [undefined, [], ['administrator'], 'admin-of-nothing']) {
    const response = await api.call('/people', { token: await issuer.sign({ roles }) });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_scope", error_description="the role is missing"/,
    );
  }
  // A scope of the name is none: apps ask for scopes as they like.
  const scope = await api.call('/people', { token: await issuer.sign({ scope: 'admin' }) });
  expect(scope.status).toBe(403);
  const token = await issuer.sign({ roles: ['editor', 'admin'] });
  expect((await api.call('/people', { token })).status).toBe(200);
});

test('wants a scope and one of two roles, both', async () => {
  const turn = async (claims: Record<string, unknown>) =>
    (await api.call('/notes/turn', { token: await issuer.sign(claims), method: 'POST' })).status;
  expect(await turn({ scope: 'notes:write', roles: ['editor'] })).toBe(200);
  expect(await turn({ scope: 'notes:read', roles: ['editor'] })).toBe(403);
  expect(await turn({ scope: 'notes:write', roles: ['reader'] })).toBe(403);
});

test('is under 200 lines, and runs by `node server.js` with its environment', async () => {
  expect(countLines('resource-server')).toBeLessThan(200);

  const free = await startApi({ issuer: issuer.origin, resource });
  await free.close();
  const child = spawn(process.execPath, ['server.js'], {
    cwd: fileURLToPath(folder),
    env: { ...process.env, ISSUER: issuer.origin, PORT: String(free.port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(child.stdout, 'data');
    expect(String(line)).toContain(`aud is http://localhost:${free.port}`);
    const token = await issuer.sign({ scope: 'notes:read', aud: `http://localhost:${free.port}` });
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`http://127.0.0.1:${free.port}/notes`, { headers })).status).toBe(200);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

type Sign = (claims: Record<string, unknown>, header?: Record<string, unknown>) => Promise<string>;

function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const own = {
    aud: resource,
    sub: 'usr_ada',
    client_id: 'cli_web',
    jti: 'jti',
    iat: now(),
    exp: now() + minute,
  };
  return { iss: issuer.origin, scope: 'notes:read', ...own, ...changes };
}

/** An issuer on a real port: discovery and JWKS, and the newest key signs. */
async function startIssuer() {
  const published: JWK[] = [];
  let key: { alg: string; kid: string; privateKey: CryptoKey };
  let isAway = false;
  let fetched = 0;
  const server = await listenOn(
    createServer((req, res) => {
      if (isAway) return res.writeHead(500).end();
      res.setHeader('content-type', 'application/json');
      if (req.url === '/.well-known/openid-configuration')
        return res.end(JSON.stringify({ issuer: server.origin, jwks_uri: `${server.origin}/jwks` }));
      fetched += 1;
      return res.end(JSON.stringify({ keys: published }));
    }),
    '127.0.0.1',
  );
  const addKey = async (alg: string) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    key = { alg, kid: `key_${published.length}`, privateKey };
    published.push({ ...(await exportJWK(publicKey)), kid: key.kid, alg, use: 'sig' });
  };
  await addKey('ES256');
  const sign: Sign = (changes, header) =>
    new SignJWT(claims(changes))
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header } as JWTHeaderParameters)
      .sign(key.privateKey);
  const setAway = (value: boolean) => {
    isAway = value;
  };
  return { ...server, addKey, sign, setAway, published, fetched: () => fetched };
}

async function startApi(options: Parameters<typeof createApi>[0]) {
  const server = await listenOn(createApi(options), '127.0.0.1');
  type Call = { token?: string; authorization?: string; method?: string; body?: string };
  const call = (path: string, { token, authorization, method = 'GET', body }: Call = {}) => {
    const value = token === undefined ? authorization : `Bearer ${token}`;
    const headers: Record<string, string> = value === undefined ? {} : { authorization: value };
    return fetch(server.origin + path, { method, headers, body: body ?? null });
  };
  return { ...server, call };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The classic confusion: the verifier's public key, known to all, taken for an HMAC secret. */
async function signWithPublicKey(): Promise<string> {
  const secret = Buffer.from(JSON.stringify(issuer.published[0]));
  return new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'key_0', typ: 'at+jwt' }).sign(secret);
}

function swapPayload(token: string, other: string): string {
  const [header, , signature] = token.split('.');
  return [header, other.split('.')[1], signature].join('.');
}
