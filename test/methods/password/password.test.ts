import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../../src/lib/actor.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Proof, Refusal } from '../../../src/methods/method.ts';
import { passwordConfig } from '../../../src/methods/password/config.ts';
import { createHasher } from '../../../src/methods/password/hasher.ts';
import { createPassword, type Password } from '../../../src/methods/password/password.ts';
import { createPasswordStore } from '../../../src/methods/password/store.ts';
import { eachDatabase } from '../../support/database.ts';
import { countingArgon, RIGHT, type SetUp, setUpMethods, WRONG } from '../set-up.ts';

let setUp: SetUp;
afterEach(() => setUp.close());

function finish(
  password: string,
  identifier = 'ada@analytical.example',
  by: Password = setUp.password,
): Promise<Proof | Refusal> {
  return by.finish({ answer: { identifier, password }, now: setUp.clock.now() });
}

/** Who was proved, and by a password of when. */
const proved = (userId: string) => ({ proved: userId, credentialAt: expect.any(Number) });

async function hashOf(userId: string): Promise<string> {
  return (await createPasswordStore(setUp.db).find(userId))?.hash ?? '';
}

describe('signing in', () => {
  beforeEach(async () => {
    setUp = await setUpMethods();
  });

  test('takes the e-mail address in any letter case', async () => {
    expect(await finish(RIGHT, 'ADA@Analytical.Example')).toEqual(proved(setUp.ada.id));
  });

  test('takes a password typed with composed and with decomposed characters, and any kind of space', async () => {
    await setUp.password.set(setUp.ada.id, 'größer als der hügel'.normalize('NFD'));
    expect(await finish('größer als der hügel'.normalize('NFC'))).toMatchObject({ proved: setUp.ada.id });
    expect(await finish('größer als\u00a0der hügel'.normalize('NFD'))).toMatchObject({
      proved: setUp.ada.id,
    });
    expect(await finish('grösser als der hügel')).toMatchObject({ refused: 'wrong' });
    expect(await finish('Größer als der hügel')).toMatchObject({ refused: 'wrong' });
  });

  test('verifies the whole of a password of 1,024 bytes', async () => {
    const long = Array.from({ length: 128 }, (_, at) => `${(at * 7919) % 9973}      x`.slice(0, 8)).join('');
    expect(Buffer.byteLength(long)).toBe(1024);
    expect(await setUp.password.set(setUp.ada.id, long)).toEqual({ set: true });
    expect(await finish(long)).toEqual(proved(setUp.ada.id));
    expect(await finish(`${long.slice(0, -1)}?`)).toMatchObject({ refused: 'wrong' });
    expect(await finish(`${long}x`)).toMatchObject({ refused: 'wrong' });
  });

  test('does the same work for wrong, unknown, disabled, without a password, odd and over-long', async () => {
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    const eve = await setUp.users.create({ email: 'eve@analytical.example' }, SYSTEM);
    await setUp.password.set(eve.id, RIGHT);
    await setUp.users.disable(eve.id, SYSTEM);
    const attempts: [why: string, password: string, identifier?: string][] = [
      ['wrong', WRONG],
      ['unknown', RIGHT, 'nobody@analytical.example'],
      ['unknown', RIGHT, 'no\0body'],
      ['unknown', RIGHT, ''],
      ['disabled', RIGHT, eve.email],
      ['wrong', WRONG, eve.email],
      ['wrong', RIGHT, bob.email],
      ['wrong', ''],
      ['wrong', 'x'.repeat(1025)],
      ['wrong', 'x'.repeat(3000)],
      ['wrong', 'plum\0teapot'],
      ['wrong', 'plum \ud800 teapot'],
    ];
    for (const [why, password, identifier] of attempts) {
      Object.assign(setUp.argon, { verifications: 0, hashes: 0 });
      expect(await finish(password, identifier)).toMatchObject({ refused: why });
      expect([setUp.argon.verifications, setUp.argon.hashes]).toEqual([1, 0]);
    }
  });

  test('asks for the password of the person who is known, whatever name is typed', async () => {
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    await setUp.password.set(bob.id, 'a lamp beside the harbour');
    const answer = { identifier: 'bob@analytical.example', password: 'a lamp beside the harbour' };
    const judged = await setUp.password.finish({ userId: setUp.ada.id, answer, now: 0 });
    expect(judged).toEqual({ refused: 'wrong', userId: setUp.ada.id });
  });
});

eachDatabase('stored hashes', (dialect) => {
  beforeEach(async () => {
    setUp = await setUpMethods({ dialect });
  });

  test('are renewed at the sign-in after the parameters rose, and not again', async () => {
    const stronger = setUp.passwordWith({ memoryKib: 65_536 });
    expect(await hashOf(setUp.ada.id)).toContain('m=19456');
    expect(await finish(WRONG, undefined, stronger)).toMatchObject({ refused: 'wrong' });
    expect(await hashOf(setUp.ada.id)).toContain('m=19456');
    expect(await finish(RIGHT, undefined, stronger)).toEqual(proved(setUp.ada.id));
    expect(await hashOf(setUp.ada.id)).toContain('m=65536');
    const hash = await hashOf(setUp.ada.id);
    expect(await finish(RIGHT)).toEqual(proved(setUp.ada.id));
    expect(await hashOf(setUp.ada.id)).toBe(hash);
  });

  test('are not renewed over a password that was changed at the same moment', async () => {
    const argon = countingArgon();
    const { hash } = argon;
    // The change is made while the stronger hash of the old password is computed.
    argon.hash = async (password, parameters) => {
      if (parameters.memoryKib === 65_536)
        await setUp.password.set(setUp.ada.id, 'a lamp beside the harbour');
      return hash.call(argon, password, parameters);
    };
    const config = passwordConfig.parse({ memoryKib: 65_536 });
    const stronger = createPassword({
      store: createPasswordStore(setUp.db),
      users: setUp.users,
      hasher: createHasher({ config, argon }),
      clock: setUp.clock,
      config,
      siteWords: [],
    });
    expect(await finish(RIGHT, undefined, stronger)).toEqual(proved(setUp.ada.id));
    expect(await finish('a lamp beside the harbour')).toEqual(proved(setUp.ada.id));
    expect(await finish(RIGHT)).toMatchObject({ refused: 'wrong' });
  });

  test('a sign-in goes on with the old hash when there is no time to make a new one', async () => {
    const argon = countingArgon();
    const config = passwordConfig.parse({ memoryKib: 65_536, concurrency: 1, maxWaitSeconds: 0 });
    const hasher = createHasher({ config, argon });
    const busy = createPassword({
      store: createPasswordStore(setUp.db),
      users: setUp.users,
      hasher: {
        ...hasher,
        hash: async (password) => {
          // Somebody else's hash takes the only place.
          const other = hasher.hash('another one');
          const mine = hasher.hash(password);
          await Promise.allSettled([other, mine]);
          return mine;
        },
      },
      clock: setUp.clock,
      config,
      siteWords: [],
    });
    expect(await finish(RIGHT, undefined, busy)).toEqual(proved(setUp.ada.id));
    expect(await hashOf(setUp.ada.id)).toContain('m=19456');
  });

  test('a person has one password: the newer one', async () => {
    await setUp.password.set(setUp.ada.id, 'a lamp beside the harbour');
    expect(await finish(RIGHT)).toMatchObject({ refused: 'wrong' });
    expect(await setUp.db('password_credentials').select('user_id')).toHaveLength(1);
    expect(await setUp.password.isEnrolled(setUp.ada.id)).toBe(true);
  });

  test('go with the person', async () => {
    await setUp.users.delete(setUp.ada.id, SYSTEM);
    expect(await setUp.db('password_credentials').select('user_id')).toEqual([]);
  });

  test('can be made first and saved in the transaction that makes the person', async () => {
    const bob = { email: 'bob@analytical.example' };
    const prepared = await setUp.password.prepare('a lamp beside the harbour', bob);
    if ('refused' in prepared) throw new Error(prepared.refused);
    const { id } = await setUp.users.create(bob, SYSTEM);
    await expect(
      setUp.db.transaction(async (inside) => {
        await prepared.save(id, inside);
        throw new Error('something else went wrong');
      }),
    ).rejects.toThrow('something else went wrong');
    expect(await setUp.password.isEnrolled(id)).toBe(false);
    await setUp.db.transaction((inside) => prepared.save(id, inside));
    expect(await finish('a lamp beside the harbour', bob.email)).toEqual(proved(id));
  });

  test('are prepared without an answer to a refusal where the form has been checked', async () => {
    const bob = { email: 'bob@analytical.example' };
    const prepared = await setUp.password.prepareChecked('a lamp beside the harbour', bob);
    const { id } = await setUp.users.create(bob, SYSTEM);
    await prepared.save(id);
    expect(await finish('a lamp beside the harbour', bob.email)).toEqual(proved(id));
    await expect(setUp.password.prepareChecked('short', bob)).rejects.toThrow('password.too_short');
  });

  test('hold no password that can be read', async () => {
    const config = passwordConfig.parse({});
    const real = createPassword({
      store: createPasswordStore(setUp.db),
      users: setUp.users,
      hasher: createHasher({ config }),
      clock: systemClock,
      config,
      siteWords: [],
    });
    await real.set(setUp.ada.id, RIGHT);
    expect(await hashOf(setUp.ada.id)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(await setUp.db('password_credentials').select())).not.toContain(RIGHT);
    expect(await finish(RIGHT, undefined, real)).toEqual(proved(setUp.ada.id));
    expect(await finish(WRONG, undefined, real)).toMatchObject({ refused: 'wrong' });
  });
});

describe('setting one', () => {
  beforeEach(async () => {
    setUp = await setUpMethods();
  });

  test('refuses what the policy refuses, and keeps the old one', async () => {
    expect(await setUp.password.set(setUp.ada.id, 'short')).toEqual({
      refused: 'password.too_short',
      detail: { minimum: 15 },
    });
    expect(await setUp.password.set(setUp.ada.id, 'ada@analytical.example')).toEqual({
      refused: 'password.personal',
    });
    expect(await setUp.password.set(setUp.ada.id, 'gatehouse.example')).toEqual({
      refused: 'password.personal',
    });
    expect(await finish(RIGHT)).toEqual(proved(setUp.ada.id));
  });

  test('hashes nothing that is refused', async () => {
    Object.assign(setUp.argon, { hashes: 0 });
    await setUp.password.set(setUp.ada.id, 'x'.repeat(100_000));
    await setUp.password.set(setUp.ada.id, 'aaaaaaaaaaaaaaaaaa');
    expect(setUp.argon.hashes).toBe(0);
  });

  test('is for people who exist', async () => {
    await expect(setUp.password.set('usr_nobody', RIGHT)).rejects.toMatchObject({ code: 'users.unknown' });
  });

  test('lists it among what a person has enrolled', async () => {
    const [credential] = await setUp.methods.listEnrolled(setUp.ada.id);
    expect(credential).toMatchObject({ method: 'password', id: 'password', createdAt: setUp.clock.now() });
    expect(
      await setUp.password.enrolment.finish(setUp.ada.id, { password: 'a lamp beside the harbour' }),
    ).toEqual({
      enrolled: 'password',
    });
    expect(await setUp.password.enrolment.remove(setUp.ada.id)).toBe(true);
    expect(await setUp.methods.listEnrolled(setUp.ada.id)).toEqual([]);
  });
});
