import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createListener, type Listener } from '../../src/http/listen.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  signIn,
} from '../support/relying-party.ts';
import { type Answer, type Asker, createAsker, FORM, faultOf, type Question } from './asking.ts';

/** Every address that takes something from outside, and how its caller wants to be answered. */
const ENDPOINTS: readonly { method: string; path: string; form: 'json' | 'page' }[] = [
  { method: 'POST', path: '/token', form: 'json' },
  { method: 'POST', path: '/token/introspection', form: 'json' },
  { method: 'POST', path: '/token/revocation', form: 'json' },
  { method: 'POST', path: '/request', form: 'json' },
  { method: 'POST', path: '/me', form: 'json' },
  { method: 'POST', path: '/auth', form: 'page' },
  { method: 'POST', path: '/session/end', form: 'page' },
  { method: 'POST', path: '/session/end/confirm', form: 'page' },
  { method: 'POST', path: '/interaction/abc/login', form: 'page' },
  { method: 'POST', path: '/interaction/abc/consent', form: 'page' },
  { method: 'POST', path: '/interaction/abc/cancel', form: 'page' },
  { method: 'POST', path: '/interaction/abc/switch', form: 'page' },
  { method: 'POST', path: '/first-administrator', form: 'page' },
  { method: 'POST', path: '/set-password', form: 'page' },
  { method: 'POST', path: '/account/sign-out', form: 'page' },
  { method: 'POST', path: '/account/sessions/end', form: 'page' },
  { method: 'POST', path: '/account/sessions/end-others', form: 'page' },
  { method: 'POST', path: '/account/applications/withdraw', form: 'page' },
];

const PAGES = [
  '/',
  '/auth',
  '/auth/abc',
  '/session/end',
  '/session/end/success',
  '/interaction/abc',
  '/interaction/abc/login',
  '/interaction/abc/cancel',
  '/interaction/abc/switch',
  '/first-administrator',
  '/set-password',
  '/account',
  '/account/sessions',
  '/account/applications',
  '/account/sign-in',
  '/account/callback',
  '/dev/mailbox',
  '/health/live',
  '/health/ready',
];

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const BODIES: readonly [what: string, body: string | Buffer, type?: string][] = [
  ['nothing', ''],
  ['a NUL', 'a=%00&token=%00&client_id=%00'],
  ['a raw NUL', 'a=\0'],
  ['a NUL twice encoded', 'client_id=a%2500b&token=a%2500b'],
  ['bytes that are not UTF-8', Buffer.from([0x61, 0x3d, 0xff, 0xfe])],
  ['an overlong encoding', 'a=%c0%80'],
  ['a lone surrogate', 'client_id=%ed%a0%80&token=%ed%a0%80'],
  ['half an escape', 'client_id=%'],
  ['names of prototypes', '__proto__=a&constructor=b&__proto__[x]=c&toString=d&hasOwnProperty=e'],
  ['a name twice', 'client_id=a&client_id=b&token=a&token=b&grant_type=a&grant_type=b&csrf=a&csrf=b'],
  ['names as arrays', 'client_id[]=a&client_id[b]=c&token[]=a&grant_type[]=refresh_token'],
  ['negative and huge numbers', 'max_age=-1&client_id=-1&token=99999999999999999999&expires_in=1e309'],
  ['thousands of parameters', 'a=1&'.repeat(5000)],
  ['thousands of different parameters', Array.from({ length: 4000 }, (_, at) => `a${at}=1`).join('&')],
  ['more than 64 KB', `a=${'x'.repeat(70_000)}`],
  ['58 KB, which is more than oidc-provider takes', `token=${'x'.repeat(58 * 1024)}&client_id=a`],
  ['line ends', 'state=a%0d%0aSet-Cookie:%20a=b&client_id=%0d%0a'],
  ['raw line ends', 'state=a\r\nSet-Cookie: a=b&client_id=a\nb'],
  ['raw letters of other scripts', 'client_id=日本語&state=日本&token=é'],
  ['JSON', '{"client_id":"a"}', 'application/json'],
  ['JSON that is cut off', '{"client_id":', 'application/json'],
  ['JSON with __proto__', '{"__proto__":{"isAdmin":true}}', 'application/json'],
  ['JSON nested deeply', '['.repeat(30_000), 'application/json'],
  ['XML', '<a/>', 'text/xml'],
  ['parts', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'],
  ['a form in another charset', 'client_id=a', `${FORM}; charset=utf-16`],
  ['a form in a charset that nobody knows', 'client_id=a', `${FORM}; charset=nonsense`],
  ['a form in two charsets', 'client_id=a', `${FORM}; charset=utf-8; charset=x`],
  ['a type that is none', 'client_id=a', ';;;'],
  ['a type without end', 'client_id=a', `a/${'b'.repeat(4000)}`],
];

eachDatabase('bad input', (dialect) => {
  let started: TestApp;
  let listener: Listener;
  let asker: Asker;
  let direct: Asker;
  let party: RelyingParty;
  let person: { id: string; email: string };
  let basic: string;

  beforeAll(async () => {
    started = await startApp({ dialect });
    listener = createListener({ callback: started.app.callback, config: { host: '127.0.0.1', port: 0 } });
    asker = createAsker(started.url);
    direct = createAsker(`http://127.0.0.1:${(await listener.listen()).port}`);
    person = await createPerson(started);
    party = await createRelyingParty(started);
    basic = `Basic ${Buffer.from(`${party.clientId}:${party.secret}`).toString('base64')}`;
  });
  afterAll(async () => {
    expect((await asker.ask({ path: '/health/ready' })).status, 'the process lives and serves').toBe(200);
    const failures = started
      .log()
      .split('\n')
      .filter((line) => /"level":"(error|fatal)/.test(line))
      .map((line) => line.slice(0, 400));
    expect(failures, 'nothing failed in us').toEqual([]);
    await listener.close(0);
    await started.close();
  });

  /** Asks all of them, and tells which were answered wrongly. */
  async function faults(
    cases: readonly (Question & { what?: string; form: 'json' | 'page' | 'any'; mayServe?: boolean })[],
    by: Asker = asker,
  ): Promise<string[]> {
    const found: string[] = [];
    for (const { what = '', form, mayServe, ...question } of cases) {
      const answer: Answer = await by.ask(question);
      const fault = faultOf(answer, { form, ...(mayServe ? { mayServe } : {}) });
      if (fault)
        found.push(`${question.method ?? 'GET'} ${question.path.slice(0, 120)} with ${what}: ${fault}`);
    }
    return found;
  }

  describe.each(BODIES)('a body with %s', (what, body, type = FORM) => {
    test('is refused everywhere, in the form of the one who asked', async () => {
      const cases = ENDPOINTS.map(({ method, path, form }) => ({
        method,
        path,
        what,
        form,
        body,
        // POST /auth and /session/end only send the browser on, which is refused or served there.
        mayServe: path === '/auth' || path === '/session/end',
        headers: { 'content-type': type, ...(form === 'page' ? PAGE : {}) },
      }));
      expect(await faults(cases)).toEqual([]);
    });

    test('is refused also from a client that has proved who it is', async () => {
      const cases = ENDPOINTS.filter(({ form, path }) => form === 'json' && path !== '/me').map(
        ({ method, path, form }) => ({
          method,
          path,
          what,
          form,
          body,
          // RFC 7009 §2.2, RFC 7662 §2.2: an unknown token is no error.
          mayServe: path === '/token/revocation' || path === '/token/introspection',
          headers: { 'content-type': type, authorization: basic },
        }),
      );
      expect(await faults(cases)).toEqual([]);
    });
  });

  test('a POST that sends the browser on arrives there whole', async () => {
    for (const body of ['state=日本語', 'state=a\nb', 'state=a%0Ab', 'state=a#b', 'state=a b']) {
      const answer = await asker.post('/auth', body, PAGE);
      expect([body, answer.status]).toEqual([body, 303]);
      const sent = new URLSearchParams(body).get('state');
      expect(new URL(answer.headers.location ?? '', started.url).searchParams.get('state')).toBe(sent);
    }
  });

  test('methods that an address does not have are refused', async () => {
    const paths = [...new Set([...ENDPOINTS.map(({ path }) => path), ...PAGES])];
    const methods = ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'LINK', 'QUERY'];
    const cases = methods.flatMap((method) =>
      paths.map((path) => ({ method, path, what: method, form: 'any' as const })),
    );
    expect(await faults(cases)).toEqual([]);
  });

  test('an address is never guessed at: what is malformed in it is a 4xx', async () => {
    const tails = [
      '%00',
      '%',
      '%zz',
      '%ff',
      '%c0%af',
      '%ed%a0%80',
      '/../../etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '\\..\\',
      ';a=b',
      '//evil.example',
      '?a=%00',
      '?%00',
      '?a=%ff',
      `?a=${'x'.repeat(9000)}`,
      `?${'a&'.repeat(1500)}`,
      '?__proto__=1',
      '?a[__proto__]=1&constructor=x',
    ];
    const cases = PAGES.flatMap((path) =>
      tails.map((tail) => ({
        path:
          `${path === '/' ? '' : path}${tail.startsWith('%') || tail.startsWith('\\') ? '/' : ''}${tail}` ||
          '/',
        what: tail.slice(0, 20),
        form: 'any' as const,
        mayServe: true,
        headers: PAGE,
      })),
    );
    expect(await faults(cases)).toEqual([]);
  });

  test('the names of built-in objects are no notice, no language, no page and no app', async () => {
    const { visitor } = await signIn(started, party, person);
    const cookie = visitor.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const words = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
    const cases = words.flatMap((word) =>
      [
        `/account/sessions?notice=${word}`,
        `/account/applications?withdrawn=${word}`,
        `/account?ui_locales=${word}`,
        `/account/callback?state=${word}`,
        `/auth?client_id=${word}&response_type=code`,
        `/auth?client_id=${party.clientId}&response_type=${word}&response_mode=${word}&prompt=${word}&scope=${word}`,
        `/interaction/${word}?app=${word}`,
        `/set-password?token=${word}`,
        `/session/end?client_id=${word}&ui_locales=${word}`,
      ].map((path) => ({
        path,
        what: word,
        form: 'page' as const,
        mayServe: true,
        headers: { ...PAGE, cookie: `${cookie}; gatehouse-locale=${word}`, 'accept-language': word },
      })),
    );
    expect(await faults(cases)).toEqual([]);
  });

  describe('what hides inside a parameter', () => {
    const authorizationRequest = (values: Record<string, string>) =>
      `/auth?${new URLSearchParams({
        client_id: party.clientId,
        response_type: 'code',
        redirect_uri: party.redirectUri,
        scope: 'openid',
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        ...values,
      })}`;

    test('of the authorization endpoint never fails in us', async () => {
      const claims = [
        '{"id_token":{"sub":{"value":"\\u0000"}}}',
        '{"id_token":{"sub":{"value":"\\ud800"}}}',
        '{"id_token":{"sub":{"value":{"a":1}}}}',
        '{"id_token":{"sub":{"value":[1]}}}',
        '{"id_token":{"sub":{"value":1}}}',
        '{"id_token":{"sub":{"values":["\\u0000"]}}}',
        '{"id_token":{"\\u0000":null,"__proto__":{"value":1},"constructor":null}}',
        '{"userinfo":{"__proto__":null,"\\u0000":{"essential":true}}}',
        '{"id_token":{"acr":{"essential":true,"values":["\\u0000"]}}}',
        '{"id_token":{"auth_time":{"essential":"x"}}}',
        '{"id_token":[]}',
        '[]',
        'null',
        '1',
        '{',
        `{"userinfo":{${Array.from({ length: 300 }, (_, at) => `"c${at}":null`).join()}}}`,
      ].map((value) => ({ claims: value }));
      const odd: Record<string, string>[] = [
        ...claims,
        { max_age: '-1' },
        { max_age: '99999999999999999999999' },
        { max_age: '1e3' },
        { max_age: 'Infinity' },
        { prompt: 'none login' },
        { prompt: 'login consent select_account create' },
        { response_mode: 'form_post' },
        { response_mode: 'jwt' },
        { response_type: 'code id_token token' },
        { response_type: '' },
        { scope: '' },
        { scope: 'openid \u{1f600} " \\ offline_access' },
        { scope: 'x '.repeat(1000) },
        { resource: 'not a uri' },
        { resource: 'https://unknown.example' },
        { resource: 'javascript:alert(1)' },
        { redirect_uri: 'javascript:alert(1)' },
        { redirect_uri: 'http://localhost:9999/callback#x' },
        { redirect_uri: 'http://localhost:9999/callback/../evil' },
        { redirect_uri: `http://localhost:9999/${'x'.repeat(3000)}` },
        { state: '\u{1f600}\u202e\n\r' },
        { nonce: '\n'.repeat(100) },
        { ui_locales: 'x '.repeat(500) },
        { ui_locales: '../../etc' },
        { login_hint: '\u{10ffff}'.repeat(300) },
        { id_token_hint: 'a.b.c' },
        { id_token_hint: jwtOf({ sub: '\0' }) },
        { request: 'a.b.c' },
        { request: jwtOf({ client_id: '\0' }) },
        { request_uri: 'urn:ietf:params:oauth:request_uri:\u{1f600}' },
        { request_uri: 'https://evil.example/request' },
        { code_challenge: 'short' },
        { code_challenge: 'x'.repeat(129) },
        { code_challenge_method: 'plain' },
        { dpop_jkt: 'x' },
        { acr_values: 'x '.repeat(300) },
        { client_id: party.clientId.toUpperCase() },
        { client_id: 'gatehouse-account' },
        { authorization_details: '[{"type":"x"}]' },
        { registration: '{}' },
      ];
      const cases = odd.map((values) => ({
        path: authorizationRequest(values),
        what: JSON.stringify(values).slice(0, 80),
        form: 'page' as const,
        mayServe: true,
        headers: PAGE,
      }));
      expect(await faults(cases)).toEqual([]);
      // And what is served leads to a page that can be drawn.
      const failed: string[] = [];
      for (const { path, what } of cases) {
        const page = await createVisitor(started.url).open(path);
        if (page.status >= 500) failed.push(`${what}: ${page.status}`);
      }
      expect(failed).toEqual([]);
    });

    test('of a person who is signed in neither', async () => {
      const { visitor } = await authorize(started, party, person);
      const failed: string[] = [];
      for (const claims of [
        '{"id_token":{"sub":{"value":"\\u0000"}}}',
        '{"userinfo":{"\\u0000":null,"\\ud800":null}}',
        '{"userinfo":{"__proto__":null}}',
        '{"userinfo":{"constructor":null,"toString":null}}',
        '{"id_token":{"sub":{"value":"\\ud800"}}}',
      ]) {
        for (const prompt of ['login', 'consent', 'none']) {
          let page = await visitor.copy().open(authorizationRequest({ claims, prompt }));
          if (page.status >= 500) failed.push(`${claims} ${prompt}: ${page.status}`);
          const consent = page.forms.find(({ action }) => action.includes('/consent'));
          if (!consent) continue;
          page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
          if (page.status >= 500) failed.push(`${claims} ${prompt}, allowed: ${page.status}`);
        }
      }
      expect(failed).toEqual([]);
    });

    test('of a token that was not signed by us is not looked up', async () => {
      const odd: unknown[] = [
        '\0',
        'a\0b',
        '\ud800',
        1,
        -1,
        true,
        null,
        [],
        ['a'],
        {},
        { toString: 1 },
        'x'.repeat(3000),
        '__proto__',
      ];
      const cases = odd.flatMap((value) => [
        {
          path: `/session/end?id_token_hint=${jwtOf({ aud: value, sub: value })}`,
          what: `aud ${JSON.stringify(value).slice(0, 40)}`,
          form: 'page' as const,
          headers: PAGE,
        },
        ...['/token', '/token/introspection', '/token/revocation', '/request'].map((path) => ({
          method: 'POST',
          path,
          what: `an assertion of ${JSON.stringify(value).slice(0, 40)}`,
          form: 'json' as const,
          headers: { 'content-type': FORM },
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            token: 'x',
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: jwtOf({ sub: value, iss: value, jti: value, aud: value }),
          }).toString(),
        })),
        {
          method: 'POST',
          path: '/token/introspection',
          what: `a token of ${JSON.stringify(value).slice(0, 40)}`,
          form: 'json' as const,
          mayServe: true,
          headers: { 'content-type': FORM, authorization: basic },
          body: new URLSearchParams({ token: jwtOf({ grant_id: value, client_id: value }) }).toString(),
        },
      ]);
      expect(await faults(cases)).toEqual([]);
    });
  });

  test('odd headers are no failure of ours', async () => {
    const odd: Record<string, string | string[]>[] = [
      { authorization: 'Basic' },
      { authorization: 'Basic  ' },
      { authorization: 'Basic !!!!' },
      { authorization: `Basic ${Buffer.from('nocolon').toString('base64')}` },
      { authorization: `Basic ${Buffer.from(':').toString('base64')}` },
      { authorization: `Basic ${Buffer.from('%zz:%zz').toString('base64')}` },
      { authorization: `Basic ${Buffer.from('%00:%00').toString('base64')}` },
      { authorization: `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}` },
      { authorization: `Basic ${Buffer.from('a\0:b').toString('base64url')}` },
      { authorization: `basic ${Buffer.from('%ed%a0%80:x').toString('base64')}` },
      { authorization: 'Bearer' },
      { authorization: 'Bearer a b' },
      { authorization: `Bearer ${'x'.repeat(6000)}` },
      { authorization: `Bearer ${jwtOf({ sub: '\0' })}` },
      { authorization: 'DPoP x' },
      { authorization: 'DPoP x', dpop: 'x' },
      { dpop: jwtOf({ jti: '\0' }) },
      { dpop: 'ÿ' },
      { authorization: 'Digest username="\\"' },
      { cookie: 'gatehouse-session=ÿ; gatehouse-interaction=%00' },
      { cookie: `gatehouse-session=${'x'.repeat(8000)}` },
      { cookie: `${'a=b; '.repeat(2000)}` },
      { cookie: 'gatehouse-session=; =; ;;; gatehouse-csrf="x"' },
      { cookie: 'gatehouse-account=..; gatehouse-ticket=%ff; gatehouse-device=' },
      { 'accept-language': `${'x;q=,'.repeat(500)}` },
      { 'accept-encoding': 'gzip;q=x, *;q=-1' },
      { accept: '/' },
      { accept: 'text/html;q=nonsense' },
      { origin: 'null' },
      { origin: 'http://[::1' },
      { origin: 'ÿ' },
      { 'user-agent': 'ÿ'.repeat(5000) },
      { 'x-forwarded-for': "'; drop table users; --" },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'ftp' },
      { forwarded: 'for="_x' },
      { host: 'evil.example' },
      { host: 'a b' },
      { range: 'bytes=-1-1' },
      { 'if-modified-since': 'x', 'if-none-match': '*' },
      { 'content-encoding': 'br' },
      { expect: '200-maybe' },
      { 'transfer-encoding': 'identity' },
      { 'access-control-request-method': 'ÿ', origin: 'http://evil.example' },
      { 'oauth-client-attestation': jwtOf({ sub: '\0' }), 'oauth-client-attestation-pop': 'x' },
      Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`x-${at}`, 'y'])),
    ];
    const places = [
      '/auth',
      '/me',
      '/account',
      '/jwks',
      '/interaction/abc',
      '/health/ready',
      '/first-administrator',
    ];
    const cases = odd.flatMap((headers) => [
      ...places.map((path) => ({
        path,
        what: JSON.stringify(headers).slice(0, 60),
        form: 'any' as const,
        mayServe: true,
        headers,
      })),
      ...['/token', '/token/introspection', '/request', '/interaction/abc/login'].map((path) => ({
        method: 'POST',
        path,
        what: JSON.stringify(headers).slice(0, 60),
        form: 'any' as const,
        headers: { 'content-type': FORM, ...headers },
        body: 'grant_type=client_credentials&token=x',
      })),
    ]);
    expect(await faults(cases)).toEqual([]);
  });

  test('forms of people with odd values in them are refused on a page', async () => {
    const link = await started.modules.users.links.create('set-password', {
      userId: person.id,
      ttlSeconds: 600,
    });
    const visitor = createVisitor(started.url);
    const failed: string[] = [];
    const odd = [
      '\u{1f600}'.repeat(300),
      '\u202e',
      'a\nb',
      '\ufeff',
      "' or 1=1 --",
      'x'.repeat(20_000),
      '__proto__',
    ];
    for (const value of odd) {
      const login = await visitor.open('/account');
      const form = login.forms.find(({ action }) => action.includes('/login'));
      if (form) {
        const page = await visitor.submit(
          login,
          { identifier: value, password: value, remember: value },
          { form: '/login' },
        );
        if (page.status !== 422 && page.status !== 429)
          failed.push(`login ${value.slice(0, 9)}: ${page.status}`);
      }
      for (const [path, fields] of [
        ['/set-password', { token: link.token, password: value, again: `${value}x` }],
        ['/set-password', { token: value, password: value }],
        ['/first-administrator', { token: value, name: value, email: value, password: value }],
        ['/interaction/abc/login', { identifier: value }],
      ] as const) {
        const page = await visitor.post(path, { ...fields, csrf: value });
        if (page.status < 400 || page.status >= 500)
          failed.push(`${path} ${value.slice(0, 9)}: ${page.status}`);
      }
    }
    expect(failed).toEqual([]);
  });

  describe('shapes by which one request is smuggled behind another', () => {
    const head = 'POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n';
    const smuggled = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    test.each([
      ['two lengths that differ', `${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\na=1`],
      [
        'a length and chunks',
        `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      ],
      ['a length with a sign', `${head}Content-Length: +3\r\n\r\na=1${smuggled}`],
      ['a length that is a list', `${head}Content-Length: 3, 3\r\n\r\na=1${smuggled}`],
      ['a length below zero', `${head}Content-Length: -1\r\n\r\n${smuggled}`],
      ['chunks named oddly', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
      ['chunks named twice', `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
      ['a space before the colon', `${head}Content-Length : 3\r\n\r\na=1${smuggled}`],
      ['a folded header', `${head}X: a\r\n b\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`],
      [
        'a chunk of a size that is none',
        `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n${smuggled}`,
      ],
      ['a bare line feed', `POST /token HTTP/1.1\nHost: a\nContent-Length: 3\n\na=1${smuggled}`],
      ['a NUL in the head', `${head}X: a\0b\r\nContent-Length: 3\r\n\r\na=1`],
    ])('%s: never more than one answer, and that a 4xx', async (_, bytes) => {
      const answer = await direct.raw(bytes.includes('Connection: close') ? bytes : `${bytes}${smuggled}`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain('"status":"ok"');
    });
  });

  test('a request that names two hosts is refused (RFC 9112 §3.2)', async () => {
    const answer = await direct.raw(
      'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a body that never ends holds up nobody else, and leaves nothing when it is given up', async () => {
    const { connect } = await import('node:net');
    const { port } = new URL(started.url);
    const slow = await Promise.all(
      Array.from({ length: 50 }, (_, at) => {
        const path = at % 2 === 0 ? '/token' : '/interaction/abc/login';
        return new Promise<ReturnType<typeof connect>>((resolve) => {
          const socket = connect(Number(port), 'localhost', () =>
            socket.write(
              `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: 1000\r\n\r\ngrant_type=`,
              () => resolve(socket),
            ),
          );
          socket.on('error', () => {});
        });
      }),
    );
    expect((await asker.ask({ path: '/health/ready' })).status).toBe(200);
    expect((await asker.post('/token', 'grant_type=x')).status).toBe(400);
    for (const socket of slow) socket.destroy();
    expect((await asker.ask({ path: '/health/ready' })).status).toBe(200);
  });

  test('a thousand requests made at random find nothing (a fixed seed)', async () => {
    const random = randomFrom(20261121);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const { visitor, tokens } = await signIn(started, party, person);
    const cookie = visitor.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const names = (
      'client_id client_secret grant_type code redirect_uri code_verifier refresh_token scope token token_type_hint ' +
      'resource response_type response_mode state nonce prompt max_age claims id_token_hint login_hint ui_locales ' +
      'acr_values request request_uri code_challenge code_challenge_method csrf identifier password remember decision ' +
      'session client name email again xsrf logout post_logout_redirect_uri client_assertion client_assertion_type ' +
      'access_token app notice withdrawn error iss __proto__ constructor'
    ).split(' ');
    const values = [
      party.clientId,
      party.redirectUri,
      party.secret ?? '',
      tokens.refresh_token ?? '',
      tokens.access_token,
      tokens.id_token ?? '',
      'authorization_code refresh_token client_credentials'.split(' '),
      'code none id_token'.split(' '),
      'openid',
      'openid offline_access profile',
      'none login consent'.split(' '),
      'S256',
      'x'.repeat(43),
      '\0',
      '%00',
      '%2500',
      '\ud83d',
      '\u{1f600}',
      '{"id_token":{"sub":{"value":"\\u0000"}}}',
      '-1',
      '1e400',
      '',
      'a'.repeat(2000),
      'urn:ietf:params:oauth:request_uri:x',
      'https://evil.example/',
      '<script>',
      'allow',
      jwtOf({ sub: '\0', aud: ['\0'] }),
    ].flat();
    const parameters = () =>
      Array.from({ length: Math.floor(random() * 12) }, () => {
        const value = pick(values);
        const written =
          random() < 0.9 ? encodeURIComponent(value.toWellFormed()) : value.replaceAll(/[^!-~]|[&#]/g, '');
        return `${pick(names)}=${written}`;
      }).join('&');
    const found: string[] = [];
    for (let at = 0; at < 1000; at += 1) {
      const isPost = random() < 0.6;
      const path = isPost ? pick(ENDPOINTS).path : pick([...PAGES, '/me', '/jwks', '/token']);
      const query = random() < 0.7 ? parameters() : '';
      const headers = {
        ...(random() < 0.5 ? PAGE : { accept: pick(['application/json', '*/*', 'text/plain', '']) }),
        ...(random() < 0.3 ? { authorization: pick([basic, `Bearer ${tokens.access_token}`, 'x']) } : {}),
        ...(random() < 0.4 ? { cookie } : {}),
        ...(isPost
          ? { 'content-type': random() < 0.9 ? FORM : pick(['application/json', 'text/plain', FORM]) }
          : {}),
      };
      const question = {
        method: isPost ? 'POST' : 'GET',
        path: Buffer.from(query === '' || isPost ? path : `${path}?${query}`).toString('latin1'),
        headers,
        ...(isPost ? { body: query } : {}),
      };
      const answer = await asker.ask(question);
      const fault = faultOf(answer, { form: 'any', mayServe: true });
      if (fault) found.push(`#${at} ${question.method} ${question.path} ${isPost ? query : ''}: ${fault}`);
    }
    expect(found).toEqual([]);
  });
});

/** A JWT whose signature is none. */
function jwtOf(payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'at+jwt', kid: 'x' })}.${part(payload)}.${Buffer.from('x').toString('base64url')}`;
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
