import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStaticRoutes } from '../../src/http/static.ts';
import { startServer } from './harness.ts';

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer({ routes: createStaticRoutes() });
});
afterAll(() => server.close());

test('robots are asked to stay away', async () => {
  const { status, body, headers } = await server.ask('/robots.txt');
  expect([status, body]).toEqual([200, 'User-agent: *\nDisallow: /\n']);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
});

test.each(['/icon.svg', '/favicon.ico'])(
  '%s is a picture that browsers keep and ask for again by its ETag',
  async (path) => {
    const first = await server.ask(path);
    expect([first.status, first.headers['content-type']]).toEqual([200, 'image/svg+xml']);
    expect(first.headers['cache-control']).toBe('public, max-age=86400');
    const again = await server.ask(path, { headers: { 'if-none-match': first.headers.etag ?? '' } });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await server.ask(path, { method: 'HEAD' })).body).toBe('');
  },
);
