import { randomBytes } from 'node:crypto';
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

/**
 * A stranger who says something new with each request, in every place where something can be said: whatever the server
 * keeps of it under a name of the stranger's own grows for ever.
 */
export function createStranger(origin: string, { lanes = 16 } = {}) {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const statuses: Record<string, number> = {};
  const kinds = Object.entries(QUESTIONS);
  let asked = 0;

  return {
    /** How often each kind of question had which answer. */
    statuses,

    /** So many requests, each of the next kind, a few at a time. */
    async ask(count: number): Promise<void> {
      const end = asked + count;
      await Promise.all(
        Array.from({ length: lanes }, async () => {
          while (asked < end) {
            const [kind, question] = kinds[asked % kinds.length] as (typeof kinds)[number];
            asked += 1;
            const status = await send(question(randomBytes(12).toString('hex'), origin));
            const name = `${kind}: ${status}`;
            statuses[name] = (statuses[name] ?? 0) + 1;
          }
        }),
      );
    },

    close: () => agent.destroy(),
  };

  function send({ path, headers = {}, form }: Question): Promise<number> {
    const body = form && new URLSearchParams(form).toString();
    return new Promise((resolve, reject) => {
      const sent = request({
        agent,
        host: hostname,
        port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...everyHeader(randomBytes(12).toString('hex')),
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }),
          ...headers,
        },
      });
      sent.once('response', (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

type Question = { path: string; headers?: OutgoingHttpHeaders; form?: Record<string, string> };

/** New in each request, whatever it asks. */
function everyHeader(one: string): OutgoingHttpHeaders {
  const [a, b, c] = randomBytes(3);
  return {
    accept: 'text/html',
    'accept-language': `${one.slice(0, 8)}-${one.slice(8, 10)}, de;q=0.5`,
    'user-agent': `Mozilla/5.0 (${one}) Version/1 Safari/1`,
    'sec-ch-ua-model': `"${one}"`,
    'x-forwarded-for': `${one}, 10.${a}.${b}.${c}`,
    'x-request-id': one,
    host: `${one}.example`,
    origin: `https://${one}.example`,
    referer: `https://${one}.example/${one}`,
    'if-none-match': `"${one}"`,
    cookie: COOKIES.map((name) => `gatehouse-${name}=${one.repeat(2).slice(0, 43).padEnd(43, 'a')}`).join(
      '; ',
    ),
  };
}

const COOKIES = [
  'csrf',
  'device',
  'interaction',
  'resume',
  'ticket',
  'email',
  'remembered',
  'passkeys',
  one(),
];

function one(): string {
  return randomBytes(6).toString('hex');
}

const QUESTIONS: Readonly<Record<string, (one: string, origin: string) => Question>> = {
  path: (one) => ({ path: `/${one}` }),
  'deep path': (one) => ({ path: `/${one.slice(0, 9)}/${one.slice(9, 18)}/${one}` }),
  query: (one) => ({ path: `/jwks?${one}=${one}` }),
  fragment: (one) => ({ path: `/jwks#${one}` }),
  'fragment of metadata': (one) => ({ path: `/.well-known/openid-configuration#${one}` }),
  interaction: (one) => ({ path: `/interaction/${one}/login` }),
  resume: (one) => ({ path: `/auth/${one}` }),
  account: (one) => ({ path: `/account/${one}` }),
  'client at the login': (one) => ({ path: `/auth?client_id=${one}&response_type=code&state=${one}` }),
  'beginning of a sign-in': (one, origin) => ({
    path: `/auth?${new URLSearchParams({
      client_id: 'gatehouse-account',
      redirect_uri: `${origin}/account/callback`,
      response_type: 'code',
      scope: 'openid',
      state: one,
      code_challenge: one.repeat(2).slice(0, 43).padEnd(43, 'a'),
      code_challenge_method: 'S256',
      ui_locales: one,
      login_hint: `${one}@example.com`,
    })}`,
  }),
  'sign-out': (one) => ({ path: `/session/end?client_id=${one}&id_token_hint=${one}` }),
  recovery: (one) => ({ path: `/recovery?app=${one}` }),
  client: (one) => ({ path: '/token', form: { client_id: one, grant_type: one, code: one } }),
  'Basic credentials': (one) => ({
    path: '/token',
    headers: { authorization: `Basic ${btoa(`${one}:${one}`)}` },
    form: { grant_type: 'refresh_token', refresh_token: one },
  }),
  assertion: (one) => ({
    path: '/token',
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: [
        { alg: 'ES256', kid: one },
        { iss: one, sub: one, aud: one, jti: one },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .concat(one)
        .join('.'),
    },
  }),
  'pushed request': (one) => ({
    path: '/request',
    form: { client_id: one, redirect_uri: `https://${one}.example/`, resource: `https://${one}.example/` },
  }),
  introspection: (one) => ({ path: '/token/introspection', form: { client_id: one, token: one } }),
  userinfo: (one) => ({ path: '/me', headers: { authorization: `Bearer ${one}` } }),
  proof: (one) => ({ path: '/me', headers: { authorization: `DPoP ${one}`, dpop: `${one}.${one}.${one}` } }),
};
