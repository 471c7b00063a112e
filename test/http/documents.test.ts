import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDocuments } from '../../src/http/documents.ts';
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
});
