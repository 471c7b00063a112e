import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { readRoleName } from '../../src/roles/name.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson } from '../support/relying-party.ts';
import { API, createRole, giveManyRoles, SHELF, type Started, startRoles } from './set-up.ts';

type Person = { id: string; email: string };

eachDatabase('roles', (dialect) => {
  let given: Started;
  beforeAll(async () => {
    given = await startRoles({ dialect });
  });
  afterAll(() => given?.close());

  const newestEvent = async (event: string) => (await given.modules.audit.list({ event, limit: 1 }))[0];
  const createService = async () => {
    const service = { name: 'Import', type: 'service', grants: ['client_credentials'] } as const;
    return (await given.modules.clients.create({ ...service, grants: [...service.grants] }, SYSTEM)).client;
  };

  test('are made with what they permit, shown, listed in pages, changed and deleted', async () => {
    const { json, run } = given;
    const created = await json(
      ...['roles', 'create', '--name', 'Orders.Editor', '--description', 'Keeps the orders', '--default'],
      ...['--permission', `${API}#orders:read`, '--permission', `${API}#orders#all`],
    );
    expect(created).toEqual({
      id: expect.stringMatching(/^rol_/),
      name: 'Orders.Editor',
      description: 'Keeps the orders',
      permissions: [`${API}#orders:read`, `${API}#orders#all`],
      default: true,
      requires: [],
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(await newestEvent('roles.created')).toMatchObject({
      actor: { type: 'operator' },
      detail: {
        role: 'Orders.Editor',
        after: { isDefault: true, permissions: [`${API}#orders#all`, `${API}#orders:read`] },
      },
    });
    // By its name in any capitals.
    expect(await json('roles', 'show', 'orders.editor')).toMatchObject({
      name: 'Orders.Editor',
      permissions: [`${API}#orders#all`, `${API}#orders:read`],
      users: 0,
      clients: 0,
    });
    const updated = await json(
      ...['roles', 'update', 'Orders.Editor', '--no-default', '--unset', 'description'],
      ...['--permission', `${SHELF}#shelf:read`, '--remove-permission', `${API}#orders#all`],
      ...['--only-if-version', '1'],
    );
    expect(updated).toMatchObject({
      description: null,
      default: false,
      version: 2,
      permissions: [`${API}#orders:read`, `${SHELF}#shelf:read`],
    });
    expect(await newestEvent('roles.updated')).toMatchObject({
      detail: {
        role: 'Orders.Editor',
        fields: ['description', 'addPermissions', 'removePermissions', 'isDefault'],
        before: { isDefault: true, description: 'Keeps the orders' },
        after: { isDefault: false, description: null },
        version: 2,
      },
    });
    const other = await createRole(given);
    const first = await json('roles', 'list', '--limit', '1');
    expect(first).toMatchObject({ roles: [{ name: 'Orders.Editor' }], next: 'Orders.Editor' });
    expect((await json('roles', 'list', '--after', first.next)).roles).toEqual([
      expect.objectContaining({ name: other }),
    ]);
    expect((await run(['roles', 'list'])).stdout).toContain('Orders.Editor');
    expect(await json('roles', 'delete', other)).toEqual({
      name: other,
      deleted: true,
      users: 0,
      clients: 0,
    });
    expect(await given.refused('roles', 'show', other)).toBe('roles.unknown');
  });

  test('are refused as somebody else changed them, and two changes at once both count', async () => {
    const name = await createRole(given);
    await given.json('roles', 'update', name, '--description', 'one');
    expect(await given.refused('roles', 'update', name, '--default', '--only-if-version', '1')).toBe(
      'roles.conflict',
    );
    expect(await given.refused('roles', 'delete', name, '--only-if-version', '1')).toBe('roles.conflict');
    await Promise.all([
      given.modules.roles.update(name, { addPermissions: [`${API}#orders:read`] }, SYSTEM),
      given.modules.roles.update(name, { addPermissions: [`${API}#orders:write`] }, SYSTEM),
    ]);
    expect((await given.json('roles', 'show', name)).permissions).toEqual([
      `${API}#orders:read`,
      `${API}#orders:write`,
    ]);
  });

  test('that go while somebody new gets them keep nobody out', async () => {
    for (let round = 0; round < 3; round += 1) {
      const name = await createRole(given, '--default');
      const create = (at: number) =>
        given.modules.users.create({ email: `new${round}-${at}@example.com` }, SYSTEM);
      await Promise.all([
        ...Array.from({ length: 10 }, (_, at) => create(at)),
        given.modules.roles.delete(name, SYSTEM),
        ...Array.from({ length: 10 }, (_, at) => create(10 + at)),
      ]);
    }
  });

  test('are deleted once of 50 at once, as they were looked at, and those whose time is over are not counted', async () => {
    const { roles } = given.modules;
    const name = await createRole(given);
    const { id: userId } = await createPerson(given);
    const { id: gone } = await createPerson(given);
    await roles.assign(name, { userId }, SYSTEM);
    await roles.assign(name, { userId: gone }, SYSTEM, { until: given.clock.now() + 1000 });
    given.pass(1001);
    const fifty = await Promise.allSettled(
      Array.from({ length: 50 }, () => roles.delete(name, SYSTEM, { version: 1 })),
    );
    const done = fifty.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(done.map(({ users, clients }) => [users, clients])).toEqual([[1, 0]]);
    expect(await newestEvent('roles.deleted')).toMatchObject({ detail: { role: name, users: 1 } });
  });

  test('permit nothing that there is not', async () => {
    const create = (permission: string) =>
      given.refused('roles', 'create', '--name', 'nothing', '--permission', permission);
    expect(await create(`${API}#orders:none`)).toBe('roles.invalid');
    expect(await create('https://nowhere.example.com#read')).toBe('roles.invalid');
    expect(await create('orders:read')).toBe('roles.invalid');
    const name = await createRole(given);
    expect(await given.refused('roles', 'update', name, '--remove-permission', `${API}#orders:read`)).toBe(
      'roles.invalid',
    );
    for (const [options, says] of [
      [
        ['--remove-permission', `${API}#orders:read`],
        /names a permission that this role does not have: orders:read/,
      ],
      [['--remove-require', 'second-factor'], /names a step that this role does not require: second-factor/],
    ] as const)
      expect((await given.run(['roles', 'update', name, ...options])).stderr).toMatch(says);
  });

  test('forget what they permit at an API that is deleted', async () => {
    const identifier = 'https://gone.example.com';
    await given.json('resource-servers', 'create', '--identifier', identifier, '--scope', 'go=Go');
    const name = await createRole(given, '--permission', `${identifier}#go`);
    await given.json('resource-servers', 'delete', identifier);
    expect((await given.json('roles', 'show', name)).permissions).toEqual([]);
  });

  test('are given to people and services, told where they come from, and taken away', async () => {
    const { json, refused } = given;
    const name = await createRole(given);
    const [ana, service] = [await createPerson(given), await createService()];
    const until = '2099-01-01T00:00:00.000Z';
    expect(await json('roles', 'assign', name, '--user', ana.email, '--until', '2099-01-01')).toEqual({
      role: name,
      user_id: ana.id,
      until,
      is_new: true,
    });
    expect(await newestEvent('roles.assigned')).toMatchObject({
      userId: ana.id,
      detail: { role: name, before: { assigned: null }, after: { assigned: `until ${until}` } },
    });
    await json('roles', 'assign', name, '--client', service.id);
    expect((await json('users', 'show', ana.email)).roles).toEqual([
      { name, source: 'operator', organisation: null, until },
    ]);
    expect((await json('clients', 'show', service.id)).roles).toEqual([
      { name, source: 'operator', organisation: null, until: null },
    ]);
    expect((await given.run(['users', 'show', ana.email])).stdout).toContain(
      `${name} (operator, until ${until})`,
    );
    expect(await json('roles', 'show', name)).toMatchObject({ users: 1, clients: 1 });
    // Another end, for who has it.
    expect(await json('roles', 'assign', name, '--user', ana.id)).toMatchObject({
      is_new: false,
      until: null,
    });
    expect((await json('users', 'list', '--role', name)).users).toEqual([
      expect.objectContaining({ id: ana.id }),
    ]);
    await json('roles', 'unassign', name, '--user', ana.email, '--reason', 'left the team');
    expect(await newestEvent('roles.unassigned')).toMatchObject({
      userId: ana.id,
      detail: {
        role: name,
        before: { assigned: 'for ever' },
        after: { assigned: null },
        reason: 'left the team',
      },
    });
    expect((await json('users', 'show', ana.email)).roles).toEqual([]);
    expect((await json('users', 'list', '--role', name)).users).toEqual([]);
    expect(await refused('roles', 'unassign', name, '--user', ana.email)).toBe('roles.not_assigned');
    expect(await refused('roles', 'assign', name)).toBe('command.usage');
    expect(await refused('roles', 'assign', name, '--user', ana.id, '--client', service.id)).toBe(
      'command.usage',
    );
    expect(await refused('roles', 'assign', name, '--client', 'gatehouse-account')).toBe('clients.unknown');
    expect(await refused('roles', 'assign', name, '--user', ana.id, '--until', '2001-01-01')).toBe(
      'roles.invalid',
    );
    expect(await refused('roles', 'assign', name, '--user', ana.id, '--until', 'soon')).toBe('command.usage');
  });

  test('that a provider gives come and go with what it says, and nobody takes them away here', async () => {
    const { json, modules } = given;
    const [ours, theirs, both] = [await createRole(given), await createRole(given), await createRole(given)];
    const { id } = await createPerson(given);
    await json('roles', 'assign', ours, '--user', id);
    await json('roles', 'assign', both, '--user', id);
    const step = (...roles: string[]) =>
      modules.roles.keepInStep({ userId: id, source: 'upstream:work', roles }, SYSTEM);
    const held = async () =>
      (await json('users', 'show', id)).roles.map(({ name, source }: { name: string; source: string }) => [
        name,
        source,
      ]);
    await Promise.all([step(theirs, both, 'no-such-role'), step(theirs, both)]);
    expect(await held()).toEqual([
      [ours, 'operator'],
      [theirs, 'upstream:work'],
      [both, 'operator'],
      [both, 'upstream:work'],
    ]);
    expect(await newestEvent('roles.assigned')).toMatchObject({
      userId: id,
      detail: { after: { assigned: 'by upstream:work' } },
    });
    expect(await given.refused('roles', 'unassign', theirs, '--user', id)).toBe('roles.of_provider');
    // The operator's own half of it goes.
    await json('roles', 'unassign', both, '--user', id);
    expect(await held()).toContainEqual([both, 'upstream:work']);
    await step(both);
    expect(await held()).toEqual([
      [ours, 'operator'],
      [both, 'upstream:work'],
    ]);
    expect(await newestEvent('roles.unassigned')).toMatchObject({ userId: id, detail: { role: theirs } });
    // Another provider's are its own.
    await modules.roles.keepInStep({ userId: id, source: 'upstream:club', roles: [] }, SYSTEM);
    expect(await modules.roles.dropSource('upstream:work')).toBe(1);
    expect(await held()).toEqual([[ours, 'operator']]);
  });

  test('end at their time, and the row goes', async () => {
    const name = await createRole(given);
    const ana = await createPerson(given);
    await given.json('roles', 'assign', name, '--user', ana.id, '--until', '8h');
    const read = async () => (await given.modules.roles.read({ userId: ana.id })).roles;
    expect(await read()).toEqual([name]);
    given.pass(8 * 3_600_000 + 1);
    expect(await read()).toEqual([]);
    expect((await given.json('users', 'show', ana.id)).roles).toEqual([]);
    expect((await given.json('users', 'list', '--role', name)).users).toEqual([]);
    await given.modules.sweeper.sweep();
    expect(await given.modules.db('role_assignments').where({ user_id: ana.id })).toEqual([]);
  });

  test('given by two administrators at once are given once, and one audit event each at most', async () => {
    const name = await createRole(given);
    const ana = await createPerson(given);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => given.modules.roles.assign(name, { userId: ana.id }, SYSTEM)),
    );
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await given.modules.db('role_assignments').where({ user_id: ana.id })).toHaveLength(1);
    const events = await given.modules.audit.list({ event: 'roles.assigned', userId: ana.id });
    expect(events).toHaveLength(1);
  });

  test('deleted while they are given are nobody’s, also of who gets them at that moment', async () => {
    const name = await createRole(given);
    const people = await Promise.all(Array.from({ length: 4 }, () => createPerson(given)));
    const [first, ...others] = people as [Person, ...Person[]];
    await given.modules.roles.assign(name, { userId: first.id }, SYSTEM);
    const [deleted, ...assigned] = await Promise.allSettled([
      given.modules.roles.delete(name, SYSTEM),
      ...others.map(({ id }) => given.modules.roles.assign(name, { userId: id }, SYSTEM)),
    ]);
    expect(deleted.status).toBe('fulfilled');
    for (const each of assigned)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'roles.unknown' });
    expect(await given.modules.db('role_assignments').where({ role_name: name })).toEqual([]);
    // Who has that name again begins with nobody.
    await given.json('roles', 'create', '--name', name);
    expect((await given.modules.roles.read({ userId: first.id })).roles).toEqual([]);
  });

  test('go with the person and the client, and are told in the person’s export', async () => {
    const name = await createRole(given);
    const [ana, service] = [await createPerson(given), await createService()];
    await given.json('roles', 'assign', name, '--user', ana.id);
    await given.json('roles', 'assign', name, '--client', service.id);
    expect(given.app.personalData.role_assignments).toContain('role_name');
    await given.json('users', 'delete', ana.id);
    await given.json('clients', 'delete', service.id);
    expect(await given.modules.db('role_assignments').where({ role_name: name })).toEqual([]);
  });

  test('of everybody are given to who is new, and to nobody who was there before', async () => {
    const before = await createPerson(given);
    const name = await createRole(given, '--default');
    const { id } = await given.json('users', 'create', '--email', 'new@example.com');
    expect((await given.json('users', 'show', id)).roles).toEqual([
      { name, source: 'default', organisation: null, until: null },
    ]);
    expect((await given.json('users', 'show', before.id)).roles).toEqual([]);
    const [event] = await given.modules.audit.list({ event: 'users.created', userId: id });
    expect(event?.detail).toMatchObject({ after: { roles: [name] } });
    // Given by an operator as well, it is shown twice, and is one role.
    await given.json('roles', 'assign', name, '--user', id);
    expect((await given.modules.roles.read({ userId: id })).roles).toEqual([name]);
    await given.json('roles', 'unassign', name, '--user', id);
    expect((await given.modules.roles.read({ userId: id })).roles).toEqual([]);
    await given.json('roles', 'update', name, '--no-default');
  });

  test('make the list of people shorter, with a search and in pages', async () => {
    const name = await createRole(given);
    const people = [];
    for (const first of ['quinn', 'quentin', 'zoe']) {
      people.push(await createPerson(given, `${first}.${dialect}@example.com`));
      await given.json('roles', 'assign', name, '--user', people.at(-1)?.id ?? '');
    }
    await createPerson(given, `quirin.${dialect}@example.com`);
    const list = async (...options: string[]) => {
      const { users, next } = await given.json('users', 'list', '--role', name, ...options);
      return { emails: users.map(({ email }: { email: string }) => email.split('.')[0]), next };
    };
    expect((await list()).emails).toEqual(['quinn', 'quentin', 'zoe']);
    expect((await list('--search', 'qu')).emails.sort()).toEqual(['quentin', 'quinn']);
    expect((await list('--search', people[2]?.id ?? '')).emails).toEqual(['zoe']);
    expect((await list('--search', `quirin.${dialect}@example.com`)).emails).toEqual([]);
    const { emails, next } = await list('--limit', '2');
    expect(emails).toEqual(['quinn', 'quentin']);
    expect((await list('--limit', '2', '--after', next)).emails).toEqual(['zoe']);
    expect(await given.refused('users', 'list', '--role', 'nobody-has-it')).toBe('roles.unknown');
  });

  test('of one person are a thousand at most, and five hundred are warned of', async () => {
    const ana = await createPerson(given);
    const rows = Array.from({ length: 999 }, (_, at) => `many-${dialect}-${String(at).padStart(4, '0')}`);
    await giveManyRoles(given, ana.id, rows);
    const last = await createRole(given);
    const answer = await given.json('roles', 'assign', last, '--user', ana.id);
    expect(answer.warnings).toEqual([expect.stringContaining('1000 roles need more than the 4096 bytes')]);
    const more = await createRole(given);
    expect(await given.refused('roles', 'assign', more, '--user', ana.id)).toBe('roles.too_many');
    // Another end of one that is there.
    expect((await given.json('roles', 'assign', last, '--user', ana.id)).is_new).toBe(false);
    await given.modules.db('roles').whereIn('name', rows.slice(0, 500)).delete();
    await given.modules.db('roles').whereIn('name', rows.slice(500)).delete();
  });

  describe('that look like one that there is', () => {
    beforeAll(async () => {
      for (const name of ['admin', 'capa']) await given.json('roles', 'create', '--name', name);
    });

    test.each([
      ['capitals', 'ADMIN', 'roles.taken'],
      ['a letter without its dot', 'admın', 'roles.taken'],
      ['one Cyrillic letter', 'аdmin', 'roles.invalid'],
      ['Cyrillic letters alone', 'сара', 'roles.invalid'],
      ['full-width letters', 'ａｄｍｉｎ', 'roles.invalid'],
      ['a phonetician’s letter', 'ɑdmin', 'roles.invalid'],
      ['something unseen', 'ad\u200bmin', 'roles.invalid'],
      ['a letter that is nothing to see', 'ad\u115fmin', 'roles.invalid'],
      ['capitals of another script', 'САРА', 'roles.invalid'],
      ['a space at the end', 'admin ', 'roles.invalid'],
      ['a comma, which would be two names in a list', 'a,admin', 'roles.invalid'],
    ])('are refused: %s', async (_, name, code) => {
      expect(await given.refused('roles', 'create', '--name', name)).toBe(code);
    });
  });
});

describe('the name of a role', () => {
  test.each([
    'admin',
    'Orders:Editor',
    'team/ops@example',
    'администратор',
    'verwaltung-ä',
    '管理者',
    'a+b_c.d',
  ])('may be %s', (name) => expect(readRoleName(name)).toMatchObject({ name }));

  test.each(['', '-admin', ':x', 'a b', 'a"b', 'a\\b', 'a#b', 'a'.repeat(101), 'e\u0301'])(
    'may not be %j',
    (name) => expect(readRoleName(name)).toHaveProperty('problem'),
  );
});
