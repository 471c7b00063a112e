import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createClients } from '../../src/clients/clients.ts';
import { CLIENT_PROPERTIES, type ClientProperty } from '../../src/clients/properties.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { clientMetadata } from '../../src/oidc/adapter/client-metadata.ts';
import { setUpCli } from '../cli/set-up.ts';
import { eachDatabase } from '../support/database.ts';
import { clientCommands, ISSUER, recordEffects, setUpClients } from './set-up.ts';

const CALLBACK = 'https://shop.example.com/cb';

/** One row: all that it takes. */
const colour: ClientProperty = {
  option: { name: 'colour', type: 'text', choices: ['blue', 'green'] },
  help: 'What it is painted in.',
  schema: z.enum(['blue', 'green']),
  default: 'blue',
  problem: (entry, type) => (entry === 'green' && type === 'spa' ? 'no spa is green' : undefined),
  setting: 'paint_colour',
};

/** OIDC Registration §2: one that oidc-provider knows. */
const contacts: ClientProperty = {
  option: { name: 'contact', type: 'list', value: 'e-mail' },
  help: 'Who answers for it.',
  schema: z.array(z.email()),
  metadata: 'contacts',
};

const properties = { ...CLIENT_PROPERTIES, colour, contacts };

eachDatabase('a property of a client is one row', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpClients>>;
  beforeAll(async () => {
    given = await setUpClients(dialect);
  });
  afterAll(() => given.close());

  const clientsWithRows = () => {
    const audit = { record: async () => undefined };
    const outgoing = { fetch: () => Promise.reject(new Error('no document')) };
    return createClients({
      db: given.db,
      clock: given.clock,
      audit,
      builtIn: [],
      outgoing,
      properties,
      ...recordEffects(),
    });
  };
  const runner = (clients: ReturnType<typeof createClients>) =>
    setUpCli(clientCommands({ clients }, {}, properties));
  const stored = async (id: string) => {
    const row = await given.db('clients').where({ id }).first('metadata', 'settings');
    return { metadata: JSON.parse(row.metadata), settings: JSON.parse(row.settings) };
  };
  const shop = ['clients', 'create', '--name', 'Shop', '--redirect-uri', CALLBACK];

  test('that the commands offer, set, show and put back, and that is stored', async () => {
    const run = runner(clientsWithRows());
    for (const verb of ['create', 'update']) {
      const { stdout } = await run(['clients', verb, '--help']);
      expect(stdout).toMatch(/--colour .*\n? *What it is painted in\. Default: blue\./);
      expect(stdout).toMatch(/--contact <e-mail>/);
    }
    const created = await run([
      ...[...shop, '--colour', 'green'],
      ...['--contact', 'a@example.com', '--contact', 'b@example.com', '--json'],
    ]);
    const id = created.json.client_id;
    const shown = { paint_colour: 'green', contacts: ['a@example.com', 'b@example.com'] };
    expect((await run(['clients', 'show', id, '--json'])).json).toMatchObject(shown);
    expect(await stored(id)).toMatchObject({
      metadata: { contacts: shown.contacts },
      settings: { colour: 'green' },
    });
    const unset = ['--unset', 'colour', '--unset', 'contact'];
    const { json } = await run(['clients', 'update', id, ...unset, '--json']);
    expect(json.paint_colour).toBe('blue');
    expect(json).not.toHaveProperty('contacts');
  });

  test('that is judged: by its schema, and entry by entry', async () => {
    const run = runner(clientsWithRows());
    const wrong = await run([...shop, '--contact', 'nobody']);
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--contact:') });
    const green = await run([...shop, '--type', 'spa', '--colour', 'green']);
    expect(green.stderr).toContain('"green": no spa is green');
  });

  test('that the library and our code beside it know', async () => {
    const clients = clientsWithRows();
    const input = { name: 'Shop', redirectUris: [CALLBACK], colour: 'green', contacts: ['a@example.com'] };
    const { client } = await clients.create(input, SYSTEM);
    const provider = new Provider(ISSUER, {
      clients: [clientMetadata(client, () => true) as never],
      extraClientMetadata: { properties: ['gatehouse'] },
    });
    expect(await provider.Client.find(client.id)).toMatchObject({
      contacts: ['a@example.com'],
      gatehouse: { colour: 'green', firstParty: false },
    });
  });

  test('that clients of before have by default', async () => {
    const { client } = await given.clients.create({ name: 'Older', redirectUris: [CALLBACK] }, SYSTEM);
    expect((await stored(client.id)).settings).not.toHaveProperty('colour');
    const clients = clientsWithRows();
    expect((await clients.find(client.id))?.settings).toMatchObject({ colour: 'blue' });
    const listed = (await clients.list({ limit: 1000 })).items.find(({ id }) => id === client.id);
    expect(listed?.settings).toMatchObject({ colour: 'blue' });
  });
});

eachDatabase('a client that an earlier build stored', (dialect) => {
  const metadata = {
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: [],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'openid orders:read',
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'ES256',
    jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] },
    dpop_bound_access_tokens: true,
    logo_uri: 'https://shop.example.com/logo.png',
    application_type: 'web',
  };
  const settings = {
    idTokenClaims: true,
    firstParty: false,
    requireOfflineAccess: true,
    refreshTtlSeconds: 3600,
    assertionAudience: 'token-endpoint',
    level: '2',
    origins: ['https://shop.example.com'],
  };

  test('is read, shown and changed with all that it has', async () => {
    const given = await setUpClients(dialect);
    await given.db('clients').insert({
      id: 'cli_older',
      name: 'Older',
      type: 'web',
      metadata: JSON.stringify(metadata),
      settings: JSON.stringify(settings),
      created_at: 1000,
      updated_at: 1000,
    });
    const client = await given.clients.find('cli_older');
    expect(JSON.stringify(client?.metadata)).toBe(JSON.stringify(metadata));
    // What came later has its default.
    expect(client?.settings).toEqual({
      ...settings,
      pkce: 'ratchet',
      refreshRotation: 'on',
      signOut: 'by-hint',
    });
    const { name, ...after } = await given.clients.update('cli_older', { name: 'Newer' }, SYSTEM);
    expect(name).toBe('Newer');
    expect(after).toMatchObject({ metadata, settings });
    await given.close();
  });
});
