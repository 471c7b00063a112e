import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDocuments } from '../../src/http/documents.ts';
import { startAppForTest } from '../support/app.ts';
import { issuerConfig, startServer } from './harness.ts';

const config = { ...issuerConfig('http://localhost:3000'), http: { hstsSeconds: 31_536_000 } };
const document = { type: 'application/json; charset=utf-8', body: '{"keys":[]}', maxAgeSeconds: 300 };

describe('a document', () => {
  let documents: ReturnType<typeof createDocuments>;
  let server: Awaited<ReturnType<typeof startServer>>;
  let etag: string;
  beforeEach(async () => {
    documents = createDocuments(config);
    server = await startServer({
      documents,
      fallback: async (ctx) => {
        ctx.status = 200;
        ctx.body = 'from the stack';
      },
    });
    etag = documents.remember('/jwks', document);
  });
  afterEach(() => server.close());

  test('is answered whole, to be kept, readable by every origin and with the security headers', async () => {
    const answer = await server.ask('/jwks');
    expect([answer.status, answer.body]).toEqual([200, document.body]);
    expect(answer.headers).toMatchObject({
      'content-type': document.type,
      'content-length': '11',
      etag,
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });

  test('says for how long https is insisted on, as pages do', async () => {
    const secure = createDocuments({
      ...issuerConfig('https://id.example'),
      http: { hstsSeconds: 100, hstsIncludeSubDomains: true },
    });
    secure.remember('/jwks', document);
    const other = await startServer({ documents: secure });
    const { headers } = await other.ask('/jwks');
    await other.close();
    expect(headers['strict-transport-security']).toBe('max-age=100; includeSubDomains');
  });

  test('is not sent again to whoever has it (RFC 9110 §13.1.2)', async () => {
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await server.ask('/jwks', { headers: { 'if-none-match': known } });
      expect([answer.status, answer.body, answer.headers.etag]).toEqual([304, '', etag]);
    }
    expect((await server.ask('/jwks', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('has another entity tag when it is another one', () => {
    expect(documents.remember('/jwks', { ...document, body: '{"keys":[1]}' })).not.toBe(etag);
  });

  test('answers HEAD with its length and no body', async () => {
    const answer = await server.ask('/jwks', { method: 'HEAD' });
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, '', '11']);
  });

  test('is gone when it is forgotten', async () => {
    documents.forget();
    expect((await server.ask('/jwks')).body).toBe('from the stack');
  });

  test('leaves to the stack what is out of the ordinary', async () => {
    expect((await server.ask('/jwks?x=1')).body).toBe('from the stack');
    expect((await server.ask('/jwks', { method: 'POST' })).body).toBe('from the stack');
    expect((await server.ask('/jwks', { headers: { authorization: 'Bearer x' } })).body).toBe(
      'from the stack',
    );
    const twice = await server.sendRaw(
      'GET /jwks HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    );
    expect(String(twice)).toMatch(/^HTTP\/1\.1 400 /);
  });

  describe('that is asked for again on a connection that stays open', () => {
    const again = (more = '', method = 'GET') => `${method} /jwks HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
    const atLast = again('Connection: close\r\n');

    test('is the same each time, and only the last answer ends the connection', async () => {
      const answers = splitAnswers(await server.sendRaw(again() + again() + again() + atLast));
      const [first, second, third, last] = answers.map((each) => each.replace(/\r\nDate: .*/, ''));
      expect(answers).toHaveLength(4);
      expect(answers.every((each) => /\r\nDate: /.test(each))).toBe(true);
      expect(first).toMatch(/\r\nConnection: keep-alive\r\nKeep-Alive: .*\r\n\r\n\{"keys":\[\]\}$/);
      expect([second, third]).toEqual([first, first]);
      expect(last).toContain('\r\nConnection: close\r\n');
      expect(last).not.toContain('keep-alive');
    });

    test('has no body for HEAD, and none for whoever has it', async () => {
      const answers = splitAnswers(
        await server.sendRaw(
          again() + again('', 'HEAD') + again() + again(`If-None-Match: ${etag}\r\n`) + again() + atLast,
        ),
      );
      expect(answers.map((each) => [each.slice(9, 12), each.split('\r\n\r\n')[1]])).toEqual([
        ['200', document.body],
        ['200', ''],
        ['200', document.body],
        ['304', ''],
        ['200', document.body],
        ['200', document.body],
      ]);
    });

    test('is another one as soon as it is another one', async () => {
      await server.sendRaw(again() + again() + atLast);
      documents.remember('/jwks', { ...document, body: '{"keys":[1]}' });
      for (const each of splitAnswers(await server.sendRaw(again() + again() + atLast))) {
        expect(each).toMatch(/\{"keys":\[1\]\}$/);
      }
    });

    test('arrives letter by letter, in any script', async () => {
      documents.remember('/jwks', { ...document, body: '{"name":"Größe 鍵 🔑"}' });
      for (const each of splitAnswers(await server.sendRaw(again() + again() + atLast))) {
        expect(each).toContain('\r\nContent-Length: 27\r\n');
        expect(each).toMatch(/\{"name":"Größe 鍵 🔑"\}$/);
      }
    });
  });
});

test('is known by its few addresses: what else leads there is answered by the stack', async () => {
  const issuer = 'http://localhost:3000/id';
  const documents = createDocuments({ ...config, ...issuerConfig(issuer) });
  const fallback = async () => {};
  const server = await startServer({ issuer, documents, fallback });
  documents.remember('/jwks', document);
  documents.remember('/.well-known/openid-configuration', { ...document, body: '{"issuer":"x"}' });
  const bodyOf = async (path: string) => (await server.ask(path)).body;
  expect(await bodyOf('/id/jwks')).toBe(document.body);
  expect(await bodyOf('/id/.well-known/openid-configuration')).toBe('{"issuer":"x"}');
  expect(await bodyOf('/.well-known/openid-configuration/id')).toBe('{"issuer":"x"}');
  for (const other of ['/jwks', '/jwks/id', '/id/jwks/', '/id//jwks', '/.well-known/openid-configuration']) {
    expect(await bodyOf(other), other).not.toMatch(/^\{("keys"|"issuer")/);
  }
  await server.close();
});

test('is not kept once more for each way to write its address', async () => {
  const { url } = await startAppForTest();
  const etag = (await fetch(`${url}/jwks`)).headers.get('etag');
  const { port } = new URL(url);
  for (const [path, status] of [
    ['/jwks#a', 400],
    ['/jwks?a#b', 400],
    ['/jwks?a', 200],
    ['/jwks?', 200],
    ['/jwks', 200],
  ] as const) {
    const sent = request({ host: 'localhost', port, path, headers: { host: `localhost:${port}` } });
    const answered = once(sent, 'response');
    sent.end();
    const [answer] = (await answered) as [IncomingMessage];
    await text(answer);
    expect([path, answer.statusCode]).toEqual([path, status]);
    if (path === '/jwks') expect(answer.headers.etag).toBe(etag);
  }
});

describe('a document, many times on one connection', () => {
  const documents = createDocuments(config);
  const counted: number[] = [];
  const meter = {
    begin() {},
    end: (_method: string, _route: string, status: number) => void counted.push(status),
    refuse() {},
  };
  const server = createServer(
    { keepAliveTimeout: 10_000 },
    documents.wrap((_, res) => void res.end(), meter),
  );
  server.maxRequestsPerSocket = 3;
  beforeEach(async () => {
    documents.remember('/jwks', document);
    counted.length = 0;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  test('says on the last request of a connection that it is the last, and is counted each time', async () => {
    expect(await askedHeads(3)).toEqual(['timeout=10, max=3', 'timeout=10, max=3', 'close']);
    expect(await askedHeads(3)).toEqual(['timeout=10, max=3', 'timeout=10, max=3', 'close']);
    expect(counted).toEqual([200, 200, 200, 200, 200, 200]);
  });

  /** What each of so many requests, one after another on one connection, is told about its connection. */
  async function askedHeads(count: number): Promise<unknown[]> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const heads: unknown[] = [];
    for (let each = 0; each < count; each += 1) {
      const sent = request({ agent, port: (server.address() as AddressInfo).port, path: '/jwks' });
      const answered = once(sent, 'response');
      sent.end();
      const [answer] = (await answered) as [IncomingMessage];
      expect(await text(answer)).toBe(document.body);
      heads.push(answer.headers['keep-alive'] ?? answer.headers.connection);
    }
    agent.destroy();
    return heads;
  }
});

function splitAnswers(received: string): string[] {
  return received.split(/(?=HTTP\/1\.1 \d{3} )/);
}
