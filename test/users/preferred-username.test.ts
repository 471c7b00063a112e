import { afterEach, expect, test } from 'vitest';
import * as toldName from '../../migrations/202611291412_users_told_name.ts';
import { isSqlite } from '../../src/database/migration.ts';
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

  test('whom the release before makes or changes meanwhile, are looked at again', async () => {
    given = await setUpUsers(dialect);
    const { db, users, clock } = given;
    const ada = await create({ preferred: 'Ada' });
    const other = await create();
    clock.ms += 1000;
    // It knows no key of a name, and leaves the other one's mark behind.
    await db('users')
      .where({ id: other.id })
      .update({ profile: JSON.stringify({ preferred_username: 'ADA' }), updated_at: clock.now() });
    expect(await listNamesakes(db)).toEqual([]);
    expect(await users.sweepSteps[0]?.run(10)).toBe(1);
    expect(await listNamesakes(db)).toEqual([{ name: 'Ada', ids: [ada.id, other.id] }]);
    expect(await users.sweepSteps[0]?.run(10)).toBe(0);
    await users.delete(ada.id, SYSTEM);
    await expect(create({ preferred: 'ada' })).rejects.toEqual(CALLED_SO);
  });

  test('whom the release before gives another name, leave theirs to the next one as a whole, or not yet', async () => {
    given = await setUpUsers(dialect);
    const { db, users, clock } = given;
    const renew = async () => users.sweepSteps[0]?.run(10);
    const [first, second] = [await create({ preferred: 'Ada' }), await create()];
    const nameAsBefore = async (id: string, name: string) => {
      clock.ms += 1000;
      const profile = JSON.stringify({ preferred_username: name });
      await db('users').where({ id }).update({ profile, updated_at: clock.now() });
    };
    await nameAsBefore(second.id, 'ada');
    await renew();
    await nameAsBefore(first.id, 'Zoe');
    for (const sql of isSqlite(db.knex) ? BREAK_SQLITE : BREAK_POSTGRES)
      await db.transaction((inside) => inside.knex.raw(sql));
    await expect(renew()).rejects.toThrow();
    const mend = isSqlite(db.knex) ? 'drop trigger broken' : 'drop trigger broken on users';
    await db.transaction((inside) => inside.knex.raw(mend));
    await renew();
    await expect(create({ preferred: 'ada' })).rejects.toEqual(CALLED_SO);
  });
});

/** The name is not passed on: as if the server ended between the two statements. */
const BREAK_SQLITE = [
  `create trigger broken before update of told_name_rank on users
   when new.told_name_rank < old.told_name_rank begin select raise(abort, 'broken'); end`,
];
const BREAK_POSTGRES = [
  `create function broken() returns trigger language plpgsql as 'begin raise exception ''broken''; end'`,
  `create trigger broken before update of told_name_rank on users for each row
   when (new.told_name_rank < old.told_name_rank) execute function broken()`,
];
