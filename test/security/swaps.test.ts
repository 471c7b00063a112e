import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  authorize,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

const VERIFIER = 'v'.repeat(43);
type Fields = Record<string, string>;

eachDatabase('swapped, replayed and forged', (dialect) => {
  let started: TestApp;
  let ana: { id: string; email: string };
  let bob: { id: string; email: string };
  let books: RelyingParty;
  let shelf: RelyingParty;
  let challenge: string;

  beforeAll(async () => {
    // One network makes all these sign-ins.
    started = await startApp({ dialect });
    ana = await createPerson(started);
    bob = await createPerson(started);
    books = await createRelyingParty(started);
    shelf = await createRelyingParty(started, { name: 'Shelf' });
    challenge = await oidc.calculatePKCECodeChallenge(VERIFIER);
  });
  afterAll(() => started.close());

  const addressOf = (party: RelyingParty, values: Fields = {}) =>
    `${started.url}/auth?${new URLSearchParams({
      client_id: party.clientId,
      response_type: 'code',
      redirect_uri: party.redirectUri,
      scope: 'openid',
      state: 'state',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...values,
    })}`;

  const isLogin = (page: Page) => page.forms.some(({ action }) => action.includes('/login'));
  const isConsent = (page: Page) => page.forms.some(({ action }) => action.includes('/consent'));
  const codeOf = (page: Page) =>
    page.url.startsWith(books.redirectUri) ? new URL(page.url).searchParams.get('code') : null;
  const logIn = (visitor: Visitor, page: Page, { email }: { email: string }) =>
    visitor.submit(page, { identifier: email, password: PASSWORD }, { form: '/login' });
  const allow = (visitor: Visitor, page: Page) =>
    visitor.submit(page, { decision: 'allow' }, { form: '/consent' });

  /** A browser at the consent page, signed in. */
  async function atConsent(person: { email: string }, values: Fields = {}) {
    const visitor = createVisitor(started.url);
    const page = await logIn(
      visitor,
      await visitor.open(addressOf(books, { prompt: 'consent', ...values })),
      person,
    );
    expect(isConsent(page), page.title).toBe(true);
    return { visitor, page };
  }

  function token(party: RelyingParty, values: Fields, headers: Fields = {}) {
    return fetch(`${started.url}/token`, {
      method: 'POST',
      headers: { authorization: basicOf(party), ...headers },
      body: new URLSearchParams(values),
    }).then(async (response) => ({ status: response.status, body: (await response.json()) as Fields }));
  }

  const codeGrant = (code: string | null, values: Fields = {}) => ({
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: books.redirectUri,
    code_verifier: VERIFIER,
    ...values,
  });

  const sessionCookie = (visitor: Visitor) => visitor.cookies.find(({ name }) => name.endsWith('-session'));

  describe('people and browsers', () => {
    test('a consent that Ana began is finished by nobody with Bob’s session', async () => {
      const { visitor, page } = await atConsent(ana);
      const other = createVisitor(started.url);
      await logIn(other, await other.open('/account'), bob);
      const mixed = visitor.copy();
      const cookie = sessionCookie(mixed);
      if (cookie) cookie.value = sessionCookie(other)?.value ?? '';
      const answer = await allow(mixed, page);
      expect(codeOf(answer)).toBeNull();
      expect(answer.status).toBeLessThan(500);
      const account = await mixed.open('/account');
      expect(account.html).not.toContain(ana.email);
    });

    test('an interaction without the cookies of its browser is nothing, whichever half is missing', async () => {
      const { visitor, page } = await atConsent(ana);
      for (const keep of [/-interaction$/, /-resume$/, /-session$/, /-csrf$/]) {
        const half = visitor.copy();
        half.cookies.splice(0, half.cookies.length, ...half.cookies.filter(({ name }) => keep.test(name)));
        expect(codeOf(await allow(half, page)), String(keep)).toBeNull();
      }
      expect(codeOf(await allow(visitor, page))).toBeTruthy();
    });

    test('the resume of one interaction does not take the login of another', async () => {
      const visitor = createVisitor(started.url);
      const first = await visitor.open(addressOf(books, { prompt: 'login' }));
      const second = await visitor.open(addressOf(books, { prompt: 'login', state: 'second' }));
      const [one, two] = [first, second].map(({ url }) => new URL(url).pathname.split('/').at(-1) ?? '');
      // The cookies of the second, at the resume of the first.
      const mixed = visitor.copy();
      for (const cookie of mixed.cookies)
        if (cookie.value === two) cookie.path = cookie.path.replace(two ?? '', one ?? '');
      const resumed = await mixed.open(`/auth/${one}`);
      expect(codeOf(resumed)).toBeNull();
      expect(resumed.status).toBeLessThan(500);
    });

    test('an app that asks for Ana is not given Bob, also when it knows her by a name of its own', async () => {
      const pairwise = await createRelyingParty(started, { name: 'Apart', subjectType: 'pairwise' });
      const { tokens } = await signIn(started, pairwise, ana);
      const visitor = createVisitor(started.url);
      const login = await visitor.open(addressOf(pairwise, { id_token_hint: tokens.id_token ?? '' }));
      const refused = await logIn(visitor, login, bob);
      expect([refused.status, refused.heading]).toEqual([403, 'Another account is asked for']);
      expect((await visitor.open('/account')).html).not.toContain(bob.email);
      expect(codeOf(await logIn(visitor, login, ana)) ?? 'consent').toBeTruthy();
    });

    test('a session that an attacker put into the browser is not the one after the sign-in', async () => {
      const attacker = createVisitor(started.url);
      await attacker.open(addressOf(books));
      const planted = 'A'.repeat(43);
      const victim = createVisitor(started.url);
      victim.cookies.push({ name: 'gatehouse-session', value: planted, path: '/' });
      const page = await logIn(victim, await victim.open('/account'), ana);
      expect(page.html).toContain(ana.email);
      expect(sessionCookie(victim)?.value).not.toBe(planted);
      attacker.cookies.push({ name: 'gatehouse-session', value: planted, path: '/' });
      expect((await attacker.open('/account')).html).not.toContain(ana.email);
    });

    test('the uid of a session, which apps and pages see, is no cookie', async () => {
      const { visitor } = await signIn(started, books, ana);
      const [session] = await started.modules.oidc.sessions.listByUser(ana.id);
      const thief = createVisitor(started.url);
      for (const value of [session?.uid ?? '', `uid ${session?.uid}`]) {
        thief.cookies.splice(0, thief.cookies.length, { name: 'gatehouse-session', value, path: '/' });
        expect((await thief.open('/account')).html).not.toContain(ana.email);
      }
      expect((await visitor.open('/account')).html).toContain(ana.email);
    });

    test('what is remembered of an interaction holds no cookie, and neither does what is read back', async () => {
      const { visitor } = await atConsent(ana);
      const uid = visitor.cookies.findLast(({ name }) => name.endsWith('-interaction'))?.value ?? '';
      const interaction = await started.modules.oidc.provider().Interaction.find(uid);
      expect(interaction?.session).toMatchObject({ accountId: ana.id });
      expect(JSON.stringify(interaction?.session)).not.toContain(sessionCookie(visitor)?.value);
    });
  });

  describe('pressed again, or many times at once', () => {
    test('a login form that is sent again after its end signs nobody in', async () => {
      const visitor = createVisitor(started.url);
      const login = await visitor.open(addressOf(books, { prompt: 'login' }));
      const before = visitor.copy();
      await logIn(visitor, login, ana);
      const replayed = await logIn(before, login, ana);
      expect(codeOf(replayed)).toBeNull();
      expect(sessionCookie(before)?.value).toBeUndefined();
    });

    test('a consent that is sent again after its end gives no second code', async () => {
      const { visitor, page } = await atConsent(ana);
      const before = visitor.copy();
      expect(codeOf(await allow(visitor, page))).toBeTruthy();
      const again = await allow(before, page);
      expect(codeOf(again)).toBeNull();
      expect([200, 410]).toContain(again.status);
    });

    test('50 presses on one login form sign one person in, and none of them fails', async () => {
      const visitor = createVisitor(started.url);
      const login = await visitor.open(addressOf(books, { prompt: 'login consent' }));
      const pages = await Promise.all(Array.from({ length: 50 }, () => logIn(visitor.copy(), login, ana)));
      expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
      expect(pages.filter((page) => codeOf(page))).toEqual([]);
      expect(pages.some(isConsent)).toBe(true);
    });

    test('50 resumes of one interaction give codes of one sign-in only, to one client, each good for one use', async () => {
      const { visitor, page } = await atConsent(ana);
      const consent = page.forms.find(({ action }) => action.includes('/consent'));
      const target = new URL(consent?.action ?? '', page.url).href;
      const pressed = await visitor.request(
        'POST',
        target,
        new URLSearchParams({ ...consent?.fields, decision: 'allow' }),
      );
      const resume = new URL(pressed.headers.get('location') ?? '', started.url).href;
      const pages = await Promise.all(Array.from({ length: 50 }, () => visitor.copy().open(resume)));
      expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
      const codes = pages.map(codeOf).filter((code) => code !== null);
      expect(codes.length).toBeGreaterThan(0);
      // All of them went to the browser and the app that asked, for one request: any is as good as another, once.
      const answers = await Promise.all(codes.map((code) => token(books, codeGrant(code))));
      for (const { status, body } of answers)
        expect(status === 200 || body.error === 'invalid_grant').toBe(true);
      const subjects = answers
        .filter(({ status }) => status === 200)
        .map(({ body }) => subjectOf(body.id_token));
      expect(new Set(subjects)).toEqual(new Set([ana.id]));
      expect(codeOf(await visitor.copy().open(resume)), 'afterwards it is over').toBeNull();
    });

    test('50 presses on one consent form leave one consent, and none of them fails', async () => {
      const { visitor, page } = await atConsent(bob);
      const pages = await Promise.all(Array.from({ length: 50 }, () => allow(visitor.copy(), page)));
      expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
      expect(pages.some((each) => codeOf(each) !== null)).toBe(true);
      const consents = await started.modules.oidc.consents.listByUser(bob.id);
      expect(consents.filter(({ clientId }) => clientId === books.clientId)).toHaveLength(1);
    });
  });

  describe('a native app, which anybody can pretend to be (RFC 8252 §8.6)', () => {
    test('never gets a code without a press, although the person allowed it before', async () => {
      const native = await createRelyingParty(started, { type: 'native', name: 'Pocket' });
      const { visitor } = await signIn(started, native, ana);
      const silent = await visitor.open(addressOf(native, { prompt: 'none' }));
      expect(new URL(silent.url).searchParams.get('error')).toBe('interaction_required');
      const again = await visitor.open(addressOf(native));
      expect(isConsent(again)).toBe(true);
      expect(codeOf(await allow(visitor, again))).toBeTruthy();
    });
  });

  describe('codes', () => {
    async function newCode(values: Fields = {}) {
      const { visitor, page } = await atConsent(ana, values);
      const back = await allow(visitor, page);
      return { code: codeOf(back), back: new URL(back.url) };
    }

    test.each([
      ['another redirect URI', { redirect_uri: 'http://localhost:9999/other' }],
      ['the redirect URI written otherwise', { redirect_uri: 'http://LOCALHOST:9999/callback' }],
      ['no redirect URI', { redirect_uri: '' }],
      ['no verifier', { code_verifier: '' }],
      ['another verifier', { code_verifier: 'w'.repeat(43) }],
      ['the challenge as verifier', { code_verifier: 'challenge' }],
    ])('are worth nothing with %s, and still good afterwards', async (_, values) => {
      const { code } = await newCode();
      const swapped =
        'code_verifier' in values && values.code_verifier === 'challenge'
          ? { code_verifier: challenge }
          : values;
      const refused = await token(books, codeGrant(code, swapped as Fields));
      expect(refused.status).toBe(400);
      expect(refused.body.error).toMatch(/^invalid_(grant|request)$/);
      expect((await token(books, codeGrant(code))).status).toBe(200);
    });

    test('of one client are worth nothing to another', async () => {
      const { code } = await newCode();
      expect((await token(shelf, codeGrant(code))).body.error).toBe('invalid_grant');
      expect((await token(books, codeGrant(code))).status).toBe(200);
    });

    test('cannot be had without PKCE, nor by a method that is no proof', async () => {
      for (const values of [
        { code_challenge: '', code_challenge_method: '' },
        { code_challenge_method: 'plain' },
        { code_challenge_method: '' },
        { code_challenge: VERIFIER, code_challenge_method: 'none' },
      ] as Fields[]) {
        const page = await createVisitor(started.url).open(addressOf(books, values));
        expect(isLogin(page), JSON.stringify(values)).toBe(false);
        expect(codeOf(page)).toBeNull();
      }
    });

    test('come back with who sent them, so that no other server’s can be slipped in (RFC 9207)', async () => {
      const { back } = await newCode({ state: 'a\r\nSet-Cookie: x=y' });
      expect(back.searchParams.get('iss')).toBe(started.url);
      expect(back.searchParams.get('state')).toBe('a\r\nSet-Cookie: x=y');
      const denied = new URL(
        (await createVisitor(started.url).open(addressOf(books, { prompt: 'none' }))).url,
      );
      expect([denied.searchParams.get('error'), denied.searchParams.get('iss')]).toEqual([
        'login_required',
        started.url,
      ]);
    });
  });

  describe('tokens of another client', () => {
    test('are neither refreshed, nor revoked, nor explained', async () => {
      const { tokens } = await signIn(started, books, ana);
      const refreshToken = tokens.refresh_token ?? '';
      expect(
        (await token(shelf, { grant_type: 'refresh_token', refresh_token: refreshToken })).body.error,
      ).toBe('invalid_grant');
      for (const value of [refreshToken, tokens.access_token]) {
        const revoked = await fetch(`${started.url}/token/revocation`, {
          method: 'POST',
          headers: { authorization: basicOf(shelf) },
          body: new URLSearchParams({ token: value }),
        });
        await revoked.text();
        const explained = await fetch(`${started.url}/token/introspection`, {
          method: 'POST',
          headers: { authorization: basicOf(shelf) },
          body: new URLSearchParams({ token: value }),
        });
        expect(await explained.json()).toEqual({ active: false });
      }
      expect((await token(books, { grant_type: 'refresh_token', refresh_token: refreshToken })).status).toBe(
        200,
      );
    });

    test('of ours are explained only when they are access tokens, and of this issuer', async () => {
      const { tokens } = await signIn(started, books, ana);
      // A token for an API that there is none of is worth nothing.
      const scopes = [{ name: 'forged', sentence: 'Forge' }];
      await started.modules.resourceServers.create({ identifier: 'https://forged.example', scopes }, SYSTEM);
      const { keys } = await started.modules.keys.jwks();
      const key = keys.find(({ alg }) => alg === 'ES256');
      const grant = await started.modules
        .db('grants')
        .where({ client_id: books.clientId, user_id: ana.id })
        .first('id');
      const made = (typ: string, issuer: string) =>
        new SignJWT({ client_id: books.clientId, grant_id: grant.id, scope: 'forged' })
          .setProtectedHeader({ alg: 'ES256', typ, kid: key?.kid ?? '' })
          .setIssuer(issuer)
          .setAudience('https://forged.example')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(key as never);
      const explain = async (value: string) => {
        const response = await fetch(`${started.url}/token/introspection`, {
          method: 'POST',
          headers: { authorization: basicOf(books) },
          body: new URLSearchParams({ token: value }),
        });
        return ((await response.json()) as { active: boolean }).active;
      };
      expect(await explain(await made('at+jwt', started.url))).toBe(true);
      expect(await explain(await made('JWT', started.url))).toBe(false);
      expect(await explain(await made('logout+jwt', started.url))).toBe(false);
      expect(await explain(await made('at+jwt', 'https://other.example'))).toBe(false);
      expect(await explain(tokens.id_token ?? '')).toBe(false);
    });

    test('one kind is not taken for another', async () => {
      const authorization = await authorize(started, books, ana);
      const code = authorization.callback.searchParams.get('code') ?? '';
      const asRefresh = await token(books, { grant_type: 'refresh_token', refresh_token: code });
      expect(asRefresh.body.error).toBe('invalid_grant');
      const tokens = await redeem(books, authorization);
      for (const value of [tokens.refresh_token ?? '', tokens.id_token ?? '', code]) {
        const answer = await fetch(`${started.url}/me`, { headers: { authorization: `Bearer ${value}` } });
        expect(answer.status).toBe(401);
      }
      const asCode = await token(books, codeGrant(tokens.refresh_token ?? ''));
      expect(asCode.body.error).toBe('invalid_grant');
    });
  });

  describe('credentials', () => {
    test('of a resource server introspect, and do nothing else', async () => {
      const { resourceServer, introspectionSecret: secret = '' } =
        await started.modules.resourceServers.create(
          { identifier: 'https://only.example', scopes: [{ name: 'read', sentence: 'Read' }] },
          SYSTEM,
          { introspection: true },
        );
      const clientId = resourceServer.introspection?.id ?? '';
      const impostor = { ...books, clientId, secret };
      const { tokens } = await signIn(started, books, ana);
      for (const values of [
        { grant_type: 'client_credentials', resource: 'https://only.example', scope: 'read' },
        { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' },
        codeGrant('x'),
      ] as Fields[]) {
        const { status, body } = await token(impostor, values);
        expect([status, body.error]).toEqual([
          400,
          expect.stringMatching(/^(unauthorized_client|invalid_grant|invalid_request)$/),
        ]);
      }
      for (const path of ['/request', '/token/revocation']) {
        const response = await fetch(`${started.url}${path}`, {
          method: 'POST',
          headers: { authorization: basicOf(impostor) },
          body: new URLSearchParams({
            ...Object.fromEntries(new URL(addressOf(impostor)).searchParams),
            token: tokens.refresh_token ?? '',
          }),
        });
        await response.text();
        expect([path, response.status]).toEqual([path, path === '/request' ? 400 : expect.any(Number)]);
        expect(response.status).toBeLessThan(500);
      }
      const page = await createVisitor(started.url).open(addressOf(impostor));
      expect([isLogin(page), page.status]).toEqual([false, 400]);
      expect(
        (await token(books, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }))
          .status,
      ).toBe(200);
    });

    test('of our own account pages, which have none, give no tokens and no code', async () => {
      const visitor = createVisitor(started.url);
      await logIn(visitor, await visitor.open('/account'), ana);
      const account = {
        ...books,
        clientId: 'gatehouse-account',
        redirectUri: `${started.url}/account/callback`,
      };
      for (const values of [
        {},
        { response_type: 'code', scope: 'openid offline_access', prompt: 'consent' },
      ] as Fields[]) {
        const response = await visitor.request('GET', addressOf(account, values));
        expect(
          new URL(response.headers.get('location') ?? '/', started.url).searchParams.get('code'),
        ).toBeNull();
      }
      for (const grant of [
        'client_credentials',
        'refresh_token',
        'authorization_code',
        'implicit',
        'password',
      ]) {
        const response = await fetch(`${started.url}/token`, {
          method: 'POST',
          body: new URLSearchParams({
            client_id: 'gatehouse-account',
            grant_type: grant,
            code: 'x',
            refresh_token: 'x',
          }),
        });
        expect([grant, response.status, Object.keys((await response.json()) as Fields)]).toEqual([
          grant,
          400,
          expect.not.arrayContaining(['access_token']),
        ]);
      }
    });

    test('of a service sign nobody in, and an app has no grant that it did not register', async () => {
      const { client, secret = '' } = await started.modules.clients.create(
        {
          name: 'Job',
          type: 'service',
          grants: ['client_credentials'],
        },
        SYSTEM,
      );
      const service = { ...books, clientId: client.id, secret };
      const page = await createVisitor(started.url).open(addressOf(service));
      expect([isLogin(page), page.status]).toEqual([false, 400]);
      expect((await token(service, codeGrant('x'))).status).toBe(400);
      expect((await token(books, { grant_type: 'client_credentials' })).status).toBe(400);
      const none = await createVisitor(started.url).open(addressOf(books, { response_type: 'none' }));
      expect(new URL(none.url).searchParams.get('error')).toMatch(/^(unauthorized_client|invalid_request)$/);
    });
  });

  describe('a pushed request (RFC 9126)', () => {
    async function push(party: RelyingParty): Promise<string> {
      const response = await fetch(`${started.url}/request`, {
        method: 'POST',
        headers: { authorization: basicOf(party) },
        body: new URL(addressOf(party)).searchParams,
      });
      expect(response.status).toBe(201);
      return ((await response.json()) as Fields).request_uri ?? '';
    }
    const open = (visitor: Visitor, party: RelyingParty, requestUri: string) =>
      visitor.open(
        `${started.url}/auth?${new URLSearchParams({ client_id: party.clientId, request_uri: requestUri })}`,
      );

    test('of one client is worth nothing to another', async () => {
      const requestUri = await push(books);
      const page = await open(createVisitor(started.url), shelf, requestUri);
      expect([isLogin(page), page.status]).toEqual([false, 400]);
    });

    test('gives one code, however many browsers bring it at once', async () => {
      const { visitor } = await signIn(started, books, ana);
      const requestUri = await push(books);
      const pages = await Promise.all(
        Array.from({ length: 20 }, () => open(visitor.copy(), books, requestUri)),
      );
      expect(pages.filter(({ status }) => status >= 500)).toEqual([]);
      expect(pages.filter((page) => codeOf(page) !== null)).toHaveLength(1);
      expect(codeOf(await open(visitor.copy(), books, requestUri))).toBeNull();
    });
  });

  describe('DPoP (RFC 9449)', () => {
    test('one proof is taken once, however many requests bring it at once', async () => {
      const key = await createProofKey();
      const { tokens, proofs } = await boundTokens(key);
      const proof = await proofs({ htm: 'GET', htu: `${started.url}/me`, token: tokens.access_token ?? '' });
      const ask = () =>
        fetch(`${started.url}/me`, {
          headers: { authorization: `DPoP ${tokens.access_token}`, dpop: proof },
        }).then(async (response) => {
          await response.text();
          return response.status;
        });
      const statuses = await Promise.all(Array.from({ length: 20 }, ask));
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect(await ask()).toBe(401);
    });

    test('a proof is taken once at the token endpoint too, and a stolen token needs its key', async () => {
      const key = await createProofKey();
      const { tokens, proofs } = await boundTokens(key);
      const bare = await fetch(`${started.url}/me`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      expect(bare.status).toBe(401);
      const proof = await proofs({ htm: 'POST', htu: `${started.url}/token` });
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
      expect((await token(books, refresh, { dpop: proof })).status).toBe(200);
      const replayed = await token(books, refresh, { dpop: proof });
      expect([replayed.status, replayed.body.error]).toEqual([400, expect.stringMatching(/^invalid_/)]);
    });

    async function boundTokens(key: ProofKey) {
      const proofs = (claims: { htm: string; htu: string; token?: string }) => proofOf(key, claims);
      const { visitor, page } = await atConsent(ana);
      const code = codeOf(await allow(visitor, page));
      const dpop = await proofs({ htm: 'POST', htu: `${started.url}/token` });
      const { status, body } = await token(books, codeGrant(code), { dpop });
      expect([status, body.token_type]).toEqual([200, 'DPoP']);
      return { tokens: body, proofs };
    }
  });

  describe('forms that another site sends', () => {
    test('change nothing, whatever they lack', async () => {
      const { visitor } = await signIn(started, books, ana);
      const page = await visitor.open('/account/sessions');
      const { csrf = '' } = page.forms.find(({ method }) => method === 'post')?.fields ?? {};
      const stranger = createVisitor(started.url);
      const strangers =
        (await stranger.open('/account')).forms.find(({ method }) => method === 'post')?.fields.csrf ?? '';
      const [session] = await started.modules.oidc.sessions.listByUser(ana.id);
      const forms: [string, Fields][] = [
        ['/account/sign-out', {}],
        ['/account/sessions/end', { session: session?.uid ?? '' }],
        ['/account/sessions/end-others', {}],
        ['/account/applications/withdraw', { client: books.clientId }],
        ['/first-administrator', { name: 'Eve', email: 'eve@example.com', password: PASSWORD }],
        ['/set-password', { password: PASSWORD }],
        ['/interaction/abc/login', { identifier: ana.email, password: PASSWORD }],
        ['/interaction/abc/consent', { decision: 'allow' }],
        ['/interaction/abc/cancel', {}],
        ['/interaction/abc/switch', {}],
        ['/session/end/confirm', { logout: 'yes' }],
      ];
      const lies: [Fields, Fields][] = [
        [{}, {}],
        [{ csrf: '' }, {}],
        [{ csrf: 'A'.repeat(86) }, {}],
        [{ csrf: strangers }, {}],
        [{ csrf: `${csrf.startsWith('A') ? 'B' : 'A'}${csrf.slice(1)}` }, {}],
        [{ csrf, xsrf: csrf }, { origin: 'https://evil.example' }],
        [{ csrf, xsrf: csrf }, { origin: `${started.url}.evil.example` }],
        [{ csrf, xsrf: csrf }, { 'sec-fetch-site': 'cross-site' }],
        [{ csrf, xsrf: csrf }, { 'sec-fetch-site': 'same-site' }],
      ];
      for (const [path, fields] of forms) {
        for (const [token_, more] of lies) {
          const answer = await visitor.post(path, { ...fields, ...token_ }, more);
          expect([path, token_, more, answer.status >= 400 && answer.status < 500]).toEqual([
            path,
            token_,
            more,
            true,
          ]);
        }
      }
      expect((await visitor.open('/account')).html).toContain(ana.email);
      expect(await started.modules.oidc.consents.find(ana.id, books.clientId)).toBeDefined();
    });

    test('nothing changes by opening an address', async () => {
      const { visitor } = await signIn(started, books, ana);
      for (const path of [
        '/account/sign-out',
        '/account/sessions/end-others',
        '/session/end/confirm?logout=yes',
      ]) {
        await visitor.open(path);
      }
      expect((await visitor.open('/account')).html).toContain(ana.email);
    });
  });

  describe('addresses of ours', () => {
    test('never lead to a place that nobody registered', async () => {
      const { visitor } = await signIn(started, books, ana);
      const evil = 'https://evil.example/';
      const paths = [
        `/session/end?post_logout_redirect_uri=${evil}`,
        `/session/end?client_id=${books.clientId}&post_logout_redirect_uri=${evil}`,
        `/session/end/success?post_logout_redirect_uri=${evil}&client_id=${books.clientId}`,
        `/account/callback?state=x&redirect_uri=${evil}`,
        `/account/sign-in?return_to=${evil}&next=${evil}`,
        '//evil.example/account',
        '//evil.example/%2f..',
        '/\\evil.example/account',
        '/account//evil.example',
        '/%2f%2fevil.example',
        `/interaction/abc?app=${Buffer.from(books.clientId).toString('base64url')}.key.mac`,
        `/interaction/abc/login?ui_locales=de&app=${encodeURIComponent(evil)}`,
        `/interaction/..%2f..%2fevil.example/login?app=${evil}`,
        `/auth?client_id=${books.clientId}&redirect_uri=${evil}&response_type=code`,
        `/auth?client_id=gatehouse-account&redirect_uri=${evil}&response_type=none`,
        `/set-password?token=x&next=${evil}`,
        `/?ui_locales=de&next=${evil}`,
      ];
      for (const path of paths) {
        const response = await visitor.request('GET', `${started.url}${path}`);
        const location = new URL(response.headers.get('location') ?? '/', started.url);
        expect([path, location.origin]).toEqual([path, new URL(started.url).origin]);
        const html = await response.text();
        // A form that sends the page again with its own address may hold it as a value, never as a target.
        expect([path, /(?:href|src|action)="?(?:https?:)?[/\\]{2}evil/.test(html)]).toEqual([path, false]);
      }
    });

    test('are not moved by what a request says of the host', async () => {
      const lies = {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '203.0.113.9',
        'x-original-url': '/admin',
        forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
      };
      const discovery = await fetch(`${started.url}/.well-known/openid-configuration`, { headers: lies });
      expect(await discovery.text()).not.toContain('evil.example');
      const visitor = createVisitor(started.url, lies);
      const page = await visitor.open('/account');
      expect(page.html).not.toContain('evil.example');
      await visitor.submit(page, { identifier: ana.email, password: 'wrong' }, { form: '/login' });
      // Nobody trusts a proxy here, so it is the peer’s own address that is counted and recorded.
      const [refusal] = await started.modules.audit.list({ event: 'password.refused', limit: 1 });
      expect(JSON.stringify(refusal)).not.toContain('203.0.113');
    });
  });

  describe('pages', () => {
    const SCRIPT = '"><script>alert(1)</script>\'><img src=x onerror=alert(1)>';

    test('show what strangers say as text, never as a part of the page', async () => {
      const nasty = await createRelyingParty(started, { name: `<b>${SCRIPT}` });
      const visitor = createVisitor(started.url, { 'user-agent': `Mozilla/5.0 ${SCRIPT}` });
      const values = {
        login_hint: SCRIPT,
        state: SCRIPT,
        nonce: SCRIPT,
        prompt: 'login consent',
        ui_locales: SCRIPT,
      };
      const pages = [await visitor.open(addressOf(nasty, values))];
      pages.push(
        await visitor.submit(pages[0] as Page, { identifier: SCRIPT, password: SCRIPT }, { form: '/login' }),
      );
      pages.push(await logIn(visitor, pages[0] as Page, ana));
      expect(isConsent(pages[2] as Page)).toBe(true);
      pages.push(
        await visitor.open(`/session/end?state=${encodeURIComponent(SCRIPT)}&client_id=${nasty.clientId}`),
      );
      pages.push(await visitor.open(addressOf(nasty, { redirect_uri: `http://localhost:9999/${SCRIPT}` })));
      pages.push(await visitor.open(addressOf(nasty, { response_type: SCRIPT, scope: SCRIPT })));
      pages.push(
        await visitor.open(addressOf(nasty, { response_mode: 'form_post', prompt: 'none', state: SCRIPT })),
      );
      pages.push(await visitor.open(`/account/sessions?notice=${encodeURIComponent(SCRIPT)}`));
      pages.push(
        await visitor.open(`/nowhere/${encodeURIComponent(SCRIPT)}?x=${encodeURIComponent(SCRIPT)}`),
      );
      pages.push(await visitor.open(`/set-password?token=${encodeURIComponent(SCRIPT)}`));
      for (const page of pages) {
        expect(page.html, page.url).not.toMatch(/<script>alert|<img src=x|\sonerror=alert\(1\)>/);
      }
    });

    test('link to no script: addresses of an app are web addresses', async () => {
      for (const field of ['logoUri', 'clientUri', 'policyUri', 'tosUri']) {
        for (const address of [
          'javascript:alert(1)',
          'data:text/html,x',
          'vbscript:x',
          'http://evil.example',
        ]) {
          const made = started.modules.clients.create(
            {
              name: 'Nasty',
              redirectUris: ['http://localhost:9999/callback'],
              grants: ['authorization_code'],
              [field]: address,
            } as never,
            SYSTEM,
          );
          await expect(made).rejects.toMatchObject({ code: 'clients.invalid' });
        }
      }
    });

    test('none can be framed, none is kept, and each has a policy for its scripts', async () => {
      const { visitor } = await signIn(started, books, ana);
      const { page: consent } = await atConsent(ana);
      const pages = [
        consent,
        await createVisitor(started.url).open(addressOf(books)),
        await visitor.open(addressOf(books, { response_mode: 'form_post', prompt: 'none' })),
        await visitor.open(addressOf(books, { redirect_uri: 'https://evil.example/' })),
        await visitor.open('/account'),
        await visitor.open('/account/sessions'),
        await visitor.open('/account/applications'),
        await visitor.open('/session/end'),
        await visitor.open('/session/end/success'),
        await visitor.open('/interaction/abc'),
        await visitor.open('/set-password?token=x'),
        await visitor.open('/nowhere'),
        await createVisitor(started.url).open('/session/end'),
      ];
      for (const { url, headers } of pages) {
        const policy = headers.get('content-security-policy') ?? '';
        expect([url, policy]).toEqual([url, expect.stringContaining("frame-ancestors 'none'")]);
        expect([url, policy]).toEqual([url, expect.stringContaining("default-src 'none'")]);
        expect([url, /unsafe-|script-src[^;]*(\*|https?:)/.test(policy)]).toEqual([url, false]);
        expect([url, headers.get('cache-control')]).toEqual([url, expect.stringContaining('no-store')]);
        expect([url, headers.get('x-content-type-options')]).toEqual([url, 'nosniff']);
        expect([url, headers.get('referrer-policy')]).toEqual([url, 'same-origin']);
      }
    });

    test('answers with tokens or claims in them are not kept either', async () => {
      const { tokens } = await signIn(started, books, ana);
      const userinfo = await fetch(`${started.url}/me`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      const refreshed = await fetch(`${started.url}/token`, {
        method: 'POST',
        headers: { authorization: basicOf(books) },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }),
      });
      const explained = await fetch(`${started.url}/token/introspection`, {
        method: 'POST',
        headers: { authorization: basicOf(books) },
        body: new URLSearchParams({ token: tokens.access_token }),
      });
      for (const response of [userinfo, refreshed, explained]) {
        expect([response.status, response.headers.get('cache-control')]).toEqual([
          200,
          expect.stringContaining('no-store'),
        ]);
      }
    });
  });
});

type ProofKey = Awaited<ReturnType<typeof createProofKey>>;

async function createProofKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) };
}

async function proofOf(
  { privateKey, jwk }: ProofKey,
  { htm, htu, token }: { htm: string; htu: string; token?: string },
): Promise<string> {
  const ath = token === undefined ? {} : { ath: await oidc.calculatePKCECodeChallenge(token) };
  return new SignJWT({ htm, htu, jti: oidc.randomState(), ...ath })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .setIssuedAt()
    .sign(privateKey);
}

function basicOf({ clientId, secret }: RelyingParty): string {
  return `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
}

function subjectOf(idToken = ''): unknown {
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()).sub;
}
