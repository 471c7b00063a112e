import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../src/database/database.ts';
import { commandsOf } from '../../src/deeds/deeds.ts';
import { operatorHere, SYSTEM } from '../../src/lib/actor.ts';
import { createUserAdministration } from '../../src/users/administration.ts';
import { usersConfig } from '../../src/users/config.ts';
import { createUserDeeds } from '../../src/users/deeds.ts';
import { CLAIMS, type Claim, type Claims, claimsOfScope } from '../../src/users/profile.ts';
import { setUpCli } from '../cli/set-up.ts';
import { type Dialect, eachDatabase } from '../support/database.ts';
import type { RecordedEvent } from '../support/recorded-events.ts';
import { everythingStored, setUpUsers } from './set-up.ts';

const PASSWORD = 'correct horse battery';

/** Passwords in memory, of at least 15 characters; sign-outs are counted. */
async function setUp(dialect: Dialect, more: { claims?: Claims } = {}) {
  const saved: { userId: string; password: string; isInside: boolean }[] = [];
  const ended: [userId: string, cause: string, facts: object][] = [];
  const taken: string[] = [];
  const mails: { to: string; template: string; data: Record<string, unknown> }[] = [];
  const given = await setUpUsers(dialect, {
    ...more,
    async end(userId, cause, facts = {}) {
      ended.push([userId, cause, facts]);
      return { sessions: 2, grants: 1 };
    },
  });
  const mail = {
    isAvailable: true,
    async send(sent: (typeof mails)[number]) {
      mails.push(sent);
    },
  };
  const administration = createUserAdministration({
    users: given.users,
    passwords: {
      async prepare(password) {
        if (password.length < 15) return { refused: 'password.too_short', detail: { minimum: 15 } };
        return {
          async save(userId: string, inside?: Database) {
            if (inside)
              expect(await inside('users').where({ id: userId }).first('id')).toEqual({ id: userId });
            saved.push({ userId, password, isInside: inside !== undefined });
          },
        };
      },
      changedAt: async (userId) => (saved.some((each) => each.userId === userId) ? 1 : undefined),
    },
    access: {
      async end(userId, cause, { change, ...facts } = {}) {
        const told = await change?.();
        ended.push([userId, cause, { ...facts, ...(typeof told === 'object' ? told : {}) }]);
        return { sessions: 2, grants: 1, browsers: 0 };
      },
    },
    mail,
    async removeSecondFactors(userId, { passkeys }) {
      taken.push(userId);
      return passkeys ? { passkey: 1 } : {};
    },
    recoveryTtlSeconds: 3600,
    audit: given.audit,
    clock: given.clock,
    config: usersConfig.parse({}),
    issuer: 'https://id.example.com/x',
  });
  // Of a real person in `test/access/whereabouts`.
  const whereaboutsOf = async () => ({
    methods: [{ method: 'password', count: 0 }],
    secondFactor: { rule: 'default', has: false },
    sessions: 0,
    apps: [],
  });
  const rolesOf = async () => [{ role: 'editor', source: 'operator', until: Date.UTC(2027, 0, 1) }];
  const idsOfHolders = async () => () =>
    given.db('users').where({ email: 'holder@example.com' }).select('id');
  const deps = {
    ...given,
    administration,
    mail,
    whereaboutsOf,
    rolesOf,
    idsOfHolders,
    stepsOf: async () => ({ required: [], accepted: [] }),
    keysOf: async () => [{ id: 'apk_1', name: 'Backup' }],
    config: { attributes: {} },
  };
  const commands = commandsOf(createUserDeeds(more.claims), deps);
  const run = setUpCli(commands);
  /** Runs a line of plain words with `--json` and expects it to succeed. */
  const json = async (...argv: string[]) => {
    const answer = await run([...argv, '--json']);
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    return answer.json;
  };
  return { ...given, commands, run, json, saved, ended, taken, mails };
}

eachDatabase('users commands', (dialect) => {
  let given: Awaited<ReturnType<typeof setUp>>;
  beforeAll(async () => {
    given = await setUp(dialect);
  });
  afterAll(() => given.close());

  test('recover mails the person a link, and shows it to nobody', async () => {
    const { json, mails, users } = given;
    const { id } = await json('users', 'create', '--email', 'lost@example.com');
    const answer = await json('users', 'recover', 'lost@example.com');
    expect(answer).toMatchObject({ id, recovery_started: true });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toBe('lost@example.com');
    const token = new URL(String(mails[0]?.data.url)).searchParams.get('token') ?? '';
    expect(JSON.stringify(answer)).not.toContain(token);
    expect(await users.links.find('recovery', token)).toEqual({ userId: id });
  });

  test('create makes a user and prints a one-time link that works for 24 h', async () => {
    const { json, users, clock, db } = given;
    const created = await json('users', 'create', '--email', 'ada@example.com', '--name', 'Ada', '--admin');
    expect(created).toEqual({
      id: expect.stringMatching(/^usr_/),
      email: 'ada@example.com',
      email_verified: true,
      username: null,
      name: 'Ada',
      profile: { name: 'Ada' },
      is_admin: true,
      disabled_at: null,
      created_at: new Date(clock.now()).toISOString(),
      updated_at: new Date(clock.now()).toISOString(),
      version: 1,
      set_password_url: expect.stringMatching(
        /^https:\/\/id\.example\.com\/x\/set-password\?token=[\w-]{43}$/,
      ),
      set_password_url_expires_at: new Date(clock.now() + 86_400_000).toISOString(),
    });
    const token = String(new URL(created.set_password_url).searchParams.get('token'));
    expect(await users.links.find('set-password', token)).toEqual({ userId: created.id });
    expect(await everythingStored({ db }, ['users', 'one_time_links'])).not.toContain(token);
  });

  test('create takes the password from standard input, in the transaction that makes the user', async () => {
    const { run, saved } = given;
    const argv = ['users', 'create', '--email', 'bob@example.com', '--password-stdin', '--json'];
    const { json, stdout, exitCode } = await run(argv, { stdin: [`${PASSWORD}\n`] });
    expect(exitCode).toBe(0);
    expect(saved.at(-1)).toEqual({ userId: json.id, password: PASSWORD, isInside: true });
    expect(stdout).not.toContain(PASSWORD);
    expect(json).not.toHaveProperty('set_password_url');
  });

  test('create makes nobody when the password is refused, and says why', async () => {
    const { run, users } = given;
    const argv = ['users', 'create', '--email', 'short@example.com', '--password-stdin'];
    const { exitCode, stderr } = await run(argv, { stdin: ['hunter2'] });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'The password was refused: it must have at least 15 characters.\n',
    });
    expect(await users.findByEmail('short@example.com')).toBeUndefined();
  });

  test('no command takes a password as an argument', async () => {
    const { run, commands } = given;
    for (const { options = {} } of commands) expect(Object.keys(options)).not.toContain('password');
    for (const verb of [
      'create --email x@example.com',
      'set-password ada@example.com',
      'update ada@example.com',
    ]) {
      const { exitCode, stdout, stderr } = await run(['users', ...verb.split(' '), '--password', 'hunter2']);
      expect(exitCode).toBe(2);
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });

  test('create and update take every standard claim', async () => {
    const { json } = given;
    const { profile } = await json(
      ...[
        'users',
        'create',
        '--email',
        'claims@example.com',
        '--given-name',
        'Ada',
        '--family-name',
        'Lovelace',
      ],
      ...[
        '--middle-name',
        'Augusta',
        '--nickname',
        'ada',
        '--preferred-username',
        'countess',
        '--gender',
        'female',
      ],
      ...[
        '--profile-url',
        'https://a.example/p',
        '--picture-url',
        'https://a.example/i',
        '--website-url',
        'https://a.example',
      ],
      ...['--birthdate', '1815-12-10', '--zoneinfo', 'Europe/London', '--locale', 'en-GB'],
      ...['--phone-number', '+44 20 7946 0000', '--phone-verified', '--address-formatted', 'Square\nLondon'],
      ...['--address-street', 'Square 12', '--address-locality', 'London', '--address-region', 'London'],
      ...['--address-postal-code', 'SW1', '--address-country', 'UK'],
    );
    expect(profile).toEqual({
      given_name: 'Ada',
      family_name: 'Lovelace',
      middle_name: 'Augusta',
      nickname: 'ada',
      preferred_username: 'countess',
      gender: 'female',
      profile: 'https://a.example/p',
      picture: 'https://a.example/i',
      website: 'https://a.example',
      birthdate: '1815-12-10',
      zoneinfo: 'Europe/London',
      locale: 'en-GB',
      phone_number: '+44 20 7946 0000',
      phone_number_verified: true,
      address: {
        formatted: 'Square\nLondon',
        street_address: 'Square 12',
        locality: 'London',
        region: 'London',
        postal_code: 'SW1',
        country: 'UK',
      },
    });
    const changed = await json(
      ...['users', 'update', 'claims@example.com', '--name', 'Ada L.', '--address-locality', 'Bath'],
      ...['--unset', 'nickname', '--unset', 'address-formatted', '--phone-number', '+44 20 7946 0001'],
    );
    const { nickname: _, phone_number_verified: __, ...kept } = profile;
    const { formatted: ___, ...address } = profile.address;
    expect(changed.profile).toEqual({
      ...kept,
      name: 'Ada L.',
      phone_number: '+44 20 7946 0001',
      address: { ...address, locality: 'Bath' },
    });
    expect(
      (await json('users', 'update', 'claims@example.com', '--unset', 'address')).profile,
    ).not.toHaveProperty('address');
    const { stdout } = await given.run(['users', 'show', 'claims@example.com']);
    // One table: each value begins where the others do.
    const [, id = ''] = /^(id +)usr_/.exec(stdout) ?? [];
    for (const line of stdout.trimEnd().split('\n')) expect(line.slice(id.length - 1)).toMatch(/^ \S/);
    expect(stdout).toMatch(/^name +Ada L\.$/m);
  });

  test('update changes the address, the rights and what is verified', async () => {
    const { json } = given;
    const { id } = await json('users', 'create', '--email', 'move@example.com', '--admin');
    expect(await json('users', 'update', id, '--no-admin', '--no-verified')).toMatchObject({
      is_admin: false,
      email_verified: false,
    });
    expect(await json('users', 'update', id, '--email', 'Moved@example.com', '--verified')).toMatchObject({
      email: 'Moved@example.com',
      email_verified: true,
    });
    expect(await json('users', 'show', 'moved@EXAMPLE.com')).toMatchObject({ id });
  });

  test('an address that is typed here counts as verified unless --unverified says otherwise', async () => {
    const { json } = given;
    const create = (email: string, ...options: string[]) =>
      json('users', 'create', '--email', email, ...options);
    expect(await create('known@example.com')).toMatchObject({ email_verified: true });
    expect(await create('said@example.com', '--verified')).toMatchObject({ email_verified: true });
    const { id, email_verified } = await create('unsure@example.com', '--unverified');
    expect(email_verified).toBe(false);

    // What is not about the address says nothing of it.
    const update = (...options: string[]) => json('users', 'update', id, ...options);
    expect(await update('--name', 'Unsure')).toMatchObject({ email_verified: false });
    expect(await update('--email', 'sure@example.com')).toMatchObject({ email_verified: true });
    expect(await update('--name', 'Sure')).toMatchObject({ email_verified: true });
    const another = await update('--email', 'another@example.com', '--unverified');
    expect(another).toMatchObject({ email: 'another@example.com', email_verified: false });
    expect(await update('--verified')).toMatchObject({ email_verified: true });
  });

  test.each([
    [['update', 'ada@example.com'], 2, 'command.usage'],
    [['update', 'ada@example.com', '--unset', 'email'], 2, 'command.usage'],
    [['create', '--name', 'X'], 2, 'command.usage'],
    [['create', '--email', 'ADA@example.com'], 1, 'users.email_taken'],
    [['create', '--email', 'nonsense'], 1, 'users.invalid'],
    [['create', '--email', 'x@example.com', '--birthdate', 'yesterday'], 1, 'users.invalid'],
    [['create', '--email', 'x@example.com', '--name', 'a\0'], 1, 'users.invalid'],
    [['show', 'nobody@example.com'], 1, 'users.unknown'],
    [['show', 'usr_nobody'], 1, 'users.unknown'],
    [['delete', '\0'], 1, 'users.unknown'],
    [['list', '--limit', '0'], 2, 'command.usage'],
    [['list', '--limit', '1001'], 2, 'command.usage'],
    [['list', '--after', 'usr_nobody'], 1, 'users.unknown'],
  ])('users %j ends with %i %s', async (argv, exitCode, code) => {
    const answer = await given.run(['users', ...argv, '--json']);
    expect(answer).toMatchObject({ exitCode, stderr: '', json: { error: { code } } });
  });

  test('the sentence of a refusal names the field and what is wrong', async () => {
    const argv = ['users', 'create', '--email', 'x', '--locale', '??', '--address-country', 'x'.repeat(101)];
    expect((await given.run(argv)).stderr).toBe(
      '--email: must be an e-mail address such as ada@example.com. --locale: must be a language tag such as de-CH. ' +
        '--address-country: must have at most 100 characters.\n',
    );
  });

  test('list shows pages and finds by how a word of the name begins', async () => {
    const { json, run } = given;
    for (const name of ['Quux One', 'Quux Two', 'Quux Three']) {
      await json('users', 'create', '--email', `${name.replace(' ', '.')}@example.com`, '--name', name);
    }
    const first = await json('users', 'list', '--search', 'quux', '--limit', '2');
    expect(first.users).toHaveLength(2);
    const second = await json('users', 'list', '--search', 'quux', '--limit', '2', '--after', first.next);
    expect(second.users).toHaveLength(1);
    expect(second).not.toHaveProperty('next');
    const names = [...first.users, ...second.users].map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['Quux One', 'Quux Three', 'Quux Two']);
    const { stdout } = await run(['users', 'list', '--search', 'quux', '--limit', '2']);
    expect(stdout).toMatch(/^ID +E-MAIL +USERNAME +NAME +ADMIN +STATE +SINCE\n/);
    expect(stdout).toContain(`There are more: --after ${first.next}`);
    expect((await run(['users', 'list', '--search', 'nobody at all'])).stdout).toBe('No users.\n');
  });

  test('disable, enable, delete, set-password and sign-out end what their cause ends', async () => {
    const { json, run, users, ended: causes, saved } = given;
    const { id } = await json('users', 'create', '--email', 'end@example.com');
    causes.length = 0;
    const ended = { sessions: 2, grants: 1 };
    const last = () => causes.splice(0).map(([userId, cause]) => [userId, cause]);
    expect(await json('users', 'disable', id)).toMatchObject({ disabled_at: expect.any(String), ended });
    expect(last()).toEqual([[id, 'disabled']]);
    expect(await json('users', 'enable', 'end@example.com')).toMatchObject({ disabled_at: null });
    expect(last()).toEqual([[id, 'disabled']]);
    expect(await json('users', 'sign-out', id)).toEqual({ id, ended });
    expect(last()).toEqual([[id, 'signed_out_by_operator']]);
    const { json: set } = await run(['users', 'set-password', id, '--password-stdin', '--json'], {
      stdin: [PASSWORD],
    });
    expect(set).toEqual({ id, password_set: true, ended });
    expect(saved.at(-1)).toMatchObject({ userId: id, password: PASSWORD });
    expect(last()).toEqual([[id, 'password_set_by_operator']]);
    expect(await json('users', 'delete', id)).toEqual({ id, deleted: true, ended });
    expect(last()).toEqual([
      [id, 'disabled'],
      [id, 'deleted'],
    ]);
    expect(await users.find(id)).toBeUndefined();
  });

  test('the last administrator is refused an end, with what to do first, and stays signed in', async () => {
    const { run, users, ended, json } = given;
    const { id } = await json('users', 'create', '--email', 'root@example.com', '--admin');
    for (const other of await users.listAdministrators())
      if (other.id !== id) await users.delete(other.id, SYSTEM);
    ended.length = 0;
    for (const argv of [
      ['delete', id],
      ['disable', id],
      ['update', id, '--no-admin'],
    ]) {
      expect(await run(['users', ...argv])).toMatchObject({
        exitCode: 1,
        stderr:
          'This is the only administrator who can sign in. Make another one first: users update <id|email> --admin.\n',
      });
    }
    expect(ended).toEqual([]);
    expect(await json('users', 'show', id)).toMatchObject({ is_admin: true, disabled_at: null });
  });

  test('remove-second-factor says what it took, and what it left', async () => {
    const { run, json, ended, events, taken } = given;
    const { id } = await json('users', 'create', '--email', 'phone@example.com', '--locale', 'de');
    ended.length = 0;
    const none = await run(['users', 'remove-second-factor', 'phone@example.com']);
    expect(none).toMatchObject({
      exitCode: 0,
      stdout: 'phone@example.com has none that could be removed. Ended: 2 sessions, 1 grant.\n',
    });
    const some = await run(['users', 'remove-second-factor', id, '--passkeys']);
    expect(some.stdout).toBe(
      'Removed from phone@example.com: 1 × passkey. A mail tells the person. Ended: 2 sessions, 1 grant.\n',
    );
    expect(taken).toEqual([id, id]);
    expect(ended).toEqual([
      [id, 'second_factors_removed', { methods: [] }],
      [id, 'second_factors_removed', { methods: ['passkey'] }],
    ]);
    expect(events.at(-1)).toMatchObject({
      event: 'users.second_factors_removed',
      actor: { type: 'operator', id: userInfo().username },
      userId: id,
      detail: { before: { passkey: 1 }, after: { passkey: 0 } },
    });
  });

  test('set-password without a password prints a link that voids the older one', async () => {
    const { json, run, users } = given;
    const tokenOf = ({ set_password_url: url }: { set_password_url: string }) =>
      String(new URL(url).searchParams.get('token'));
    const created = await json('users', 'create', '--email', 'link@example.com');
    const again = await json('users', 'set-password', 'link@example.com');
    expect(await users.links.find('set-password', tokenOf(created))).toBeUndefined();
    expect(await users.links.find('set-password', tokenOf(again))).toEqual({ userId: created.id });
    const { stdout } = await run(['users', 'set-password', created.id]);
    expect(stdout).toMatch(
      /works once, within 24 h:\n\n {2}https:\/\/id\.example\.com\/x\/set-password\?token=/,
    );
  });

  test('each change is recorded with the operator as its actor, and no secret or address in it', async () => {
    const { json, run, events } = given;
    events.length = 0;
    const { id } = await json('users', 'create', '--email', 'watched@example.com', '--name', 'Watched');
    await json('users', 'update', id, '--nickname', 'watched');
    await run(['users', 'set-password', id, '--password-stdin'], { stdin: [PASSWORD] });
    await json('users', 'sign-out', id);
    await json('users', 'disable', id);
    await json('users', 'enable', id);
    await json('users', 'delete', id);
    const named = ({ event, actor, userId }: RecordedEvent) => [event, actor?.type, userId];
    expect(events.map(named)).toEqual(
      [
        ...['created', 'link_created', 'updated', 'password_changed', 'signed_out'],
        ...['disabled', 'enabled', 'disabled', 'deleted'],
      ].map((what) => [`users.${what}`, 'operator', id]),
    );
    expect(new Set(events.map(({ actor }) => actor?.id))).toEqual(new Set([operatorHere().actor.id]));
    // Addresses stand in a part of their own, which goes with the account.
    const text = JSON.stringify(events.map(({ personal: _, ...event }) => event)).toLowerCase();
    for (const secret of [PASSWORD, 'watched']) expect(text).not.toContain(secret);
  });

  test('each command explains itself', async () => {
    const { run, commands } = given;
    for (const { name, options = {}, summary } of commands) {
      const { exitCode, stdout } = await run([...name.split(' '), '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(summary.slice(0, 40));
      for (const option of Object.keys(options))
        expect(stdout).toMatch(new RegExp(`--(\\[no-\\])?${option}\\b`));
    }
  });
});

eachDatabase('a claim of a person is one row', (dialect) => {
  const pronouns: Claim = {
    option: 'pronouns',
    help: 'How to speak of them.',
    schema: z.string().max(20, 'must be short'),
    scope: 'profile',
  };
  const claims = { ...CLAIMS, pronouns };

  test('that the commands offer, set, show and remove, that is judged and stored, and that its scope asks for', async () => {
    const { json, run, users, close } = await setUp(dialect, { claims });
    for (const verb of ['create', 'update']) {
      expect((await run(['users', verb, '--help'])).stdout).toMatch(/--pronouns .*How to speak of them\./);
    }
    const { id } = await json('users', 'create', '--email', 'ada@example.com', '--pronouns', 'she/her');
    expect((await json('users', 'show', id)).profile).toEqual({ pronouns: 'she/her' });
    expect((await users.find(id))?.profile).toEqual({ pronouns: 'she/her' });
    expect((await run(['users', 'update', id, '--pronouns', 'x'.repeat(21)])).stderr).toContain('pronouns');
    expect((await json('users', 'update', id, '--unset', 'pronouns')).profile).toEqual({});
    expect(claimsOfScope('profile', claims)).toContain('pronouns');
    await close();
  });

  test('and one without a row is refused', async () => {
    const { users, close } = await setUp(dialect);
    const profile = { pronouns: 'she/her' } as object;
    await expect(users.create({ email: 'ada@example.com', profile }, SYSTEM)).rejects.toThrow(
      'users.invalid',
    );
    await close();
  });
});
