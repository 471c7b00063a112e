import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { throughGatehouse } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

const REDIRECT_URI = 'http://localhost:9999/callback';
const API = 'https://api.example';
const onLocalhost = { [oauth.allowInsecureRequests]: true };

let started: TestApp;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  started = await startApp();
  await started.modules.resourceServers.create(
    {
      identifier: API,
      scopes: [{ name: 'read', sentence: 'Read' }],
    },
    SYSTEM,
  );
  const issuer = new URL(started.url);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, onLocalhost));
});
afterAll(() => started?.close());

type Options = { DPoP?: oauth.DPoPHandle };
type App = { client: oauth.Client; authentication: oauth.ClientAuth };

async function createApp(): Promise<App> {
  const app = new URL(REDIRECT_URI).origin;
  const { clientId, secret } = await registerAs(started, 'oauth4webapi', { app });
  return { client: { client_id: clientId }, authentication: oauth.ClientSecretBasic(secret) };
}

/** The code flow, step by step, with every check that the library offers. `pushes`: by RFC 9126. */
async function signIn(
  { client, authentication }: App,
  person: { email: string },
  more: Record<string, string> = {},
  { pushes = false, ...options }: Options & { pushes?: boolean } = {},
) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const asked = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  const address = new URL(server.authorization_endpoint ?? '');
  address.search = (pushes ? await push(client, authentication, asked, options) : asked).toString();
  const page = await throughGatehouse(createVisitor(started.url), address.href, person);
  const answer = oauth.validateAuthResponse(server, client, new URL(page.url), state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    answer,
    REDIRECT_URI,
    verifier,
    { ...options, ...onLocalhost },
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, response, onLocalhost);
  return tokens;
}

async function push(
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  asked: URLSearchParams,
  options: Options,
): Promise<URLSearchParams> {
  const response = await oauth.pushedAuthorizationRequest(server, client, authentication, asked, {
    ...options,
    ...onLocalhost,
  });
  const { request_uri } = await oauth.processPushedAuthorizationResponse(server, client, response);
  return new URLSearchParams({ client_id: client.client_id, request_uri });
}

async function refresh({ client, authentication }: App, token: string | undefined, options: Options = {}) {
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token ?? '', {
    ...options,
    ...onLocalhost,
  });
  return oauth.processRefreshTokenResponse(server, client, response);
}

async function introspect({ client, authentication }: App, token: string | undefined) {
  const response = await oauth.introspectionRequest(server, client, authentication, token ?? '', onLocalhost);
  return oauth.processIntrospectionResponse(server, client, response);
}

async function userInfo({ client }: App, token: string, subject: string, options: Options = {}) {
  const response = await oauth.userInfoRequest(server, client, token, { ...options, ...onLocalhost });
  return oauth.processUserInfoResponse(server, client, subject, response);
}

test('oauth4webapi takes a person through the code flow, userinfo, refresh, introspection and revocation', async () => {
  const app = await createApp();
  const person = await createPerson(started);
  const tokens = await signIn(app, person);
  expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(person.id);
  expect(await userInfo(app, tokens.access_token, person.id)).toMatchObject({ name: 'Ana Bauer' });

  const renewed = await refresh(app, tokens.refresh_token);
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
  expect(await introspect(app, renewed.refresh_token)).toMatchObject({ active: true, sub: person.id });

  const revoked = await oauth.revocationRequest(
    server,
    app.client,
    app.authentication,
    renewed.refresh_token ?? '',
    onLocalhost,
  );
  await oauth.processRevocationResponse(revoked);
  expect(await introspect(app, renewed.refresh_token)).toEqual({ active: false });
  await expect(refresh(app, renewed.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('oauth4webapi pushes its request (RFC 9126) and gets a token for an API (RFC 8707, RFC 9068)', async () => {
  const app = await createApp();
  const person = await createPerson(started);
  const tokens = await signIn(app, person, { scope: 'openid read', resource: API }, { pushes: true });
  const request = new Request(API, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(server, request, API, onLocalhost);
  expect(claims).toMatchObject({ sub: person.id, client_id: app.client.client_id, scope: 'openid read' });
});

test('oauth4webapi binds its tokens to a key by DPoP (RFC 9449), and they are no bearer tokens', async () => {
  const app = await createApp();
  const person = await createPerson(started);
  const keys = await oauth.generateKeyPair('ES256');
  const DPoP = oauth.DPoP(app.client, keys);
  const tokens = await signIn(app, person, {}, { DPoP });
  expect(tokens.token_type).toBe('dpop');
  expect(await userInfo(app, tokens.access_token, person.id, { DPoP })).toMatchObject({ sub: person.id });
  await expect(userInfo(app, tokens.access_token, person.id)).rejects.toThrow();

  const forApi = await signIn(app, person, { scope: 'openid read', resource: API }, { DPoP });
  expect(decodeJwt(forApi.access_token).cnf).toEqual({ jkt: await DPoP.calculateThumbprint() });

  expect((await refresh(app, tokens.refresh_token, { DPoP })).token_type).toBe('dpop');
});

test('a refresh token of a public client that uses DPoP is worth nothing without its key (RFC 9449 §5)', async () => {
  const { client } = await started.modules.clients.create(
    {
      name: 'Browser app',
      type: 'spa',
      grants: ['authorization_code', 'refresh_token'],
      redirectUris: [REDIRECT_URI],
    },
    SYSTEM,
  );
  const app: App = { client: { client_id: client.id }, authentication: oauth.None() };
  const DPoP = oauth.DPoP(app.client, await oauth.generateKeyPair('ES256'));
  const tokens = await signIn(app, await createPerson(started), {}, { DPoP });
  const thief = oauth.DPoP(app.client, await oauth.generateKeyPair('ES256'));
  for (const options of [{}, { DPoP: thief }]) {
    await expect(refresh(app, tokens.refresh_token, options)).rejects.toMatchObject({ status: 400 });
  }
  expect((await refresh(app, tokens.refresh_token, { DPoP })).token_type).toBe('dpop');
});
