import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogoRoutes, createStaticRoutes, listStaticFiles } from '../../src/http/static.ts';
import { createI18n } from '../../src/i18n/i18n.ts';
import { createViews } from '../../src/views/views.ts';
import { startServer } from './harness.ts';

const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]);
const i18n = createI18n({ i18n: { defaultLocale: 'en', timeZone: 'UTC' } });
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  const logo = { name: '1.png', path: '/brand/logo-1.png', type: 'image/png', body: PICTURE };
  const { icon } = createViews({ config: { issuer: 'http://localhost', brand: { color: '#7a1fa2' } }, i18n });
  server = await startServer({
    routes: [...createStaticRoutes(listStaticFiles({ icon })), ...createLogoRoutes(logo)],
  });
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

test.each(['/icon.svg', '/brand/logo-1.png'])(
  '%s may be shown by other sites, also isolated ones',
  async (path) => {
    const { headers } = await server.ask(path);
    expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  },
);

test.each(['/icon.svg', '/favicon.ico'])('%s has the colour of the operator', async (path) => {
  expect((await server.ask(path)).body).toContain('fill="#7a1fa2"');
});

test('the logo is sent byte by byte', async () => {
  const { status, raw, headers } = await server.ask('/brand/logo-1.png');
  expect([status, headers['content-type']]).toEqual([200, 'image/png']);
  expect(raw).toEqual(PICTURE);
  // A picture with a script in it does nothing when somebody opens it by its address.
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});
