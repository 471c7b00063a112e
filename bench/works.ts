import { createHash } from 'node:crypto';
import type { Answer, Connection } from './connection.ts';

/** What a load generator has to know of a server. Both kinds of server give it, so that the requests are the same. */
export type Facts = {
  port: number;
  /** `Host`, as the issuer writes it. */
  host: string;
  issuer: string;
  /** Confidential clients with `client_secret_basic`. */
  service: { id: string; secret: string };
  web: { id: string; secret: string; redirectUri: string };
  /** Who introspects opaque tokens: the app itself. Who introspects JWTs of the API: the API. */
  api?: { id: string; secret: string };
  resource: string;
  /** People who are signed in: the whole `Cookie` header, and who they are. */
  sessions: { cookie: string; userId: string; email?: string; apiKey?: string }[];
};

/** One caller: its connection, its person, and what it keeps between two pieces of work. */
export type Caller = {
  connection: Connection;
  facts: Facts;
  person: Facts['sessions'][number];
  /** For requests that must differ. */
  turn: number;
  refreshToken?: string;
  opaqueToken?: string;
  jwt?: string;
  etag?: string;
  /** The cookie of a browser in which the person signed in before. */
  device?: string;
};

export type Work = {
  name: string;
  /** What the row of the table says. */
  title: string;
  /** Before the clock runs: gets the tokens that the work presents. */
  prepare?(caller: Caller): Promise<void>;
  /** One piece of work. Throws when an answer is not right. */
  run(caller: Caller): Promise<void>;
};

export const PASSWORD = 'correct horse battery staple';

const VERIFIER = 'bench-verifier-bench-verifier-bench-verifier-43';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export const works: readonly Work[] = [
  {
    name: 'client-credentials',
    title: 'client credentials, ES256 JWT',
    async run(caller) {
      const { facts } = caller;
      const answer = await token(caller, facts.service, {
        grant_type: 'client_credentials',
        resource: facts.resource,
        scope: 'read',
      });
      const claims = claimsOf(answer.access_token);
      expect(claims.client_id === facts.service.id && claims.aud === facts.resource, 'claims', claims);
    },
  },
  {
    name: 'code-flow',
    title: 'code flow with a session (authorize + token)',
    async run(caller) {
      const { nonce, code } = await authorize(caller, { scope: 'openid read', resource: true });
      await redeem(caller, code, nonce);
    },
  },
  {
    name: 'silent-renewal',
    title: 'silent renewal (`prompt=none`)',
    async run(caller) {
      await authorize(caller, { scope: 'openid read', resource: true, prompt: 'none' });
    },
  },
  {
    name: 'refresh',
    title: 'refresh with rotation, durable',
    async prepare(caller) {
      const { nonce, code } = await authorize(caller, { scope: 'openid read', resource: true });
      caller.refreshToken = required(await redeem(caller, code, nonce), 'refresh_token');
    },
    async run(caller) {
      const presented = caller.refreshToken ?? '';
      const answer = await token(caller, caller.facts.web, {
        grant_type: 'refresh_token',
        refresh_token: presented,
      });
      expect(claimsOf(answer.id_token).sub === caller.person.userId, 'sub', answer);
      caller.refreshToken = required(answer, 'refresh_token');
      expect(caller.refreshToken !== presented, 'the refresh token was rotated', answer);
    },
  },
  {
    name: 'introspection-opaque',
    title: 'introspection of an opaque token',
    prepare: getOpaqueToken,
    run: (caller) => introspect(caller, caller.opaqueToken ?? '', caller.facts.web),
  },
  {
    name: 'introspection-jwt',
    title: 'introspection of our JWT (the bare library: opaque)',
    async prepare(caller) {
      if (!caller.facts.api) return getOpaqueToken(caller);
      const { nonce, code } = await authorize(caller, { scope: 'openid read', resource: true });
      caller.jwt = required(await redeem(caller, code, nonce), 'access_token');
    },
    run: (caller) =>
      caller.facts.api
        ? introspect(caller, caller.jwt ?? '', caller.facts.api)
        : introspect(caller, caller.opaqueToken ?? '', caller.facts.web),
  },
  {
    name: 'api-key-verify',
    title: 'verification of an API key, counted against its tier',
    run: verifyKey,
  },
  {
    name: 'userinfo',
    title: 'userinfo',
    prepare: getOpaqueToken,
    async run(caller) {
      const answer = await caller.connection.request({
        path: '/me',
        headers: { Authorization: `Bearer ${caller.opaqueToken}` },
      });
      expectStatus(answer, 200);
      expect(json(answer).sub === caller.person.userId, 'sub', answer);
    },
  },
  {
    name: 'discovery',
    title: 'discovery',
    run: (caller) => document(caller, '/.well-known/openid-configuration'),
  },
  { name: 'jwks', title: 'JWKS', run: (caller) => document(caller, '/jwks') },
  {
    name: 'password',
    title: 'password sign-in',
    run: signIn,
  },
  {
    name: 'password-again',
    title: 'password sign-in in a browser that signed in before',
    async prepare(caller) {
      caller.device = deviceOf((await signInOf(caller)).cookie);
    },
    run: signIn,
  },
];

async function document({ connection }: Caller, path: string): Promise<void> {
  const answer = await connection.request({ path });
  expectStatus(answer, 200);
  expect(answer.body.length > 100 && answer.body.endsWith('}'), 'a document', answer);
}

async function getOpaqueToken(caller: Caller): Promise<void> {
  const { nonce, code } = await authorize(caller, { scope: 'openid' });
  caller.opaqueToken = required(await redeem(caller, code, nonce), 'access_token');
}

async function authorize(
  caller: Caller,
  { scope, resource = false, prompt }: { scope: string; resource?: boolean; prompt?: string },
): Promise<{ code: string; nonce: string }> {
  const { connection, facts, person } = caller;
  caller.turn += 1;
  const nonce = `n${caller.turn}`;
  const query = new URLSearchParams({
    client_id: facts.web.id,
    response_type: 'code',
    redirect_uri: facts.web.redirectUri,
    scope,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: nonce,
    nonce,
    ...(resource ? { resource: facts.resource } : {}),
    ...(prompt === undefined ? {} : { prompt }),
  });
  const answer = await connection.request({ path: `/auth?${query}`, headers: { Cookie: person.cookie } });
  expectStatus(answer, 303);
  const target = new URL(answer.headers.get('location') ?? 'none:');
  const code = target.searchParams.get('code');
  expect(code !== null && target.searchParams.get('state') === nonce, 'a code', answer);
  expect(target.searchParams.get('iss') === facts.issuer, 'iss', answer);
  return { code: code ?? '', nonce };
}

async function redeem(caller: Caller, code: string, nonce: string): Promise<Record<string, unknown>> {
  const { facts, person } = caller;
  const answer = await token(caller, facts.web, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: facts.web.redirectUri,
    code_verifier: VERIFIER,
  });
  const claims = claimsOf(answer.id_token);
  expect(claims.sub === person.userId && claims.nonce === nonce, 'the ID token is of the asker', claims);
  expect(typeof answer.refresh_token === 'string', 'a refresh token', answer);
  return answer;
}

async function introspect(
  caller: Caller,
  presented: string,
  by: { id: string; secret: string },
): Promise<void> {
  const answer = await caller.connection.request({
    method: 'POST',
    path: '/token/introspection',
    headers: { Authorization: basic(by) },
    body: `token=${encodeURIComponent(presented)}`,
  });
  expectStatus(answer, 200);
  const { active, sub } = json(answer);
  expect(active === true && sub === caller.person.userId, 'an active token of the asker', answer);
}

async function verifyKey({ connection, facts, person }: Caller): Promise<void> {
  const answer = await connection.request({
    method: 'POST',
    path: '/api-keys/verify',
    headers: {
      Authorization: basic(facts.api ?? { id: '', secret: '' }),
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ key: person.apiKey, scope: 'read', address: '203.0.113.9' }),
  });
  expectStatus(answer, 200);
  const { active, sub } = json(answer);
  expect(active === true && sub === person.userId, 'an active key of the asker', answer);
}

async function token(
  { connection }: Caller,
  client: { id: string; secret: string },
  parameters: Record<string, string>,
): Promise<Record<string, unknown>> {
  const answer = await connection.request({
    method: 'POST',
    path: '/token',
    headers: { Authorization: basic(client) },
    body: new URLSearchParams(parameters).toString(),
  });
  expectStatus(answer, 200);
  return json(answer);
}

/** The whole sign-in of a browser that is not signed in: to the page, the form, back to the app. */
export async function signIn(caller: Caller): Promise<void> {
  caller.person.cookie = (await signInOf(caller)).cookie;
}

/** A browser that is not signed in anywhere signs in. Answers its cookies. */
export async function signInOf({ connection, facts, person, device }: Caller): Promise<{ cookie: string }> {
  const jar = new Map<string, string>();
  if (device !== undefined) jar.set(...splitPair(device));
  const go = async (method: 'GET' | 'POST', address: string, body?: string) => {
    const url = new URL(address, facts.issuer);
    const answer = await connection.request({
      method,
      path: url.pathname + url.search,
      headers: {
        Accept: 'text/html',
        'Accept-Encoding': 'gzip, deflate, br',
        Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined
          ? {}
          : { Origin: new URL(facts.issuer).origin, 'Sec-Fetch-Site': 'same-origin' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.setCookies) {
      const [pair = ''] = line.split(';', 1);
      const [name, value] = splitPair(pair);
      const isGone = /expires=Thu, 01 Jan 1970/i.test(line);
      if (isGone) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };

  const query = new URLSearchParams({
    client_id: facts.web.id,
    response_type: 'code',
    redirect_uri: facts.web.redirectUri,
    scope: 'openid read',
    resource: facts.resource,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 's',
    nonce: 'n',
  });
  let answer = await go('GET', `/auth?${query}`);
  expectStatus(answer, 303);
  const pageAddress = answer.headers.get('location') ?? '';
  answer = await go('GET', pageAddress);
  expectStatus(answer, 200);
  const form = /<form\b[^>]*action="([^"]*\/login[^"]*)"[^>]*>(.*?)<\/form>/s.exec(answer.body);
  const fields = new URLSearchParams();
  for (const [, input = ''] of (form?.[2] ?? '').matchAll(/<input\b([^>]*)>/g)) {
    const name = attribute(input, 'name');
    if (name !== undefined && !/type="?checkbox/.test(input))
      fields.set(name, attribute(input, 'value') ?? '');
  }
  fields.set('identifier', person.email ?? '');
  fields.set('password', PASSWORD);
  answer = await go('POST', unescaped(form?.[1] ?? pageAddress), fields.toString());
  for (let hop = 0; hop < 5; hop += 1) {
    expectStatus(answer, 303);
    const next = new URL(answer.headers.get('location') ?? '', facts.issuer);
    if (next.href.startsWith(facts.web.redirectUri)) {
      expect(next.searchParams.has('code'), 'a code', answer);
      return { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
    }
    answer = await go('GET', next.href);
  }
  throw new Error('the sign-in did not come back to the app');
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function deviceOf(cookies: string): string {
  return cookies.split('; ').find((pair) => /^[^=]*-device=/.test(pair)) ?? '';
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|([^\\s>]+))`).exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : unescaped(value);
}

const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');

const basic = ({ id, secret }: { id: string; secret: string }) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

const json = (answer: Answer) => JSON.parse(answer.body) as Record<string, unknown>;

function claimsOf(jwt: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString());
}

function required(answer: Record<string, unknown>, name: string): string {
  const value = answer[name];
  expect(typeof value === 'string', name, answer);
  return String(value);
}

function expectStatus(answer: Answer, status: number): void {
  expect(answer.status === status, `status ${status}`, answer);
}

function expect(isRight: boolean, what: string, found: unknown): void {
  if (isRight) return;
  const shown = found instanceof Object && 'headers' in found ? { ...found, headers: undefined } : found;
  throw new Error(`not right: ${what} in ${JSON.stringify(shown).slice(0, 600)}`);
}
