import * as oidc from 'openid-client';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createVisitor, type Visitor } from '../flows/visitor.ts';
import type { TestApp } from './app.ts';

export const PASSWORD = 'correct horse battery staple';

/** A person with a password. Each call makes another one. */
export async function createPerson(
  { modules }: Pick<TestApp, 'modules'>,
  email = `ana${nextPerson()}@example.com`,
): Promise<{ id: string; email: string }> {
  const user = await modules.users.create(
    { email, emailVerified: true, profile: { name: 'Ana Bauer' } },
    SYSTEM,
  );
  const set = await modules.password.set(user.id, PASSWORD);
  if ('refused' in set) throw new Error(set.refused);
  return user;
}
let people = 0;
function nextPerson(): number {
  people += 1;
  return people;
}

export type RelyingParty = {
  clientId: string;
  secret: string | undefined;
  redirectUri: string;
  configuration: oidc.Configuration;
};

type ClientInput = Parameters<TestApp['modules']['clients']['create']>[0];

/** A real client of openid-client, registered with us. */
export async function createRelyingParty(
  { url, modules }: Pick<TestApp, 'url' | 'modules'>,
  input: Partial<ClientInput> = {},
  chosen: { id?: string; secret?: string } = {},
): Promise<RelyingParty> {
  const redirectUri = 'http://localhost:9999/callback';
  const whole: ClientInput = {
    name: 'Books',
    redirectUris: [redirectUri],
    grants: ['authorization_code', 'refresh_token'],
    ...input,
  };
  const { client, secret = chosen.secret } = await modules.clients.create(whole, SYSTEM, chosen);
  const configuration = await oidc.discovery(
    new URL(url),
    client.id,
    undefined,
    authenticationOf(client.metadata.token_endpoint_auth_method, secret),
    { execute: [oidc.allowInsecureRequests] },
  );
  return { clientId: client.id, secret, redirectUri, configuration };
}

function authenticationOf(method: string, secret = ''): oidc.ClientAuth {
  if (method === 'none') return oidc.None();
  return method === 'client_secret_post' ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
}

export type Authorization = {
  /** The address with which the browser came back to the app. */
  callback: URL;
  checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce?: string };
  visitor: Visitor;
};

/** Takes a browser through sign-in and consent, as far as either is asked, back to the app. */
export async function authorize(
  { url }: Pick<TestApp, 'url'>,
  party: RelyingParty,
  person: { email: string },
  parameters: Record<string, string> = {},
  visitor: Visitor = createVisitor(url),
): Promise<Authorization> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const scope = parameters.scope ?? 'openid';
  const nonce = scope.split(' ').includes('openid') ? oidc.randomNonce() : undefined;
  const address = oidc.buildAuthorizationUrl(party.configuration, {
    redirect_uri: party.redirectUri,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    ...(nonce ? { nonce } : {}),
    scope,
    ...parameters,
  });
  let page = await visitor.open(address.href);
  if (page.forms.some(({ action }) => action.includes('/login'))) {
    page = await visitor.submit(page, { identifier: person.email, password: PASSWORD }, { form: '/login' });
  }
  if (page.forms.some(({ action }) => action.includes('/consent'))) {
    page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
  }
  if (!page.url.startsWith(party.redirectUri)) {
    throw new Error(`did not come back: ${page.status} ${page.url} ${page.title}\n${page.html.slice(-1500)}`);
  }
  return {
    callback: new URL(page.url),
    checks: { pkceCodeVerifier, expectedState, ...(nonce ? { expectedNonce: nonce } : {}) },
    visitor,
  };
}

/** An authorization request as an app writes it, without a browser that follows it. */
export async function authorizationUrl(
  party: RelyingParty,
  parameters: Record<string, string> = {},
): Promise<URL> {
  return oidc.buildAuthorizationUrl(party.configuration, {
    redirect_uri: party.redirectUri,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    ...parameters,
  });
}

/** The whole journey: sign-in, consent, code, tokens. */
export async function signIn(
  started: Pick<TestApp, 'url'>,
  party: RelyingParty,
  person: { email: string },
  parameters: Record<string, string> = {},
  visitor?: Visitor,
) {
  const authorization = await authorize(started, party, person, parameters, visitor);
  const tokens = await redeem(party, authorization);
  return { ...authorization, tokens };
}

export function redeem(
  party: RelyingParty,
  { callback, checks }: Pick<Authorization, 'callback' | 'checks'>,
) {
  return oidc.authorizationCodeGrant(party.configuration, callback, checks);
}
