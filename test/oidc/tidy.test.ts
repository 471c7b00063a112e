import { decodeJwt } from 'jose';
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
  redeem,
  signIn,
} from '../support/relying-party.ts';

const API = 'https://mcp.example.com';

eachDatabase('what clients write otherwise than they registered it', (dialect) => {
  let started: TestApp;
  let person: { id: string; email: string };
  beforeAll(async () => {
    started = await startApp({ dialect });
    person = await createPerson(started);
    await started.modules.resourceServers.create(
      {
        identifier: API,
        scopes: [{ name: 'tools', sentence: 'Use your tools' }],
      },
      SYSTEM,
    );
    await started.modules.resourceServers.create(
      {
        identifier: 'https://exact.example.com/',
        audience: 'exact',
        scopes: [{ name: 'tools', sentence: 'Use your tools' }],
      },
      SYSTEM,
    );
  });
  afterAll(() => started.close());

  test.each(['https://mcp.example.com/', 'https://MCP.example.com', 'https://mcp.example.com:443/'])(
    'the resource %s is the registered one, at /auth, at /token, at a refresh, and pushed',
    async (resource) => {
      const party = await createRelyingParty(started);
      const authorization = await authorize(started, party, person, { scope: 'openid tools', resource });
      const tokens = await oidc.authorizationCodeGrant(
        party.configuration,
        authorization.callback,
        authorization.checks,
        { resource },
      );
      expect(decodeJwt(tokens.access_token)).toMatchObject({
        aud: [API, `${started.url}/me`],
        scope: 'openid tools',
      });
      const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '', {
        resource,
      });
      expect(decodeJwt(next.access_token).aud).toContain(API);

      const verifier = oidc.randomPKCECodeVerifier();
      const pushed = await oidc.buildAuthorizationUrlWithPAR(party.configuration, {
        redirect_uri: party.redirectUri,
        scope: 'openid tools',
        resource,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: 'pushed',
      });
      const back = await authorization.visitor.open(pushed.href);
      const again = await redeem(party, {
        callback: new URL(back.url),
        checks: { pkceCodeVerifier: verifier, expectedState: 'pushed' },
      });
      expect(decodeJwt(again.access_token).aud).toContain(API);
    },
  );

  test('one that is registered as it was asked is itself, and two spellings of one are one', async () => {
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person, {
      scope: 'tools',
      resource: 'https://exact.example.com/',
    });
    expect(decodeJwt(tokens.access_token).aud).toBe('exact');
    const service = await createRelyingParty(started, {
      type: 'service',
      redirectUris: [],
      grants: undefined,
    });
    const given = await oidc.clientCredentialsGrant(
      service.configuration,
      new URLSearchParams([
        ['scope', 'tools'],
        ['resource', `${API}/`],
        ['resource', 'https://MCP.example.com'],
      ]),
    );
    expect(decodeJwt(given.access_token).aud).toBe(API);
  });

  test('a second resource server under another spelling is refused', async () => {
    const second = started.modules.resourceServers.create(
      {
        identifier: 'https://mcp.example.com/',
        audience: 'another',
        scopes: [{ name: 'tools', sentence: 'Use your tools' }],
      },
      SYSTEM,
    );
    await expect(second).rejects.toMatchObject({ code: 'resource_servers.taken' });
  });

  test('a request that names hundreds of resources costs a statement, and not one for each', async () => {
    const names = Array.from({ length: 190 }, (_, at) => ['resource', `https://${at}.example.com`]);
    const { knex } = started.modules.db;
    let statements = 0;
    const note = () => {
      statements += 1;
    };
    knex.on('query', note);
    const body = new URLSearchParams([
      ['grant_type', 'client_credentials'],
      ['client_id', 'nobody'],
      ...names,
    ]);
    const answer = await fetch(`${started.url}/token`, { method: 'POST', body });
    knex.off('query', note);
    expect(answer.status).toBe(401);
    expect(statements).toBeLessThan(20);
  });

  test('runs of blanks in scope are one blank', async () => {
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person, { scope: ' openid   email ' });
    expect(tokens.scope).toBe('openid email');
    const next = await oidc.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '', {
      scope: 'openid  email',
    });
    expect(next.scope).toBe('openid email');
  });

  test('a refresh may ask for what /auth passed over, and for nothing that was not granted', async () => {
    const party = await createRelyingParty(started);
    const { tokens } = await signIn(started, party, person, { scope: 'openid email teams squads' });
    const refresh = (token: string | undefined, scope: string) =>
      oidc.refreshTokenGrant(party.configuration, token ?? '', { scope });
    const next = await refresh(tokens.refresh_token, 'openid email teams squads');
    expect(next.scope).toBe('openid email');
    await expect(refresh(next.refresh_token, 'openid profile')).rejects.toMatchObject({
      error: 'invalid_scope',
    });
    await expect(refresh(next.refresh_token, 'teams')).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  test('an empty secret is none for a client that has none, and a wrong one for any other', async () => {
    const empty = (id: string) => ({ authorization: `Basic ${Buffer.from(`${id}:`).toString('base64')}` });
    const ask = async (path: string, id: string, body: Record<string, string>) => {
      const answer = await fetch(`${started.url}${path}`, {
        method: 'POST',
        headers: empty(id),
        body: new URLSearchParams(body),
      });
      return { status: answer.status, ...((await answer.json().catch(() => ({}))) as { error?: string }) };
    };
    const party = await createRelyingParty(started, { type: 'native' });
    const { tokens } = await signIn(started, party, person);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    const next = await ask('/token', party.clientId, refresh);
    expect(next).toMatchObject({ status: 200, token_type: 'Bearer' });
    const both = { ...refresh, client_id: party.clientId };
    expect(await ask('/token', party.clientId, both)).toMatchObject({ status: 200 });
    const another = await createRelyingParty(started, { type: 'native' });
    expect(await ask('/token', another.clientId, refresh)).toMatchObject({ error: 'invalid_grant' });
    expect(await ask('/token', party.clientId, { ...refresh, client_id: another.clientId })).toMatchObject({
      error: 'invalid_request',
    });
    const confidential = await createRelyingParty(started);
    expect(await ask('/token', confidential.clientId, refresh)).toMatchObject({ status: 400 });
    expect(await ask('/token', 'nobody', refresh)).toMatchObject({ status: 400 });
    const token = tokens.access_token;
    expect(await ask('/token/revocation', party.clientId, { token })).toMatchObject({ status: 200 });
  });

  test.each<[string, Record<string, string>]>([
    ['no scope', { scope: '' }],
    ['a resource alone', { scope: '', resource: API }],
    ['scopes that nobody has', { scope: 'teams squads' }],
    ['scopes of a resource that is not named', { scope: 'tools' }],
    ['offline_access alone', { scope: 'offline_access', prompt: 'consent' }],
  ])('%s is invalid_scope in words, before anybody sees a page', async (_, parameters) => {
    const party = await createRelyingParty(started);
    const address = await authorizationUrl(party, parameters);
    for (const name of ['nonce', ...(parameters.scope === '' ? ['scope'] : [])])
      address.searchParams.delete(name);
    const answer = await fetch(address, { redirect: 'manual' });
    const { searchParams } = new URL(answer.headers.get('location') ?? '');
    expect(searchParams.get('error')).toBe('invalid_scope');
    expect(searchParams.get('error_description')).toMatch(/scope/);
  });

  test('without scope the registered ones of the client are asked for, as far as they are offered', async () => {
    const party = await createRelyingParty(started, { scope: 'openid email tools other' });
    const parameters = { response_type: 'code', resource: API };
    const address = await authorizationUrl(party, parameters);
    for (const name of ['scope', 'nonce']) address.searchParams.delete(name);
    const verifier = oidc.randomPKCECodeVerifier();
    address.searchParams.set('code_challenge', await oidc.calculatePKCECodeChallenge(verifier));
    const { visitor } = await signIn(started, party, person);
    let page = await visitor.open(address.href);
    if (page.forms.some(({ action }) => action.includes('/consent'))) {
      page = await visitor.submit(page, { decision: 'allow' }, { form: '/consent' });
    }
    const tokens = await redeem(party, {
      callback: new URL(page.url),
      checks: {
        pkceCodeVerifier: verifier,
        expectedState: address.searchParams.get('state') ?? '',
      },
    });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      aud: [API, `${started.url}/me`],
      scope: 'openid email tools',
    });
    expect(tokens.claims()).toMatchObject({ email: person.email });
  });
});
