import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatehouseProcess, startGatehouse } from '../support/processes.ts';

/**
 * The real server against nonsense: every endpoint, by every method, with values that break parsers. The nonsense is
 * the same in each run, so that a failure can be looked at.
 */
let server: GatehouseProcess;

beforeAll(async () => {
  server = await startGatehouse({ env: { LOG_LEVEL: 'warn' } });
});
afterAll(() => server.stop());

const PATHS = `/ /auth /auth/abc /token /me /jwks /session/end /session/end/confirm /token/introspection
  /token/revocation /request /device /reg /account /account/sessions /account/callback /first-administrator
  /set-password /interaction/x /interaction/x/login /interaction/x/consent /dev/mailbox.json
  /.well-known/openid-configuration /nowhere`.split(/\s+/);
const METHODS = ['GET', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
const NAMES =
  `client_id redirect_uri response_type response_mode scope state nonce prompt max_age code_challenge
  code_challenge_method resource claims id_token_hint login_hint ui_locales acr_values request request_uri grant_type
  code refresh_token code_verifier client_secret client_assertion client_assertion_type token token_type_hint
  access_token csrf identifier password email name decision logout xsrf post_logout_redirect_uri __proto__ constructor
  toString dpop_jkt registration authorization_details`.split(/\s+/);
const VALUES =
  `a %00 %ff % %E0%80%80 %ED%A0%80 %EF%BF%BD __proto__ constructor %5Bobject%20Object%5D %7B%22a%22%3A1%7D
  1e999 -1 NaN null true %5B%5D %F0%9F%98%80 %0d%0aX:%20y ..%2f.. %3Cscript%3E gatehouse-account openid code S256
  authorization_code refresh_token client_credentials eyJhbGciOiJub25lIn0.e30. http://%5B https://x%5Cy`.split(
    /\s+/,
  );
const TYPES = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'application/json',
  'text/xml',
  'multipart/form-data; boundary=a',
];
const JSON_BODIES = ['{}', '[]', 'null', '1', '{"__proto__":{}}', '{"a":'];
const AUTHORIZATIONS = [
  '',
  'Basic',
  'Basic !!!',
  `Basic ${Buffer.from('gatehouse-account:x').toString('base64')}`,
  `Basic ${Buffer.from('%E0%A4%A:x').toString('base64')}`,
  'Bearer x',
  `Bearer ${'a'.repeat(4000)}`,
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  'DPoP x',
];
const COOKIES = [
  '',
  'gatehouse-session=%00',
  `gatehouse-session=${'a'.repeat(43)}`,
  '=;;;',
  'gatehouse-csrf=__proto__',
];

test('nonsense never gets a 5xx or a stack, and the process lives', async () => {
  const { pick, chance, many } = createDice(20261121);
  const form = () => many(8, () => `${pick(NAMES)}=${pick(VALUES)}`).join('&');
  const failures: unknown[] = [];

  for (let count = 0; count < 1500; count += 1) {
    const method = pick(METHODS);
    const path = pick(PATHS) + (chance(0.6) ? `?${form()}` : '');
    const type = pick(TYPES);
    const body = ['GET', 'HEAD'].includes(method) ? '' : type.includes('json') ? pick(JSON_BODIES) : form();
    const headers = {
      accept: pick(['text/html', 'application/json', '*/*']),
      authorization: pick(AUTHORIZATIONS),
      cookie: pick(COOKIES),
      origin: pick(['null', 'https://evil.example', server.url]),
      ...(body === '' ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
    };
    const answer = await ask(method, path, headers, body);
    if (answer.status >= 500 || /\.ts:\d|node_modules|at async/.test(answer.body)) {
      failures.push({ method, path, headers, body, answer });
    }
  }

  expect(failures).toEqual([]);
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  expect(server.output()).not.toMatch(/"level":"(error|fatal)"/);
});

function ask(method: string, path: string, headers: Record<string, string>, body: string) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const { port, hostname } = new URL(server.url);
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
  const sent = request({ host: hostname, port, method, path, headers: given }, (res) => {
    let received = '';
    res.on('data', (chunk) => {
      received += chunk;
    });
    res.on('end', () => resolve({ status: res.statusCode ?? 0, body: received }));
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** Chance that is the same in each run (mulberry32). */
function createDice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
    chance: (probability: number) => next() < probability,
    many: <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + below(most) }, make),
  };
}
