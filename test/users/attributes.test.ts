import * as oidc from 'openid-client';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { usersConfig } from '../../src/users/config.ts';
import { startAccount } from '../account/set-up.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson, createRelyingParty, signIn } from '../support/relying-party.ts';

const settings = {
  users: usersConfig.parse({
    attributes: {
      department: { label: 'Department', shownTo: 'person', scope: 'profile' },
      desk: { label: 'Desk', shownTo: 'person', editedBy: 'person' },
      cost_center: { type: 'number', scope: 'hr' },
      is_external: { type: 'flag', scope: 'hr', shownTo: 'person', label: 'External' },
      teams: { type: 'list', scope: 'hr', label: 'Your teams' },
    },
  }),
};

eachDatabase('attributes that the operator declares', (dialect) => {
  let account: Awaited<ReturnType<typeof startAccount>>;
  beforeAll(async () => {
    account = await startAccount({ dialect, settings });
  });
  afterAll(() => account?.close());

  const update = (who: string, ...attribute: string[]) =>
    account.command('users update', { attribute }, { positionals: [who] }) as Promise<
      Record<string, unknown>
    >;

  test('are set, shown, changed one by one and taken away by an operator', async () => {
    const { id } = await account.createPerson();
    const set = ['department=Library', 'cost_center=4711', 'is_external=no', 'teams=red, blue'];
    expect((await update(id, ...set)).profile).toMatchObject({
      attributes: { department: 'Library', cost_center: 4711, is_external: false, teams: ['red', 'blue'] },
    });
    expect((await update(id, 'department=', 'cost_center=12')).profile).toMatchObject({
      attributes: { cost_center: 12, is_external: false, teams: ['red', 'blue'] },
    });
    const [event] = await account.modules.audit.list({ event: 'users.updated', userId: id });
    // The audit outlives the person, and says no value.
    expect(event?.detail).toMatchObject({ after: { attributes: 'replaced' } });
    expect(JSON.stringify(event)).not.toContain('Library');
    for (const wrong of ['cost_center=many', 'is_external=perhaps', 'teams=a,,b', 'unknown=1', 'department'])
      await expect(update(id, wrong)).rejects.toMatchObject({ code: 'users.invalid' });
    // What every object has is no attribute.
    for (const wrong of ['constructor=a', 'toString=a', '__proto__=a', 'hasOwnProperty='])
      await expect(update(id, wrong), wrong).rejects.toMatchObject({ code: 'users.invalid' });
  });

  test('of numbers take what comes out again as it was typed, and flags any capitals', async () => {
    const { id } = await account.createPerson();
    for (const [typed, kept] of [
      ['0', 0],
      ['-0.5', -0.5],
      ['123456789012345', 123456789012345],
      ['12.25', 12.25],
    ] as const)
      expect((await update(id, `cost_center=${typed}`)).profile).toEqual(
        expect.objectContaining({ attributes: { cost_center: kept } }),
      );
    for (const wrong of [
      '12345678901234567',
      '007',
      '0x10',
      '1e3',
      '1.',
      '.5',
      '1234567890.123456',
      '٣',
      '1.10',
      '-0',
      '0.0000001',
    ])
      await expect(update(id, `cost_center=${wrong}`), wrong).rejects.toMatchObject({
        code: 'users.invalid',
      });
    expect((await update(id, 'cost_center=', 'is_external=YES')).profile).toMatchObject({
      attributes: { is_external: true },
    });
  });

  test('changed by several commands at once are all kept', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { id } = await account.createPerson();
      const typed = ['department=Library', 'cost_center=4711', 'teams=red', 'desk=B 12'];
      await Promise.all(typed.map((each) => update(id, each)));
      const { attributes } = (await account.modules.users.get(id)).profile;
      expect(Object.keys(attributes ?? {}).sort()).toEqual(['cost_center', 'department', 'desk', 'teams']);
    }
  });

  test('that an operator sets while a person saves the own profile are kept', async () => {
    const { users } = account.modules;
    const { id, email } = await account.createPerson();
    const { visitor, page } = await account.signIn({ email }, '/account/profile');
    const { update: save } = users;
    vi.spyOn(users, 'update').mockImplementationOnce(async (...change) => {
      await update(id, 'department=Library');
      return await save(...change);
    });
    onTestFinished(() => void vi.restoreAllMocks());
    await visitor.submit(page, { 'attribute.desk': 'B 12' }, { form: '/account/profile' });
    expect((await users.get(id)).profile.attributes).toEqual({ department: 'Library', desk: 'B 12' });
  });

  test('are claims of their scope, and those of none are nobody’s', async () => {
    const person = await createPerson(account);
    await update(person.id, 'department=Library', 'cost_center=4711', 'teams=red', 'desk=B 12');
    const party = await createRelyingParty(account);
    const { tokens } = await signIn(account, party, person, { scope: 'openid profile hr' });
    expect(tokens.claims()).toMatchObject({ department: 'Library', cost_center: 4711, teams: ['red'] });
    expect(await oidc.fetchUserInfo(party.configuration, tokens.access_token, person.id)).toMatchObject({
      cost_center: 4711,
    });
    const claims = JSON.stringify({ userinfo: { desk: null }, id_token: { desk: null } });
    const { tokens: asked } = await signIn(account, party, person, { scope: 'openid', claims });
    expect(asked.claims()).not.toHaveProperty('desk');
    expect(await oidc.fetchUserInfo(party.configuration, asked.access_token, person.id)).not.toHaveProperty(
      'desk',
    );
    // Under a name of the app's own it is the operator's word.
    await account.command('clients update', { claim: ['ou=department'] }, { positionals: [party.clientId] });
    const { tokens: mapped } = await signIn(account, party, person, { scope: 'openid' });
    expect(mapped.claims()).toMatchObject({ ou: 'Library' });
  });

  test('stand in the own profile as far as they are shown, and are changed as far as they may be', async () => {
    const person = await account.createPerson();
    await update(person.id, 'department=Library', 'cost_center=4711', 'is_external=no');
    const { visitor } = await account.signIn(person, '/account');
    const page = await visitor.open(`${account.issuer}/account/profile`);
    expect(page.html).toContain('Library');
    expect(page.html).not.toContain('4711');
    const saved = await visitor.submit(
      page,
      { 'attribute.desk': 'B 12', 'attribute.department': 'Board', 'attribute.cost_center': '1' },
      { form: '/account/profile' },
    );
    expect(saved.html).toContain('B 12');
    const { profile } = await account.modules.users.get(person.id);
    expect(profile.attributes).toEqual({
      department: 'Library',
      cost_center: 4711,
      is_external: false,
      desk: 'B 12',
    });
    // Yes and no are words of the page.
    expect(saved.html).toContain('<dt>External</dt><dd><bdi>No</bdi></dd>');
    const wrong = await visitor.submit(
      await visitor.open(`${account.issuer}/account/profile`),
      { 'attribute.desk': 'x'.repeat(501) },
      { form: '/account/profile' },
    );
    expect(wrong.status).toBe(422);
  });

  test('are not declared under names that mean something already, nor edited by people unseen', () => {
    const declare = (attributes: object) => () => usersConfig.parse({ attributes });
    expect(declare({ email: {} })).toThrow('standard claim');
    expect(declare({ groups: {} })).toThrow('standard claim');
    expect(declare({ Department: {} })).toThrow('small letters');
    expect(declare({ desk: { editedBy: 'person' } })).toThrow('shownTo');
    expect(declare({ desk: { scope: 'openid' } })).toThrow('another scope');
  });
});
