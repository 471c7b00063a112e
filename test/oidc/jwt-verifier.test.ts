import type { IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, test, vi } from 'vitest';
import { inFlightOf } from '../../src/oidc/adapter/in-flight.ts';
import { createJwtVerifier, presentAtUserinfo } from '../../src/oidc/introspection.ts';

const ISSUER = 'https://id.example.com';

test('a signature that was right is checked once, however often the token is asked about', async () => {
  const { sign, publicKey } = await setUp();
  const askForKey = vi.fn(() => publicKey);
  const verify = createJwtVerifier(ISSUER, askForKey);
  const token = await sign({});
  for (let time = 0; time < 3; time += 1) expect((await verify(token))?.sub).toBe('ana');
  expect(askForKey).toHaveBeenCalledTimes(1);
});

test('a token ends at its time, also when it was right a moment before', async () => {
  const { sign, publicKey } = await setUp();
  const verify = createJwtVerifier(ISSUER, async () => publicKey);
  const token = await sign({ exp: Math.floor(Date.now() / 1000) + 60 });
  expect((await verify(token))?.sub).toBe('ana');
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
  try {
    expect(await verify(token)).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});

test('a token that was altered is no token, beside one that was right', async () => {
  const { sign, publicKey } = await setUp();
  const verify = createJwtVerifier(ISSUER, async () => publicKey);
  const token = await sign({});
  await verify(token);
  const [header, , signature] = token.split('.');
  const payload = Buffer.from(JSON.stringify({ iss: ISSUER, sub: 'admin', exp: 9e9 })).toString('base64url');
  expect(await verify([header, payload, signature].join('.'))).toBeUndefined();
  expect(await verify(`${token.slice(0, -4)}AAAA`)).toBeUndefined();
});

test('another issuer, another type, and a token without an end are not remembered as right', async () => {
  const { sign, publicKey } = await setUp();
  const verify = createJwtVerifier(ISSUER, async () => publicKey);
  for (const token of [await sign({ iss: 'https://evil.example' }), await sign({}, 'JWT')]) {
    expect(await verify(token)).toBeUndefined();
    expect(await verify(token)).toBeUndefined();
  }
});

test('of the type JWT only what no ID token says is an access token: its client, an id, and what it stands for', async () => {
  const { sign, publicKey } = await setUp();
  const verify = createJwtVerifier(ISSUER, async () => publicKey);
  const whole = { client_id: 'cli_a', jti: 'one', grant_id: 'gra_a' };
  expect(await verify(await sign(whole, 'JWT'))).toMatchObject(whole);
  const ofAService = { client_id: 'ana', jti: 'two' };
  expect(await verify(await sign(ofAService, 'JWT'))).toMatchObject(ofAService);
  for (const lacking of ['client_id', 'jti', 'grant_id']) {
    const claims = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== lacking));
    expect([lacking, await verify(await sign(claims, 'JWT'))]).toEqual([lacking, undefined]);
  }
});

test('a JWT is presented at userinfo when its audience names userinfo, and else not', async () => {
  const userinfo = `${ISSUER}/me`;
  const claims = {
    iss: ISSUER,
    sub: 'usr_a',
    scope: 'openid',
    client_id: 'cli_a',
    grant_id: 'gra_a',
    exp: 9e9,
  };
  const presentedFor = async (aud: string | string[]) => {
    const req = {} as IncomingMessage;
    await presentAtUserinfo(req, 'a.b.c', userinfo, {
      verify: async () => ({ ...claims, aud }),
      findGrant: async () => JSON.stringify({ accountId: 'usr_a' }),
      isKeyGood: async () => false,
      lookAtKey: async () => ({ isActive: false, why: 'unknown' }),
      findUserAhead: () => {},
    });
    return inFlightOf(req).jwt?.handle;
  };
  expect(await presentedFor(['https://api.example.com', userinfo])).toBe('a.b.c');
  for (const aud of ['https://api.example.com', ['https://api.example.com', `${userinfo}/`]]) {
    expect(await presentedFor(aud)).toBeUndefined();
  }
});

test('keeps no more than two thousand', async () => {
  const { sign, publicKey } = await setUp();
  const askForKey = vi.fn(() => publicKey);
  const verify = createJwtVerifier(ISSUER, askForKey);
  const first = await sign({ jti: 'first' });
  await verify(first);
  for (let index = 0; index < 2000; index += 1) await verify(await sign({ jti: `t${index}` }));
  await verify(first);
  expect(askForKey).toHaveBeenCalledTimes(2002);
});

async function setUp() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    publicKey: await exportJWK(publicKey),
    sign: (claims: Record<string, unknown>, typ = 'at+jwt') =>
      new SignJWT({ iss: ISSUER, sub: 'ana', exp: Math.floor(Date.now() / 1000) + 300, ...claims })
        .setProtectedHeader({ alg: 'ES256', typ })
        .sign(privateKey),
  };
}
