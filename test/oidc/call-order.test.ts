import type { Adapter } from 'oidc-provider';
import { Provider } from 'oidc-provider';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Visitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

/**
 * In which order oidc-provider asks the adapter: what one call finds, a later one of the same request uses
 * (`src/oidc/adapter/in-flight.ts`). A new version of the library that asks in another order fails here first.
 */
const MODELS = [
  'AccessToken',
  'AuthorizationCode',
  'Grant',
  'Interaction',
  'RefreshToken',
  'ReplayDetection',
  'Session',
] as const;

let started: TestApp;
let person: { id: string; email: string };
let party: RelyingParty;
let calls: string[] = [];

beforeAll(async () => {
  started = await startApp();
  person = await createPerson(started);
  party = await createRelyingParty(started);
  const provider = started.modules.oidc.provider() as unknown as Record<string, { adapter: Adapter }>;
  for (const model of MODELS) {
    const adapter = (provider[model] as { adapter: Adapter }).adapter as unknown as Record<
      string,
      (...given: unknown[]) => unknown
    >;
    for (const [name, method] of Object.entries(adapter)) {
      adapter[name] = (...given) => {
        if (Provider.ctx) calls.push(`${model}.${name}`);
        return method(...given);
      };
    }
  }
});
afterAll(() => started.close());
beforeEach(() => {
  calls = [];
});

const during = async (work: () => Promise<unknown>): Promise<string[]> => {
  calls = [];
  await work();
  return calls;
};

test('a code: found, its grant, spent; then an opaque access token and the refresh token are saved', async () => {
  const authorization = await authorize(started, party, person);
  expect(await during(() => redeem(party, authorization))).toEqual([
    'AuthorizationCode.find',
    'Grant.find',
    'AuthorizationCode.consume',
    'AccessToken.upsert',
    'RefreshToken.upsert',
  ]);
});

test('a refresh: found, its grant, spent; then the successor is saved, and an opaque access token', async () => {
  const { tokens } = await signIn(started, party, person);
  expect(await during(() => oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''))).toEqual(
    ['RefreshToken.find', 'Grant.find', 'RefreshToken.consume', 'RefreshToken.upsert', 'AccessToken.upsert'],
  );
});

test('a silent sign-in: the session, its grant, a code; the session comes last', async () => {
  const { visitor } = await signIn(started, party, person);
  expect(await during(() => authorize(started, party, person, { prompt: 'none' }, visitor))).toEqual([
    'Session.find',
    'Grant.find',
    'AuthorizationCode.upsert',
    'Session.upsert',
  ]);
});

test('a resume: the session, if there is one; the interaction is over before all else, and the session comes last', async () => {
  const first = await createRelyingParty(started);
  const { visitor, calls: signedIn } = await resume(first);
  // It was found before the library was asked, when it was compared with the browser (`interactions.ts`).
  expect(signedIn).toEqual([
    'Interaction.destroy',
    'Grant.upsert',
    'AuthorizationCode.upsert',
    'Session.destroy',
    'Session.upsert',
  ]);
  const second = await createRelyingParty(started);
  const { calls: consented } = await resume(second, visitor);
  expect(consented).toEqual(['Session.find', ...signedIn]);
});

test('userinfo and introspection: the token, then its grant', async () => {
  const { tokens } = await signIn(started, party, person);
  expect(await during(() => oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id))).toEqual(
    ['AccessToken.find', 'Grant.find'],
  );
  // Without a hint the library looks in all three places at once; the mark of a token spares two of them.
  expect(await during(() => oidc.tokenIntrospection(party.configuration, tokens.access_token))).toEqual([
    'AccessToken.find',
    'RefreshToken.find',
    'Grant.find',
  ]);
});

/** What the last request of an authorization asks for: the one that answers with a code. */
async function resume(app: RelyingParty, browser?: Visitor) {
  let visitor = browser;
  const all = await during(async () => {
    ({ visitor } = await authorize(started, app, person, {}, browser));
  });
  const start = all.lastIndexOf(browser ? 'Session.find' : 'Interaction.destroy');
  return { visitor, calls: all.slice(start) };
}
