import { afterEach, beforeEach, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { eachDatabase } from '../support/database.ts';
import { everythingStored, setUpUsers } from './set-up.ts';

const HOUR = 3600;

eachDatabase('one-time links', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  beforeEach(async () => {
    given = await setUpUsers(dialect);
  });
  afterEach(() => given.close());

  const newUser = () => given.users.create({ email: 'ada@example.com' }, SYSTEM);

  test('are spent by one of 50 who come at once', async () => {
    const { users } = given;
    const { id } = await newUser();
    const { token } = await users.links.create('set-password', { userId: id, ttlSeconds: HOUR });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => users.links.consume('set-password', token)),
    );
    expect(answers.filter((answer) => answer !== undefined)).toEqual([{ userId: id }]);
    expect(await users.links.find('set-password', token)).toBeUndefined();
  });

  test('are not spent by looking', async () => {
    const { users } = given;
    const { id } = await newUser();
    const { token } = await users.links.create('set-password', { userId: id, ttlSeconds: HOUR });
    for (let count = 0; count < 3; count += 1) {
      expect(await users.links.find('set-password', token)).toEqual({ userId: id });
    }
    expect(await users.links.consume('set-password', token)).toEqual({ userId: id });
  });

  test('have 256 random bits, and none of them is in the database', async () => {
    const { users, db } = given;
    const { id } = await newUser();
    const { token } = await users.links.create('set-password', { userId: id, ttlSeconds: HOUR });
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const stored = await everythingStored({ db }, ['one_time_links', 'users']);
    expect(stored).not.toContain(token);
    expect(stored).toContain(id);
  });

  test('end at their time, to the millisecond', async () => {
    const { users, clock } = given;
    const { id } = await newUser();
    const { token, expiresAt } = await users.links.create('set-password', { userId: id, ttlSeconds: HOUR });
    expect(expiresAt).toBe(clock.now() + 3_600_000);
    clock.ms = expiresAt - 1;
    expect(await users.links.find('set-password', token)).toBeDefined();
    clock.ms = expiresAt;
    expect(await users.links.find('set-password', token)).toBeUndefined();
    expect(await users.links.consume('set-password', token)).toBeUndefined();
  });

  test('void the older one of the same purpose and person, and no other', async () => {
    const { users } = given;
    const ada = await newUser();
    const bob = await users.create({ email: 'bob@example.com' }, SYSTEM);
    const create = (userId: string) => users.links.create('set-password', { userId, ttlSeconds: HOUR });
    const [first, other, second] = [await create(ada.id), await create(bob.id), await create(ada.id)];
    expect(await users.links.find('set-password', first.token)).toBeUndefined();
    expect(await users.links.find('set-password', second.token)).toEqual({ userId: ada.id });
    expect(await users.links.find('set-password', other.token)).toEqual({ userId: bob.id });
    const [many] = [await Promise.all(Array.from({ length: 20 }, () => create(ada.id)))];
    const found = await Promise.all(many.map(({ token }) => users.links.find('set-password', token)));
    expect(found.filter((link) => link !== undefined)).toHaveLength(1);
  });

  test('work for their own purpose only, and never for odd tokens', async () => {
    const { users } = given;
    const { id } = await newUser();
    const { token } = await users.links.create('set-password', { userId: id, ttlSeconds: HOUR });
    expect(await users.links.consume('first-administrator', token)).toBeUndefined();
    for (const odd of ['', '\0', `${token} `, token.toUpperCase(), 'x'.repeat(10_000), '\ud800']) {
      expect(await users.links.consume('set-password', odd)).toBeUndefined();
    }
    expect(await users.links.consume('set-password', token)).toEqual({ userId: id });
  });

  test('end with the person: deleted, disabled, or with another e-mail address', async () => {
    const { users, db } = given;
    const { id } = await newUser();
    const create = () => users.links.create('set-password', { userId: id, ttlSeconds: HOUR });
    const moved = await create();
    await users.update(id, { profile: { name: 'Ada' } }, SYSTEM);
    expect(await users.links.find('set-password', moved.token)).toBeDefined();
    await users.update(id, { email: 'new@example.com' }, SYSTEM);
    expect(await users.links.find('set-password', moved.token)).toBeUndefined();
    const disabled = await create();
    await users.disable(id, SYSTEM);
    expect(await users.links.find('set-password', disabled.token)).toBeUndefined();
    await create();
    await users.delete(id, SYSTEM);
    expect(await db('one_time_links').select('purpose')).toEqual([]);
  });

  test('make one first administrator of 50 clicks, with the password in the same transaction', async () => {
    const { users, db, events } = given;
    const { token } = await users.links.create('first-administrator', { ttlSeconds: HOUR });
    const inside: string[] = [];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        users.createFirstAdministrator(
          {
            token,
            email: `admin${at}@example.com`,
            profile: { name: 'Admin' },
            async alsoInside(transaction, user) {
              expect(await transaction('users').select('id')).toEqual([{ id: user.id }]);
              inside.push(user.id);
            },
          },
          SYSTEM,
        ),
      ),
    );
    const [made, ...more] = answers.filter((user) => user !== undefined);
    expect(more).toEqual([]);
    expect(made).toMatchObject({ isAdmin: true, profile: { name: 'Admin' } });
    expect(inside).toEqual([made?.id]);
    expect(await db('users').select('id')).toEqual([{ id: made?.id }]);
    expect(events).toMatchObject([{ event: 'users.created', detail: { isFirst: true } }]);
  });

  test('keep the first-administrator link when making the person fails', async () => {
    const { users } = given;
    const { token } = await users.links.create('first-administrator', { ttlSeconds: HOUR });
    const failing = users.createFirstAdministrator(
      {
        token,
        email: 'admin@example.com',
        alsoInside: async () => {
          throw new Error('no room');
        },
      },
      SYSTEM,
    );
    await expect(failing).rejects.toThrow('no room');
    const invalid = users.createFirstAdministrator({ token, email: 'nonsense' }, SYSTEM);
    await expect(invalid).rejects.toMatchObject({ code: 'users.invalid' });
    expect(await users.hasAny()).toBe(false);
    expect(await users.createFirstAdministrator({ token, email: 'admin@example.com' }, SYSTEM)).toBeDefined();
  });

  test('open nothing for a first administrator once there is one', async () => {
    const { users } = given;
    const { token } = await users.links.create('first-administrator', { ttlSeconds: HOUR });
    await newUser();
    expect(await users.links.find('first-administrator', token)).toEqual({});
    await users.create({ email: 'boss@example.com', isAdmin: true }, SYSTEM);
    expect(await users.links.find('first-administrator', token)).toBeUndefined();
    expect(await users.links.consume('first-administrator', token)).toBeUndefined();
    expect(
      await users.createFirstAdministrator({ token, email: 'second@example.com' }, SYSTEM),
    ).toBeUndefined();
    expect(await users.findByEmail('second@example.com')).toBeUndefined();
  });
});
