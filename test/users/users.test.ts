import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { displayName, type User } from '../../src/users/users.ts';
import { eachDatabase } from '../support/database.ts';
import { setUpUsers } from './set-up.ts';

eachDatabase('users', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  const ended: string[] = []; // at most those of one test file
  const end = async (_: string, cause: string) => {
    ended.push(cause);
    return { sessions: 0, grants: 0 };
  };
  beforeAll(async () => {
    given = await setUpUsers(dialect, { end });
  });
  afterAll(() => given.close());

  test('are found by id and by e-mail, whatever the case and the Unicode form', async () => {
    const { users, clock } = given;
    const ada = await users.create({ email: 'Zoé@Example.com', profile: { name: 'Zoé' } }, SYSTEM);
    expect(ada).toEqual({
      id: expect.stringMatching(/^usr_/),
      email: 'Zoé@example.com',
      emailVerified: false,
      profile: { name: 'Zoé' },
      isAdmin: false,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      version: 1,
    });
    expect(await users.find(ada.id)).toEqual(ada);
    expect(await users.findByEmail('zoE\u0301@EXAMPLE.com')).toEqual(ada);
    expect(await users.hasAny()).toBe(true);
  });

  test('keep every standard claim as it was given', async () => {
    const profile = {
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      middle_name: 'Augusta',
      nickname: 'ada',
      preferred_username: 'countess',
      profile: 'https://example.com/ada',
      picture: 'https://example.com/ada.png',
      website: 'http://ada.example.com',
      gender: 'female',
      birthdate: '1815-12-10',
      zoneinfo: 'Europe/London',
      locale: 'en-GB',
      phone_number: '+44 20 7946 0000',
      phone_number_verified: true,
      address: { formatted: '12 St James’s Square\nLondon', country: 'UK' },
    };
    const { id } = await given.users.create(
      { email: 'claims@example.com', emailVerified: true, profile },
      SYSTEM,
    );
    expect(await given.users.get(id)).toMatchObject({ emailVerified: true, profile });
  });

  test('give one e-mail address to one person only, when 50 ask at once', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        given.users.create({ email: at % 2 ? 'race@example.com' : 'RACE@example.com' }, SYSTEM),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(new Set(refusals.map(({ code, status }) => `${code} ${status}`))).toEqual(
      new Set(['users.email_taken 409']),
    );
  });

  test('refuse an update to an e-mail address that is taken, and keep the older one', async () => {
    const { users } = given;
    const { id } = await users.create({ email: 'mover@example.com' }, SYSTEM);
    await users.create({ email: 'sitter@example.com' }, SYSTEM);
    await expect(users.update(id, { email: 'SITTER@example.com' }, SYSTEM)).rejects.toMatchObject({
      code: 'users.email_taken',
    });
    expect((await users.get(id)).email).toBe('mover@example.com');
  });

  test('are changed claim by claim; null removes one; a new address is unverified', async () => {
    const { users, clock } = given;
    const { id } = await users.create(
      {
        email: 'change@example.com',
        emailVerified: true,
        profile: { name: 'Old', nickname: 'o', locale: 'de' },
      },
      SYSTEM,
    );
    clock.ms += 1000;
    const named = await users.update(id, { profile: { name: 'New', nickname: null } }, SYSTEM);
    expect(named.profile).toEqual({ name: 'New', locale: 'de' });
    expect(named).toMatchObject({ emailVerified: true, updatedAt: clock.now() });
    expect(await users.update(id, { email: 'changed@example.com' }, SYSTEM)).toMatchObject({
      emailVerified: false,
    });
    expect(
      await users.update(id, { email: 'verified@example.com', emailVerified: true }, SYSTEM),
    ).toMatchObject({
      emailVerified: true,
      profile: { name: 'New', locale: 'de' },
    });
    expect(await users.get(id)).toMatchObject({ email: 'verified@example.com' });
  });

  test('lose no change when two are made at once', async () => {
    const { users } = given;
    const { id } = await users.create({ email: 'both@example.com' }, SYSTEM);
    await Promise.all([
      users.update(id, { profile: { name: 'Both' } }, SYSTEM),
      users.update(id, { profile: { nickname: 'b' } }, SYSTEM),
      users.update(id, { isAdmin: true }, SYSTEM),
    ]);
    expect(await users.get(id)).toMatchObject({ isAdmin: true, profile: { name: 'Both', nickname: 'b' } });
  });

  test('are disabled, enabled and deleted; what is gone is unknown', async () => {
    const { users, clock } = given;
    const { id } = await users.create({ email: 'off@example.com' }, SYSTEM);
    expect((await users.disable(id, SYSTEM)).user.disabledAt).toBe(clock.now());
    expect(await users.enable(id, SYSTEM)).not.toHaveProperty('disabledAt');
    await users.delete(id, SYSTEM);
    expect(await users.find(id)).toBeUndefined();
    const attempts = [
      () => users.get(id),
      () => users.update(id, {}, SYSTEM),
      () => users.disable(id, SYSTEM),
      () => users.enable(id, SYSTEM),
      () => users.delete(id, SYSTEM),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: 'users.unknown', status: 404 });
    }
  });

  test('are listed in pages, oldest first, each once, also those of the same millisecond', async () => {
    const { users } = given;
    for (let count = 0; count < 7; count += 1)
      await users.create({ email: `page${count}@example.com` }, SYSTEM);
    const seen: User[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await users.list({ limit: 3, after });
      expect(items).toHaveLength(next === undefined ? items.length : 3);
      seen.push(...items);
      after = next;
    } while (after !== undefined);
    const { items: all } = await users.list({ limit: 1000 });
    expect(seen).toEqual(all);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test('are searched by how the address or a word of the name begins, or by the id, and a wildcard is only a character', async () => {
    const { users } = given;
    const { id } = await users.create(
      { email: 'hundred@example.com', profile: { name: '100%_Ünal!  Öz' } },
      SYSTEM,
    );
    await users.create(
      {
        email: 'grace.h@example.net',
        profile: { given_name: 'Grace', family_name: 'van Hopper' },
      },
      SYSTEM,
    );
    const found = async (search: string) => (await users.list({ search })).items.map(({ email }) => email);
    expect(await found('HUNDRED@')).toEqual(['hundred@example.com']);
    expect(await found('100%_ün')).toEqual(['hundred@example.com']);
    expect(await found('100%_ünal!  öz')).toEqual(['hundred@example.com']);
    expect(await found('öZ')).toEqual(['hundred@example.com']);
    expect(await found(id)).toEqual(['hundred@example.com']);
    for (const name of ['grace van h', 'VAN', 'hopper'])
      expect(await found(name)).toEqual(['grace.h@example.net']);
    for (const none of ['hun_red', '%', 'nal', 'example', 'hopper grace', id.slice(0, -1)])
      expect([none, await found(none)]).toEqual([none, []]);
  });

  test('that a search finds come in pages, each once, by the first of their names that begins so', async () => {
    const { users } = given;
    const names = ['Zed Zoe', 'Zed Zed', 'Alzed', 'Zedd', 'Ann Zed', 'zed'];
    for (const [at, name] of names.entries())
      await users.create({ email: `zed${at}@pages.example`, profile: { name } }, SYSTEM);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await users.list({ search: 'zed', limit: 2, after });
      seen.push(...page.items.map(({ profile }) => profile.name ?? ''));
      after = page.next;
    } while (after !== undefined && seen.length < 20);
    expect(seen).toHaveLength(6);
    expect(new Set(seen)).toEqual(new Set(names));
    expect(seen.slice(0, 4).sort()).toEqual(['Ann Zed', 'Zed Zed', 'Zed Zoe', 'zed'].sort());
  });

  test('are found by what they are called now, and not by what they were', async () => {
    const { users } = given;
    const { id } = await users.create(
      { email: 'before@moved.example', profile: { name: 'Quick Brown' } },
      SYSTEM,
    );
    const found = async (search: string) => (await users.list({ search })).items.map((user) => user.id);
    await users.update(id, { profile: { name: 'Lazy Dog' } }, SYSTEM);
    expect([await found('quick'), await found('brown'), await found('dog')]).toEqual([[], [], [id]]);
    await users.update(id, { email: 'after@moved.example' }, SYSTEM);
    expect([await found('before@'), await found('after@moved')]).toEqual([[], [id]]);
    await users.delete(id, SYSTEM);
    expect(await given.db('user_search_keys').where({ user_id: id })).toEqual([]);
  });

  test('have a version that rises with each change, and a change can demand the one that was looked at', async () => {
    const { users } = given;
    const { id, version } = await users.create({ email: 'version@example.com' }, SYSTEM);
    expect(version).toBe(1);
    expect(await users.update(id, { isAdmin: true }, SYSTEM)).toMatchObject({ version: 2 });
    expect((await users.disable(id, SYSTEM)).user).toMatchObject({ version: 3 });
    expect(await users.enable(id, SYSTEM)).toMatchObject({ version: 4 });
    expect(await users.find(id)).toMatchObject({ version: 4 });
    const late = users.update(id, { isAdmin: false }, SYSTEM, { onlyIfVersion: 3 });
    await expect(late).rejects.toMatchObject({ code: 'users.conflict', status: 409, detail: { version: 4 } });
    expect(await users.find(id)).toMatchObject({ version: 4, isAdmin: true });
    expect(await users.update(id, { isAdmin: false }, SYSTEM, { onlyIfVersion: 4 })).toMatchObject({
      version: 5,
    });
  });

  test('are changed once when fifty demand the same version, and fifty times when none does', async () => {
    const { users } = given;
    const { id } = await users.create({ email: 'fifty@example.com' }, SYSTEM);
    const fifty = (onlyIfVersion?: number) =>
      Promise.allSettled(
        Array.from({ length: 50 }, (_, at) =>
          users.update(id, { profile: { name: `Name ${at}` } }, SYSTEM, { onlyIfVersion }),
        ),
      );
    const done = await fifty(1);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await users.find(id)).toMatchObject({ version: 2 });
    await fifty();
    expect(await users.find(id)).toMatchObject({ version: 52 });
    // The name of the last one, and no other one, is found.
    expect(await given.db('user_search_keys').where({ user_id: id })).toHaveLength(3);
  });

  test.each(['disable', 'enable', 'delete'] as const)(
    'are changed by %s only as they were looked at, once of fifty at once, and else nothing ends',
    async (what) => {
      const { users } = given;
      const { id } = await users.create({ email: `${what}-fifty@example.com` }, SYSTEM);
      if (what === 'enable') await users.disable(id, SYSTEM);
      else await users.update(id, { profile: { name: 'Looked At' } }, SYSTEM);
      const isDisabled = what === 'enable';
      ended.length = 0;
      const late = users[what](id, SYSTEM, { onlyIfVersion: 1 });
      await expect(late).rejects.toMatchObject({ code: 'users.conflict', detail: { version: 2 } });
      expect(await users.get(id)).toMatchObject({ version: 2 });
      expect((await users.get(id)).disabledAt !== undefined).toBe(isDisabled);
      expect(ended).toEqual([]);
      const fifty = await Promise.allSettled(
        Array.from({ length: 50 }, () => users[what](id, SYSTEM, { onlyIfVersion: 2 })),
      );
      expect(fifty.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const left = await users.find(id);
      if (what === 'delete') expect(left).toBeUndefined();
      else expect([left?.version, left?.disabledAt !== undefined]).toEqual([3, what === 'disable']);
    },
  );

  test('survive odd input: NUL bytes, very long texts, SQL and prototype keys', async () => {
    const { users } = given;
    const odd = ['', '\0', 'usr_\0', 'x'.repeat(10_000), "' or 1=1 --", '__proto__', '\ud800'];
    for (const text of odd) {
      expect(await users.find(text)).toBeUndefined();
      expect(await users.findByEmail(text)).toBeUndefined();
      expect(await users.findByEmail(`${text}@example.com`)).toBeUndefined();
      await expect(users.delete(text, SYSTEM)).rejects.toMatchObject({ code: 'users.unknown' });
      await expect(users.update(text, { isAdmin: true }, SYSTEM)).rejects.toMatchObject({
        code: 'users.unknown',
      });
    }
    expect(await users.list({ search: '\0' })).toEqual({ items: [] });
    const hostile = JSON.parse('{"email":"odd@example.com","__proto__":{"isAdmin":true}}');
    await expect(users.create(hostile, SYSTEM)).rejects.toMatchObject({ code: 'users.invalid' });
    const profile = JSON.parse('{"__proto__":{"name":"x"},"name":"Odd"}');
    await expect(users.create({ email: 'odd@example.com', profile }, SYSTEM)).rejects.toMatchObject({
      code: 'users.invalid',
    });
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test('record each change, who made it and what changed, and nothing that names the person', async () => {
    const { users, events } = given;
    events.length = 0;
    const by = { actor: { type: 'operator' as const, id: 'olga' } };
    const { id } = await users.create({ email: 'secretive@example.com' }, by);
    await users.update(id, { profile: { name: 'Secretive' }, isAdmin: true }, by);
    await users.update(id, { profile: { name: 'Secretive Too', locale: 'de' }, isAdmin: true }, by);
    await users.update(id, { profile: { name: null } }, by);
    await users.disable(id, by, { reason: 'left' });
    await users.enable(id, by);
    await users.delete(id, by, { reason: 'asked' });
    expect(events.map(({ event, outcome, userId, actor }) => [event, outcome, userId, actor?.id])).toEqual(
      ['created', 'updated', 'updated', 'updated', 'disabled', 'enabled', 'disabled', 'deleted'].map(
        (what) => [`users.${what}`, 'success', id, 'olga'],
      ),
    );
    expect(events.map(({ detail }) => detail)).toEqual([
      {
        before: { emailVerified: null, isAdmin: null, isDisabled: null, email: null },
        after: { emailVerified: false, isAdmin: false, isDisabled: false, email: 'set' },
      },
      {
        fields: ['isAdmin', 'name'],
        before: { isAdmin: false, name: null },
        after: { isAdmin: true, name: 'set' },
      },
      {
        fields: ['isAdmin', 'name', 'locale'],
        before: { name: 'set', locale: null },
        after: { name: 'replaced', locale: 'set' },
      },
      { fields: ['name'], before: { name: 'set' }, after: { name: null } },
      { before: { isDisabled: false }, after: { isDisabled: true }, reason: 'left' },
      { before: { isDisabled: true }, after: { isDisabled: false } },
      { before: { isDisabled: false }, after: { isDisabled: true }, reason: 'asked' },
      {
        before: { emailVerified: false, isAdmin: true, isDisabled: true, email: 'set', locale: 'set' },
        after: { emailVerified: null, isAdmin: null, isDisabled: null, email: null, locale: null },
        reason: 'asked',
      },
    ]);
    // Addresses stand in a part of their own, which goes with the account.
    const told = events.map(({ personal: _, ...event }) => event);
    expect(JSON.stringify(told).toLowerCase()).not.toContain('secretive');
  });

  test('make a person and what belongs to it in one transaction, or nothing', async () => {
    const { users } = given;
    const failing = users.create(
      {
        email: 'halfway@example.com',
        async alsoInside(inside, user) {
          expect(await inside('users').where({ id: user.id }).first('id')).toEqual({ id: user.id });
          throw new Error('no hash');
        },
      },
      SYSTEM,
    );
    await expect(failing).rejects.toThrow('no hash');
    expect(await users.findByEmail('halfway@example.com')).toBeUndefined();
  });

  describe('the last administrator', () => {
    let last: string;

    beforeEach(async () => {
      const { users } = given;
      last = (await users.create({ email: 'last@example.com', isAdmin: true }, SYSTEM)).id;
      for (const { id } of await users.listAdministrators()) if (id !== last) await users.delete(id, SYSTEM);
    });
    afterEach(async () => {
      const { users } = given;
      await users.create({ email: `spare-${last}@example.com`, isAdmin: true }, SYSTEM);
      if (await users.find(last)) await users.delete(last, SYSTEM);
    });

    const goes: Record<string, (id: string) => Promise<unknown>> = {
      deleted: (id) => given.users.delete(id, SYSTEM),
      disabled: (id) => given.users.disable(id, SYSTEM),
      'an administrator no more': (id) => given.users.update(id, { isAdmin: false }, SYSTEM),
    };

    test.each(Object.keys(goes))(
      'cannot be %s: nothing happens, until there is another one',
      async (what) => {
        const { users } = given;
        const refused = { code: 'users.last_administrator' };
        await expect(goes[what]?.(last)).rejects.toMatchObject(refused);
        expect(await users.listAdministrators()).toMatchObject([{ id: last }]);
        // One who is disabled could not help.
        const { id } = await users.create({ email: `other-${last}@example.com`, isAdmin: true }, SYSTEM);
        await users.disable(id, SYSTEM);
        await expect(goes[what]?.(last)).rejects.toMatchObject(refused);
        await users.enable(id, SYSTEM);
        await goes[what]?.(last);
        expect(await users.listAdministrators()).toMatchObject([{ id }]);
      },
    );

    test('stays when all administrators are taken away at the same moment', async () => {
      const ids = [last];
      for (let count = 0; count < 9; count += 1) {
        ids.push((await given.users.create({ email: `many${count}@example.com`, isAdmin: true }, SYSTEM)).id);
      }
      const ways = Object.values(goes);
      const done = await Promise.allSettled(ids.map((id, index) => ways[index % ways.length]?.(id)));
      expect(done.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      expect(await given.users.listAdministrators()).toHaveLength(1);
    });

    test('may change everything else, and everybody else may go', async () => {
      const { users } = given;
      await users.update(last, { profile: { name: 'Root' }, isAdmin: true }, SYSTEM);
      const { id } = await users.create({ email: 'anybody@example.com' }, SYSTEM);
      await users.disable(id, SYSTEM);
      await users.delete(id, SYSTEM);
      expect(await users.find(id)).toBeUndefined();
    });
  });
});

test('a person is called by the name, else its parts, else the e-mail address', () => {
  const email = 'ada@example.com';
  expect(displayName({ email, profile: { name: 'Ada L.', given_name: 'Ada' } })).toBe('Ada L.');
  expect(displayName({ email, profile: { given_name: 'Ada', family_name: 'Lovelace' } })).toBe(
    'Ada Lovelace',
  );
  expect(displayName({ email, profile: { family_name: 'Lovelace' } })).toBe('Lovelace');
  expect(displayName({ email, profile: {} })).toBe(email);
});
