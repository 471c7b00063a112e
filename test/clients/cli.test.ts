import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUpCli } from '../cli/set-up.ts';
import { type Dialect, eachDatabase } from '../support/database.ts';
import { LOGO_SVG } from '../support/pictures.ts';
import { clientCommands, setUpClients } from './set-up.ts';

const API = 'https://api.example.com';
const CALLBACK = 'https://shop.example.com/cb';

async function setUp(dialect: Dialect) {
  const document = async () => Response.json([CALLBACK, 'http://localhost:3000/cb']);
  const given = await setUpClients(dialect, { fetch: document });
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-clients-'));
  const commands = clientCommands(given, {
    isResource: async (identifier) => identifier === API,
    isScope: async (name) => name !== 'foo',
    levels: ['1', '2', 'urn:example:gold'],
    methods: ['password', 'passkey', 'email'],
  });
  const run = setUpCli(commands);
  const json = async (...argv: string[]) => {
    const answer = await run([...argv, '--json']);
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    return answer.json;
  };
  async function file(content: unknown): Promise<string> {
    const path = join(folder, `${Math.random()}.json`);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }
  async function close() {
    await rm(folder, { recursive: true, force: true });
    await given.close();
  }
  return { ...given, commands, run, json, file, close };
}

eachDatabase('clients commands', (dialect) => {
  let given: Awaited<ReturnType<typeof setUp>>;
  beforeAll(async () => {
    given = await setUp(dialect);
  });
  afterAll(() => given.close());

  const create = (...argv: string[]) =>
    given.json('clients', 'create', '--name', 'Shop', '--redirect-uri', CALLBACK, ...argv);

  test('create answers the id and, this once, the secret', async () => {
    const { clients, json, run } = given;
    const { client_id: id, client_secret: secret } = await create();
    const client = await clients.find(id);
    expect(client && clients.isSecret(client, secret)).toBe(true);
    for (const verb of ['show', 'update']) {
      const { stdout } = await run([
        'clients',
        verb,
        id,
        ...(verb === 'update' ? ['--name', 'Y'] : []),
        '--json',
      ]);
      expect(stdout).not.toContain(secret);
      expect(stdout).not.toContain(client?.secretHashes[0]);
    }
    expect(JSON.stringify(await json('clients', 'list'))).not.toContain(client?.secretHashes[0]);
    const { stdout } = await run(['clients', 'create', '--name', 'Human', '--redirect-uri', CALLBACK]);
    expect(stdout).toMatch(
      /^client_id +cli_\w+\nclient_secret {2}[\w-]{43} {2}\(shown this once\)\npkce +required once .*\n$/,
    );
  });

  test('create says whether the app needs PKCE, and show since when', async () => {
    const { clients, json, run } = given;
    const says = async (...argv: string[]) => {
      const typed = ['clients', 'create', '--name', 'Shop', ...argv];
      return /^pkce +(.*)$/m.exec((await run(typed)).stdout)?.[1];
    };
    const redirect = ['--redirect-uri', CALLBACK];
    expect(await says(...redirect)).toBe('required once the app has used it (--pkce ratchet)');
    expect(await says(...redirect, '--pkce', 'required')).toBe('required');
    expect(await says(...redirect, '--pkce', 'optional')).toBe('optional');
    expect(await says(...redirect, '--type', 'spa')).toBe('required');
    expect(await says('--type', 'service')).toBeUndefined();

    const { client_id: id } = await create();
    expect(await json('clients', 'show', id)).toMatchObject({ pkce: 'ratchet', pkce_since: null });
    await clients.notePkce(id);
    const { pkceSince = 0 } = (await clients.find(id)) ?? {};
    expect(await json('clients', 'show', id)).toMatchObject({
      pkce_since: new Date(pkceSince).toISOString(),
    });
    expect((await run(['clients', 'show', id])).stdout).toMatch(/^pkce_since +\d{4}-/m);
  });

  test('create takes every option', async () => {
    const created = await create(
      ...[
        '--redirect-uri',
        'http://localhost:3000/cb',
        '--post-logout-redirect-uri',
        'https://shop.example.com/bye',
      ],
      ...[
        '--grant',
        'authorization_code',
        '--grant',
        'refresh_token',
        '--grant',
        'client_credentials',
        '--type',
        'web',
      ],
      ...['--scope', 'openid email', '--scope', 'orders:read', '--auth-method', 'client_secret_post'],
      ...['--pkce', 'optional', '--par', 'required', '--id-token-ttl', '600'],
      ...[
        '--id-token-claims',
        'off',
        '--id-token-alg',
        'ES256',
        '--first-party',
        '--subject-type',
        'pairwise',
      ],
      ...[
        '--sector-identifier-uri',
        'https://shop.example.com/sector.json',
        '--origin',
        'https://shop.example.com',
      ],
      ...[
        '--resource',
        API,
        '--require-offline-access',
        '--access-token-ttl',
        '120',
        '--refresh-ttl',
        '3600',
      ],
      ...['--level', '2', '--second-factor', 'required', '--method', 'password', '--method', 'passkey'],
      ...['--upstream', 'work', '--upstream-tokens', 'work', '--require', 'confirmed-address'],
      ...['--logo-uri', 'https://shop.example.com/logo.png', '--client-uri', 'https://shop.example.com'],
      ...['--dpop', 'required', '--color', '#7a1fa2', '--logo-file', await given.file(LOGO_SVG)],
      ...['--allowed-role', 'editor', '--contact', 'help@shop.example.com'],
      ...['--policy-uri', 'https://shop.example.com/privacy', '--tos-uri', 'https://shop.example.com/terms'],
    );
    expect(created).toEqual({
      client_id: expect.stringMatching(/^cli_/),
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      client_name: 'Shop',
      type: 'web',
      application_type: 'web',
      redirect_uris: [CALLBACK, 'http://localhost:3000/cb'],
      post_logout_redirect_uris: ['https://shop.example.com/bye'],
      allow_http: false,
      allowed_roles: ['editor'],
      contacts: ['help@shop.example.com'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      scope: 'openid email orders:read',
      token_endpoint_auth_method: 'client_secret_post',
      pkce: 'optional',
      pkce_since: null,
      require_pushed_authorization_requests: true,
      refresh_rotation: 'on',
      sign_out: 'by-hint',
      id_token_ttl: 600,
      id_token_claims: false,
      id_token_signed_response_alg: 'ES256',
      first_party: true,
      subject_type: 'pairwise',
      sector_identifier_uri: 'https://shop.example.com/sector.json',
      origins: ['https://shop.example.com'],
      default_resource: API,
      assertion_audience: null,
      claims: null,
      dpop_bound_access_tokens: true,
      require_offline_access: true,
      access_token_ttl: 120,
      refresh_ttl: 3600,
      level: '2',
      second_factor: 'required',
      methods: ['password', 'passkey'],
      upstream: ['work'],
      upstream_tokens: ['work'],
      requires: ['confirmed-address'],
      logo: expect.stringMatching(/^[\w-]{22}\.svg$/),
      color: '#7a1fa2',
      logo_uri: 'https://shop.example.com/logo.png',
      client_uri: 'https://shop.example.com',
      policy_uri: 'https://shop.example.com/privacy',
      tos_uri: 'https://shop.example.com/terms',
      secrets: 1,
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      disabled_at: null,
    });
    const { client_secret: _, ...shown } = created;
    expect(await given.json('clients', 'show', created.client_id)).toEqual({
      ...shown,
      roles: [],
      active_api_keys: 0,
      api_keys: [],
    });
    expect((await given.json('clients', 'list')).clients).toContainEqual(shown);
  });

  test('create and update refuse a way to sign in that there is none of, and list those that there are', async () => {
    const { run, json } = given;
    const { client_id: id } = await create('--method', 'email');
    for (const argv of [
      ['create', '--name', 'Shop', '--redirect-uri', CALLBACK, '--method', 'pasword'],
      ['update', id, '--method', 'email', '--method', 'fax'],
    ]) {
      expect(await run(['clients', ...argv])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('--method must be one of password, passkey, email.'),
      });
    }
    expect(await json('clients', 'show', id)).toMatchObject({ methods: ['email'] });
  });

  test('create and update refuse a level that there is none of, and list those that there are', async () => {
    const { run, json } = given;
    const { client_id: id } = await create('--level', 'urn:example:gold');
    for (const argv of [
      ['create', '--name', 'Shop', '--redirect-uri', CALLBACK, '--level', '3'],
      ['update', id, '--level', 'gold'],
    ]) {
      expect(await run(['clients', ...argv])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('--level must be one of 1, 2, urn:example:gold.'),
      });
    }
    expect(await json('clients', 'show', id)).toMatchObject({ level: 'urn:example:gold' });
    expect(await json('clients', 'update', id, '--unset', 'level')).toMatchObject({ level: null });
  });

  test.each([
    ['spa', ['--redirect-uri', 'http://localhost:5173/cb'], { origins: ['http://localhost:5173'] }],
    ['native', ['--redirect-uri', 'com.example.app:/cb'], { application_type: 'native' }],
  ])('create makes a public %s client without a secret', async (type, argv, expected) => {
    const created = await given.json('clients', 'create', '--name', 'Public', '--type', type, ...argv);
    expect(created).toMatchObject({ type, token_endpoint_auth_method: 'none', secrets: 0, ...expected });
    expect(created).not.toHaveProperty('client_secret');
  });

  test('create makes a service client that proves itself by its own key', async () => {
    const { json, file, run } = given;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] };
    const argv = [
      'clients',
      'create',
      '--name',
      'Job',
      '--type',
      'service',
      '--auth-method',
      'private_key_jwt',
      '--jwks',
    ];
    expect(await json(...argv, await file(jwks))).toMatchObject({
      grant_types: ['client_credentials'],
      redirect_uris: [],
      jwks,
      secrets: 0,
    });
    const old = [...argv, await file(jwks), '--assertion-audience', 'token-endpoint', '--dpop', 'required'];
    const made = await json(...old);
    expect(made).toMatchObject({ assertion_audience: 'token-endpoint', dpop_bound_access_tokens: true });
    const back = ['--unset', 'dpop', '--assertion-audience', 'issuer'];
    expect(await json('clients', 'update', String(made.client_id), ...back)).toMatchObject({
      assertion_audience: null,
      claims: null,
      dpop_bound_access_tokens: false,
    });
    const hidden = await file({ keys: [privateKey.export({ format: 'jwk' })] });
    const refused = await run([...argv, hidden, '--json']);
    expect(refused).toMatchObject({ exitCode: 1, json: { error: { code: 'clients.invalid' } } });
    expect(refused.stdout).not.toContain(String(privateKey.export({ format: 'jwk' }).d));
    for (const [path, why] of [
      [await file('{'), /is not JSON/],
      [await file(`"${'x'.repeat(70_000)}"`), /64 KiB/],
      ['/nowhere/jwks.json', /cannot be read \(ENOENT\)/],
    ] as const) {
      expect(await run([...argv, path])).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(why) });
    }
  });

  test('create and update say that offline_access is worth nothing without the grant', async () => {
    const { run, json } = given;
    const says = expect.stringContaining('needs --grant refresh_token');
    const typed = ['clients', 'create', '--name', 'Shop', '--redirect-uri', CALLBACK];
    const { stdout } = await run([...typed, '--scope', 'openid offline_access']);
    expect(stdout).toMatch(/\nwarning +It may ask for offline_access but gets no refresh token/);
    const lacking = await create('--scope', 'openid offline_access');
    expect(lacking).toMatchObject({ warnings: [says] });
    expect(await json('clients', 'show', lacking.client_id)).toMatchObject({ warnings: [says] });
    const grants = ['--grant', 'authorization_code,refresh_token'];
    const mended = await json('clients', 'update', lacking.client_id, ...grants);
    expect(mended).not.toHaveProperty('warnings');
    expect(await create()).not.toHaveProperty('warnings');
    expect(await create('--scope', 'openid')).not.toHaveProperty('warnings');

    const misspelt = await create('--scope', 'openid foo');
    expect(misspelt.warnings).toEqual([expect.stringContaining('There is no scope foo yet')]);
    const shown = await json('clients', 'show', misspelt.client_id as string);
    expect(shown.warnings).toEqual(misspelt.warnings);
  });

  test('create warns of a redirect URI without a path, which libraries write with a slash later', async () => {
    const withUri = (uri: string) =>
      given.json('clients', 'create', '--name', 'Root', '--redirect-uri', uri, '--redirect-uri', CALLBACK);
    const says = expect.stringMatching(/^http:\/\/localhost:8000 has no path.*http:\/\/localhost:8000\/ or/);
    expect(await withUri('http://localhost:8000')).toMatchObject({ warnings: [says] });
    expect(await withUri('http://localhost:8000/')).not.toHaveProperty('warnings');
    expect(await withUri('http://localhost:8000/?from=us')).not.toHaveProperty('warnings');
    expect(await withUri('http://localhost:8000?from=us')).toMatchObject({
      warnings: [expect.stringContaining('register http://localhost:8000/?from=us or')],
    });
    const native = ['clients', 'create', '--name', 'Root', '--type', 'native', '--redirect-uri'];
    expect(await given.json(...native, 'http://localhost:8000')).not.toHaveProperty('warnings');
  });

  test('create takes plain http in a house network by --allow-http alone, and warns', async () => {
    const { run, json } = given;
    const typed = ['clients', 'create', '--name', 'Home', '--redirect-uri', 'http://192.168.1.5:8123/cb'];
    expect(await run(typed)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--allow-http') });
    const made = await json(...typed, '--allow-http', '--redirect-uri', 'app.home:///cb');
    const warning = 'http://192.168.1.5:8123 can be read and changed by everybody in that network';
    expect(made).toMatchObject({ allow_http: true, warnings: [expect.stringContaining(warning)] });
    const { stdout } = await run([...typed, '--allow-http']);
    expect(stdout).toContain(warning);
    expect(await run(['clients', 'update', made.client_id, '--no-allow-http'])).toMatchObject({
      exitCode: 1,
    });
    expect(await run([...typed, '--allow-http', '--auth-method', 'none'])).toMatchObject({ exitCode: 1 });
    expect(await json('clients', 'show', made.client_id)).toMatchObject({ allow_http: true });
    const words = ['--type', 'native', '--redirect-uri', 'cursor://gatehouse/cb'];
    expect(await json('clients', 'create', '--name', 'Editor', ...words)).toMatchObject({
      warnings: [expect.stringContaining('can take cursor: for itself')],
    });
  });

  test('update changes what is named, replaces lists, and puts defaults back', async () => {
    const { json } = given;
    const { client_id: id } = await create(
      '--grant',
      'authorization_code,refresh_token',
      '--first-party',
      '--scope',
      'openid',
    );
    // What it may itself is told by `show` alone.
    const { roles, active_api_keys: count, api_keys: keys, ...before } = await json('clients', 'show', id);
    expect([roles, count, keys]).toEqual([[], 0, []]);
    const moved = await json(
      'clients',
      'update',
      id,
      '--redirect-uri',
      'https://new.example.com/cb',
      '--id-token-claims',
      'off',
    );
    expect(moved).toEqual({
      ...before,
      redirect_uris: ['https://new.example.com/cb'],
      id_token_claims: false,
      version: 2,
    });
    const { scope: _, ...without } = moved;
    const reset = await json(
      ...[
        'clients',
        'update',
        id,
        '--unset',
        'scope',
        '--unset',
        'grant',
        '--no-first-party',
        '--unset',
        'id-token-claims',
      ],
    );
    expect(reset).toEqual({
      ...without,
      grant_types: ['authorization_code'],
      first_party: false,
      id_token_claims: true,
      version: 3,
    });
  });

  test('update saves only over the version that was opened, when it is said', async () => {
    const { run, json } = given;
    const { client_id: id, version } = await create();
    const update = (...argv: string[]) => ['clients', 'update', id, ...argv];
    expect(await json(...update('--name', 'Mine', '--only-if-version', String(version)))).toMatchObject({
      client_name: 'Mine',
      version: 2,
    });
    expect(await run([...update('--name', 'Late', '--only-if-version', '1'), '--json'])).toMatchObject({
      exitCode: 1,
      json: { error: { code: 'clients.conflict', message: expect.stringContaining('version 2 now') } },
    });
    expect(await json('clients', 'show', id)).toMatchObject({ client_name: 'Mine', version: 2 });
    expect(await run(update('--only-if-version', '2'))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Say what to change'),
    });
  });

  test('list comes in pages', async () => {
    const { json } = given;
    await create();
    await create();
    const first = await json('clients', 'list', '--limit', '1');
    expect(first).toEqual({ clients: [expect.any(Object)], next: first.clients[0].client_id });
    const second = await json('clients', 'list', '--limit', '1', '--after', first.next);
    expect(second.clients[0].client_id).not.toBe(first.next);
  });

  test('update to a method with a secret says how to get one', async () => {
    const { run, json } = given;
    const { client_id: id } = await create('--auth-method', 'none');
    const { stdout } = await run(['clients', 'update', id, '--auth-method', 'client_secret_basic']);
    expect(stdout).toContain(`It has no secret yet: clients rotate-secret ${id}`);
    expect(await json('clients', 'rotate-secret', id)).toMatchObject({ client_id: id });
    expect(await json('clients', 'show', id)).toMatchObject({ secrets: 1 });
  });

  test('rotate-secret lets the older secret live on for 24 h unless told otherwise', async () => {
    const { clients, clock, json, run } = given;
    const { client_id: id, client_secret: first } = await create();
    const rotated = await json('clients', 'rotate-secret', id);
    expect(rotated).toEqual({
      client_id: id,
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      older_secret_ends_at: new Date(clock.now() + 86_400_000).toISOString(),
    });
    const work = async (...secrets: string[]) => {
      const client = await clients.find(id);
      return secrets.map((secret) => client && clients.isSecret(client, secret));
    };
    expect(await work(first, rotated.client_secret)).toEqual([true, true]);
    const { stdout } = await run(['clients', 'rotate-secret', id, '--overlap', '0']);
    expect(stdout).toMatch(/older secret {3}ended/);
    expect(await work(first, rotated.client_secret)).toEqual([false, false]);
  });

  test('disable, enable and delete', async () => {
    const { json, run } = given;
    const { client_id: id } = await create();
    expect(await json('clients', 'disable', id)).toMatchObject({ disabled_at: expect.any(String) });
    expect((await run(['clients', 'list'])).stdout).toMatch(
      new RegExp(`${id} +Shop +web +authorization_code +disabled`),
    );
    expect(await json('clients', 'enable', id)).toMatchObject({ disabled_at: null });
    expect(await json('clients', 'delete', id)).toEqual({ client_id: id, deleted: true });
    expect((await run(['clients', 'show', id, '--json'])).json.error.code).toBe('clients.unknown');
  });

  test('the built-in account client is not there for the terminal', async () => {
    const { run, json } = given;
    const id = 'gatehouse-account';
    expect(JSON.stringify(await json('clients', 'list'))).not.toContain(id);
    for (const argv of [
      ['show', id],
      ['update', id, '--name', 'X'],
      ['delete', id],
      ['disable', id],
      ['rotate-secret', id],
    ]) {
      expect(await run(['clients', ...argv, '--json'])).toMatchObject({ exitCode: 1 });
    }
  });

  test.each([
    [['create', '--redirect-uri', CALLBACK], 2, 'command.usage', /--name is missing/],
    [['create', '--name', 'X', '--type', 'desktop'], 2, 'command.usage', /web, spa, native, service/],
    [['create', '--name', 'X'], 1, 'clients.invalid', /needs at least one redirect URI/],
    [['create', '--name', 'X', '--redirect-uri', 'http://x.example.com'], 1, 'clients.invalid', /use https/],
    [
      ['create', '--name', 'X', '--redirect-uri', CALLBACK, '--grant', 'password'],
      1,
      'clients.invalid',
      /no other grant/,
    ],
    [
      ['create', '--name', 'X', '--redirect-uri', CALLBACK, '--resource', 'https://other.example.com'],
      1,
      'clients.resource_unknown',
      /resource-servers create/,
    ],
    [
      ['create', '--name', 'X', '--redirect-uri', CALLBACK, '--access-token-ttl', '1'],
      1,
      'clients.invalid',
      /30 to 86400/,
    ],
    [
      ['create', '--name', 'X', '--redirect-uri', CALLBACK, '--access-token-ttl', 'soon'],
      2,
      'command.usage',
      /whole number/,
    ],
    [['create', '--name', '\0', '--redirect-uri', CALLBACK], 1, 'clients.invalid', /control/],
    [['update', 'cli_nobody', '--name', 'X'], 1, 'clients.unknown', /no such client/],
    [['update', 'cli_nobody'], 2, 'command.usage', /Say what to change/],
    [['update', 'cli_nobody', '--unset', 'name'], 2, 'command.usage', /--unset must be one of/],
    [['update', 'cli_nobody', '--scope', 'x', '--unset', 'scope'], 2, 'command.usage', /exclude each other/],
    [['update', 'cli_nobody', '--type', 'spa'], 2, 'command.usage', /no option --type/],
    [['rotate-secret', 'cli_nobody'], 1, 'clients.unknown', /no such client/],
    [['rotate-secret', 'cli_nobody', '--overlap', '7776001'], 2, 'command.usage', /90 days/],
    [['show', '\0'], 1, 'clients.unknown', /no such client/],
  ])('clients %j ends with %i %s', async (argv, exitCode, code, message) => {
    const answer = await given.run(['clients', ...argv, '--json']);
    expect(answer).toMatchObject({ exitCode, stderr: '' });
    expect(answer.json).toEqual({ error: { code, message: expect.stringMatching(message) } });
  });

  test('each change is recorded with the operator as its actor, and no secret in it', async () => {
    const { json, events } = given;
    events.length = 0;
    const { client_id: id, client_secret: first } = await create();
    await json('clients', 'update', id, '--name', 'Store');
    const { client_secret: second } = await json('clients', 'rotate-secret', id);
    await json('clients', 'delete', id);
    expect(events.map(({ event, actor, clientId }) => [event, actor?.type, clientId])).toEqual(
      ['created', 'updated', 'secret_rotated', 'deleted'].map((what) => [`clients.${what}`, 'operator', id]),
    );
    for (const secret of [first, second]) expect(JSON.stringify(events)).not.toContain(secret);
  });

  test('each command explains itself', async () => {
    const { run, commands } = given;
    for (const { name, options = {} } of commands) {
      const { exitCode, stdout } = await run([...name.split(' '), '--help']);
      expect(exitCode).toBe(0);
      for (const option of Object.keys(options))
        expect(stdout).toMatch(new RegExp(`--(\\[no-\\])?${option}\\b`));
    }
  });
});
