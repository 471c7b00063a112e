import { afterEach, beforeEach, expect, test } from 'vitest';
import { SYSTEM } from '../../../src/lib/actor.ts';
import type { BackupCodesShown } from '../../../src/methods/backup-codes/backup-codes.ts';
import { createCodes, normalCode } from '../../../src/methods/backup-codes/codes.ts';
import { eachDatabase } from '../../support/database.ts';
import { methodContract } from '../../support/method-contract.ts';
import { setUpBackupCodes } from './set-up.ts';

methodContract('backup codes', async () => {
  const setUp = await setUpBackupCodes({ limits: { account: [{ points: 1000, perSeconds: 60 }] } });
  const codes = await setUp.enrol();
  return {
    ...setUp,
    method: setUp.backupCodes,
    person: setUp.ada,
    right: () => ({ code: codes.pop() ?? '' }),
    wrong: () => ({ code: '0000-0000' }),
    disable: async () => {
      await setUp.users.disable(setUp.ada.id, SYSTEM);
    },
  };
});

test('codes differ, and hold no letter that looks like another on paper', () => {
  const codes = createCodes(200);
  expect(new Set(codes).size).toBe(200);
  for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}$/);
});

test.each(['3f9k-2m7q', '3F9K2M7Q', ' 3f9k 2m7q\n', '3f9k–2m7q', '３ｆ９ｋ２ｍ７ｑ'])('reads %j', (typed) => {
  expect(normalCode(typed)).toBe('3f9k2m7q');
});

test('reads what looks alike as what was meant', () => {
  expect(normalCode('OOll-iiLI')).toBe('00111111');
});

test.each(['', '3f9k-2m7', '3f9k-2m7qq', '3f9k-2m7u', '3f9k_2m7q', '3f9k2m7\0'])('%j is no code', (typed) => {
  expect(normalCode(typed)).toBeUndefined();
});

eachDatabase('backup codes', (dialect) => {
  let setUp: Awaited<ReturnType<typeof setUpBackupCodes>>;

  beforeEach(async () => {
    setUp = await setUpBackupCodes({ dialect });
  });
  afterEach(() => setUp.close());

  async function begin() {
    const { keep, show } = await setUp.backupCodes.enrolment.begin(setUp.ada.id);
    return { keep, show: show as BackupCodesShown };
  }

  test('each works once, and says so afterwards', async () => {
    const codes = await setUp.enrol();
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(await setUp.finish(code)).toEqual({ proved: setUp.ada.id });
    for (const code of codes) {
      expect(await setUp.finish(code)).toEqual({ refused: 'reused', userId: setUp.ada.id });
    }
    expect(await setUp.backupCodes.isEnrolled(setUp.ada.id)).toBe(false);
  });

  test('works once, of 50 at the same time', async () => {
    const [code = ''] = await setUp.enrol();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => setUp.finish(code)));
    expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(1);
    expect(setUp.sent).toHaveLength(1);
    expect(await setUp.backupCodes.countLeft(setUp.ada.id)).toBe(9);
  });

  test('using one is mailed, with how many are left', async () => {
    const [first = '', second = ''] = await setUp.enrol();
    await setUp.finish(first);
    await setUp.finish('0000-0000');
    await setUp.finish(second);
    expect(setUp.sent.map(({ to, template, data, locale }) => [to, template, data.left, locale])).toEqual([
      ['Ada@analytical.example', 'backup-code-used', 9, 'de'],
      ['Ada@analytical.example', 'backup-code-used', 8, 'de'],
    ]);
    expect(setUp.sent[0]?.data).toMatchObject({ when: setUp.clock.at, network: '192.0.2.7' });
  });

  test('the list tells when one was used last', async () => {
    const [code = ''] = await setUp.enrol();
    const createdAt = setUp.clock.at;
    const entry = { id: expect.stringMatching(/^bcs_/), name: 'backup-codes', createdAt };
    expect(await setUp.backupCodes.enrolment.list(setUp.ada.id)).toEqual([entry]);
    setUp.clock.at += 1000;
    await setUp.finish(code);
    expect(await setUp.backupCodes.enrolment.list(setUp.ada.id)).toEqual([
      { ...entry, lastUsedAt: createdAt + 1000 },
    ]);
  });

  test('new ones void the old, but only once they are saved', async () => {
    const [old = '', older = ''] = await setUp.enrol();
    const { enrolment } = setUp.backupCodes;
    const { keep, show } = await begin();
    expect(show.isReplacement).toBe(true);
    expect(await enrolment.finish(setUp.ada.id, {}, keep)).toEqual({
      refused: 'backup_codes.not_saved',
    });
    const [fresh = ''] = show.codes;
    expect(await setUp.finish(fresh)).toMatchObject({ refused: 'wrong' });
    expect(await setUp.finish(old)).toMatchObject({ proved: setUp.ada.id });

    expect(await enrolment.finish(setUp.ada.id, { saved: 'yes' }, keep)).toMatchObject({
      enrolled: expect.stringMatching(/^bcs_/),
    });
    expect(await setUp.finish(older)).toEqual({ refused: 'wrong', userId: setUp.ada.id });
    expect(await setUp.finish(fresh)).toEqual({ proved: setUp.ada.id });
  });

  test('a form that is sent again does not make used codes new', async () => {
    const { enrolment } = setUp.backupCodes;
    const { keep, show } = await begin();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => enrolment.finish(setUp.ada.id, { saved: 'yes' }, keep)),
    );
    expect(answers.filter((answer) => 'enrolled' in answer)).toHaveLength(1);
    const [code = ''] = show.codes;
    await setUp.finish(code);
    expect(await enrolment.finish(setUp.ada.id, { saved: 'yes' }, keep)).toMatchObject({
      refused: 'backup_codes.added',
    });
    expect(await setUp.finish(code)).toMatchObject({ refused: 'reused' });
  });

  test('of many new sets at the same time one stays, whole', async () => {
    const sets = await Promise.all(Array.from({ length: 10 }, () => setUp.enrol()));
    expect(await setUp.backupCodes.countLeft(setUp.ada.id)).toBe(10);
    const outcomes = await Promise.all(sets.flat().map((code) => setUp.finish(code)));
    expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(10);
    expect(await setUp.db('backup_codes').select('set_id')).toHaveLength(10);
  });

  test('belong to one person, and to the row of their own set', async () => {
    const [code = '', other = ''] = await setUp.enrol();
    const grace = await setUp.users.create({ email: 'grace@navy.example', profile: {} }, SYSTEM);
    expect(await setUp.finish(code, grace.id)).toEqual({ refused: 'wrong', userId: grace.id });

    // Somebody who can write to the table gives ada's hashes to grace.
    await setUp.enrol(grace.id);
    const set = await setUp.backupCodesStore.find(grace.id);
    await setUp.db('backup_codes').where({ user_id: grace.id }).delete();
    await setUp.db('backup_codes').where({ user_id: setUp.ada.id }).update({
      user_id: grace.id,
      set_id: set?.id,
    });
    expect(await setUp.finish(code, grace.id)).toEqual({ refused: 'wrong', userId: grace.id });
    expect(await setUp.finish(other)).toEqual({ refused: 'wrong', userId: setUp.ada.id });
  });

  test('are nowhere in the tables', async () => {
    const codes = await setUp.enrol();
    const dump = JSON.stringify([
      await setUp.db('backup_codes').select('code_hash', 'set_id'),
      await setUp.db('backup_code_sets').select('id', 'key_id'),
    ]);
    for (const code of codes) {
      expect(dump).not.toContain(code);
      expect(dump).not.toContain(code.replace('-', ''));
    }
  });

  test('work on after the server key was rotated', async () => {
    const [code = ''] = await setUp.enrol();
    setUp.rotateKey();
    expect(await setUp.finish(code)).toEqual({ proved: setUp.ada.id });
    const [later = ''] = await setUp.enrol();
    expect(await setUp.finish(later)).toEqual({ proved: setUp.ada.id });
  });

  test('are removed by their owner, and go with the account', async () => {
    const [code = ''] = await setUp.enrol();
    const [entry] = await setUp.backupCodes.enrolment.list(setUp.ada.id);
    const grace = await setUp.users.create({ email: 'grace@navy.example', profile: {} }, SYSTEM);
    expect(await setUp.backupCodes.enrolment.remove(grace.id, entry?.id ?? '')).toBe(false);
    expect(await setUp.backupCodes.enrolment.remove(setUp.ada.id, entry?.id ?? '')).toBe(true);
    expect(await setUp.finish(code)).toEqual({ refused: 'wrong', userId: setUp.ada.id });

    await setUp.enrol();
    await setUp.users.delete(setUp.ada.id, SYSTEM);
    expect(await setUp.db('backup_codes').select('set_id')).toEqual([]);
  });
});
