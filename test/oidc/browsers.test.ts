import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, startAppForTest, type TestApp } from '../support/app.ts';
import {
  authorizationUrl,
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

describe('browsers and the protocol', () => {
  let started: TestApp;
  let person: { id: string; email: string };
  let party: RelyingParty;
  beforeAll(async () => {
    started = await startApp();
    person = await createPerson(started);
    party = await createRelyingParty(started, {
      postLogoutRedirectUris: ['http://localhost:9999/bye'],
    });
  });
  afterAll(() => started.close());

  test.each([
    ['GET', '/token', 'OPTIONS, POST'],
    ['PUT', '/token', 'OPTIONS, POST'],
    ['GET', '/request', 'OPTIONS, POST'],
    ['GET', '/token/introspection', 'OPTIONS, POST'],
    ['DELETE', '/token/revocation', 'OPTIONS, POST'],
    ['PUT', '/me', 'GET, HEAD, OPTIONS, POST'],
    ['POST', '/jwks', 'GET, HEAD, OPTIONS'],
    ['POST', '/.well-known/openid-configuration', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/auth', 'GET, HEAD, OPTIONS, POST'],
    ['PATCH', '/session/end', 'GET, HEAD, OPTIONS, POST'],
    ['GET', '/session/end/confirm', 'OPTIONS, POST'],
  ])('%s %s is 405, and is told what the address takes (RFC 9110 §15.5.6)', async (method, path, allowed) => {
    const answer = await fetch(`${started.url}${path}`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
    const asked = await fetch(`${started.url}${path}`, { method: 'OPTIONS' });
    expect(asked.ok).toBe(true);
    expect((await fetch(`${started.url}${path}/nowhere`, { method })).status).toBe(404);
  });

  const endSession = (parameters: Record<string, string>) => {
    const asked = { post_logout_redirect_uri: 'http://localhost:9999/bye', ...parameters };
    const kept = Object.entries(asked).filter(([, value]) => value !== '');
    return `${started.url}/session/end?${new URLSearchParams(kept)}`;
  };

  test('prompt=none answers login_required to a browser that is not signed in (OIDC Core §3.1.2.6)', async () => {
    const page = await createVisitor(started.url).open(await address({ prompt: 'none' }));
    expect(new URL(page.url).searchParams.get('error')).toBe('login_required');
  });

  test('prompt=none answers login_required for a person who was disabled since (OIDC Core §3.1.2.6)', async () => {
    const someone = await createPerson(started);
    const { visitor } = await signIn(started, party, someone);
    await started.modules.users.disable(someone.id, SYSTEM);
    const page = await visitor.open(await address({ prompt: 'none' }));
    expect(new URL(page.url).searchParams.get('error')).toBe('login_required');
  });

  test('prompt=none renews silently with the session, on a page that no other site may frame', async () => {
    const { visitor } = await signIn(started, party, person);
    const response = await visitor.request('GET', await address({ prompt: 'none' }));
    expect(response.status).toBe(303);
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('code')).toBeTruthy();
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('prompt=login and max_age ask again, and the ID token says when (OIDC Core §3.1.2.1)', async () => {
    const first = await signIn(started, party, person);
    for (const parameters of [{ prompt: 'login' }, { max_age: '0' }]) {
      const page = await first.visitor.open(await address(parameters));
      expect(page.forms.some(({ fields }) => 'password' in fields)).toBe(true);
    }
    const again = await signIn(started, party, person, { prompt: 'login' }, first.visitor);
    expect(again.tokens.claims()?.auth_time).toBeGreaterThanOrEqual(first.tokens.claims()?.auth_time ?? 0);
  });

  test('the session gets a new cookie at sign-in, and the old one is worth nothing', async () => {
    const { visitor } = await signIn(started, party, person);
    const before = sessionCookie(visitor);
    await signIn(started, party, person, { prompt: 'login' }, visitor);
    expect(sessionCookie(visitor)).not.toBe(before);
    const thief = createVisitor(started.url);
    thief.cookies.push({ name: before.split('=')[0] ?? '', value: before.split('=')[1] ?? '', path: '/' });
    const page = await thief.open(await address({ prompt: 'none' }));
    expect(new URL(page.url).searchParams.get('error')).toBe('login_required');
  });

  test('a session that is ended anywhere is refused at the very next request', async () => {
    const { visitor } = await signIn(started, party, person);
    for (const { uid } of await started.modules.oidc.sessions.listByUser(person.id)) {
      await started.modules.oidc.sessions.end(uid);
    }
    const page = await visitor.open(await address({ prompt: 'none' }));
    expect(new URL(page.url).searchParams.get('error')).toBe('login_required');
  });

  test('a session that is ended while a request runs is not brought back', async () => {
    const { visitor } = await signIn(started, party, person);
    const requests = Array.from({ length: 10 }, async () =>
      visitor.request('GET', await address({ prompt: 'none' })),
    );
    await started.modules.oidc.sessions.signOut(person.id);
    await Promise.all(requests);
    expect(await started.modules.oidc.sessions.listByUser(person.id)).toEqual([]);
  });

  test('a visit to the account is seen, at most once a minute', async () => {
    const someone = await createPerson(started);
    const { visitor } = await signIn(started, party, someone);
    const { db } = started.modules;
    await db('sessions').where({ user_id: someone.id }).update({ last_seen_at: 1 });
    await visitor.open('/account');
    const [seen] = await started.modules.oidc.sessions.listByUser(someone.id);
    expect(seen?.lastSeenAt).toBeGreaterThan(1);
    await visitor.open('/account');
    const [again] = await started.modules.oidc.sessions.listByUser(someone.id);
    expect(again?.lastSeenAt).toBe(seen?.lastSeenAt);
  });

  test.each([
    ['asks', 'ask'],
    ['asks nothing with an ID token of this sign-in', 'by-hint'],
  ] as const)(
    'sign-out by the app %s, ends the session and its tokens, and goes back',
    async (_, signOut) => {
      const own = await createRelyingParty(started, {
        postLogoutRedirectUris: ['http://localhost:9999/bye'],
        signOut,
      });
      const { visitor, tokens } = await signIn(started, own, person);
      const out = endSession({ id_token_hint: tokens.id_token ?? '', state: 'out' });
      const answer = await visitor.request('GET', out);
      if (signOut === 'ask') {
        expect(answer.status).toBe(200);
        const question = await visitor.open(out);
        const done = await visitor.submit(question, { logout: 'yes' }, { form: '/session/end/confirm' });
        expect(done.url).toBe('http://localhost:9999/bye?state=out');
      } else {
        expect([answer.status, answer.headers.get('location')]).toEqual([
          303,
          'http://localhost:9999/bye?state=out',
        ]);
        expect(answer.headers.get('clear-site-data')).toBe('"cache"');
        expect(answer.headers.getSetCookie().join()).toMatch(/gatehouse-session=;/);
      }
      await expect(oidc.refreshTokenGrant(own.configuration, tokens.refresh_token ?? '')).rejects.toThrow();
      const page = await visitor.open(await address({ prompt: 'none' }));
      expect(new URL(page.url).searchParams.get('error')).toBe('login_required');
    },
  );

  test('sign-out asks when the ID token is of another sign-in, person or app, is missing, or has no way back', async () => {
    const own = await createRelyingParty(started, { postLogoutRedirectUris: ['http://localhost:9999/bye'] });
    const other = await signIn(started, own, await createPerson(started));
    const { visitor, tokens } = await signIn(started, own, person);
    const pairwise = await createRelyingParty(started, {
      postLogoutRedirectUris: ['http://localhost:9999/bye'],
      subjectType: 'pairwise',
    });
    const known = await signIn(started, pairwise, person, {}, visitor);
    for (const out of [
      endSession({ id_token_hint: other.tokens.id_token ?? '' }),
      endSession({ client_id: own.clientId }),
      endSession({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: '' }),
    ]) {
      const page = await visitor.open(out);
      expect([page.status, page.heading]).toEqual([200, 'Sign out?']);
    }
    // A sign-in that was repeated is another one: `auth_time` tells.
    const later = createVisitor(started.url);
    const first = await signIn(started, own, person, {}, later);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await signIn(started, own, person, { prompt: 'login' }, later);
    const again = await later.open(endSession({ id_token_hint: first.tokens.id_token ?? '' }));
    expect(again.heading).toBe('Sign out?');
    const left = await visitor.request('GET', endSession({ id_token_hint: known.tokens.id_token ?? '' }));
    expect(left.status).toBe(303);
  });

  test('an access token is no ID token, though its API is called like an app', async () => {
    await started.modules.resourceServers.create(
      {
        identifier: 'https://shelves.example.com',
        audience: 'shelves',
        signingAlg: 'RS256',
        tokenType: 'jwt',
        scopes: [{ name: 'shelves', sentence: 'See your shelves' }],
      },
      SYSTEM,
    );
    const own = await createRelyingParty(
      started,
      { postLogoutRedirectUris: ['http://localhost:9999/bye'] },
      { id: 'shelves' },
    );
    const asked = { scope: 'shelves', resource: 'https://shelves.example.com' };
    const { visitor, tokens } = await signIn(started, own, person, asked);
    const hint = tokens.access_token;
    const page = await visitor.open(endSession({ id_token_hint: hint }));
    expect([page.status, page.heading]).toEqual([400, 'Sign out?']);
    expect(page.html).toMatch(/is not valid/);
    const named = await visitor.open(
      (await authorizationUrl(own, { id_token_hint: hint, prompt: 'none' })).href,
    );
    expect(new URL(named.url).searchParams.get('error')).toBe('invalid_request');
  });

  test('sign-out asks when the ID token is more than a day old', async () => {
    let later = 0;
    const clock = { now: () => Date.now() + later };
    const idle = { sessionIdleSeconds: 7 * 86_400, sessionAbsoluteSeconds: 7 * 86_400 };
    const own = await startApp({ clock, settings: { oidc: idle } });
    try {
      const app = await createRelyingParty(own, { postLogoutRedirectUris: ['http://localhost:9999/bye'] });
      const { visitor, tokens } = await signIn(own, app, await createPerson(own));
      const parameters = {
        id_token_hint: tokens.id_token ?? '',
        post_logout_redirect_uri: 'http://localhost:9999/bye',
      };
      const out = `${own.url}/session/end?${new URLSearchParams(parameters)}`;
      later = 86_400_000 + 2_000;
      expect((await visitor.open(out)).heading).toBe('Sign out?');
      later = 86_400_000 - 10_000;
      expect((await visitor.request('GET', out)).status).toBe(303);
    } finally {
      await own.close();
    }
  });

  test('a request to sign out that is wrong is told in a sentence, asked all the same, and goes nowhere', async () => {
    const { visitor, tokens } = await signIn(started, party, person);
    const hint = tokens.id_token ?? '';
    const gone = await createRelyingParty(started);
    await started.modules.clients.delete(gone.clientId, SYSTEM);
    for (const [parameters, sentence] of [
      [{ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' }, /is not registered/],
      [{ id_token_hint: `${hint}x` }, /is not valid/],
      [{ id_token_hint: 'nonsense' }, /is not valid/],
      [{ client_id: gone.clientId }, /is not known any more/],
    ] as const) {
      const page = await visitor.open(endSession(parameters));
      expect([page.status, page.heading]).toEqual([400, 'Sign out?']);
      expect(page.html).toMatch(sentence);
      const nobody = await createVisitor(started.url).open(endSession(parameters));
      expect([nobody.status, nobody.heading]).toEqual([400, 'You are signed out']);
      expect(nobody.html).toMatch(sentence);
    }
    const page = await visitor.open(endSession({ client_id: gone.clientId }));
    const done = await visitor.submit(page, { logout: 'yes' }, { form: '/session/end/confirm' });
    expect([done.url, done.heading]).toEqual([`${started.url}/session/end/success`, 'You are signed out']);
  });

  test('who declines, or opens the last page by hand, is told that they are still signed in', async () => {
    const { visitor } = await signIn(started, party, person);
    const question = await visitor.open(`${started.url}/session/end?client_id=${party.clientId}`);
    const declined = await visitor.submit(question, {}, { form: '/session/end/confirm' });
    expect(declined.heading).toBe('You are still signed in');
    expect(declined.html).toContain('Books');
    expect((await visitor.open(`${started.url}/session/end/success`)).heading).toBe(
      'You are still signed in',
    );
    const nobody = await createVisitor(started.url).open(`${started.url}/session/end/success`);
    expect(nobody.heading).toBe('You are signed out');
  });

  test('sign-out by the app has the browser forget the pages it keeps, unless it is declined', async () => {
    const { visitor } = await signIn(started, party, person);
    const answerWith = async (typed: Record<string, string>) => {
      const question = await visitor.open(`${started.url}/session/end`);
      const form = question.forms.find(({ action }) => action.includes('/session/end/confirm'));
      const body = new URLSearchParams({ ...form?.fields, ...typed });
      const answer = await visitor.request('POST', `${started.url}/session/end/confirm`, body);
      return [answer.status, answer.headers.get('clear-site-data')];
    };
    expect(await answerWith({})).toEqual([303, null]);
    expect(await answerWith({ logout: 'yes' })).toEqual([303, '"cache"']);
  });

  test('sign-out can be declined, and needs the form of the page', async () => {
    const { visitor } = await signIn(started, party, person);
    await visitor.open('/session/end');
    const forged = await visitor.post('/session/end/confirm', { xsrf: 'guess', logout: 'yes' });
    expect(forged.status).toBe(400);
    const page = await visitor.open(await address({ prompt: 'none' }));
    expect(new URL(page.url).searchParams.get('code')).toBeTruthy();
  });

  test('sign-out never sends the browser to an address that is not registered', async () => {
    const { visitor, tokens } = await signIn(started, party, person);
    const out = oidc.buildEndSessionUrl(party.configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'https://evil.example/',
    });
    const page = await visitor.open(out.href);
    expect([page.status, page.url.startsWith(started.url)]).toEqual([400, true]);
  });

  test('sign-out without a session ends on a page that says it is done', async () => {
    const visitor = createVisitor(started.url);
    const page = await visitor.open('/session/end');
    // Without JavaScript the library's own step needs a press.
    const done = page.forms.some(({ action }) => action.includes('/session/end/confirm'))
      ? await visitor.submit(page, {}, { form: '/session/end/confirm' })
      : page;
    expect(done.status).toBe(200);
    expect(done.heading).toMatch(/signed out/i);
  });

  test('cookies are HttpOnly, Lax and without a prefix on http', async () => {
    const { visitor } = await signIn(started, party, person);
    const response = await visitor.request('GET', await address({ prompt: 'none' }));
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie.toLowerCase()).toMatch(/httponly/);
    expect(cookie.toLowerCase()).toMatch(/samesite=lax/);
    expect(cookie).not.toMatch(/^__/);
  });

  test('on https the session cookie is __Host- and Secure, behind a proxy that ends TLS', async () => {
    const https = await startAppForTest({ settings: { issuer: 'https://id.example.com', isSecure: true } });
    const { client } = await https.modules.clients.create(
      {
        name: 'Shop',
        redirectUris: ['https://a.example/cb'],
      },
      SYSTEM,
    );
    const origin = (await https.startNode()).origin;
    const query = new URLSearchParams({
      client_id: client.id,
      response_type: 'code',
      redirect_uri: 'https://a.example/cb',
      scope: 'openid',
      code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    });
    const response = await fetch(`${origin}/auth?${query}`, { redirect: 'manual' });
    expect(response.headers.get('location')).toMatch(
      /^https:\/\/id\.example\.com\/interaction\/|^\/interaction\//,
    );
    const cookies = response.headers.getSetCookie();
    expect(cookies.filter((cookie) => cookie.startsWith('__Secure-'))).toHaveLength(2);
    for (const cookie of cookies) expect(cookie.toLowerCase()).toContain('secure');
    expect(response.headers.get('strict-transport-security')).toBeTruthy();
  });

  describe('cross-origin scripts', () => {
    test('may redeem and refresh from the registered origins of their client only', async () => {
      const spa = await createRelyingParty(started, {
        type: 'spa',
        redirectUris: ['http://localhost:9999/callback'],
      });
      const { tokens } = await signIn(started, spa, person);
      const refreshFrom = (origin: string) =>
        fetch(`${started.url}/token`, {
          method: 'POST',
          headers: { origin },
          body: new URLSearchParams({
            grant_type: 'refresh_token',
            client_id: spa.clientId,
            refresh_token: tokens.refresh_token ?? '',
          }),
        });
      const own = await refreshFrom('http://localhost:9999');
      expect(own.status).toBe(200);
      expect(own.headers.get('access-control-allow-origin')).toBe('http://localhost:9999');
      const foreign = await refreshFrom('https://evil.example');
      expect(foreign.status).toBe(400);
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    });

    test('may read discovery and keys from anywhere, and get their preflights answered', async () => {
      for (const path of ['/.well-known/openid-configuration', '/jwks']) {
        const response = await fetch(`${started.url}${path}`, { headers: { origin: 'https://any.example' } });
        expect(response.headers.get('access-control-allow-origin')).toMatch(/^(\*|https:\/\/any\.example)$/);
        expect(response.headers.get('cache-control')).toContain('max-age');
      }
      const preflight = await fetch(`${started.url}/token`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://any.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'dpop',
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toBe('dpop');
    });
  });

  describe('an issuer with a path', () => {
    test('works everywhere: sign-in, tokens, pages, and the inserted well-known forms', async () => {
      const below = await startAppForTest({ base: '/id' });
      const { origin } = new URL(below.url);
      for (const path of [
        '/.well-known/openid-configuration/id',
        '/.well-known/oauth-authorization-server/id',
        '/id/.well-known/openid-configuration',
        '/id/.well-known/oauth-authorization-server',
      ]) {
        const response = await fetch(`${origin}${path}`);
        expect(await response.json()).toMatchObject({
          issuer: `${origin}/id`,
          token_endpoint: `${origin}/id/token`,
        });
      }
      const someone = await createPerson(below);
      const app = await createRelyingParty(below);
      const { tokens, visitor } = await signIn(below, app, someone, { scope: 'openid email' });
      expect(tokens.claims()?.iss).toBe(`${origin}/id`);
      const claims = await oidc.fetchUserInfo(app.configuration, tokens.access_token, someone.id);
      expect(claims.email).toBe(someone.email);
      for (const { path } of visitor.cookies) expect(path.startsWith('/id')).toBe(true);
      const account = await visitor.open(`${origin}/id/account`);
      expect([account.status, account.url]).toEqual([200, `${origin}/id/account`]);
      expect((await fetch(`${origin}/auth`)).status).toBe(404);
    });
  });

  test('no address of ours is built from what a request says of the host', async () => {
    const lies = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    for (const path of ['/.well-known/openid-configuration', '/account', '/', '/nowhere']) {
      const { body, headers } = await rawGet(started.url, path, lies);
      expect(body + JSON.stringify(headers)).not.toContain('evil.example');
    }
  });

  test('two apps in two tabs finish independently', async () => {
    const visitor = createVisitor(started.url);
    const other = await createRelyingParty(started, { firstParty: true });
    const someone = await createPerson(started);
    const tab = await visitor.open(await address({}));
    const second = await authorize(started, other, someone, {}, visitor);
    await redeem(other, second);
    const login = await visitor.submit(
      tab,
      { identifier: someone.email, password: 'correct horse battery staple' },
      { form: '/login' },
    );
    const done = login.forms.some(({ action }) => action.includes('/consent'))
      ? await visitor.submit(login, { decision: 'allow' }, { form: '/consent' })
      : login;
    expect(done.url).toContain(party.redirectUri);
    expect(new URL(done.url).searchParams.get('code')).toBeTruthy();
  });

  const address = async (parameters: Record<string, string>) =>
    (await authorizationUrl(party, parameters)).href;
});

function sessionCookie(visitor: { cookies: readonly { name: string; value: string }[] }): string {
  const found = visitor.cookies.find(({ name }) => name.endsWith('session'));
  return `${found?.name}=${found?.value}`;
}

/** `fetch` does not let a test lie about the host. */
async function rawGet(origin: string, path: string, headers: Record<string, string>) {
  const { request } = await import('node:http');
  return new Promise<{ body: string; headers: object }>((resolve, reject) => {
    const sent = request(new URL(path, origin), { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ body, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end();
  });
}
