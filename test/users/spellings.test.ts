import { afterEach, expect, test } from 'vitest';
import * as addressKeys from '../../migrations/202611290153_users_address_key.ts';
import * as addressesShown from '../../migrations/202611290720_users_address_shown.ts';
import type { Database } from '../../src/database/database.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { spellingKey } from '../../src/users/profile.ts';
import { eachDatabase } from '../support/database.ts';
import { setUpUsers } from './set-up.ts';
import { SPELLINGS } from './spellings.ts';

/** One person, however the address is written; and those who were two before all spellings were one. */

eachDatabase('one address in all its spellings', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  afterEach(() => given.close());

  test('finds the one person, whichever of them was given first', async () => {
    given = await setUpUsers(dialect);
    const { users } = given;
    for (const [how, spelling] of SPELLINGS) {
      const max = await users.create({ email: spelling }, SYSTEM);
      expect([how, max.email.toLowerCase()]).toEqual([how, 'max@müller.example']);
      for (const [other, typed] of SPELLINGS) {
        expect([how, other, (await users.findByEmail(typed))?.id]).toEqual([how, other, max.id]);
        expect((await users.getAny(typed)).id).toBe(max.id);
      }
      await users.delete(max.id, SYSTEM);
    }
  });

  test('is one person’s, when 50 come at once with different ones', async () => {
    given = await setUpUsers(dialect);
    const made = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        given.users.create({ email: SPELLINGS[at % SPELLINGS.length]?.[1] ?? '' }, SYSTEM),
      ),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = made.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(['users.email_taken']));
  });

  test('cannot be taken by a change either; written otherwise it stays verified, and nothing ends', async () => {
    const ended: string[] = [];
    given = await setUpUsers(dialect, {
      end: async (_, cause) => {
        ended.push(cause);
        return { sessions: 0, grants: 0 };
      },
    });
    const { users } = given;
    const max = await users.create({ email: 'max@xn--mller-kva.example', emailVerified: true }, SYSTEM);
    const other = await users.create({ email: 'other@example.com' }, SYSTEM);
    const taken = users.update(other.id, { email: 'MAX@müller.example.' }, SYSTEM);
    await expect(taken).rejects.toMatchObject({ code: 'users.email_taken' });
    const written = await users.update(max.id, { email: 'Max@Müller.example' }, SYSTEM);
    expect(written).toMatchObject({ email: 'Max@müller.example', emailVerified: true });
    expect(ended).toEqual([]);
    expect(await users.update(max.id, { email: 'moved@example.com' }, SYSTEM)).toMatchObject({
      emailVerified: false,
    });
    expect(ended).toEqual(['email_changed']);
    // Who has left it, has left it in every spelling.
    expect(await users.update(other.id, { email: 'max@xn--mller-kva.example' }, SYSTEM)).toMatchObject({
      email: 'max@müller.example',
    });
  });
});

eachDatabase('people of before, who were two by their spellings', (dialect) => {
  let given: Awaited<ReturnType<typeof setUpUsers>>;
  afterEach(() => given.close());

  const IN_UNICODE = 'max@müller.example';
  const IN_ASCII = 'max@xn--mller-kva.example';
  /** In which neither of them is kept. */
  const OTHERWISE = 'max@müller.example.';

  async function setUpBefore(emails: readonly string[]) {
    given = await setUpUsers(dialect);
    await given.db.transaction((inside) => addressKeys.down(inside.knex));
    const ids: string[] = [];
    for (const email of emails) ids.push(await insertAsBefore(given.db, email));
    await given.db.transaction((inside) => addressKeys.up(inside.knex));
    await given.db.transaction((inside) => addressesShown.up(inside.knex));
    return ids;
  }

  test('are named, and each found by exactly the own spelling, until one has another address', async () => {
    const [ada, first, second] = await setUpBefore(['Ada@Example.com', IN_UNICODE, IN_ASCII]);
    const { users } = given;
    expect(await users.listSharers()).toEqual([
      [
        { id: first, email: IN_UNICODE },
        { id: second, email: IN_ASCII },
      ],
    ]);
    expect(await idOf(' ada@example.com ')).toBe(ada);
    expect(await idOf(` ${IN_UNICODE.toUpperCase()} `)).toBe(first);
    expect(await idOf(` ${IN_ASCII.toUpperCase()} `)).toBe(second);
    expect(await idOf(OTHERWISE)).toBeUndefined();

    // They go on as before: what else is known of them changes, and nobody becomes a third one.
    await users.update(second ?? '', { profile: { name: 'Max' } }, SYSTEM);
    expect(await idOf(IN_ASCII)).toBe(second);
    const third = users.create({ email: 'ｍax@müller.example' }, SYSTEM);
    await expect(third).rejects.toMatchObject({ code: 'users.email_taken' });

    // An operator decides.
    await users.update(first ?? '', { email: 'max.other@müller.example' }, SYSTEM);
    expect(await users.listSharers()).toEqual([]);
    for (const [, spelling] of SPELLINGS) expect(await idOf(spelling)).toBe(second);
    const again = users.create({ email: OTHERWISE }, SYSTEM);
    await expect(again).rejects.toMatchObject({ code: 'users.email_taken' });
  });

  test('see it in Unicode, and the release before finds them as they have typed it', async () => {
    const [max, alone] = await setUpBefore(['Max@XN--MLLER-KVA.example', 'ada@example.com']);
    const { db, users } = given;
    const before = await users.get(max ?? '');
    await renewKeys(10);
    expect(await users.get(max ?? '')).toEqual({ ...before, email: 'Max@müller.example' });
    expect(await users.get(alone ?? '')).toMatchObject({ email: 'ada@example.com' });
    for (const [, spelling] of SPELLINGS) expect(await idOf(spelling)).toBe(max);
    expect((await users.list({ search: 'max@mü' })).items.map(({ id }) => id)).toEqual([max]);
    const keyOf = async () => (await db('users').where({ id: max }).first('email_key')).email_key;
    expect(await keyOf()).toBe(IN_ASCII);
    // Until the address is written anew.
    await users.update(max ?? '', { profile: { name: 'Max' } }, SYSTEM);
    expect(await keyOf()).toBe(IN_ASCII);
    await users.update(max ?? '', { email: IN_UNICODE }, SYSTEM);
    expect(await keyOf()).toBe(IN_UNICODE);
    expect(await renewKeys(10)).toBe(0);
  });

  test('see each the own spelling while they share it, and Unicode from when they do not', async () => {
    const [first, second] = await setUpBefore([IN_UNICODE, IN_ASCII]);
    const { users } = given;
    await renewKeys(10);
    expect((await users.get(second ?? '')).email).toBe(IN_ASCII);
    await users.delete(first ?? '', SYSTEM);
    await renewKeys(10);
    expect((await users.get(second ?? '')).email).toBe(IN_UNICODE);
    expect(await renewKeys(10)).toBe(0);
  });

  test('are told apart, when the release before makes a second one of an address that is shown already', async () => {
    const [first] = await setUpBefore([IN_ASCII]);
    await renewKeys(10);
    const second = await insertAsBefore(given.db, IN_UNICODE);
    await renewKeys(10);
    expect(await given.users.listSharers()).toEqual([
      [
        { id: first, email: IN_ASCII },
        { id: second, email: IN_UNICODE },
      ],
    ]);
    expect(await idOf(IN_ASCII)).toBe(first);
    expect(await idOf(IN_UNICODE)).toBe(second);
    await given.users.update(first ?? '', { profile: { name: 'Max' } }, SYSTEM);
    expect(await idOf(IN_ASCII)).toBe(first);
  });

  test('leave the address to those who stay, when one is deleted', async () => {
    const [first, second, third] = await setUpBefore([IN_UNICODE, IN_ASCII, 'ｍax@müller.example']);
    const { users } = given;
    expect(await users.listSharers()).toHaveLength(1);
    await users.delete(first ?? '', SYSTEM);
    expect(await idOf(IN_ASCII)).toBe(second);
    expect(await idOf('ｍax@müller.example')).toBe(third);
    expect(await idOf(OTHERWISE)).toBeUndefined();
    await users.delete(second ?? '', SYSTEM);
    expect(await idOf(OTHERWISE)).toBe(third);
    expect(await users.listSharers()).toEqual([]);
  });

  test.each(['delete', 'change', 'change by the release before'] as const)(
    'leave it to nobody else, when one goes (%s)',
    async (how) => {
      const [first, second] = await setUpBefore([IN_UNICODE, IN_ASCII]);
      const { db, users, clock } = given;
      clock.ms += 1000;
      if (how === 'delete') await users.delete(first ?? '', SYSTEM);
      else if (how === 'change') await users.update(first ?? '', { email: 'moved@example.com' }, SYSTEM);
      else {
        await changeAsBefore(db, first ?? '', 'moved@example.com', clock.now());
        await renewKeys(10);
      }
      for (const [spelled, typed] of SPELLINGS) {
        const again = users.create({ email: typed }, SYSTEM).then(({ id }) => [spelled, 'made', id]);
        await expect(again).rejects.toMatchObject({ code: 'users.email_taken' });
        expect([spelled, await idOf(typed)]).toEqual([spelled, second]);
      }
      await users.delete(second ?? '', SYSTEM);
      await users.create({ email: OTHERWISE }, SYSTEM);
    },
  );

  test('sign in as before where an address is none by the rules of today', async () => {
    const [machine, odd] = await setUpBefore(['root@127.0.0.1', 'max@xn--zzzzzzzzz999.example']);
    expect(await idOf(' ROOT@127.0.0.1')).toBe(machine);
    expect(await idOf('max@xn--zzzzzzzzz999.example')).toBe(odd);
    expect(await given.users.update(machine ?? '', { profile: { name: 'Root' } }, SYSTEM)).toMatchObject({
      email: 'root@127.0.0.1',
      profile: { name: 'Root' },
    });
  });

  test('whom the release before makes or changes meanwhile, are found, and get their keys', async () => {
    const [moved] = await setUpBefore(['old@müller.example', 'stays@example.com']);
    const { db, users, clock } = given;
    const made = await insertAsBefore(db, IN_ASCII);
    clock.ms += 1000;
    await changeAsBefore(db, moved ?? '', 'new@xn--mller-kva.example', clock.now());

    // At once by what they are called now, and not by what they were.
    expect(await idOf(IN_ASCII)).toBe(made);
    expect(await idOf('new@xn--mller-kva.example')).toBe(moved);
    expect(await idOf('old@xn--mller-kva.example')).toBeUndefined();
    await users.update(made, { profile: { name: 'Made' } }, SYSTEM);

    expect(await renewKeys(1)).toBe(1);
    expect(await renewKeys(10)).toBe(1);
    expect(await renewKeys(10)).toBe(0);
    expect(await idOf(IN_UNICODE)).toBe(made);
    expect(await idOf('new@müller.example')).toBe(moved);
    await users.create({ email: 'old@müller.example' }, SYSTEM);
    expect(await users.listSharers()).toEqual([]);
  });

  test('two of whom each release makes one, are named as well', async () => {
    await setUpBefore([]);
    const { db, users, clock } = given;
    const { id: second } = await users.create({ email: IN_UNICODE }, SYSTEM);
    clock.ms += 1000;
    const first = await insertAsBefore(db, IN_ASCII);
    await renewKeys(10);
    expect(
      (await users.listSharers())
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([first, second].sort());
    expect(await idOf(IN_ASCII)).toBe(first);
    expect(await idOf(IN_UNICODE)).toBe(second);
  });

  async function renewKeys(batch: number): Promise<number | undefined> {
    return await given.users.sweepSteps[0]?.run(batch);
  }

  async function idOf(typed: string): Promise<string | undefined> {
    return (await given.users.findByEmail(typed))?.id;
  }
});

let made = 0;

/** As a release writes them that knows no key of an address. */
async function insertAsBefore(db: Database, email: string): Promise<string> {
  made += 1;
  const id = `usr_before${made}`;
  await db('users').insert({
    id,
    email,
    email_key: spellingKey(email),
    email_verified: true,
    profile: '{}',
    search_text: email,
    is_admin: false,
    created_at: made,
    updated_at: made,
  });
  return id;
}

async function changeAsBefore(db: Database, id: string, email: string, now: number): Promise<void> {
  await db('users')
    .where({ id })
    .update({ email, email_key: spellingKey(email), updated_at: now });
}
