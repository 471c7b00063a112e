import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import {
  CLIENT_PROPERTIES,
  type ClientProperties,
  type ClientProperty,
  propertiesInWords,
} from '../../src/clients/properties.ts';
import { eachDatabase } from '../support/database.ts';
import { authorizationUrl, authorize, createPerson, createRelyingParty } from '../support/relying-party.ts';
import { type Gatehouse, startGatehouse } from './gatehouse.ts';

/** OIDC Registration §2. Nobody needs it here, and this one row is all that it takes. */
const defaultMaxAge: ClientProperty = {
  option: { name: 'default-max-age', type: 'number', value: 'seconds' },
  help: 'How old a sign-in may be; 0 asks each time.',
  schema: z.int().min(0, 'must not be negative').max(86_400, 'must be a day at most'),
  defaultInWords: 'any',
  metadata: 'default_max_age',
};
const clientProperties: ClientProperties = { ...CLIENT_PROPERTIES, defaultMaxAge };

let gatehouse: Gatehouse;

eachDatabase('a property of a client, plugged into the whole server', (dialect) => {
  beforeAll(async () => {
    gatehouse = await startGatehouse({ dialect, clientProperties });
  });
  afterAll(() => gatehouse?.close());

  const isAskedAgain = async (party: Awaited<ReturnType<typeof createRelyingParty>>, visitor: Visitor) => {
    const asked = await visitor.open((await authorizationUrl(party)).href);
    return asked.forms.some(({ action }) => action.includes('/login'));
  };
  type Visitor = Awaited<ReturnType<typeof authorize>>['visitor'];

  test('is an option of the commands, is stored and shown, and holds at the next sign-in', async () => {
    const party = await createRelyingParty(gatehouse);
    const positionals = [party.clientId];
    const { visitor } = await authorize(gatehouse, party, await createPerson(gatehouse));
    expect(await isAskedAgain(party, visitor.copy())).toBe(false);

    const changed = await gatehouse.command('clients update', { 'default-max-age': 0 }, { positionals });
    expect(changed).toMatchObject({ default_max_age: 0 });
    const row = await gatehouse.modules.db('clients').where({ id: party.clientId }).first('metadata');
    expect(JSON.parse(row.metadata)).toMatchObject({ default_max_age: 0 });
    gatehouse.passTime(1_000);
    expect(await isAskedAgain(party, visitor.copy())).toBe(true);

    const unset = { unset: ['default-max-age'] };
    expect(await gatehouse.command('clients update', unset, { positionals })).not.toHaveProperty(
      'default_max_age',
    );
    gatehouse.passTime(1_000);
    expect(await isAskedAgain(party, visitor.copy())).toBe(false);
  });

  test('is judged when a client is registered, and said when it is', async () => {
    const input = { name: 'Shop', 'redirect-uri': ['https://shop.example.com/cb'] };
    await expect(gatehouse.command('clients create', { ...input, 'default-max-age': -1 })).rejects.toThrow(
      'must not be negative',
    );
    const created = await gatehouse.command('clients create', { ...input, 'default-max-age': 300 });
    const positionals = [created.client_id ?? ''];
    expect(await gatehouse.command('clients show', {}, { positionals })).toMatchObject({
      default_max_age: 300,
    });
  });
});

test('a property of a client has its line in the docs', () => {
  expect(propertiesInWords(clientProperties).at(-1)).toEqual([
    '`--default-max-age`',
    '`default_max_age`',
    'any',
    'How old a sign-in may be; 0 asks each time.',
  ]);
});
