import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GitHubShaped, startGitHubShaped } from './github.ts';
import { type LibraryProvider, startLibraryProvider } from './library.ts';
import { createTraveller } from './traveller.ts';

const OURS = 'http://localhost:9999';
const CALLBACK = `${OURS}/upstream/odd/callback`;

/** The way of an app of `openid-client` through it. */
async function signIn(there: LibraryProvider, more: Record<string, string> = {}) {
  const { clientId, clientSecret } = await there.register(OURS, 'odd');
  const configuration = await oidc.discovery(
    new URL(there.issuer),
    clientId,
    undefined,
    oidc.ClientSecretPost(clientSecret),
    { execute: [oidc.allowInsecureRequests] },
  );
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email groups',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...more,
  });
  const page = await createTraveller([there.issuer]).open(url.href);
  return {
    page,
    clientId,
    redeem: async () => {
      const tokens = await oidc.authorizationCodeGrant(configuration, new URL(page.url), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
      });
      const sub = tokens.claims()?.sub ?? '';
      return {
        claims: tokens.claims(),
        userinfo: await oidc.fetchUserInfo(configuration, tokens.access_token, sub),
      };
    },
  };
}

describe('the bare library, as a provider of tests', () => {
  let there: LibraryProvider;
  beforeAll(async () => {
    there = await startLibraryProvider();
  });
  afterAll(() => there?.close());
  beforeEach(() => there.be({}));

  test('signs in whoever is meant, and says of them what it was told', async () => {
    there.signInAs({ sub: 'someone', email: 'someone@example.com', email_verified: false, groups: ['a'] });
    const { claims, userinfo } = await (await signIn(there)).redeem();
    expect(claims).toMatchObject({ sub: 'someone', iss: there.issuer, sid: expect.any(String) });
    expect(userinfo).toMatchObject({ email: 'someone@example.com', email_verified: false, groups: ['a'] });
  });

  test.each([
    ['a wrong nonce', { idToken: { nonce: 'another' } }],
    ['no nonce', { idToken: { nonce: undefined } }],
    ['a wrong issuer', { idToken: { iss: 'https://another.example' } }],
    ['another audience', { idToken: { aud: 'another' } }],
    ['a clock that is slow', { clock: -3600 }],
    ['a forged signature', { isForged: true }],
    ['an iss of another one in the answer', { answerIss: 'https://another.example' }],
    ['a refusal', { refuses: 'access_denied' }],
    ['an error', { trouble: { token: 'error' } }],
    ['a broken connection', { trouble: { token: 'broken' } }],
  ] as const)('has what is switched on: %s', async (_name, oddities) => {
    there.be(oddities);
    // The signature is judged by whoever asks for it: the library of the app trusts the TLS of the token endpoint.
    const isNoticed = (await signIn(there)).redeem().then(
      () => 'isForged' in oddities,
      () => true,
    );
    expect(await isNoticed).toBe(true);
  });

  test('answers by a form that the browser posts', async () => {
    const { page } = await signIn(there, { response_mode: 'form_post' });
    expect(page.forms[0]).toMatchObject({ action: CALLBACK, fields: { code: expect.any(String) } });
  });
});

describe('the server in the shape of GitHub', () => {
  let there: GitHubShaped;
  beforeAll(async () => {
    there = await startGitHubShaped();
  });
  afterAll(() => there?.close());

  test('gives a token for a code, once, and answers of the person', async () => {
    const { clientId, clientSecret } = await there.register(OURS, 'odd');
    const ask = new URLSearchParams({ client_id: clientId, state: 's', scope: 'read:user user:email' });
    const page = await createTraveller([there.origin]).open(`${there.origin}/login/oauth/authorize?${ask}`);
    const code = new URL(page.url).searchParams.get('code') ?? '';
    const redeem = async (accept: string, secret = clientSecret) => {
      const answer = await fetch(`${there.origin}/login/oauth/access_token`, {
        method: 'POST',
        headers: { accept },
        body: new URLSearchParams({ client_id: clientId, client_secret: secret, code }),
      });
      return { status: answer.status, text: await answer.text() };
    };
    expect(await redeem('application/json', 'wrong')).toMatchObject({
      status: 200,
      text: expect.stringContaining('incorrect_client_credentials'),
    });
    const { access_token: token } = JSON.parse((await redeem('application/json')).text);
    expect((await redeem('*/*')).text).toMatch(/^error=bad_verification_code/);
    const api = async (path: string) =>
      (
        await fetch(`${there.origin}/api/v3${path}`, { headers: { authorization: `Bearer ${token}` } })
      ).json();
    expect(await api('/user')).toMatchObject({ id: 583231, login: 'octocat', email: null });
    expect(await api('/user/emails')).toMatchObject([{ primary: true, verified: true }]);
  });
});
