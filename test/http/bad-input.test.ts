import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, answerJson, sampleRoutes, startServer } from './harness.ts';

const FORM = 'application/x-www-form-urlencoded';
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  const routes = sampleRoutes((ctx) => {
    ctx.status = 200;
    ctx.body = server.csrf.token(ctx);
  });
  server = await startServer({
    routes,
    // Stands for oidc-provider: reads the body as it does, from the stream.
    async fallback(ctx) {
      const chunks: Buffer[] = [];
      if (ctx.req.readable)
        for await (const chunk of ctx.req.iterator({ destroyOnReturn: false })) chunks.push(chunk);
      ctx.status = 200;
      ctx.type = 'text';
      ctx.body = `read: ${Buffer.concat(chunks)}`;
    },
  });
});
afterAll(async () => {
  expect((await server.ask('/page')).status, 'the process lives').toBe(200);
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
  await server.close();
});

async function postForm(body: string | Buffer, headers: Asked['headers'] = {}) {
  const page = await server.ask('/page');
  const cookie = page.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const sent = Buffer.concat([Buffer.from(`csrf=${page.body}&`), Buffer.from(body)]);
  return server.ask('/form', {
    method: 'POST',
    headers: { 'content-type': FORM, cookie, ...headers },
    body: sent,
  });
}

describe('addresses', () => {
  test.each([
    ['a NUL byte', '/page%00'],
    ['a NUL byte in a value', '/page?a=%00'],
    ['a NUL byte in a name', '/page?%00=a'],
    ['half an escape', '/page%'],
    ['an escape that is none', '/page?a=%zz'],
    ['bytes that are not UTF-8', '/page?a=%ff%fe'],
    ['an overlong slash', '/%c0%af'],
    ['a parameter that occurs twice', '/page?a=1&a=2'],
    ['a thousand parameters', `/page?${'a&'.repeat(1000)}`],
    ['a protocol parameter with a NUL', '/auth?client_id=a%00b'],
    ['a protocol parameter that is not UTF-8', '/auth?state=%E4'],
    ['a fragment (RFC 9112 §3.2)', '/page#x'],
    ['a fragment in the query', '/page?a=1#x'],
    ['a fragment behind a path of the protocol', '/auth#'],
  ])('with %s are refused: a page for a person, JSON for a program', async (_, path) => {
    const person = await server.ask(path, { headers: { accept: 'text/html,*/*' } });
    expect([person.status, person.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    expect(person.body).toContain('"why":"bad_request"');
    const program = await server.ask(path, { headers: { accept: 'application/json' } });
    expect(program.status).toBe(400);
    expect(JSON.parse(program.body)).toMatchObject({
      error: 'invalid_request',
      error_uri: `http://localhost:3000/errors/request?reference=${program.headers['x-request-id']}`,
    });
  });

  test('that are too long are refused', async () => {
    expect((await server.ask(`/page?a=${'x'.repeat(9000)}`)).status).toBe(414);
  });

  test('may name a resource twice for the protocol (RFC 8707)', async () => {
    expect((await server.ask('/auth?resource=a&resource=b')).status).toBe(200);
  });

  test('in absolute form or none at all are refused without harm', async () => {
    const absolute = await server.sendRaw(
      'GET http://evil.example/page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(absolute).toMatch(/^HTTP\/1.1 400 /);
    const star = await server.sendRaw('OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(star).toMatch(/^HTTP\/1.1 400 /);
  });

  test('are never answered with what they hold', async () => {
    const answer = await server.ask('/nowhere<script>alert(1)</script>?x=%00', {
      headers: { accept: 'application/json' },
    });
    expect(answer.body).not.toContain('alert');
  });
});

describe('headers', () => {
  test('in great number are refused', async () => {
    const headers = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`x-${at}`, '1']));
    expect((await server.ask('/page', { headers })).status).toBe(431);
  });

  test('with Basic credentials that hide a NUL are refused, also in their second encoding', async () => {
    for (const credentials of ['a\0b:c', 'a%00b:c']) {
      const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      const answer = await server.ask('/token', { method: 'POST', headers: { authorization } });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body).error).toBe('invalid_request');
    }
  });

  test.each([
    ['that is no HTTP', 'NONSENSE\r\n\r\n', 400],
    ['with a malformed header', 'GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n', 400],
    ['without Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['with a line feed in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 400],
    ['with headers of 20 KB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'with two lengths',
      'POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('of a request %s end it with a 4xx', async (_, bytes, status) => {
    expect(await server.sendRaw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('forms', () => {
  test('are read as UTF-8, into a map that has no prototype to poison', async () => {
    const answer = await postForm('name=Ad%C3%A4+L&__proto__=x&constructor=y&toString=z');
    expect(answer.status).toBe(200);
    const form = JSON.parse(answer.body, (name, value) => (name === '__proto__' ? undefined : value));
    expect(form).toMatchObject({ name: 'Adä L', constructor: 'y', toString: 'z' });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test.each([
    ['a name that occurs twice', 'a=1&a=2'],
    ['a NUL', 'a=%00'],
    ['half an escape', 'a=%f'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0x3d, 0xff])],
    ['thousands of parameters', 'a=1&'.repeat(3000)],
  ])('with %s are refused with a page', async (_, body) => {
    const answer = await postForm(body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('text/html');
  });

  test('of more than 64 KB are refused, whether they tell their length or not', async () => {
    expect((await postForm(`a=${'x'.repeat(70_000)}`)).status).toBe(413);
    const answer = await server.sendRaw(
      `POST /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n${'x'.repeat(70_000)}\r\n0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test.each([
    ['multipart/form-data; boundary=x'],
    ['text/plain'],
    ['application/json'],
    ['application/x-www-form-urlencoded; charset=utf-7'],
  ])('of the type %s are refused', async (type) => {
    expect((await postForm('a=1', { 'content-type': type })).status).toBe(415);
  });

  test('that come compressed are refused', async () => {
    expect((await postForm('a=1', { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test('that end early leave nothing behind', async () => {
    const half = `POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: 100\r\n\r\na=1`;
    const { connect } = await import('node:net');
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(half, () => socket.destroy()));
      socket.on('close', () => resolve());
    });
    expect((await server.ask('/page')).status).toBe(200);
  });
});

describe('JSON', () => {
  const post = (body: string, type = 'application/json') =>
    server.ask('/api', { method: 'POST', headers: { 'content-type': type }, body });

  test('is read', async () => {
    expect(JSON.parse((await post('{"a":[1]}')).body)).toEqual({ a: [1] });
  });

  test.each([
    ['is none', '{"a":'],
    ['names __proto__', '{"a":{"__proto__":{"isAdmin":true}}}'],
    ['holds a NUL', '{"a":"\\u0000"}'],
  ])('that %s is refused', async (_, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error).toBe('invalid_request');
  });

  test('of another type is refused', async () => {
    expect((await post('{}', 'text/json')).status).toBe(415);
  });
});

describe('what goes on to the protocol', () => {
  const post = (body: string | Buffer, type = FORM) =>
    server.ask('/token', { method: 'POST', headers: { 'content-type': type, accept: '*/*' }, body });

  test('is handed on whole', async () => {
    expect((await post('grant_type=a&resource=b&resource=c')).body).toBe(
      'read: grant_type=a&resource=b&resource=c',
    );
    expect((await post('')).body).toBe('read: ');
    expect((await post('<xml/>', 'text/xml')).body).toBe('read: <xml/>');
  });

  test.each([
    ['holds a NUL', 'code=%00', FORM, 400],
    ['is not UTF-8', 'code=%ff', FORM, 400],
    ['has thousands of parameters', 'a&'.repeat(3000), FORM, 400],
    ['is too large', 'x'.repeat(70_000), FORM, 413],
    ['is no JSON', '{', 'application/json', 400],
  ])('is refused with OAuth JSON when it %s', async (_, body, type, status) => {
    const answer = await post(body, type);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: 'invalid_request',
      error_description: expect.any(String),
    });
  });
});

test('a handler that fails is a 500 with a reference id and without a word of why, logged once', async () => {
  const failing = await startServer({
    routes: [
      {
        method: 'GET',
        path: '/boom',
        handle() {
          throw new Error('the secret reason');
        },
      },
    ],
  });
  const person = await failing.ask('/boom', { headers: { accept: 'text/html' } });
  expect(person.status).toBe(500);
  expect(person.body).toContain(`"referenceId":"${person.headers['x-request-id']}"`);
  const program = await failing.ask('/boom');
  expect(JSON.parse(program.body).error).toBe('server_error');
  expect(person.body + program.body).not.toMatch(/secret reason|\.ts:/);
  const errors = failing.logs.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(2);
  expect(errors[0]).toMatchObject({ request: { id: person.headers['x-request-id'] } });
  await failing.close();
});

test('a database that is away is a 503 that says when to come back', async () => {
  const { databaseAway } = await import('../../src/database/errors.ts');
  const away = await startServer({
    async fallback() {
      throw databaseAway({ why: 'ECONNREFUSED' });
    },
  });
  const program = await away.ask('/token', { method: 'POST' });
  expect([program.status, program.headers['retry-after']]).toEqual([503, '5']);
  expect(JSON.parse(program.body).error).toBe('temporarily_unavailable');
  const person = await away.ask('/auth', { headers: { accept: 'text/html' } });
  expect(person.body).toContain('"why":"busy"');
  expect(away.logs.filter(({ level }) => level === 'warn')).toHaveLength(2);
  await away.close();
});

test('an error after half an answer ends the connection and not the process', async () => {
  const broken = await startServer({
    routes: [
      {
        method: 'GET',
        path: '/half',
        handle(ctx) {
          ctx.res.writeHead(200, { 'content-length': '100' });
          ctx.res.write('half');
          throw new Error('broken');
        },
      },
      { method: 'GET', path: '/whole', handle: (ctx) => answerJson(ctx, {}) },
    ],
  });
  await expect(broken.ask('/half')).rejects.toThrow();
  expect((await broken.ask('/whole')).status).toBe(200);
  await broken.close();
});
