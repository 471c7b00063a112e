import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Provider } from 'oidc-provider';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { requestObjects } from '../../src/oidc/configuration.ts';
import { startApp, type TestApp } from '../support/app.ts';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

describe('an assertion of a client (RFC 7523)', () => {
  let started: TestApp;
  let key: CryptoKey;
  let jwks: { keys: object[] };
  beforeAll(async () => {
    started = await startApp();
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] };
  });
  afterAll(() => started.close());

  const audiences = () => ({
    issuer: started.url,
    'token endpoint': `${started.url}/token`,
    'PAR endpoint': `${started.url}/request`,
    'issuer with a slash': `${started.url}/`,
    'list of the issuer alone': [started.url],
    'list of the token endpoint alone': [`${started.url}/token`],
    'list of issuer and token endpoint': [started.url, `${started.url}/token`],
    'list of another server and the issuer': ['https://evil.example', started.url],
    'list of another server and the token endpoint': ['https://evil.example', `${started.url}/token`],
    'other server': 'https://evil.example',
    nobody: undefined,
  });

  test.each([
    ['issuer', 'issuer'],
    ['token-endpoint', 'token endpoint'],
  ] as const)('for a client of --assertion-audience %s is for the %s, as one string', async (rule, right) => {
    const { clientId } = await createSigner({ assertionAudience: rule });
    for (const [what, aud] of Object.entries(audiences())) {
      for (const path of ['/token', '/request', '/token/introspection', '/token/revocation']) {
        const status = await statusOf(path, await assertionOf(clientId, aud));
        expect([what, path, status === 401]).toEqual([what, path, what !== right]);
        if (what === right) expect([path, status < 300]).toEqual([path, true]);
      }
    }
  });

  test('is used once, at whatever endpoint, also of 50 at once', async () => {
    const { clientId } = await createSigner({});
    const body = await assertionOf(clientId, started.url);
    const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf('/token', body)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await statusOf('/request', body)).toBe(401);
    const ofOtherAudience = await createSigner({ assertionAudience: 'token-endpoint' });
    const old = await assertionOf(ofOtherAudience.clientId, `${started.url}/token`);
    expect([await statusOf('/token', old), await statusOf('/token', old)]).toEqual([200, 401]);
  });

  test('may come from a clock that is ten seconds ahead, and from no other', async () => {
    const { clientId } = await createSigner({});
    const ahead = async (seconds: number) => {
      const nbf = Math.floor(Date.now() / 1000) + seconds;
      return statusOf('/token', await assertionOf(clientId, started.url, { nbf, iat: nbf }));
    };
    expect([await ahead(9), await ahead(14)]).toEqual([200, 401]);
  });

  test('of openid-client is taken as it makes it', async () => {
    const { clientId } = await createSigner({});
    const configuration = await oidc.discovery(
      new URL(started.url),
      clientId,
      undefined,
      oidc.PrivateKeyJwt({ key, kid: 'one' }),
      { execute: [oidc.allowInsecureRequests] },
    );
    const tokens = await oidc.clientCredentialsGrant(configuration, {});
    expect(tokens.token_type).toBe('bearer');
  });

  async function createSigner(more: { assertionAudience?: 'issuer' | 'token-endpoint' }) {
    const { client } = await started.modules.clients.create(
      {
        name: 'Signer',
        redirectUris: ['http://localhost:9999/callback'],
        grants: ['authorization_code', 'client_credentials'],
        authMethod: 'private_key_jwt',
        jwks,
        ...more,
      },
      SYSTEM,
    );
    return { clientId: client.id };
  }

  async function assertionOf(
    clientId: string,
    aud: string | string[] | undefined,
    more: { nbf?: number; iat?: number } = {},
  ) {
    const assertion = await new SignJWT({
      iss: clientId,
      sub: clientId,
      jti: crypto.randomUUID(),
      exp: Math.floor(Date.now() / 1000) + 60,
      ...(aud === undefined ? {} : { aud }),
      ...more,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(key);
    return { client_id: clientId, client_assertion_type: ASSERTION, client_assertion: assertion };
  }

  async function statusOf(path: string, authentication: Record<string, string>): Promise<number> {
    const body = {
      ...(path === '/token' ? { grant_type: 'client_credentials' } : {}),
      ...(path === '/request' ? PUSHED : {}),
      ...(path.startsWith('/token/') ? { token: 'at_unknown' } : {}),
      ...authentication,
    };
    const response = await fetch(started.url + path, { method: 'POST', body: new URLSearchParams(body) });
    await response.arrayBuffer();
    return response.status;
  }
});

const PUSHED = {
  response_type: 'code',
  redirect_uri: 'http://localhost:9999/callback',
  scope: 'openid',
  code_challenge: 'a'.repeat(43),
  code_challenge_method: 'S256',
};

/** They are not offered; the day they are, this is what is looked at. */
test('a request object (RFC 9101) is for the issuer, as one string', async () => {
  const issuer = 'http://localhost:9998';
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [await exportJWK(publicKey)] };
  const provider = new Provider(issuer, {
    features: { requestObjects: { ...requestObjects, enabled: true } },
    clients: [{ client_id: 'app', client_secret: 's', redirect_uris: [PUSHED.redirect_uri], jwks }],
    enabledJWA: { requestObjectSigningAlgValues: ['ES256'] },
  } as never);
  const server = provider.listen(0);
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const answerTo = async (aud: string | string[] | undefined) => {
    const request = await new SignJWT({ ...PUSHED, client_id: 'app', iss: 'app', ...(aud && { aud }) })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    const query = new URLSearchParams({ client_id: 'app', scope: 'openid', response_type: 'code', request });
    const response = await fetch(`http://localhost:${port}/auth?${query}`, { redirect: 'manual' });
    return response.headers.get('location') ?? (await response.text());
  };
  expect(await answerTo(issuer)).toContain('/interaction/');
  for (const aud of [undefined, [issuer], [issuer, 'https://evil.example'], `${issuer}/auth`]) {
    expect(await answerTo(aud)).toContain('invalid_request_object');
  }
});
