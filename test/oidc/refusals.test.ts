import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorUri } from '../../src/http/error-uri.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { listReasons } from '../../src/oidc/refusals/refusals.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { repository } from '../support/processes.ts';
import { refusalLine } from '../support/refusal-line.ts';
import {
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  signIn,
} from '../support/relying-party.ts';

const API = 'https://api.example.com/v1';
const VERIFIER = 'a-verifier-of-a-test-that-is-long-enough-for-rfc-7636';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let started: TestApp;
let person: { id: string; email: string };
let party: RelyingParty;
let other: RelyingParty;
let signer: { clientId: string };
let signingKey: CryptoKey;
let visitor: Visitor;

beforeAll(async () => {
  started = await startApp();
  person = await createPerson(started);
  party = await createRelyingParty(started, {
    redirectUris: ['http://localhost:9999/callback', 'https://app.example.com/cb?tenant=1'],
    postLogoutRedirectUris: ['https://app.example.com/bye'],
    scope: 'openid profile read',
  });
  other = await createRelyingParty(started);
  const pair = await generateKeyPair('ES256', { extractable: true });
  signingKey = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const { client } = await started.modules.clients.create(
    {
      name: 'Signer',
      redirectUris: [party.redirectUri],
      grants: ['authorization_code', 'refresh_token'],
      authMethod: 'private_key_jwt',
      jwks: { keys: [jwk] },
    },
    SYSTEM,
  );
  signer = { clientId: client.id };
  await started.modules.resourceServers.create(
    {
      identifier: API,
      scopes: [{ name: 'read', sentence: 'Read' }],
    },
    SYSTEM,
  );
  visitor = createVisitor(started.url);
  await signIn(started, party, person, {}, visitor);
  await signIn(started, other, person, {}, visitor);
});
afterAll(() => started.close());

type Told = { reference: string; text: string; status: number };

/** What the operator reads under the reference id that the client was told. */
const logged = ({ reference }: Told): Promise<Record<string, unknown>> => refusalLine(started, reference);

async function ask(
  path: string,
  body: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Told> {
  const response = await fetch(started.url + path, {
    method: 'POST',
    body: new URLSearchParams(body),
    headers,
  });
  const text = await response.text();
  const reference = response.headers.get('x-request-id') ?? '';
  const { error, error_uri: uri, ...others } = JSON.parse(text);
  expect(uri).toBe(errorUri({ issuer: started.url }, error, reference));
  expect(others).not.toHaveProperty('reference_id');
  return { reference, text, status: response.status };
}

const basic = ({ clientId, secret }: { clientId: string; secret?: string | undefined }) => ({
  authorization: `Basic ${btoa(`${clientId}:${secret}`)}`,
});
const token = (body: Record<string, string>, headers: Record<string, string> = basic(party)) =>
  ask('/token', body, headers);

/** An authorization request without a page: what the browser or the app is told. */
async function authorizing(parameters: Record<string, string | undefined>, more = ''): Promise<Told> {
  const given = {
    client_id: party.clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: party.redirectUri,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...parameters,
  };
  const query = new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const response = await fetch(`${started.url}/auth?${query}&${more}`, {
    redirect: 'manual',
    headers: { accept: 'text/html' },
  });
  const reference = response.headers.get('x-request-id') ?? '';
  const location = response.headers.get('location');
  const text = location ?? (await response.text());
  if (!location) expect(text).toContain(reference);
  else {
    const { searchParams, hash } = new URL(location);
    const answer = searchParams.has('error') ? searchParams : new URLSearchParams(hash.slice(1));
    expect(answer.get('error_uri')).toBe(
      errorUri({ issuer: started.url }, answer.get('error') ?? '', reference),
    );
    expect(answer.has('reference_id')).toBe(false);
  }
  const told = location ? decodeURIComponent(location.replaceAll('+', ' ')) : text;
  return { reference, text: told, status: response.status };
}

const codeFor = async (of: RelyingParty, parameters: Record<string, string> = {}) => {
  const challenged = { code_challenge: CHALLENGE, ...parameters };
  const { callback } = await authorize(started, of, person, challenged, visitor);
  return callback.searchParams.get('code') ?? '';
};
const redeeming = async (changes: Record<string, string | undefined> = {}, parameters = {}) => {
  const body = {
    grant_type: 'authorization_code',
    code: await codeFor(party, parameters),
    redirect_uri: party.redirectUri,
    code_verifier: VERIFIER,
    ...changes,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
};
const assertion = async (claims: Record<string, unknown> = {}, key: CryptoKey = signingKey) => ({
  grant_type: 'authorization_code',
  code: 'x',
  redirect_uri: 'x',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: await new SignJWT({
    iss: signer.clientId,
    sub: signer.clientId,
    aud: started.url,
    jti: crypto.randomUUID(),
    exp: Math.floor(Date.now() / 1000) + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(key),
});
const now = () => Math.floor(Date.now() / 1000);
async function proof(claims: Record<string, unknown>): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return new SignJWT({
    jti: crypto.randomUUID(),
    htm: 'POST',
    htu: `${started.url}/token`,
    iat: now(),
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .sign(privateKey);
}
const secretOf = ({ secret }: RelyingParty) => secret ?? '';

const cases: [what: string, request: () => Promise<Told>, reason: string, explanation: RegExp][] = [
  // Redirect URIs
  [
    'a trailing slash',
    () => authorizing({ redirect_uri: `${party.redirectUri}/` }),
    'redirect_uri_unregistered',
    /redirect_uri differs from the registered http:\/\/localhost:9999\/callback in its trailing slash\./,
  ],
  [
    'another port',
    () => authorizing({ redirect_uri: 'http://localhost:9998/callback' }),
    'redirect_uri_unregistered',
    /in its port \(9998 instead of 9999\)/,
  ],
  [
    'another scheme',
    () => authorizing({ redirect_uri: 'http://app.example.com/cb?tenant=1' }),
    'redirect_uri_unregistered',
    /registered https:\/\/app\.example\.com\/cb.* in its scheme \(http:\/\/ instead of https:\/\/\)/,
  ],
  [
    'capitals',
    () => authorizing({ redirect_uri: 'http://localhost:9999/Callback' }),
    'redirect_uri_unregistered',
    /in the capitals of its path/,
  ],
  [
    'another query',
    () => authorizing({ redirect_uri: 'https://app.example.com/cb?tenant=2' }),
    'redirect_uri_unregistered',
    /in its query\./,
  ],
  [
    'a query that is missing',
    () => authorizing({ redirect_uri: 'https://app.example.com/cb' }),
    'redirect_uri_unregistered',
    /it has none/,
  ],
  [
    'another host',
    () => authorizing({ redirect_uri: 'http://127.0.0.1:9999/callback' }),
    'redirect_uri_unregistered',
    /in its host \(127\.0\.0\.1 instead of localhost\)/,
  ],
  [
    'a default port that is spelled out',
    () => authorizing({ redirect_uri: 'https://app.example.com:443/cb?tenant=1' }),
    'redirect_uri_unregistered',
    /in its port, which is the default one/,
  ],
  [
    'another path and query',
    () => authorizing({ redirect_uri: 'https://app.example.com/other?a=b' }),
    'redirect_uri_unregistered',
    /in its path \(registered is \/cb\) and its query/,
  ],
  [
    'no redirect URI',
    () => authorizing({ redirect_uri: undefined }),
    'parameter_missing',
    /lacks .*redirect_uri/,
  ],
  // Clients
  [
    'an id that nobody has',
    () => authorizing({ client_id: 'cli_nobody' }),
    'client_unknown',
    /^No client has the id "cli_nobody"\.$/,
  ],
  [
    'an id that is cut off',
    () => authorizing({ client_id: party.clientId.slice(0, 20) }),
    'client_unknown',
    /is cut off; cli_\w{24} begins like it/,
  ],
  [
    'an id with a slip in it',
    () =>
      token(
        { grant_type: 'refresh_token' },
        basic({ ...party, clientId: `${party.clientId.slice(0, -1)}_` }),
      ),
    'client_unknown',
    /cli_\w{24} is nearly the same/,
  ],
  [
    'an id in capitals',
    () => authorizing({ client_id: party.clientId.toUpperCase() }),
    'client_unknown',
    /has capitals/,
  ],
  [
    'an id with a blank',
    () => authorizing({ client_id: `${party.clientId} ` }),
    'client_unknown',
    /has blanks around it/,
  ],
  [
    'a disabled client',
    async () => {
      const disabled = await createRelyingParty(started);
      await started.modules.clients.disable(disabled.clientId, SYSTEM);
      return token({ grant_type: 'refresh_token' }, basic(disabled));
    },
    'client_unknown',
    /is disabled/,
  ],
  // Client authentication
  [
    'a wrong secret',
    () => token({ grant_type: 'refresh_token' }, basic({ ...party, secret: 'wrong' })),
    'client_secret_wrong',
    /not one of the client’s/,
  ],
  [
    'a secret with a line end',
    () =>
      token(
        { grant_type: 'refresh_token', client_id: party.clientId, client_secret: `${party.secret}\n` },
        {},
      ),
    'client_secret_wrong',
    /right but for blanks or a line end/,
  ],
  [
    'a secret in quotes',
    () => token({ grant_type: 'refresh_token' }, basic({ ...party, secret: `"${party.secret}"` })),
    'client_secret_wrong',
    /has quotes around it/,
  ],
  [
    'a placeholder',
    () => token({ grant_type: 'refresh_token' }, basic({ ...party, secret: '<your secret>' })),
    'client_secret_wrong',
    /placeholder/,
  ],
  [
    'no authentication',
    () => token({ grant_type: 'refresh_token', client_id: party.clientId }, {}),
    'client_auth_method_wrong',
    /authenticates with none \(only a client_id\), and the client is registered for client_secret_basic/,
  ],
  [
    'a secret of a client that signs',
    () => token({ grant_type: 'refresh_token' }, basic({ clientId: signer.clientId, secret: 'x' })),
    'client_auth_method_wrong',
    /client_secret_basic .* registered for private_key_jwt/,
  ],
  [
    'two ways at once',
    () => token({ grant_type: 'refresh_token', client_secret: secretOf(party) }),
    'client_auth_twice',
    /two ways at once/,
  ],
  [
    'no client at all',
    () => token({ grant_type: 'refresh_token' }, {}),
    'client_auth_missing',
    /names no client/,
  ],
  [
    'a header that is no Basic',
    () => token({ grant_type: 'refresh_token' }, { authorization: 'Basic not base64' }),
    'client_auth_malformed',
    /must be "Basic"/,
  ],
  [
    'an expired assertion',
    async () => token(await assertion({ exp: Math.floor(Date.now() / 1000) - 100 }), {}),
    'client_assertion_expired',
    /expired \d+ s ago/,
  ],
  [
    'an assertion for another server',
    async () => token(await assertion({ aud: 'https://elsewhere.example' }), {}),
    'client_assertion_audience',
    /is for "https:\/\/elsewhere\.example"; its aud must be http:\/\/localhost:\d+, as one string\.$/,
  ],
  [
    'an assertion for the token endpoint',
    async () => token(await assertion({ aud: `${started.url}/token` }), {}),
    'client_assertion_audience',
    /its aud must be http:\/\/localhost:\d+, as one string\. .* --assertion-audience token-endpoint/,
  ],
  [
    'an assertion for the endpoint that pushes requests',
    async () => ask('/request', await assertion({ aud: `${started.url}/request` }), {}),
    'client_assertion_audience',
    /its aud must be http:\/\/localhost:\d+, as one string\. .* --assertion-audience token-endpoint/,
  ],
  [
    'an assertion for a list that has us in it',
    async () => token(await assertion({ aud: ['https://elsewhere.example', started.url] }), {}),
    'client_assertion_audience',
    /names its audience in a list; its aud must be http:\/\/localhost:\d+ alone, as one string\.$/,
  ],
  [
    'an assertion of another key',
    async () => token(await assertion({}, (await generateKeyPair('ES256')).privateKey), {}),
    'client_assertion_signature',
    /No key that the client registered .*ES256.*"one"/,
  ],
  [
    'an assertion without an end',
    async () => token(await assertion({ exp: undefined }), {}),
    'client_assertion_malformed',
    /expiration must be specified/,
  ],
  [
    'an assertion that comes twice',
    async () => {
      const body = await assertion();
      await token(body, {});
      return token(body, {});
    },
    'client_assertion_reused',
    /was used before/,
  ],
  // PKCE
  [
    'no challenge',
    () => authorizing({ code_challenge: undefined, code_challenge_method: undefined }),
    'pkce_missing',
    /has no code_challenge/,
  ],
  [
    'plain',
    () => authorizing({ code_challenge_method: 'plain' }),
    'pkce_method_wrong',
    /code_challenge_method is "plain"; it must be S256/,
  ],
  [
    'no method',
    () => authorizing({ code_challenge_method: undefined }),
    'pkce_method_wrong',
    /missing \(which means plain\)/,
  ],
  ['padding', () => authorizing({ code_challenge: `${CHALLENGE}=` }), 'pkce_malformed', /padding/],
  [
    'base64',
    () => authorizing({ code_challenge: CHALLENGE.replace(/.$/, '+') }),
    'pkce_malformed',
    /must be base64url/,
  ],
  ['a short challenge', () => authorizing({ code_challenge: 'abc' }), 'pkce_malformed', /has 3 characters/],
  [
    'no verifier',
    async () => token(await redeeming({ code_verifier: undefined })),
    'pkce_verifier_missing',
    /has no code_verifier/,
  ],
  [
    'the verifier of another sign-in',
    async () => token(await redeeming({ code_verifier: VERIFIER.replace('a-', 'b-') })),
    'pkce_verifier_wrong',
    /of another sign-in/,
  ],
  [
    'the challenge as verifier',
    async () => token(await redeeming({ code_verifier: CHALLENGE })),
    'pkce_verifier_wrong',
    /the same text/,
  ],
  [
    'a challenge in hex',
    async () =>
      token(await redeeming({}, { code_challenge: createHash('sha256').update(VERIFIER).digest('hex') })),
    'pkce_verifier_wrong',
    /SHA-256 in hex/,
  ],
  // Codes
  [
    'a code that was never given',
    async () => token(await redeeming({ code: 'n'.repeat(43) })),
    'code_unknown',
    /The code is not known/,
  ],
  [
    'a code that is cut off',
    async () => token(await redeeming({ code: 'abc' })),
    'code_unknown',
    /has 3 characters, and ours have 43/,
  ],
  [
    'a code of another client',
    async () => token(await redeeming({ code: await codeFor(other) })),
    'code_of_another_client',
    /was given to cli_\w+ and is redeemed by cli_\w+/,
  ],
  [
    'another redirect URI at the end',
    async () => token(await redeeming({ redirect_uri: `${party.redirectUri}/` })),
    'code_of_another_redirect_uri',
    /in its trailing slash; both must be the same text/,
  ],
  [
    'a code twice',
    async () => {
      const body = await redeeming();
      await fetch(`${started.url}/token`, {
        method: 'POST',
        body: new URLSearchParams(body),
        headers: basic(party),
      });
      return token(body);
    },
    'code_used',
    /was redeemed before/,
  ],
  ['no code', async () => token({ grant_type: 'authorization_code' }), 'parameter_missing', /lacks .*code/],
  [
    'a code that comes too late',
    async () => {
      const body = await redeeming();
      const { db } = started.modules;
      await db('artifacts')
        .where({ model: 'AuthorizationCode' })
        .update({ expires_at: Date.now() - 30_000 });
      return token(body);
    },
    'code_unknown',
    /^The code expired 3\d s ago\.$/,
  ],
  // Refresh tokens
  [
    'a JWT as refresh token',
    async () => token({ grant_type: 'refresh_token', refresh_token: (await assertion()).client_assertion }),
    'refresh_token_unknown',
    /is a JWT/,
  ],
  [
    'an access token as refresh token',
    async () => {
      const { tokens } = await signIn(started, party, person, {}, visitor);
      return token({ grant_type: 'refresh_token', refresh_token: tokens.access_token });
    },
    'refresh_token_unknown',
    /What was sent as a refresh token is an access token/,
  ],
  [
    'a refresh token of another client',
    async () => {
      const { tokens } = await signIn(started, other, person, {}, visitor);
      return token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    },
    'refresh_token_of_another_client',
    /was given to cli_\w+ and is used by/,
  ],
  [
    'a refresh token after its grant',
    async () => {
      const { tokens } = await signIn(started, party, person, {}, visitor);
      await fetch(`${started.url}/token/revocation`, {
        method: 'POST',
        body: new URLSearchParams({ token: tokens.refresh_token ?? '' }),
        headers: basic(party),
      });
      return token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    },
    'refresh_token_unknown',
    /its grant has ended/,
  ],
  // The rest of the token endpoint
  [
    'a grant type that is not ours',
    () => token({ grant_type: 'password' }),
    'grant_type_unsupported',
    /no grant_type "password"/,
  ],
  [
    'a grant type of others',
    () => token({ grant_type: 'client_credentials' }),
    'grant_type_not_allowed',
    /registered for authorization_code, refresh_token/,
  ],
  [
    'a parameter twice',
    () => authorizing({}, 'scope=profile'),
    'parameter_twice',
    /holds 'scope' more than once/,
  ],
  // Scopes, resources, kinds of answers
  [
    'a scope that the client may not have',
    () => authorizing({ scope: 'openid email' }),
    'scope_not_allowed',
    /may not ask for the scope "email"; it is registered for "openid profile read"/,
  ],
  [
    'no scope, of a client that is registered for none',
    () => authorizing({ client_id: other.clientId, scope: undefined }),
    'scope_missing',
    /has no scope, and the client is registered for none that would be meant/,
  ],
  [
    'scopes that do not exist',
    () => authorizing({ client_id: other.clientId, scope: 'opnid read' }),
    'scope_unknown',
    /Of the scopes "opnid read" none is of OpenID Connect, and the request names no resource/,
  ],
  [
    'scopes that a resource does not have',
    () => authorizing({ client_id: other.clientId, scope: 'write', resource: API }),
    'scope_unknown',
    /Of the scopes "write" none is of OpenID Connect, and none of the resource that is asked for/,
  ],
  [
    'a client that lost all that it asks for',
    async () => {
      const machine = await createRelyingParty(started, {
        type: 'service',
        redirectUris: [],
        grants: ['client_credentials'],
        scope: 'other',
      });
      return token({ grant_type: 'client_credentials', scope: 'read', resource: API }, basic(machine));
    },
    'nothing_left',
    /^Of what was granted or asked for \("read"\) nothing may be given any more: the client may ask for "other"/,
  ],
  [
    'a resource with a slash too many',
    () => authorizing({ scope: 'read', resource: `${API}/` }),
    'resource_unknown',
    /https:\/\/api\.example\.com\/v1 is, and differs from it in its trailing slash/,
  ],
  [
    'a resource that nobody knows',
    () => authorizing({ scope: 'read', resource: 'https://nowhere.example' }),
    'resource_unknown',
    /No resource server is registered under "https:\/\/nowhere/,
  ],
  [
    'a resource that is no URI',
    () => authorizing({ scope: 'read', resource: 'api' }),
    'resource_malformed',
    /absolute URI/,
  ],
  [
    'an implicit flow',
    () => authorizing({ response_type: 'id_token', nonce: 'n' }),
    'response_type_unsupported',
    /response_type is "id_token"; this client may use code/,
  ],
  [
    'a request object',
    () => authorizing({ request: 'x.y.z' }),
    'request_by_value_unsupported',
    /pushed request/,
  ],
  [
    'a request_uri that was not pushed',
    () => authorizing({ request_uri: 'urn:ietf:params:oauth:request_uri:nothing' }),
    'request_uri_unknown',
    /one use within 60 s/,
  ],
  [
    'prompt none and login',
    () => authorizing({ prompt: 'none login' }),
    'prompt_malformed',
    /prompt is "none login"/,
  ],
  [
    'a silent renewal without a session',
    () => authorizing({ prompt: 'none' }),
    'prompt_none_without_session',
    /^The app asked with prompt=none, and nobody is signed in/,
  ],
  // DPoP
  [
    'a proof of a clock that is behind',
    async () => token(await redeeming(), { ...basic(party), dpop: await proof({ iat: now() - 1000 }) }),
    'dpop_time',
    /The iat of the proof \(DPoP\) is 100\d s behind this server's clock/,
  ],
  [
    'a proof for another address',
    async () =>
      token(await redeeming(), { ...basic(party), dpop: await proof({ htu: `${started.url}/token/` }) }),
    'dpop_target',
    /htu of the proof \(DPoP\) differs from http:\/\/localhost:\d+\/token in its trailing slash/,
  ],
  [
    'a proof for another method',
    async () => token(await redeeming(), { ...basic(party), dpop: await proof({ htm: 'GET' }) }),
    'dpop_target',
    /for the method "GET", and this is POST/,
  ],
  [
    'no proof of a client that must send one',
    async () => {
      const machine = await createRelyingParty(started, {
        type: 'service',
        redirectUris: [],
        grants: ['client_credentials'],
        dpop: 'required',
      });
      return token({ grant_type: 'client_credentials' }, basic(machine));
    },
    'dpop_missing',
    /has no proof \(DPoP\), and the client must send one .*--dpop/,
  ],
  [
    'no proof for a grant whose tokens were bound',
    async () => {
      const body = await redeeming();
      const response = await fetch(`${started.url}/token`, {
        method: 'POST',
        body: new URLSearchParams(body),
        headers: { ...basic(party), dpop: await proof({}) },
      });
      const { refresh_token } = (await response.json()) as { refresh_token: string };
      return token({ grant_type: 'refresh_token', refresh_token });
    },
    'dpop_missing',
    /has no proof \(DPoP\), and what it presents was bound to a key/,
  ],
  // Signing out
  [
    'a way back that is not registered',
    async () => {
      const query = new URLSearchParams({
        client_id: party.clientId,
        post_logout_redirect_uri: 'https://app.example.com/bye/',
      });
      const response = await fetch(`${started.url}/session/end?${query}`, {
        headers: { accept: 'text/html' },
      });
      const reference = response.headers.get('x-request-id') ?? '';
      return { reference, text: await response.text(), status: response.status };
    },
    'post_logout_redirect_uri_unregistered',
    /registered https:\/\/app\.example\.com\/bye in its trailing slash/,
  ],
  // Tokens in use
  [
    'an access token that never was',
    () => ask('/me', {}, { authorization: `Bearer ${'n'.repeat(43)}` }),
    'access_token_unknown',
    /never given here/,
  ],
  [
    'a JWT at revocation',
    async () => ask('/token/revocation', { token: (await assertion()).client_assertion }, basic(party)),
    'jwt_not_revocable',
    /revoke the refresh token/,
  ],
];

test('the log says that offline_access was asked for in vain, and the request goes on', async () => {
  const scope = 'openid offline_access';
  const passedOver = () =>
    started
      .log()
      .split('\n')
      .filter((line) => line.includes('passed over'));
  const without = await createRelyingParty(started, { grants: ['authorization_code'] });
  const before = passedOver().length;
  await signIn(started, without, person, { scope }, visitor);
  expect(passedOver().slice(before)).toEqual([expect.stringContaining(`"id":"${without.clientId}"`)]);
  const body = new URLSearchParams({
    client_id: without.clientId,
    response_type: 'code',
    redirect_uri: without.redirectUri,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    scope,
  });
  const pushed = await fetch(`${started.url}/request`, { method: 'POST', body, headers: basic(without) });
  expect(pushed.status).toBe(201);
  expect(passedOver()).toHaveLength(before + 2);
  await signIn(started, other, person, { scope }, visitor);
  await signIn(started, without, person, { scope: 'openid' }, visitor);
  expect(passedOver()).toHaveLength(before + 2);
});

test.each(cases)(
  'the log explains %s, and the client is told the reference alone',
  async (_what, request, reason, explanation) => {
    const told = await request();
    const line = await logged(told);
    expect(line).toMatchObject({ level: 'info', reason });
    expect(String(line.explanation)).toMatch(explanation);
    const text = JSON.stringify(line);
    for (const secret of [secretOf(party), secretOf(other), VERIFIER, person.email, person.id]) {
      expect(text).not.toContain(secret);
      expect(told.text).not.toContain(secret);
    }
    // A page on a developer's own machine shows it (told.test.ts).
    const isPage = told.text.startsWith('<!doctype html>');
    if (!isPage && line.explanation !== line.error_description && line.explanation !== line.error_detail) {
      expect(told.text).not.toContain(String(line.explanation));
    }
  },
);

describe('of what a stranger writes at any length', () => {
  const LETTERS = 'aA-eyJ_'.repeat(8200).slice(0, 57_000);

  test.each([
    ['a client_id', () => token({ client_id: LETTERS, grant_type: 'authorization_code' })],
    [
      'a client_id in Basic credentials',
      () => token({}, basic({ clientId: LETTERS.slice(0, 9000), secret: 'x' })),
    ],
    ['a client_id with signs that no id has', () => token({ client_id: 'mailto:ada@example.com?' })],
    ['a client_secret', () => token({ client_id: party.clientId, client_secret: LETTERS })],
    ['a code', () => token({ grant_type: 'authorization_code', code: LETTERS }, basic(party))],
    ['a refresh token', () => token({ grant_type: 'refresh_token', refresh_token: LETTERS }, basic(party))],
    ['a grant_type', () => token({ grant_type: LETTERS }, basic(party))],
    ['a redirect_uri', () => pushed({ redirect_uri: `https://app.example.com/${LETTERS}` })],
    ['a resource', () => pushed({ resource: `https://api.example.com/${LETTERS}` })],
    ['a response_type', () => pushed({ response_type: LETTERS })],
    ['a prompt', () => pushed({ prompt: LETTERS })],
    ['a scope', () => pushed({ scope: `openid ${LETTERS}` })],
    ['claims', () => pushed({ claims: LETTERS })],
  ])('little is logged: %s', async (_what, request) => {
    const text = JSON.stringify(await logged(await request()));
    expect(text.length).toBeLessThan(1200);
    expect(text).not.toContain(LETTERS.slice(0, 100));
    expect(text).not.toContain('ada@example.com');
  });

  const pushed = (params: Record<string, string>) =>
    ask('/request', { client_id: party.clientId, redirect_uri: party.redirectUri, ...params }, basic(party));
});

test('docs/troubleshooting.md explains each reason', () => {
  const [, text = ''] = readFileSync(join(repository, 'docs/troubleshooting.md'), 'utf8').split(
    '## When an app is refused',
  );
  const explained = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason);
  expect(explained.sort()).toEqual(listReasons().sort());
});
