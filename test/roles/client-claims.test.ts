import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson, createRelyingParty, type RelyingParty, signIn } from '../support/relying-party.ts';
import { API, createRole, type Started, startRoles } from './set-up.ts';

type Person = { id: string; email: string };

eachDatabase('claims under names of an app’s own', (dialect) => {
  let given: Started;
  let person: Person;
  let roles: string[];
  beforeAll(async () => {
    given = await startRoles({ dialect });
    person = await createPerson(given);
    await given.modules.users.update(person.id, { profile: { name: 'Ana', nickname: 'an' } }, SYSTEM);
    roles = [await createRole(given), await createRole(given)].sort();
    for (const role of roles) await given.json('roles', 'assign', role, '--user', person.id);
  });
  afterAll(() => given?.close());

  const update = (party: RelyingParty, ...options: string[]) =>
    given.json('clients', 'update', party.clientId, ...options);

  test('are told where and how they were said, and asked like any other', async () => {
    const party = await createRelyingParty(given);
    await update(party, '--claim', 'memberOf=groups', '--in', 'id_token', '--as', 'comma');
    await update(party, '--claim', 'uid=sub', '--claim', 'nick=nickname', '--in', 'userinfo,access_token');
    const shown = await update(party, '--claim-value', 'https://books.example/tenant=acme');
    expect(shown.claims).toEqual([
      { name: 'memberOf', from: 'groups', in: ['id_token'], as: 'comma' },
      { name: 'uid', from: 'sub', in: ['userinfo', 'access_token'] },
      { name: 'nick', from: 'nickname', in: ['userinfo', 'access_token'] },
      { name: 'https://books.example/tenant', value: 'acme', in: ['id_token', 'userinfo'] },
    ]);
    const asked = { scope: 'openid orders:read', resource: API };
    const { tokens } = await signIn(given, party, person, asked);
    expect(tokens.claims()).toMatchObject({
      memberOf: roles.join(','),
      'https://books.example/tenant': 'acme',
    });
    expect(tokens.claims()).not.toHaveProperty('nick');
    const told = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(told).toMatchObject({ uid: person.id, nick: 'an', 'https://books.example/tenant': 'acme' });
    expect(told).not.toHaveProperty('memberOf');
    expect(decodeJwt(tokens.access_token)).toMatchObject({ uid: person.id, nick: 'an', sub: person.id });
    const consent = await given.modules.oidc.consents.find(person.id, party.clientId);
    expect([...(consent?.allowed.claims ?? [])].sort()).toEqual(['groups', 'nickname']);
    // Allowed once: the second sign-in asks nothing, and a refresh tells what holds then.
    await signIn(given, party, person, { ...asked, prompt: 'login' });
  });

  test.each([
    ['array', ['an']],
    ['space', 'an'],
    ['comma', 'an'],
    ['json', '"an"'],
  ])('are written as %s', async (as, expected) => {
    const party = await createRelyingParty(given);
    await update(party, '--claim', 'nick=nickname', '--as', as);
    const { tokens } = await signIn(given, party, person);
    expect(tokens.claims()).toMatchObject({ nick: expected });
  });

  test('are shown on the consent page, and not told before somebody allowed them', async () => {
    const party = await createRelyingParty(given);
    const { tokens, visitor } = await signIn(given, party, person);
    await update(party, '--claim', 'nick=nickname');
    const told = await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id);
    expect(told).not.toHaveProperty('nick');
    const address = oidc.buildAuthorizationUrl(party.configuration, {
      redirect_uri: party.redirectUri,
      scope: 'openid',
      code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    });
    expect((await visitor.open(address.href)).html).toContain('nickname');
  });

  test('tell no app with subjects of its own whom they stand for', async () => {
    const party = await createRelyingParty(given, { subjectType: 'pairwise' });
    await update(party, '--claim', 'uid=sub', '--in', 'id_token,userinfo,access_token');
    const { tokens } = await signIn(given, party, person, { scope: 'openid orders:read', resource: API });
    const told = await oidc.fetchUserInfo(
      party.configuration,
      tokens.access_token,
      String(tokens.claims()?.sub),
    );
    for (const each of [tokens.claims(), told]) expect(each).not.toHaveProperty('uid');
    expect(JSON.stringify([tokens.claims(), told])).not.toContain(person.id);
    expect(decodeJwt(tokens.access_token)).not.toHaveProperty('uid');
  });

  test('of a client that may ask little are its operator’s word all the same', async () => {
    const party = await createRelyingParty(given, { scope: 'openid' });
    await update(party, '--claim', 'nick=nickname');
    const { tokens } = await signIn(given, party, person);
    expect(tokens.claims()).toMatchObject({ nick: 'an' });
  });

  test('are changed one by one, taken away, and put back to none', async () => {
    const party = await createRelyingParty(given);
    await update(party, '--claim', 'a=name', '--claim', 'b=nickname');
    expect((await update(party, '--claim', 'a=nickname', '--remove-claim', 'b')).claims).toEqual([
      { name: 'a', from: 'nickname', in: ['id_token', 'userinfo'] },
    ]);
    expect((await given.run(['clients', 'update', party.clientId, '--remove-claim', 'b'])).stderr).toContain(
      '--remove-claim names a claim that this client does not have: b',
    );
    expect((await update(party, '--unset', 'claim')).claims).toBeNull();
  });

  test.each([
    ['--claim', 'sub=email'],
    ['--claim', 'iss=name'],
    ['--claim', 'email=nickname'],
    ['--claim-value', 'email_verified=true'],
    ['--claim-value', 'scope=all'],
    ['--claim-value', 'grant_id=x'],
    ['--claim-value', '__proto__=x'],
    ['--claim', 'a b=name'],
    ['--claim', 'x=nothing_of_ours'],
    ['--claim', 'x'],
    ['--in', 'id_token'],
    ['--remove-claim', 'never'],
  ])('are refused: %s %s', async (...options) => {
    const party = await createRelyingParty(given);
    await given.refused('clients', 'update', party.clientId, ...options);
    expect((await given.json('clients', 'show', party.clientId)).claims).toBeNull();
  });
});
