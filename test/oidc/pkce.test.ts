import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { eachDatabase } from '../support/database.ts';
import {
  authorizationUrl,
  authorize,
  createPerson,
  createRelyingParty,
  type RelyingParty,
  redeem,
  signIn,
} from '../support/relying-party.ts';

eachDatabase('PKCE of clients that authenticate (RFC 9700 §2.1.1)', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  beforeAll(async () => {
    started = await startApp({ dialect });
    person = await createPerson(started);
  });
  afterAll(() => started.close());

  test('ratchet, the default: nobody needs it who never used it', async () => {
    const party = await createRelyingParty(started);
    for (let times = 0; times < 2; times += 1) await withoutPkce(party);
    expect(await pkceOf(party)).toMatchObject({ pkce: 'ratchet' });
    expect((await started.modules.clients.find(party.clientId))?.pkceSince).toBeUndefined();
  });

  test('ratchet: who has used it once must, and the log says since when and how that is changed', async () => {
    const party = await createRelyingParty(started);
    await withoutPkce(party);
    await signIn(started, party, person);
    const { pkceSince = 0 } = (await started.modules.clients.find(party.clientId)) ?? {};
    await signIn(started, party, person);
    expect(await askWithoutPkce(party)).toBe('invalid_request');
    const since = new Date(pkceSince).toISOString();
    expect(started.log()).toContain(`used PKCE since ${since}, and must since then`);
    expect(started.log()).toContain(`clients update ${party.clientId} --pkce optional`);
    const seen = await started.modules.audit.list({ event: 'clients.pkce_seen' });
    expect(seen.filter(({ clientId }) => clientId === party.clientId)).toHaveLength(1);

    await started.modules.clients.update(party.clientId, { pkce: 'optional' }, SYSTEM);
    await withoutPkce(party);
    // The time of the first exchange stays: back at ratchet it holds again.
    await started.modules.clients.update(party.clientId, { pkce: 'ratchet' }, SYSTEM);
    expect(await askWithoutPkce(party)).toBe('invalid_request');
  });

  test('ratchet: of 20 first exchanges at once one is noted', async () => {
    const party = await createRelyingParty(started);
    const authorizations = [];
    for (let count = 0; count < 20; count += 1) authorizations.push(await authorize(started, party, person));
    await Promise.all(authorizations.map((authorization) => redeem(party, authorization)));
    const seen = await started.modules.audit.list({ event: 'clients.pkce_seen', limit: 500 });
    expect(seen.filter(({ clientId }) => clientId === party.clientId)).toHaveLength(1);
  });

  test('an exchange that fails notes nothing', async () => {
    const party = await createRelyingParty(started);
    const { callback, checks } = await authorize(started, party, person);
    const wrong = { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
    await expect(redeem(party, { callback, checks: wrong })).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await withoutPkce(party);
  });

  test('required: from the first request on', async () => {
    const party = await createRelyingParty(started, { pkce: 'required' });
    expect(await askWithoutPkce(party)).toBe('invalid_request');
    expect(started.log()).toContain(`must use PKCE; clients update ${party.clientId} --pkce optional`);
  });

  test('a code that was asked for with a challenge needs its verifier, and one without takes none', async () => {
    const party = await createRelyingParty(started, { pkce: 'optional' });
    const asked = await authorize(started, party, person);
    const { pkceCodeVerifier, ...checks } = asked.checks;
    const without = oidc.authorizationCodeGrant(party.configuration, asked.callback, checks);
    await expect(without).rejects.toMatchObject({ error: 'invalid_grant' });
    const plain = await codeWithoutPkce(party);
    const added = { ...plain.checks, pkceCodeVerifier };
    const downgraded = oidc.authorizationCodeGrant(party.configuration, plain.callback, added);
    await expect(downgraded).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a client without authentication has no choice', async () => {
    for (const type of ['spa', 'native'] as const) {
      await expect(createRelyingParty(started, { type, pkce: 'optional' })).rejects.toMatchObject({
        code: 'clients.invalid',
      });
      expect(await askWithoutPkce(await createRelyingParty(started, { type }))).toBe('invalid_request');
    }
    expect(await askWithoutPkce(await createRelyingParty(started, { authMethod: 'none' }))).toBe(
      'invalid_request',
    );
  });

  async function pkceOf({ clientId }: RelyingParty) {
    return (await started.modules.clients.find(clientId))?.settings;
  }

  /** The whole journey of a client that knows no PKCE, or the error that it is told. */
  async function codeWithoutPkce(party: RelyingParty) {
    const { visitor } = await authorize(started, await createRelyingParty(started), person);
    const address = await authorizationUrl(party);
    for (const name of ['code_challenge', 'code_challenge_method']) address.searchParams.delete(name);
    let page = await visitor.open(address.href);
    if (page.forms.some(({ action }) => action.includes('/consent'))) {
      page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
    }
    const checks = {
      expectedState: address.searchParams.get('state') ?? '',
      expectedNonce: address.searchParams.get('nonce') ?? '',
    };
    return { callback: new URL(page.url), checks };
  }

  async function withoutPkce(party: RelyingParty): Promise<void> {
    const { callback, checks } = await codeWithoutPkce(party);
    const tokens = await oidc.authorizationCodeGrant(party.configuration, callback, checks);
    expect(tokens.claims()?.sub).toBe(person.id);
  }

  async function askWithoutPkce(party: RelyingParty): Promise<string | null> {
    return (await codeWithoutPkce(party)).callback.searchParams.get('error');
  }
});
