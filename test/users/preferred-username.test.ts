import { afterEach, expect, test } from 'vitest';
import * as toldName from '../../migrations/202611291412_users_told_name.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { listNamesakes } from '../../src/users/users.ts';
import { eachDatabase } from '../support/database.ts';
import { setUpUsers } from './set-up.ts';

/** The name that apps are told is nobody else's: a username, or what was written down where there is none. */

eachDatabase('a preferred_username', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  afterEach(() => given.close());

  let count = 0;
  const create = (told: { username?: string; preferred?: string } = {}) => {
    count += 1;
    const { username, preferred } = told;
    const profile = preferred === undefined ? {} : { preferred_username: preferred };
    const email = `told${count}@example.com`;
    return given.users.create({ email, profile, ...(username === undefined ? {} : { username }) }, SYSTEM);
  };
  const refused = (code: string) => expect.objectContaining({ code, status: 409 });
  const CALLED_SO = refused('users.preferred_username_taken');
  const USERNAME = refused('users.username_taken');

  test('is one person’s, in whatever capitals and spaces, and no username either', async () => {
    given = await setUpUsers(dialect);
    const { users } = given;
    const ada = await create({ preferred: 'Ada  Lovelace' });
    const grace = await create({ username: 'grace' });
    for (const same of [
      'ada lovelace',
      ' ADA LOVELACE',
      'Ada Lovelace',
      'ａda lovelace',
      'a\u200bda lovelace',
    ])
      await expect(create({ preferred: same }), same).rejects.toEqual(
        // What nobody sees is refused before.
        same.includes('\u200b') || same.startsWith(' ') ? expect.anything() : CALLED_SO,
      );
    await expect(create({ preferred: 'GRACE' })).rejects.toEqual(CALLED_SO);
    const lin = await create({ preferred: 'Lin' });
    await expect(create({ username: 'lin' })).rejects.toEqual(USERNAME);
    await expect(users.update(ada.id, { username: 'LIN' }, SYSTEM)).rejects.toEqual(USERNAME);
    const clash = users.update(ada.id, { profile: { preferred_username: 'Grace' } }, SYSTEM);
    await expect(clash).rejects.toEqual(CALLED_SO);
    expect(await users.isUsernameTaken('Lin')).toBe(true);
    expect(await users.isUsernameTaken('grace')).toBe(true);
    expect(await users.isUsernameTaken('nobody-yet')).toBe(false);

    // Behind a username it is told to nobody, until that goes.
    const hidden = await create({ username: 'hidden', preferred: 'lin' });
    await expect(users.update(hidden.id, { username: null }, SYSTEM)).rejects.toEqual(CALLED_SO);
    expect(await users.get(hidden.id)).toEqual(hidden);
    // The own name may be written otherwise, and what was left is free.
    await users.update(lin.id, { profile: { preferred_username: 'LIN' } }, SYSTEM);
    await users.update(lin.id, { profile: { preferred_username: null } }, SYSTEM);
    await users.update(hidden.id, { username: null }, SYSTEM);
    await users.delete(grace.id, SYSTEM);
    await users.update(ada.id, { username: 'Grace' }, SYSTEM);
    // An address that is taken is still told apart.
    const address = users.update(ada.id, { email: lin.email, username: 'new' }, SYSTEM);
    await expect(address).rejects.toEqual(refused('users.email_taken'));
  });

  test('is one person’s, when 50 ask for it at once, new ones and those who change it', async () => {
    given = await setUpUsers(dialect);
    const people = await Promise.all(Array.from({ length: 25 }, () => create()));
    const changes = people.map(({ id }) =>
      given.users.update(id, { profile: { preferred_username: 'Wanted' } }, SYSTEM),
    );
    const made = Array.from({ length: 25 }, (_, at) =>
      create(at % 2 === 0 ? { preferred: 'wanted' } : { username: 'WANTED' }),
    );
    const answers = await Promise.allSettled([...changes, ...made]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect([...new Set(codes)].sort()).toEqual(['users.preferred_username_taken', 'users.username_taken']);
    expect(await listNamesakes(given.db)).toEqual([]);
  });

  test('of before, which several have, stays with all of them until an operator decides', async () => {
    given = await setUpUsers(dialect);
    const { db, users } = given;
    await db.transaction((inside) => toldName.down(inside.knex));
    const ids: string[] = [];
    for (const [at, [username, preferred]] of [
      ['sam', undefined],
      [undefined, 'Sam'],
      [undefined, 'SAM'],
      [undefined, 'alone'],
      [undefined, undefined],
    ].entries()) {
      const id = `usr_before${at}`;
      ids.push(id);
      await db('users').insert({
        id,
        email: `before${at}@example.com`,
        email_key: `before${at}@example.com`,
        email_verified: true,
        username: username ?? null,
        username_key: username ?? null,
        profile: JSON.stringify(preferred === undefined ? {} : { preferred_username: preferred }),
        search_text: '',
        is_admin: false,
        created_at: at,
        updated_at: at,
      });
    }
    await db.transaction((inside) => toldName.up(inside.knex));
    const [first = '', second = '', third = '', alone = '', nameless = ''] = ids;
    expect((await sweep()).slice(1)).toEqual([0, 0]);
    const namesakes = async () => (await listNamesakes(db)).map((group) => group.ids);
    expect(await namesakes()).toEqual([[first, second, third]]);
    expect(await users.get(second)).toMatchObject({ profile: { preferred_username: 'Sam' } });

    // They go on as before, and nobody becomes a fourth one.
    await users.update(third, { profile: { name: 'Third' } }, SYSTEM);
    await expect(create({ username: 'Sam' })).rejects.toEqual(USERNAME);
    for (const id of [alone, nameless])
      await expect(users.update(id, { profile: { preferred_username: 'sam' } }, SYSTEM)).rejects.toEqual(
        CALLED_SO,
      );

    await users.update(first, { username: 'samuel' }, SYSTEM);
    expect(await namesakes()).toEqual([[second, third]]);
    await expect(users.update(first, { username: 'sam' }, SYSTEM)).rejects.toEqual(USERNAME);
    await users.delete(second, SYSTEM);
    expect(await namesakes()).toEqual([]);
    await expect(create({ preferred: 'sam' })).rejects.toEqual(CALLED_SO);
    await users.update(third, { profile: { preferred_username: null } }, SYSTEM);
    await create({ preferred: 'sam' });
  });

  test('of people whom the release before makes, changes and deletes meanwhile is looked at again', async () => {
    given = await setUpUsers(dialect);
    const { db } = given;
    const ada = await create({ preferred: 'Ada' });
    const other = await create();
    await asBefore(other.id, 'ADA');
    expect(await listNamesakes(db)).toEqual([]);
    expect(await sweep()).toEqual([0, 1, 0]);
    expect(await listNamesakes(db)).toEqual([{ name: 'Ada', ids: [ada.id, other.id] }]);
    expect(await sweep()).toEqual([0, 0, 0]);

    await asBefore(ada.id, 'Bob');
    expect(await sweep()).toEqual([0, 1, 0]);
    for (const taken of ['ada', 'bob']) await expect(create({ preferred: taken })).rejects.toEqual(CALLED_SO);
    await asBefore(ada.id, 'Ada');
    await sweep();
    await create({ preferred: 'bob' });

    // It deletes the first one, and passes the name on to nobody.
    await db('users').where({ id: other.id }).delete();
    expect(await sweep()).toEqual([0, 0, 1]);
    await expect(create({ preferred: 'ada' })).rejects.toEqual(CALLED_SO);

    const made = await create();
    const unknown = { told_name_key: null, told_name_as_of: null };
    await db('users')
      .where({ id: made.id })
      .update({ profile: told('Eve'), ...unknown });
    await sweep();
    await expect(create({ username: 'eve' })).rejects.toEqual(USERNAME);
  });

  test('that the release before has changed is not lost by a change before it is looked at', async () => {
    given = await setUpUsers(dialect);
    const { db, users } = given;
    const [first, second, third] = [await create({ preferred: 'Sam' }), await create(), await create()];
    for (const { id } of [second, third]) await asBefore(id, 'Sam');
    await users.update(second.id, { email: 'moved@example.com' }, SYSTEM);
    await users.update(third.id, { profile: { nickname: 'S' } }, SYSTEM);
    expect(await sweep()).toEqual([0, 2, 0]);
    expect(await listNamesakes(db)).toHaveLength(1);

    // Who has left it by that release alone may come back, beside the others.
    await asBefore(third.id, 'Tom');
    await users.update(third.id, { profile: { preferred_username: 'SAM' } }, SYSTEM);
    await asBefore(first.id, 'Tom');
    await users.update(first.id, { profile: { preferred_username: 'Max' } }, SYSTEM);
    await expect(create({ preferred: 'sam' })).rejects.toEqual(CALLED_SO);
    expect((await listNamesakes(db)).map(({ ids }) => ids.sort())).toEqual([[second.id, third.id].sort()]);
  });

  test('is free for nobody when the server ends while it is passed on', async () => {
    given = await setUpUsers(dialect);
    const { db } = given;
    const [first, second] = [await create({ preferred: 'Sam' }), await create()];
    await asBefore(second.id, 'Sam');
    await sweep();
    await asBefore(first.id, 'Tom');
    const end = ({ sql }: { sql: string }) => {
      if (/set .told_name_rank/.test(sql)) throw new Error('the server ends');
    };
    db.knex.on('query', end);
    await expect(sweep()).rejects.toThrow('the server ends');
    db.knex.off('query', end);
    await expect(create({ preferred: 'sam' })).rejects.toEqual(CALLED_SO);
    expect(await sweep()).toEqual([0, 1, 0]);
    await expect(create({ preferred: 'sam' })).rejects.toEqual(CALLED_SO);
  });

  const told = (name: string) => JSON.stringify({ preferred_username: name });

  /** The release before marks that it has read the address, and leaves what it does not know of names. */
  async function asBefore(id: string, name: string): Promise<void> {
    given.clock.ms += 1000;
    const now = given.clock.now();
    await given
      .db('users')
      .where({ id })
      .update({ profile: told(name), updated_at: now, address_as_of: now });
  }

  /** How many rows each step has changed. */
  async function sweep(): Promise<number[]> {
    const counts: number[] = [];
    for (const { run } of given.users.sweepSteps) counts.push(await run(10));
    return counts;
  }
});
