import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { eachDatabase } from '../support/database.ts';
import { setUpUsers } from './set-up.ts';

eachDatabase('a username', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  let count = 0;
  beforeAll(async () => {
    given = await setUpUsers(dialect);
  });
  afterAll(() => given.close());

  const create = (username?: string) => {
    count += 1;
    return given.users.create({ email: `p${count}@example.com`, ...(username ? { username } : {}) }, SYSTEM);
  };

  test('finds its person, however it is typed', async () => {
    const ada = await create('AdaL');
    expect(ada.username).toBe('AdaL');
    for (const typed of ['adal', ' ADAL ', 'ａｄａｌ', '\u200badal']) {
      expect((await given.users.findByUsername(typed))?.id).toBe(ada.id);
      expect((await given.users.getAny(typed)).id).toBe(ada.id);
    }
    expect((await given.users.list({ search: 'ada' })).items).toEqual([ada]);
    for (const other of ['', 'ada', 'adal@example.com', '\0', 'x'.repeat(10_000)]) {
      expect(await given.users.findByUsername(other)).toBeUndefined();
    }
  });

  test('is one person’s, when 50 ask for it at once', async () => {
    const spellings = ['grace', 'GRACE', 'ｇrace'];
    const made = await Promise.allSettled(Array.from({ length: 50 }, (_, at) => create(spellings[at % 3])));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(['users.username_taken']));
    expect(refused).toHaveLength(49);
  });

  test('is changed and taken away, and then another person’s', async () => {
    const { users } = given;
    const [one, other] = [await create('first'), await create()];
    const taken = users.update(other.id, { username: 'FIRST' }, SYSTEM);
    await expect(taken).rejects.toMatchObject({ code: 'users.username_taken' });
    const clash = users.update(other.id, { email: one.email }, SYSTEM);
    await expect(clash).rejects.toMatchObject({ code: 'users.email_taken' });
    expect(await users.update(one.id, { profile: { name: 'One' } }, SYSTEM)).toMatchObject({
      username: 'first',
    });
    expect((await users.update(one.id, { username: 'First' }, SYSTEM)).username).toBe('First');
    expect(await users.update(one.id, { username: null }, SYSTEM)).not.toHaveProperty('username');
    expect((await users.update(other.id, { username: 'first' }, SYSTEM)).username).toBe('first');
    expect((await users.list({ search: 'first' })).items.map(({ id }) => id)).toEqual([other.id]);
  });

  test.each(['a b', 'a@b', 'admin', 'pаypal'])('refuses %s', async (username) => {
    await expect(create(username)).rejects.toMatchObject({
      code: 'users.invalid',
      detail: { problems: [{ field: 'username', why: expect.any(String) }] },
    });
  });
});
