import { afterEach, describe, expect, test } from 'vitest';
import { requestInfo } from '../../src/http/request.ts';
import type { Route, RouteContext } from '../../src/http/routes.ts';
import type { ServerDeps } from '../../src/http/server.ts';
import { answerJson, sampleRoutes, startServer } from './harness.ts';

let server: Awaited<ReturnType<typeof startServer>>;
afterEach(() => server.close());

const tell = (ctx: RouteContext) =>
  answerJson(ctx, { ...requestInfo(ctx), href: ctx.href, origin: ctx.origin, ip: ctx.ip, path: ctx.path });
const told: Route = { method: 'GET', path: '/told', handle: tell };

describe('request ids', () => {
  test('are told in the answer and are the ones of the handler', async () => {
    server = await startServer({ routes: [told] });
    const answer = await server.ask('/told', { headers: { 'x-request-id': 'mine-1234' } });
    expect(answer.headers['x-request-id']).toMatch(/^[\w-]{16}$/);
    expect(JSON.parse(answer.body).id).toBe(answer.headers['x-request-id']);
  });

  test('of our own proxy are kept, when they look like ids', async () => {
    server = await startServer({ routes: [told], trustProxy: ['127.0.0.0/8'] });
    const idFor = async (id: string) =>
      (await server.ask('/told', { headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await idFor('trace-0123456789')).toBe('trace-0123456789');
    expect(await idFor('<script>alert(1)')).not.toContain('script');
  });
});

describe('what a request says about itself', () => {
  test('Host and X-Forwarded-* never appear in what we build', async () => {
    server = await startServer({ routes: [told], trustProxy: 1, issuer: 'https://id.example/login' });
    const answer = await server.ask('/login/told', {
      headers: {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        'x-forwarded-for': '203.0.113.9',
        forwarded: 'for=1.2.3.4;host=evil.example',
      },
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      origin: 'https://id.example',
      ip: '203.0.113.9',
      network: '203.0.113.9',
      path: '/told',
    });
    expect(answer.body + JSON.stringify(answer.headers)).not.toContain('evil');
  });

  test('X-Forwarded-For is not believed when no proxy is trusted', async () => {
    server = await startServer({ routes: [told] });
    const answer = await server.ask('/told', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(JSON.parse(answer.body).address).toBe('127.0.0.1');
  });

  test('the device is known by the hash of its cookie, and only when that looks like ours', async () => {
    server = await startServer({ routes: [told] });
    const deviceFor = async (cookie: string) =>
      JSON.parse((await server.ask('/told', { headers: { cookie } })).body).knownBrowserHash;
    const value = 'd'.repeat(43);
    expect(await deviceFor(`gatehouse-device=${value}`)).toMatch(/^[\w-]{43}$/);
    expect(await deviceFor(`gatehouse-device=${value}`)).not.toBe(value);
    expect(await deviceFor('gatehouse-device=short')).toBeUndefined();
  });

  test('the language comes from ui_locales, the cookie and Accept-Language, and the menu is remembered', async () => {
    const chooseLocale = (wanted: { uiLocales?: string; cookie?: string; acceptLanguage?: string }) =>
      wanted.uiLocales ?? wanted.cookie ?? wanted.acceptLanguage ?? 'en';
    server = await startServer({ routes: [told], chooseLocale });
    const chosen = await server.ask('/told?ui_locales=de', { headers: { 'accept-language': 'fr' } });
    expect(JSON.parse(chosen.body).locale).toBe('de');
    const cookie = chosen.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^gatehouse-locale=de; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/);
    const later = await server.ask('/told', {
      headers: { cookie: 'gatehouse-locale=de', 'accept-language': 'fr' },
    });
    expect(JSON.parse(later.body).locale).toBe('de');
  });
});

describe('routes', () => {
  test('answer HEAD like GET without a body, another method with 405 and Allow', async () => {
    server = await startServer({ routes: [told] });
    const head = await server.ask('/told', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    const deleted = await server.ask('/told', { method: 'DELETE' });
    expect([deleted.status, deleted.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const asked = await server.ask('/told', { method: 'OPTIONS' });
    expect([asked.status, asked.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  test('that nobody has are a page for a person and JSON for a program', async () => {
    server = await startServer();
    const person = await server.ask('/nowhere', { headers: { accept: 'text/html' } });
    expect(person.status).toBe(404);
    expect(person.body).toContain('"why":"not_found"');
    expect(JSON.parse((await server.ask('/nowhere')).body).error).toBe('not_found');
    const program = await server.ask('/token/nowhere', { headers: { accept: 'text/html' } });
    expect(JSON.parse(program.body).error).toBe('not_found');
  });

  test('read their parameters', async () => {
    const handle = (ctx: RouteContext) => answerJson(ctx, ctx.params);
    server = await startServer({ routes: [{ method: 'GET', path: '/interaction/:uid/login', handle }] });
    expect(JSON.parse((await server.ask('/interaction/a%20b/login')).body)).toEqual({ uid: 'a b' });
  });

  test('answer a form only after the checks, whatever the handler is', async () => {
    let ran = 0;
    const handle = (ctx: RouteContext) => {
      ran += 1;
      answerJson(ctx, {});
    };
    server = await startServer({ routes: [{ method: 'POST', path: '/form', body: 'form', handle }] });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await server.ask('/form', { method: 'POST', headers, body: 'a=1' })).status).toBe(403);
    expect(ran).toBe(0);
  });
});

describe('an issuer with a path', () => {
  const start = async () => {
    server = await startServer({
      issuer: 'https://example.com/id',
      routes: [told, { method: 'GET', path: '/', handle: tell }],
      async fallback(ctx) {
        answerJson(ctx as RouteContext, { fallback: ctx.url });
      },
    });
  };

  test('has everything below it', async () => {
    await start();
    for (const [asked, path] of [
      ['/id/told', '/told'],
      ['/id', '/'],
      ['/id/', '/'],
    ] as const) {
      expect(JSON.parse((await server.ask(asked)).body).path).toBe(path);
    }
    expect(JSON.parse((await server.ask('/id/auth?a=1')).body)).toEqual({ fallback: '/auth?a=1' });
  });

  test('has nothing outside it', async () => {
    await start();
    for (const path of ['/', '/told', '/idx/told', '/ID/told', '/.well-known/openid-configuration', '/id2']) {
      expect((await server.ask(path)).status, path).toBe(404);
    }
  });

  test('answers its metadata at the inserted forms as well', async () => {
    await start();
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const expected = { fallback: `/.well-known/${name}` };
      expect(JSON.parse((await server.ask(`/.well-known/${name}/id`)).body)).toEqual(expected);
      expect(JSON.parse((await server.ask(`/id/.well-known/${name}`)).body)).toEqual(expected);
    }
    expect((await server.ask('/.well-known/openid-configuration/other')).status).toBe(404);
  });

  test('keeps its cookies apart from those of another path', async () => {
    await start();
    const routes = sampleRoutes((ctx) => {
      ctx.body = other.csrf.token(ctx);
    });
    const other = await startServer({ issuer: 'http://localhost:3000/id', routes });
    const cookie = (await other.ask('/id/page')).headers['set-cookie']?.[0];
    expect(cookie).toMatch(
      /^gatehouse-id-csrf=[\w-]{43}; Path=\/id; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
    );
    await other.close();
  });
});

describe('pages', () => {
  test('never take an address for another host into their links', async () => {
    const handle = (ctx: RouteContext) => server.pages.show(ctx, 'interaction/welcome', { command: '' });
    server = await startServer({ routes: [{ method: 'GET', path: '/page', handle }] });
    const hereOf = async (path: string) => {
      const { body } = await server.ask(path, { headers: { accept: 'text/html' } });
      return /"here":"([^"]*)"/.exec(body)?.[1];
    };
    expect(await hereOf('/page?a=1')).toBe('/page?a=1');
    expect(await hereOf('//evil.example/page')).toBe('/evil.example/page');
    expect(await hereOf('/%5Cevil.example')).toBe('/%5Cevil.example');
  });
});

describe('the access log', () => {
  test('names the route and the parameters, and no value', async () => {
    const route: Route = { method: 'GET', path: '/interaction/:uid', handle: tell };
    server = await startServer({ routes: [route] });
    const answer = await server.ask('/interaction/Xb3dE5fG7hJ9kL1m?code=SECRET1&state=SECRET2');
    await expect.poll(() => server.logs.length).toBe(1);
    expect(server.logs[0]).toMatchObject({
      level: 'info',
      message: 'GET /interaction/:uid 200',
      request: { id: answer.headers['x-request-id'], method: 'GET', parameters: ['code', 'state'] },
      status: 200,
      duration_ms: expect.any(Number),
    });
    expect(JSON.stringify(server.logs)).not.toMatch(/SECRET|Xb3dE5/);
  });

  test('shortens what looks like an id in paths of the protocol', async () => {
    server = await startServer();
    await server.ask('/auth/Xb3dE5fG7hJ9kL1mN3pQ5?x=1');
    await expect.poll(() => server.logs.length).toBe(1);
    expect(server.logs[0]?.message).toBe('GET /auth/… 404');
  });
});

describe('the limit for programs', () => {
  const hit = async (_: string, key: string) => ({
    isAllowed: key !== '203.0.113.9',
    limit: 5,
    remaining: 2,
    resetSeconds: 40,
    retryAfterSeconds: key === '203.0.113.9' ? 40 : 0,
  });
  const fallback: ServerDeps['fallback'] = async (ctx) => {
    ctx.status = 200;
    ctx.body = 'token';
  };
  const apiClients = { points: 5, perSeconds: 60 };

  test('says 429 with Retry-After and RateLimit to the network that asks too often', async () => {
    server = await startServer({ fallback, trustProxy: 1, rateLimit: { hit }, apiClients });
    const refused = await server.ask('/token', {
      method: 'POST',
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'retry-after': '40',
      'ratelimit-policy': '"programs";q=5;w=60',
      ratelimit: '"programs";r=2;t=40',
    });
    expect(JSON.parse(refused.body).error).toBe('slow_down');
    const other = await server.ask('/token', {
      method: 'POST',
      headers: { 'x-forwarded-for': '203.0.113.10' },
    });
    expect(other.status).toBe(200);
    expect(other.headers.ratelimit).toBe('"programs";r=2;t=40');
    expect(other.headers['retry-after']).toBeUndefined();
  });

  test('is off unless it is set', async () => {
    server = await startServer({ fallback, rateLimit: { hit }, apiClients: { points: 0, perSeconds: 60 } });
    const answer = await server.ask('/token', { method: 'POST' });
    expect([answer.status, answer.headers.ratelimit]).toEqual([200, undefined]);
  });
});
