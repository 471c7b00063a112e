import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Method } from '../../src/methods/method.ts';
import { eachDatabase } from '../support/database.ts';
import { requestFrom } from '../support/request-info.ts';
import { type SetUp, setUpMethods } from './set-up.ts';

const attempt = { request: requestFrom('192.0.2.1') };
const BOX = { boundTo: 'session-1', attempt };

/** A box for letters that is opened by a number: it survives wrong answers, is added, named and removed. */
function createBox(boxes = new Map<string, Map<string, string>>(), identifies = false) {
  const of = (userId: string) => boxes.get(userId) ?? new Map<string, string>();
  return {
    id: 'box',
    amr: ['otp'],
    identifies,
    fields: ['number'],
    attempts: 3,
    isEnrolled: async (userId) => of(userId).size > 0,
    begin: async () => ({ keep: { number: '7' } }),
    finish: async ({ userId = '', answer, kept }) =>
      answer.number === kept?.number ? { proved: userId } : { refused: 'wrong', userId },
    enrolment: {
      fields: ['number', 'name'],
      attempts: 2,
      list: async (userId) => [...of(userId)].map(([id, name]) => ({ id, name, createdAt: 1 })),
      begin: async () => ({ keep: { number: '9' }, show: { number: '9' } }),
      async finish(userId, answer, kept) {
        if (answer.number !== kept?.number) return { refused: 'box.wrong' };
        const id = `box_${of(userId).size}`;
        boxes.set(userId, new Map([...of(userId), [id, answer.name ?? '']]));
        return { enrolled: id, proof: {} };
      },
      rename: async (userId, id, name) => of(userId).has(id) && of(userId).set(id, name).size > 0,
      remove: async (userId, id) => of(userId).delete(id),
    },
  } satisfies Method;
}

eachDatabase('ways to sign in', (dialect) => {
  let setUp: SetUp;
  let userId: string;
  beforeEach(async () => {
    setUp = await setUpMethods({ dialect, others: [createBox()] });
    userId = setUp.ada.id;
  });
  afterEach(() => setUp.close());

  const begin = async () => {
    const begun = await setUp.methods.begin('box', { ...BOX, userId });
    return 'attemptId' in begun ? (begun.attemptId ?? '') : '';
  };
  const answer = (number: string, attemptId: string, more = {}) =>
    setUp.methods.finish('box', { ...BOX, userId, answer: { number }, attemptId, ...more });
  const add = async (values: Record<string, string> = { number: '9', name: 'Blue' }) => {
    const begun = await setUp.methods.enrol.begin('box', { ...BOX, userId });
    const attemptId = 'attemptId' in begun ? (begun.attemptId ?? '') : '';
    return {
      attemptId,
      outcome: await setUp.methods.enrol.finish('box', { ...BOX, userId, answer: values, attemptId }),
    };
  };
  const events = async () => (await setUp.audit.list({})).map(({ event }) => event);

  test('one attempt takes as many wrong answers as the method says, and no more', async () => {
    const attemptId = await begin();
    expect(await answer('1', attemptId)).toEqual({ refused: 'wrong' });
    expect(await answer('2', attemptId)).toEqual({ refused: 'wrong' });
    expect(await answer('7', attemptId)).toMatchObject({ proved: userId });
    expect(await answer('7', attemptId)).toEqual({ refused: 'expired' });

    await setUp.waitSeconds(60);
    const other = await begin();
    for (const number of ['1', '2', '3']) expect(await answer(number, other)).toEqual({ refused: 'wrong' });
    expect(await answer('7', other)).toEqual({ refused: 'expired' });
  });

  test('of fifty right answers at once to one attempt, one counts', async () => {
    const attemptId = await begin();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        answer('7', attemptId, { attempt: { request: requestFrom(`2001:db8:${at.toString(16)}::/64`) } }),
      ),
    );
    expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(1);
  });

  test('of fifty wrong answers at once, no more are judged than it takes', async () => {
    const attemptId = await begin();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        answer('1', attemptId, { attempt: { request: requestFrom(`2001:db8:${at.toString(16)}::/64`) } }),
      ),
    );
    const judged = outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'wrong');
    expect(judged.length).toBeLessThanOrEqual(3);
  });

  test('adding one is remembered once, recorded and announced', async () => {
    const { attemptId, outcome } = await add();
    expect(outcome).toEqual({ enrolled: 'box_0', proof: {} });
    expect(await setUp.methods.listEnrolled(userId)).toContainEqual(
      expect.objectContaining({ method: 'box', id: 'box_0', name: 'Blue' }),
    );
    expect(await events()).toContain('box.enrolled');
    expect(setUp.announced).toEqual([expect.objectContaining({ what: 'enrolled', method: 'box', userId })]);
    const again = await setUp.methods.enrol.finish('box', {
      ...BOX,
      userId,
      answer: { number: '9' },
      attemptId,
    });
    expect(again).toEqual({ refused: 'expired' });
  });

  test('a wrong answer to adding says why, and may be mended as often as the method says', async () => {
    const { attemptId, outcome } = await add({ number: '1' });
    expect(outcome).toEqual({ refused: 'box.wrong' });
    const finish = (number: string, more = {}) =>
      setUp.methods.enrol.finish('box', { ...BOX, userId, answer: { number }, attemptId, ...more });
    expect(await finish('9', { boundTo: 'session-2' })).toEqual({ refused: 'expired' });
    expect(await finish('9', { userId: 'usr_other' })).toEqual({ refused: 'expired' });
    expect(await finish('9')).toMatchObject({ enrolled: 'box_0' });
    expect(setUp.announced).toHaveLength(1);
  });

  test('what was begun for signing in does not serve for adding, nor the other way', async () => {
    const forSignIn = await begin();
    const added = await setUp.methods.enrol.finish('box', {
      ...BOX,
      userId,
      answer: { number: '7' },
      attemptId: forSignIn,
    });
    expect(added).toEqual({ refused: 'expired' });
    const begun = await setUp.methods.enrol.begin('box', { ...BOX, userId });
    expect(await answer('9', 'attemptId' in begun ? (begun.attemptId ?? '') : '')).toEqual({
      refused: 'expired',
    });
  });

  test('renaming is recorded and not mailed; removing is both, and of the own only', async () => {
    await add();
    const own = { userId, credentialId: 'box_0', attempt };
    expect(await setUp.methods.enrol.rename('box', { ...own, name: 'Red' })).toBe(true);
    expect(await setUp.methods.enrol.remove('box', { ...own, userId: 'usr_other' })).toEqual({
      removed: false,
    });
    expect(await setUp.methods.enrol.remove('box', own)).toEqual({ removed: true });
    expect(await setUp.methods.enrol.remove('box', own)).toEqual({ removed: false });
    expect(setUp.announced.map(({ what }) => what)).toEqual(['enrolled', 'removed']);
    expect(await events()).toEqual(expect.arrayContaining(['box.enrolled', 'box.renamed', 'box.removed']));
  });

  test('the last way in is not removed, of two at the same moment one stays', async () => {
    const password = { userId, credentialId: 'password', attempt };
    expect(await setUp.methods.enrol.remove('password', password)).toEqual({ refused: 'last_way' });

    const methods = setUp.methodsOf([setUp.password, createBox(new Map(), true)]);
    const begun = await methods.enrol.begin('box', { ...BOX, userId });
    const attemptId = 'attemptId' in begun ? (begun.attemptId ?? '') : '';
    await methods.enrol.finish('box', { ...BOX, userId, answer: { number: '9', name: 'Blue' }, attemptId });
    const answers = await Promise.all([
      methods.enrol.remove('password', password),
      methods.enrol.remove('box', { userId, credentialId: 'box_0', attempt }),
    ]);
    expect(answers.filter((each) => 'removed' in each && each.removed)).toHaveLength(1);
    expect(await methods.listEnrolled(userId)).toHaveLength(1);
  });

  test('what was proved with is good until it is changed or gone', async () => {
    const at = setUp.clock.now();
    const { methods } = setUp;
    expect(await methods.areStillGood(userId, [{ method: 'password', at }])).toBe(true);
    expect(await methods.areStillGood(userId, [{ method: 'box', at }])).toBe(false);
    await add();
    expect(await methods.areStillGood(userId, [{ method: 'box', at }])).toBe(true);
    setUp.clock.at += 1;
    await setUp.password.set(userId, 'another plum in the fog');
    expect(await methods.areStillGood(userId, [{ method: 'password', at }])).toBe(false);
    expect(await methods.areStillGood(userId, [{ method: 'nothing', at }])).toBe(false);
  });

  test('a proof is good on a node whose clock is behind, and ended by a change there', async () => {
    const { methods, clock } = setUp;
    const [step] = await methods.withCredentials(userId, [{ method: 'password', at: clock.now() - 2_000 }]);
    if (!step) throw new Error('no step');
    expect(await methods.areStillGood(userId, [step])).toBe(true);
    clock.at += 1;
    await setUp.password.set(userId, 'another plum in the fog');
    expect(await methods.areStillGood(userId, [{ ...step, at: clock.now() + 2_000 }])).toBe(false);
  });
});
