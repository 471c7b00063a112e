import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { refusalLine } from '../support/refusal-line.ts';

const MINUTE = 60_000;

describe('keys of a client at its jwks_uri (RFC 7517 §5)', () => {
  const clock = { passed: 0, now: () => Date.now() + clock.passed };
  const defaultAuthorities = getCACertificates('default');
  let certificate: Awaited<ReturnType<typeof createTestCertificate>>;
  let app: Server;
  let started: TestApp;
  let published: object[] | undefined;
  let loads: (string | undefined)[] = [];

  beforeAll(async () => {
    certificate = await createTestCertificate();
    setDefaultCACertificates([...defaultAuthorities, readFileSync(certificate.ca, 'utf8')]);
    const [cert, key] = [readFileSync(certificate.cert), readFileSync(certificate.key)];
    app = createServer({ cert, key }, (req, res) => {
      loads.push(req.headers['cache-control']);
      if (!published) return res.writeHead(503).end();
      res.setHeader('content-type', 'application/json');
      // As long as it takes: only who asks for it as it is now sees a change.
      res.setHeader('cache-control', 'public, max-age=31536000');
      return res.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((done) => app.listen(0, 'localhost', done));
    started = await startApp({ clock, settings: { http: { outgoing: { allow: ['localhost'] } } } });
  });
  afterAll(async () => {
    setDefaultCACertificates(defaultAuthorities);
    await started.close();
    app.closeAllConnections();
    app.close();
    await certificate.remove();
  });
  beforeEach(() => {
    loads = [];
    published = [];
  });

  const addressOf = (host = 'localhost') => `https://${host}:${(app.address() as AddressInfo).port}/jwks`;

  async function createSigner(jwksUri = addressOf()) {
    const { client } = await started.modules.clients.create(
      { name: 'Signer', type: 'service', authMethod: 'private_key_jwt', jwksUri },
      SYSTEM,
    );
    return client.id;
  }

  async function createKey(kid: string, alg = 'ES256') {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
  }

  async function ask(clientId: string, { kid, alg, privateKey }: Awaited<ReturnType<typeof createKey>>) {
    const seconds = Math.floor(clock.now() / 1000);
    const client_assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg, kid })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(started.url)
      .setExpirationTime(seconds + 60)
      .sign(privateKey);
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    });
    const answer = await fetch(`${started.url}/token`, { method: 'POST', body });
    return { status: answer.status, reference: answer.headers.get('x-request-id') };
  }
  const statusOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;

  async function reasonOf(...asked: Parameters<typeof ask>) {
    const { reference } = await ask(...asked);
    return JSON.stringify(await refusalLine(started, reference));
  }

  test('are loaded when it first signs, once for 50 at a time, and not again as long as they fit', async () => {
    const key = await createKey('one');
    const clientId = await createSigner();
    published = [key.jwk];
    const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(clientId, key)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    clock.passed += 9 * MINUTE;
    expect(await statusOf(clientId, key)).toBe(200);
    expect(loads).toEqual(['no-cache']);
  });

  test('are found again when it signs with a new one, whatever their address says of how long they stay', async () => {
    const [one, two] = [await createKey('one'), await createKey('two', 'PS256')];
    const clientId = await createSigner();
    published = [one.jwk];
    expect(await statusOf(clientId, one)).toBe(200);
    published = [one.jwk, two.jwk];
    clock.passed += MINUTE;
    expect(await statusOf(clientId, two)).toBe(200);
    expect(await statusOf(clientId, one)).toBe(200);
    expect(loads).toHaveLength(2);
  });

  test('that it took away verify nothing ten minutes later', async () => {
    const [one, two] = [await createKey('one'), await createKey('two')];
    const clientId = await createSigner();
    published = [one.jwk, two.jwk];
    expect(await statusOf(clientId, one)).toBe(200);
    published = [two.jwk];
    clock.passed += 10 * MINUTE;
    expect(await statusOf(clientId, one)).toBe(401);
    expect(await statusOf(clientId, two)).toBe(200);
  });

  test('are loaded by 50 wrong signatures twice a minute at most', async () => {
    const [one, stranger] = [await createKey('one'), await createKey('stranger')];
    const clientId = await createSigner();
    published = [one.jwk];
    for (const minute of [0, 1, 2]) {
      if (minute > 0) clock.passed += MINUTE;
      await Promise.all(Array.from({ length: 50 }, () => statusOf(clientId, stranger)));
      expect(await statusOf(clientId, stranger)).toBe(401);
      expect(loads).toHaveLength(minute + 1);
    }
    expect(await statusOf(clientId, one)).toBe(200);
  });

  test('are good for a day when nobody answers any more, and nobody waits for each answer', async () => {
    const key = await createKey('one');
    const clientId = await createSigner();
    published = [key.jwk];
    expect(await statusOf(clientId, key)).toBe(200);
    published = undefined;
    clock.passed += 23 * 60 * MINUTE;
    for (let at = 0; at < 5; at += 1) expect(await statusOf(clientId, key)).toBe(200);
    expect(loads).toHaveLength(2);
    clock.passed += 60 * MINUTE;
    expect(await statusOf(clientId, key)).toBe(401);
    published = [key.jwk];
    clock.passed += MINUTE;
    expect(await statusOf(clientId, key)).toBe(200);
  });

  test('that cannot be loaded are named to the operator with the reason, and nothing private is called', async () => {
    const key = await createKey('one');
    const clientId = await createSigner();
    published = undefined;
    expect(await reasonOf(clientId, key)).toMatch(/client_keys_unreachable.*could not be loaded.*503/);
    const inside = await createSigner(addressOf('127.0.0.1'));
    published = [key.jwk];
    loads = [];
    expect(await reasonOf(inside, key)).toMatch(/client_keys_unreachable.*private or reserved address/);
    expect(loads).toEqual([]);
    clock.passed += MINUTE;
    published = [{ ...key.jwk, d: 'AAAA' }];
    expect(await reasonOf(clientId, key)).toMatch(/client_keys_unreachable/);
    clock.passed += MINUTE;
    published = [(await createKey('two')).jwk];
    expect(await reasonOf(clientId, key)).toMatch(/client_assertion_signature.*No key at.*jwks/);
  });
});
