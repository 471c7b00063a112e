import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RouteContext } from '../../src/http/routes.ts';
import { strictTransport } from '../../src/http/security-headers.ts';
import { sampleRoutes, startServer } from './harness.ts';

let server: Awaited<ReturnType<typeof startServer>>;

function welcome(ctx: RouteContext): void {
  server.pages.show(ctx, 'interaction/welcome', { command: 'npm start' });
}

async function start(issuer?: string) {
  server = await startServer({ routes: sampleRoutes(welcome), ...(issuer ? { issuer } : {}) });
}

beforeAll(() => start());
afterAll(() => server.close());

test('a flow page has a policy with a nonce, without form-action and without COOP', async () => {
  const { headers, body } = await server.ask('/page');
  const policy = String(headers['content-security-policy']);
  const nonce = /script-src 'nonce-([\w-]{22})'/.exec(policy)?.[1];
  expect(policy).toBe(
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'`,
  );
  expect(body).toContain(`"nonce":"${nonce}"`);
  expect(headers['cross-origin-opener-policy']).toBeUndefined();
});

test('an account page has form-action and COOP', async () => {
  const { headers } = await server.ask('/own');
  expect(headers['content-security-policy']).toContain("form-action 'self'");
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
});

test('the nonce is another one in each answer', async () => {
  const policies = await Promise.all([server.ask('/page'), server.ask('/page')]);
  expect(policies[0].headers['content-security-policy']).not.toBe(
    policies[1].headers['content-security-policy'],
  );
});

test('every answer says nosniff, same-origin referrer and no frames, errors too', async () => {
  for (const path of ['/page', '/own', '/nowhere', '/%ff']) {
    const { headers } = await server.ask(path);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['strict-transport-security']).toBeUndefined();
  }
});

test('a page is compressed for a browser that takes gzip, and not for one that refuses it', async () => {
  const zipped = await server.ask('/page', { headers: { 'accept-encoding': 'gzip, deflate, br' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(zipped.raw).toString()).toContain('interaction/welcome');
  const plain = await server.ask('/page', { headers: { 'accept-encoding': 'gzip;q=0, br' } });
  expect(plain.headers['content-encoding']).toBeUndefined();
});

test('a script of oidc-provider is never allowed: each of its pages gives way to one of ours', async () => {
  const { Provider } = await import('oidc-provider');
  const provider = new Provider('http://localhost:3000', {});
  const protocol = await startServer({
    async fallback(ctx) {
      ctx.respond = false;
      await provider.callback()(ctx.req, ctx.res);
    },
  });
  const { headers, body } = await protocol.ask('/session/end', { headers: { accept: 'text/html' } });
  expect(body).toContain('submit()');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  );
  await protocol.close();
});

test('no other site draws a page, an error or a form’s answer of ours; what programs ask for says nothing', async () => {
  for (const path of ['/page', '/own', '/nowhere', '/%ff']) {
    const { headers } = await server.ask(path, { headers: { accept: 'text/html' } });
    expect([path, headers['cross-origin-resource-policy']]).toEqual([path, 'same-origin']);
  }
  for (const path of [
    '/token',
    '/me',
    '/jwks',
    '/.well-known/openid-configuration',
    '/.well-known/webauthn',
  ]) {
    const { headers } = await server.ask(path);
    expect([path, headers['cross-origin-resource-policy']]).toEqual([path, undefined]);
  }
});

test('HSTS is for the hosts below as well when the operator says so, and for none where there is no https', () => {
  const http = { hstsSeconds: 100, hstsIncludeSubDomains: true };
  expect(strictTransport({ isSecure: true, http })).toBe('max-age=100; includeSubDomains');
  expect(strictTransport({ isSecure: true, http: { ...http, hstsIncludeSubDomains: false } })).toBe(
    'max-age=100',
  );
  expect(strictTransport({ isSecure: true, http: { ...http, hstsSeconds: 0 } })).toBeUndefined();
  expect(strictTransport({ isSecure: false, http })).toBeUndefined();
});

test('an https issuer sends HSTS', async () => {
  await server.close();
  await start('https://id.example');
  const { headers } = await server.ask('/nowhere');
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
});
