import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsOf } from '../../src/deeds/deeds.ts';
import { resourceServerDeeds } from '../../src/resource-servers/deeds.ts';
import { setUpCli } from '../cli/set-up.ts';
import { type Dialect, eachDatabase } from '../support/database.ts';
import { setUpResourceServers } from './set-up.ts';

async function setUp(dialect: Dialect) {
  const given = await setUpResourceServers(dialect);
  const commands = commandsOf(resourceServerDeeds, {
    resourceServers: given.resourceServers,
    levels: ['1', '2', 'urn:example:gold'],
    clients: { find: async () => undefined },
    config: { issuer: 'https://id.example.com' },
    countKeysAt: async () => 3,
  });
  const run = setUpCli(commands);
  const json = async (...argv: string[]) => {
    const answer = await run(['resource-servers', ...argv, '--json']);
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    return answer.json;
  };
  return { ...given, commands, run, json };
}

eachDatabase('resource-servers commands', (dialect) => {
  let given: Awaited<ReturnType<typeof setUp>>;
  beforeAll(async () => {
    given = await setUp(dialect);
  });
  afterAll(() => given.close());

  test('create takes every option and answers the introspection credentials, this once', async () => {
    const { json, run, resourceServers, newIdentifier } = given;
    const identifier = newIdentifier();
    const created = await json(
      ...[
        'create',
        '--identifier',
        identifier,
        '--name',
        'Orders',
        '--audience',
        'orders',
        '--token-format',
        'jwt',
      ],
      ...['--token-type', 'jwt', '--userinfo', 'never', '--roles', 'enforce', '--roles-claim', 'off'],
      ...['--api-keys', 'self-service'],
      ...['--signing-alg', 'PS256', '--access-token-ttl', '600', '--level', '2', '--introspection'],
      ...['--scope', 'orders:read=See your orders', '--scope', 'orders/*=Do all, even = signs'],
    );
    expect(created).toEqual({
      id: expect.stringMatching(/^rs_/),
      identifier,
      name: 'Orders',
      audience: 'orders',
      token_format: 'jwt',
      token_type: 'jwt',
      userinfo: 'never',
      roles: 'enforce',
      roles_claim: 'off',
      api_keys: 'self-service',
      signing_alg: 'PS256',
      access_token_ttl: 600,
      level: '2',
      scopes: [
        { name: 'orders:read', sentence: 'See your orders' },
        { name: 'orders/*', sentence: 'Do all, even = signs' },
      ],
      introspection_id: expect.stringMatching(/^rsi_/),
      introspection_secret: expect.stringMatching(/^[\w-]{43}$/),
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const found = await resourceServers.get(identifier);
    expect(resourceServers.isSecret(found, created.introspection_secret)).toBe(true);
    const { introspection_secret: secret, ...shown } = created;
    expect(await json('show', identifier)).toEqual({ ...shown, active_api_keys: 3 });
    expect(await json('show', created.id)).toEqual({ ...shown, active_api_keys: 3 });
    expect((await json('list')).resource_servers).toContainEqual(shown);
    const { stdout } = await run(['resource-servers', 'show', identifier]);
    expect(stdout).toContain('orders:read  See your orders');
    expect(stdout).not.toContain(secret);
  });

  test('create and update refuse a level that there is none of, and list those that there are', async () => {
    const { run, json, newIdentifier } = given;
    const identifier = newIdentifier();
    await json('create', '--identifier', identifier, '--level', 'urn:example:gold');
    for (const argv of [
      ['create', '--identifier', newIdentifier(), '--level', '3'],
      ['update', identifier, '--level', 'gold'],
    ]) {
      expect(await run(['resource-servers', ...argv])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('--level must be one of 1, 2, urn:example:gold.'),
      });
    }
    expect(await json('show', identifier)).toMatchObject({ level: 'urn:example:gold' });
  });

  test('create tells a person the id, and the credentials when asked for', async () => {
    const { run, newIdentifier } = given;
    const plain = await run(['resource-servers', 'create', '--identifier', newIdentifier()]);
    expect(plain.stdout).toMatch(
      /^id +rs_\w+\nidentifier {2}https:\S+\ntokens .*at\+jwt.*Spring Boot.*--token-type jwt.*\n$/,
    );
    const forSpring = ['--identifier', newIdentifier(), '--token-type', 'jwt'];
    const typed = await run(['resource-servers', 'create', ...forSpring]);
    expect(typed.stdout).toMatch(/^tokens +JWT of the type jwt, ES256$/m);
    const more = await run([
      'resource-servers',
      'create',
      '--identifier',
      newIdentifier(),
      '--introspection',
    ]);
    expect(more.stdout).toMatch(
      /introspection_id +rsi_\w+\nintrospection_secret {2}[\w-]{43} {2}\(shown this once\)\n$/,
    );
  });

  test('update changes what is named, adds and removes scopes, and puts defaults back', async () => {
    const { json, newIdentifier } = given;
    const identifier = newIdentifier();
    const before = await json(
      'create',
      '--identifier',
      identifier,
      '--scope',
      'a=One',
      '--scope',
      'b=Two',
      '--audience',
      identifier.slice(8),
    );
    const changed = await json(
      ...['update', identifier, '--scope', 'c=Three', '--scope', 'b=Second', '--remove-scope', 'a'],
      ...['--token-format', 'opaque', '--name', 'Named', '--unset', 'audience'],
    );
    expect(changed).toEqual({
      ...before,
      name: 'Named',
      audience: identifier,
      token_format: 'opaque',
      scopes: [
        { name: 'b', sentence: 'Second' },
        { name: 'c', sentence: 'Three' },
      ],
      version: 2,
    });
    expect(await json('update', before.id, '--unset', 'name', '--unset', 'token-format')).toMatchObject({
      name: null,
      token_format: 'jwt',
    });
  });

  test('update gives, renews and takes away introspection credentials', async () => {
    const { json, resourceServers, clock, newIdentifier } = given;
    const identifier = newIdentifier();
    await json('create', '--identifier', identifier);
    const first = await json('update', identifier, '--introspection');
    const second = await json('update', identifier, '--introspection', '--overlap', '60');
    expect(second.introspection_id).toBe(first.introspection_id);
    const work = async () => {
      const found = await resourceServers.get(identifier);
      return [first, second].map((answer) => resourceServers.isSecret(found, answer.introspection_secret));
    };
    expect(await work()).toEqual([true, true]);
    clock.ms += 60_000;
    expect(await work()).toEqual([false, true]);
    expect(await json('update', identifier, '--no-introspection')).toMatchObject({ introspection_id: null });
    expect(await work()).toEqual([false, false]);
  });

  test('delete removes it', async () => {
    const { json, run, newIdentifier } = given;
    const identifier = newIdentifier();
    const { id } = await json('create', '--identifier', identifier);
    expect(await json('delete', identifier)).toEqual({ id, identifier, deleted: true });
    expect(await run(['resource-servers', 'show', id, '--json'])).toMatchObject({
      exitCode: 1,
      json: {
        error: {
          code: 'resource_servers.unknown',
          message: expect.stringMatching(/^There is no such resource server: /),
        },
      },
    });
  });

  test.each([
    [['create'], 2, 'command.usage', /--identifier is missing/],
    [['create', '--identifier', '/api'], 1, 'resource_servers.invalid', /absolute URI/],
    [
      ['create', '--identifier', 'https://x.example', '--scope', 'read'],
      2,
      'command.usage',
      /<name>=<sentence>/,
    ],
    [
      ['create', '--identifier', 'https://x.example', '--scope', '=x'],
      2,
      'command.usage',
      /<name>=<sentence>/,
    ],
    [
      ['create', '--identifier', 'https://x.example', '--scope', 'read='],
      2,
      'command.usage',
      /<name>=<sentence>/,
    ],
    [
      ['create', '--identifier', 'https://x.example', '--scope', 'email=Mail'],
      1,
      'resource_servers.invalid',
      /OpenID/,
    ],
    [
      ['create', '--identifier', 'https://x.example', '--signing-alg', 'HS256'],
      2,
      'command.usage',
      /ES256, RS256/,
    ],
    [
      ['create', '--identifier', 'https://x.example', '--access-token-ttl', '5'],
      1,
      'resource_servers.invalid',
      /30/,
    ],
    [['update', 'rs_nobody', '--name', 'X'], 1, 'resource_servers.unknown', /no such/],
    [['show', '\0'], 1, 'resource_servers.unknown', /no such/],
  ])('resource-servers %j ends with %i %s', async (argv, exitCode, code, message) => {
    const answer = await given.run(['resource-servers', ...argv, '--json']);
    expect(answer).toMatchObject({ exitCode, stderr: '' });
    expect(answer.json).toEqual({ error: { code, message: expect.stringMatching(message) } });
  });

  test.each([
    [[], /Say what to change/],
    [['--remove-scope', 'nothing'], /--remove-scope names a scope that this API does not have: nothing/],
    [['--name', 'X', '--unset', 'name'], /exclude each other/],
    [['--name', 'X', '--overlap', '5'], /--overlap comes with --introspection/],
    [['--introspection', '--overlap', '99999999'], /0 to 7776000/],
    [['--identifier', 'https://y.example'], /no option --identifier/],
  ])('update with %j is a mistake', async (argv, message) => {
    const { json, run, newIdentifier } = given;
    const { id } = await json('create', '--identifier', newIdentifier());
    const answer = await run(['resource-servers', 'update', id, ...argv]);
    expect(answer).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(message) });
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
