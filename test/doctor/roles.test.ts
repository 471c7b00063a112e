import { expect, onTestFinished, test } from 'vitest';
import { checkRoles } from '../../src/doctor/roles.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { API, SHELF, startRoles } from '../roles/set-up.ts';
import { eachDatabase } from '../support/database.ts';
import { createPerson } from '../support/relying-party.ts';

eachDatabase('roles in the doctor', (dialect) => {
  test('tells of apps and APIs that are closed to everybody, until somebody may', async () => {
    const given = await startRoles({ dialect });
    onTestFinished(() => given.close());
    const { db, clients, roles } = given.modules;
    const found = async () => {
      const all = await checkRoles({ db, clock: given.clock });
      return Object.fromEntries(all.map(({ check, level, what }) => [check, `${level}: ${what}`]));
    };
    const fine = { roles: expect.stringMatching(/^ok: /) };
    expect(await found()).toEqual(fine);

    await roles.create({ name: 'editors' }, SYSTEM);
    await roles.create({ name: 'readers' }, SYSTEM);
    const app = ['--name', 'Books', '--redirect-uri', 'https://books.example/callback'];
    const { client_id: id } = await given.json(
      ...['clients', 'create', ...app, '--allowed-role', 'editors', '--allowed-role', 'readers'],
    );
    await given.json('resource-servers', 'update', API, '--roles', 'enforce');
    expect(await found()).toEqual({
      'roles.apps': `warning: Nobody has a role that allows them to use Books (${id}: editors, readers).`,
      'roles.apis': expect.stringMatching(new RegExp(`^warning: .* ${API}\\.$`)),
    });

    // Whose time is over has it no more, and a service is nobody who signs in.
    const person = await createPerson(given);
    const until = given.clock.now() + 60_000;
    await roles.assign('readers', { userId: person.id }, SYSTEM, { until });
    await given.json('roles', 'update', 'readers', '--permission', `${API}#orders:read`);
    expect(await found()).toEqual(fine);
    given.pass(61_000);
    const service = await clients.create(
      { name: 'Import', type: 'service', grants: ['client_credentials'] },
      SYSTEM,
    );
    await roles.assign('readers', { clientId: service.client.id }, SYSTEM);
    expect(await found()).toEqual({ 'roles.apps': expect.any(String) });

    // Of another API a permission says nothing; nobody signs in at an app that is disabled.
    await given.json('resource-servers', 'update', SHELF, '--roles', 'enforce');
    await given.json('clients', 'disable', id);
    expect(await found()).toEqual({ 'roles.apis': expect.stringContaining(` ${SHELF}.`) });
  });
});
