import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleRoutes, startServer } from './harness.ts';

const ORIGIN = 'http://localhost:3000';
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  const routes = sampleRoutes((ctx) => {
    ctx.status = 200;
    ctx.body = server.csrf.token(ctx);
  });
  server = await startServer({ routes });
});
afterAll(() => server.close());

async function openForm(cookie?: string) {
  const answer = await server.ask('/page', cookie ? { headers: { cookie } } : {});
  const set = answer.headers['set-cookie']?.[0]?.split(';')[0];
  return { token: answer.body, cookie: cookie ?? set ?? '' };
}

function post(form: { token?: string; cookie?: string }, headers: Record<string, string> = {}) {
  return server.ask('/form', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'text/html',
      ...(form.cookie ? { cookie: form.cookie } : {}),
      ...headers,
    },
    body: new URLSearchParams({ name: 'Ada', ...(form.token ? { csrf: form.token } : {}) }).toString(),
  });
}

test('lets a form of our own page through', async () => {
  const answer = await post(await openForm(), { origin: ORIGIN, 'sec-fetch-site': 'same-origin' });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toMatchObject({ name: 'Ada' });
});

test('lets a form through whose browser says nothing but holds the token', async () => {
  expect((await post(await openForm(), { origin: 'null' })).status).toBe(200);
  expect((await post(await openForm())).status).toBe(200);
});

test('refuses a form without a token, with the page that says it was open too long', async () => {
  const { cookie } = await openForm();
  const answer = await post({ cookie }, { origin: ORIGIN, 'sec-fetch-site': 'same-origin' });
  expect(answer.status).toBe(403);
  expect(answer.body).toContain('"why":"expired"');
});

test('refuses the token of another browser', async () => {
  const [ada, eve] = [await openForm(), await openForm()];
  expect((await post({ token: eve.token, cookie: ada.cookie })).status).toBe(403);
  expect((await post({ token: eve.token })).status).toBe(403);
});

test('refuses a token that was altered or cut', async () => {
  const { token, cookie } = await openForm();
  const altered = (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
  expect((await post({ token: altered, cookie })).status).toBe(403);
  expect((await post({ token: token.slice(0, 40), cookie })).status).toBe(403);
});

test.each(['cross-site', 'same-site', 'none, cross-site'])(
  'refuses a form with the right token when Sec-Fetch-Site is %s',
  async (site) => {
    const answer = await post(await openForm(), { 'sec-fetch-site': site });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('"why":"refused"');
  },
);

test.each(['https://evil.example', 'http://localhost:3001', 'http://localhost:3000.evil.example'])(
  'refuses a form with the right token from the origin %s',
  async (origin) => {
    expect((await post(await openForm(), { origin, 'sec-fetch-site': 'same-origin' })).status).toBe(403);
  },
);

test('the token is another one in each answer, and each of them works', async () => {
  const first = await openForm();
  const second = await openForm(first.cookie);
  expect(second.token).not.toBe(first.token);
  expect(second.token.slice(43)).not.toBe(first.token.slice(43));
  expect((await post({ token: first.token, cookie: first.cookie })).status).toBe(200);
  expect((await post(second)).status).toBe(200);
});

test('a browser that has the cookie is not given another one', async () => {
  const { cookie } = await openForm();
  const answer = await server.ask('/page', { headers: { cookie } });
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('the cookie is HttpOnly and Lax, and on https bound to the host by its name', async () => {
  const plain = (await server.ask('/page')).headers['set-cookie']?.[0];
  expect(plain).toMatch(/^gatehouse-csrf=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/);

  const routes = sampleRoutes((ctx) => {
    ctx.body = secure.csrf.token(ctx);
  });
  const secure = await startServer({ routes, issuer: 'https://id.example' });
  const cookie = (await secure.ask('/page')).headers['set-cookie']?.[0];
  expect(cookie).toMatch(
    /^__Host-gatehouse-csrf=[\w-]{43}; Path=\/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax$/,
  );
  await secure.close();
});
