import * as client from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson } from '../support/relying-party.ts';
import { throughGatehouse } from './sign-in.ts';
import { registerAs } from './type-commands.ts';

let started: TestApp;
beforeAll(async () => {
  started = await startApp();
});
afterAll(() => started?.close());

test('openid-client signs a person in by its quick start, and refreshes', async () => {
  const app = 'http://localhost:9999';
  const { clientId, secret } = await registerAs(started, 'openid-client', { app });
  const config = await client.discovery(new URL(started.url), clientId, secret, undefined, {
    execute: [client.allowInsecureRequests],
  });
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const redirectTo = client.buildAuthorizationUrl(config, {
    redirect_uri: `${app}/callback`,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  });
  const person = await createPerson(started);
  const back = await throughGatehouse(createVisitor(started.url), redirectTo.href, person);
  const tokens = await client.authorizationCodeGrant(config, new URL(back.url), {
    pkceCodeVerifier,
    expectedState,
  });
  expect(tokens.claims()).toMatchObject({ sub: person.id, name: 'Ana Bauer', email: person.email });
  expect(await client.fetchUserInfo(config, tokens.access_token, person.id)).toMatchObject({
    email: person.email,
  });
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(renewed.access_token).not.toBe(tokens.access_token);
});
