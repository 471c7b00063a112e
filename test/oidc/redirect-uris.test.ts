import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  authorizationUrl,
  authorize,
  createPerson,
  createRelyingParty,
  redeem,
} from '../support/relying-party.ts';

describe('a redirect URI that is registered on request', () => {
  let started: TestApp;
  let person: { email: string };
  beforeAll(async () => {
    started = await startApp();
    person = await createPerson(started);
  });
  afterAll(() => started.close());

  type Input = Parameters<typeof createRelyingParty>[1];
  const signInAt = async (redirectUri: string, input: Input, visitor?: Visitor) => {
    const party = { ...(await createRelyingParty(started, input)), redirectUri };
    const authorization = await authorize(started, party, person, {}, visitor);
    return { party, authorization, tokens: await redeem(party, authorization) };
  };

  test.each([
    'audiobookshelf://oauth',
    'cursor://anysphere.cursor-deeplink/mcp/auth',
    'vscode:/did-authenticate',
  ])('brings a native app its code and tokens at %s, and the person back after signing out', async (uri) => {
    const visitor = createVisitor(started.url);
    const { party, tokens } = await signInAt(
      uri,
      { type: 'native', redirectUris: [uri], postLogoutRedirectUris: [uri] },
      visitor,
    );
    expect(tokens.access_token).toEqual(expect.any(String));
    const out = oidc.buildEndSessionUrl(party.configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: uri,
      state: 'back',
    });
    expect((await visitor.open(out.href)).url).toBe(`${uri}?state=back`);
  });

  test('serves one confidential client by https and by the scheme of its app (Immich)', async () => {
    const uris = ['https://photos.example.com/auth/login', 'app.immich:///oauth-callback', 'immich:/back'];
    for (const uri of uris) {
      const { tokens, authorization } = await signInAt(uri, { redirectUris: uris, pkce: 'optional' });
      expect(authorization.callback.href.startsWith(`${uri}?code=`)).toBe(true);
      expect(tokens.claims()).toBeDefined();
    }
  });

  test.each([
    'http://homeassistant.local:8123/auth/callback',
    'http://192.168.178.2/cb',
    'http://[fd12::1]/cb',
  ])('serves a confidential client in a house network at %s', async (uri) => {
    const { tokens } = await signInAt(uri, { redirectUris: [uri], allowHttp: true });
    expect(tokens.access_token).toEqual(expect.any(String));
  });

  test('is compared letter by letter', async () => {
    const uris = ['https://photos.example.com/auth', 'immich://oauth'];
    const party = await createRelyingParty(started, { redirectUris: uris });
    for (const redirect_uri of ['immich://oauth/', 'immich:oauth', 'immich://other', 'javascript:alert(1)']) {
      const answer = await fetch(await authorizationUrl(party, { redirect_uri }), { redirect: 'manual' });
      expect([redirect_uri, answer.status, answer.headers.get('location')]).toEqual([
        redirect_uri,
        400,
        null,
      ]);
    }
  });

  test('of a scheme goes on only when a person pressed something, in a web client too (RFC 8252 §8.6)', async () => {
    const uris = ['https://photos.example.com/auth', 'immich://oauth'];
    const party = await createRelyingParty(started, { redirectUris: uris });
    const visitor = createVisitor(started.url);
    const at = (uri: string) => ({ ...party, redirectUri: uri });
    for (const uri of uris) await authorize(started, at(uri), person, {}, visitor);
    const again = async (uri: string) =>
      (await visitor.open((await authorizationUrl(at(uri), { redirect_uri: uri })).href)).url;
    expect(await again('https://photos.example.com/auth')).toContain('https://photos.example.com/auth?code=');
    expect(await again('immich://oauth')).toContain(`${started.url}/interaction/`);
  });
});
