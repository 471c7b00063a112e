import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rateLimitHeaders } from '../../src/http/refusals.ts';
import { SYSTEM } from '../../src/lib/actor.ts';
import { defineError } from '../../src/lib/errors.ts';
import { builtInIds } from '../../src/methods/built-in.ts';
import { createMethodsConfig } from '../../src/methods/config.ts';
import type { Method } from '../../src/methods/method.ts';
import type { FinishAnswer } from '../../src/methods/methods.ts';
import { eachDatabase } from '../support/database.ts';
import { requestFrom } from '../support/request-info.ts';
import { countingArgon, RIGHT, type SetUp, setUpMethods, WRONG } from './set-up.ts';
import { createWordOfTheDay, wordNumber } from './word-of-the-day/word-of-the-day.ts';

const HOME = requestFrom('192.0.2.1', 'device-of-ada');
const ADA = 'ada@analytical.example';

let setUp: SetUp;
afterEach(() => setUp.close());

function signIn(password: string, { identifier = ADA, request = HOME } = {}): Promise<FinishAnswer> {
  // So that the audit has them in their order.
  setUp.clock.at += 1;
  return setUp.methods.finish('password', {
    answer: { identifier, password },
    attempt: { request, clientId: 'cli_books' },
  });
}

async function many(count: number, attempt: (at: number) => Promise<FinishAnswer>): Promise<string[]> {
  const outcomes: string[] = [];
  for (let at = 0; at < count; at += 1) outcomes.push(kindOf(await attempt(at)));
  return outcomes;
}

function kindOf(outcome: FinishAnswer): string {
  return 'proved' in outcome ? 'proved' : outcome.refused;
}

eachDatabase('limits', (dialect) => {
  beforeEach(async () => {
    setUp = await setUpMethods({ dialect });
  });

  test('fifty wrong answers at once: no more are judged than the limit lets through', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => signIn(WRONG)));
    const kinds = outcomes.map(kindOf);
    expect(kinds.filter((kind) => kind === 'wrong').length).toBeLessThanOrEqual(5);
    expect(kinds.filter((kind) => kind === 'slow_down').length).toBeGreaterThanOrEqual(45);
    expect(setUp.argon.verifications).toBeLessThanOrEqual(5);
  });

  test('after five wrong answers even the right one has to wait, and gets in afterwards', async () => {
    expect(await many(5, () => signIn(WRONG))).toEqual(Array(5).fill('wrong'));
    const refusal = await signIn(RIGHT);
    expect(refusal).toMatchObject({
      refused: 'slow_down',
      rateLimit: { limit: 5, remaining: 0, windowSeconds: 60 },
    });
    expect('retryAfterSeconds' in refusal && refusal.retryAfterSeconds).toBeLessThanOrEqual(60);
    await setUp.waitSeconds(60);
    expect(kindOf(await signIn(RIGHT))).toBe('proved');
  });

  test('the wait grows with the number of wrong answers', async () => {
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await many(5, () => signIn(WRONG));
      const outcome = await signIn(WRONG);
      if ('retryAfterSeconds' in outcome) waits.push(outcome.retryAfterSeconds);
      await setUp.waitSeconds(60);
    }
    expect(waits.slice(0, 3).every((seconds) => seconds <= 60)).toBe(true);
    expect(waits.at(-1)).toBeGreaterThan(600);
  });

  test('an account that does not exist is limited like one that does', async () => {
    const nobody = await many(8, () => signIn(WRONG, { identifier: 'nobody@analytical.example' }));
    const ada = await many(8, () => signIn(WRONG, { request: requestFrom('192.0.2.2') }));
    expect(nobody).toEqual(ada);
  });

  test('one account is counted once, however its name is written', async () => {
    const spellings = [ADA, 'ADA@analytical.example', 'Ada@Analytical.EXAMPLE'];
    expect(await many(6, (at) => signIn(WRONG, { identifier: spellings[at % 3] ?? ADA }))).toEqual([
      ...Array(5).fill('wrong'),
      'slow_down',
    ]);
    const nobody = ['nö@x.example', 'NÖ@x.example', 'no\u0308@x.example'];
    const request = requestFrom('192.0.2.3');
    expect(await many(6, (at) => signIn(WRONG, { identifier: nobody[at % 3] ?? '', request }))).toEqual([
      ...Array(5).fill('wrong'),
      'slow_down',
    ]);
  });

  test('what a caller says beside the method’s own field frees no guesses', async () => {
    const outcomes = await many(6, (at) =>
      setUp.methods.finish('password', {
        answer: { identifier: ADA, password: WRONG },
        attempt: { request: HOME, identifier: `someone-${at}@analytical.example` },
      }),
    );
    expect(outcomes.at(-1)).toBe('slow_down');
  });

  test('guesses from many networks are limited for the account together', async () => {
    const outcomes = await many(22, (at) => signIn(WRONG, { request: requestFrom(`198.51.100.${at}`) }));
    expect(outcomes.filter((kind) => kind === 'wrong')).toHaveLength(20);
  });

  test('one network cannot try one password on every account', async () => {
    const outcomes = await many(102, (at) =>
      signIn(WRONG, { identifier: `person-${at}@analytical.example`, request: requestFrom('198.51.100.1') }),
    );
    expect(outcomes.filter((kind) => kind === 'wrong')).toHaveLength(100);
  });

  test('one browser cannot either, whatever network it comes from', async () => {
    const outcomes = await many(32, (at) =>
      signIn(WRONG, {
        identifier: `person-${at}@analytical.example`,
        request: requestFrom(`198.51.100.${at}`, 'device-of-mallory'),
      }),
    );
    expect(outcomes.filter((kind) => kind === 'wrong')).toHaveLength(30);
  });

  test('a browser that signed in before gets in while an attacker uses up account and network', async () => {
    await setUp.methods.rememberBrowser(setUp.ada.id, 'device-of-ada');
    await many(25, (at) => signIn(WRONG, { request: requestFrom(`198.51.100.${at}`) }));
    await many(110, (at) =>
      signIn(WRONG, { identifier: `p${at}@x.example`, request: requestFrom('192.0.2.1') }),
    );
    expect(kindOf(await signIn(RIGHT, { request: requestFrom('192.0.2.1') }))).toBe('slow_down');
    expect(kindOf(await signIn(RIGHT))).toBe('proved');
  });

  test('a browser that signed in before has an allowance of its own, and a right answer renews it', async () => {
    await setUp.methods.rememberBrowser(setUp.ada.id, 'device-of-ada');
    expect(await many(9, () => signIn(WRONG))).toEqual(Array(9).fill('wrong'));
    expect(kindOf(await signIn(RIGHT))).toBe('proved');
    expect(await many(11, () => signIn(WRONG))).toEqual([...Array(10).fill('wrong'), 'slow_down']);
  });

  test('it is known for that person only, and not for ever', async () => {
    await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    await setUp.methods.rememberBrowser(setUp.ada.id, 'device-of-ada');
    const asBob = { identifier: 'bob@analytical.example' };
    expect((await many(6, () => signIn(WRONG, asBob))).at(-1)).toBe('slow_down');
    await setUp.waitSeconds(181 * 86_400);
    expect((await many(6, () => signIn(WRONG))).at(-1)).toBe('slow_down');
  });

  test('a right password alone makes no browser known: the sign-in may still want more', async () => {
    await signIn(RIGHT);
    expect((await many(6, () => signIn(WRONG))).at(-1)).toBe('slow_down');
  });

  test('right answers cost nothing', async () => {
    expect(await many(30, () => signIn(RIGHT))).toEqual(Array(30).fill('proved'));
  });

  test('who owns one account cannot clear a count by signing in between two guesses', async () => {
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    await setUp.password.set(bob.id, 'a lamp beside the harbour');
    const asBob = () => signIn('a lamp beside the harbour', { identifier: 'bob@analytical.example' });
    const forOneAccount = await many(6, async () => {
      await asBob();
      return signIn(WRONG);
    });
    expect(forOneAccount.at(-1)).toBe('slow_down');
    const forManyAccounts = await many(26, async (at) => {
      await asBob();
      return signIn(WRONG, { identifier: `person-${at}@analytical.example` });
    });
    expect(forManyAccounts.at(-1)).toBe('slow_down');
  });

  test('only the first refusal for haste in a minute is written down', async () => {
    await many(30, () => signIn(WRONG));
    await setUp.audit.list();
    setUp.clock.at += 61_000;
    const [event] = await setUp.audit.list({ event: 'password.refused' });
    // Five that were wrong, one in haste.
    const written = (event?.detail.count as number) ?? 1;
    const before = (await setUp.audit.list({ event: 'password.refused' })).length - 1;
    expect(written + before).toBe(6);
    const each = (event?.detail.each ?? []) as { reason: string }[];
    expect(each.map(({ reason }) => reason)).toEqual(['wrong', 'slow_down']);
  });
});

describe('limits', () => {
  test('no configuration makes anybody wait longer than an hour', async () => {
    setUp = await setUpMethods();
    const limits = { account: [{ points: 3, perSeconds: 86_400 }] };
    expect(createMethodsConfig(builtInIds).safeParse({ limits }).success).toBe(false);
  });

  test('a way in that is used up leaves the others open', async () => {
    const second: Method = {
      id: 'second',
      amr: ['kba'],
      identifies: true,
      fields: ['identifier'],
      identifierField: 'identifier',
      isEnrolled: async () => true,
      finish: async () => ({ proved: setUp.ada.id }),
    };
    setUp = await setUpMethods({ others: [second] });
    await many(8, () => signIn(WRONG));
    expect(kindOf(await signIn(RIGHT))).toBe('slow_down');
    const outcome = await setUp.methods.finish('second', {
      answer: { identifier: ADA },
      attempt: { request: HOME },
    });
    expect(kindOf(outcome)).toBe('proved');
  });

  test('the headers of a refusal say when to come back', async () => {
    setUp = await setUpMethods();
    const rateLimit = { limit: 5, remaining: 0, windowSeconds: 60, resetSeconds: 42 };
    expect(rateLimitHeaders({ refused: 'slow_down', retryAfterSeconds: 42, rateLimit })).toEqual({
      'Retry-After': '42',
      'RateLimit-Policy': '"sign-in";q=5;w=60',
      RateLimit: '"sign-in";r=0;t=42',
    });
  });
});

describe('judging', () => {
  const broken = (error: Error): Method => ({
    id: 'broken',
    amr: ['kba'],
    identifies: true,
    fields: [],
    isEnrolled: async () => true,
    finish: async () => Promise.reject(error),
  });

  test('a method that is full for a moment answers busy, and that counts for nothing', async () => {
    const full = defineError('broken.busy', 503)({ retryAfterSeconds: 6 });
    setUp = await setUpMethods({ others: [broken(full)] });
    for (let times = 0; times < 120; times += 1) {
      expect(await setUp.methods.finish('broken', { answer: {}, attempt: { request: HOME } })).toEqual({
        refused: 'busy',
        retryAfterSeconds: 6,
      });
    }
  });

  test('a method that breaks is not counted either, and its error goes on', async () => {
    setUp = await setUpMethods({ others: [broken(new Error('the disk is gone'))] });
    for (let times = 0; times < 120; times += 1) {
      const outcome = setUp.methods.finish('broken', { answer: {}, attempt: { request: HOME } });
      await expect(outcome).rejects.toThrow('the disk is gone');
    }
  });

  test('a method that proves another person than the one who is known is not believed', async () => {
    setUp = await setUpMethods();
    const lying: Method = {
      ...broken(new Error()),
      id: 'lying',
      finish: async () => ({ proved: setUp.ada.id }),
    };
    const methods = setUp.methodsOf([lying]);
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    const input = { answer: {}, attempt: { request: HOME } };
    expect(await methods.finish('lying', { ...input, userId: bob.id })).toEqual({ refused: 'wrong' });
    expect(await methods.finish('lying', { ...input, userId: setUp.ada.id })).toMatchObject({
      proved: setUp.ada.id,
    });
  });

  test('a method that forgets to ask whether the person is disabled, or still there, changes nothing', async () => {
    setUp = await setUpMethods();
    const forgetful: Method = {
      ...broken(new Error()),
      id: 'forgetful',
      finish: async () => ({ proved: setUp.ada.id }),
    };
    const methods = setUp.methodsOf([forgetful]);
    const input = { answer: {}, attempt: { request: HOME } };
    await setUp.users.disable(setUp.ada.id, SYSTEM);
    expect(await methods.finish('forgetful', input)).toEqual({ refused: 'wrong' });
    await setUp.users.delete(setUp.ada.id, SYSTEM);
    expect(await methods.finish('forgetful', input)).toEqual({ refused: 'wrong' });
  });

  test('who is disabled while the answer is judged has proved nothing, whoever had read them before', async () => {
    setUp = await setUpMethods();
    const { ada } = setUp;
    const slow: Method = {
      ...broken(new Error()),
      id: 'slow',
      finish: async ({ found }) => {
        await setUp.users.disable(ada.id, SYSTEM);
        return { proved: found?.user?.id ?? '' };
      },
    };
    const input = { answer: {}, attempt: { request: HOME }, userId: ada.id, person: ada };
    expect(await setUp.methodsOf([slow]).finish('slow', input)).toEqual({ refused: 'wrong' });
  });

  test('a method judges the person whose account was counted, and nobody where there is none', async () => {
    setUp = await setUpMethods();
    const found: unknown[] = [];
    const named: Method = {
      ...broken(new Error()),
      id: 'named',
      identifies: true,
      fields: ['identifier'],
      identifierField: 'identifier',
      finish: async (input) => {
        found.push(input.found);
        return { refused: 'wrong' };
      },
    };
    const answers = ['ADA@analytical.example', 'nobody@analytical.example'];
    for (const identifier of answers)
      await setUp.methodsOf([named]).finish('named', { answer: { identifier }, attempt: { request: HOME } });
    expect(found).toEqual([{ user: setUp.ada }, { user: undefined }]);
    // Somebody else than the person who is known already is not handed on.
    const other = { answer: {}, attempt: { request: HOME }, userId: 'usr_other', person: setUp.ada };
    await setUp.methodsOf([named]).finish('named', other);
    expect(found[2]).toBeUndefined();
  });

  test('a password that is changed while the old one is compared has not been proved', async () => {
    const argon = countingArgon();
    setUp = await setUpMethods({ argon });
    const { ada, password, clock } = setUp;
    const verify = argon.verify.bind(argon);
    argon.verify = async (...texts) => {
      const isRight = await verify(...texts);
      clock.at += 1000;
      await password.set(ada.id, 'a lamp beside the harbour');
      return isRight;
    };
    const methods = setUp.methodsOf([password]);
    const outcome = await methods.finish('password', {
      answer: { identifier: ada.email, password: RIGHT },
      attempt: { request: HOME },
    });
    if (!('proved' in outcome)) throw new Error(outcome.refused);
    const step = { method: 'password', at: clock.at, credentialAt: outcome.credentialAt as number };
    const [marked] = await methods.withCredentials(ada.id, [step]);
    expect(marked).toEqual(step);
    expect(await methods.areStillGood(ada.id, [step])).toBe(false);
    // By the clock alone it would count: the new one was made before the old one's proof was written down.
    expect(await methods.areStillGood(ada.id, [{ method: 'password', at: clock.at }])).toBe(true);
  });

  test('fields that are too long, inherited or not its own never reach a method', async () => {
    const seen: Record<string, string>[] = [];
    const curious: Method = {
      ...broken(new Error()),
      id: 'curious',
      fields: ['a', 'b'],
      finish: async ({ answer }) => {
        seen.push({ ...answer });
        return { refused: 'wrong' };
      },
    };
    setUp = await setUpMethods();
    const methods = setUp.methodsOf([curious, { ...curious, id: 'roomy', maxFieldBytes: 2000 }]);
    const attempt = { request: HOME };
    await methods.finish('curious', {
      attempt,
      answer: { a: 'x'.repeat(1024), b: 'x'.repeat(1025), c: 'x' },
    });
    await methods.finish('curious', { attempt, answer: { a: 'ü'.repeat(512), b: 'ü'.repeat(513) } });
    await methods.finish('curious', { attempt, answer: Object.create({ a: 'x' }) });
    await methods.finish('roomy', { attempt, answer: { a: 'x'.repeat(2000), b: 'x'.repeat(2001) } });
    expect(seen).toEqual([{ a: 'x'.repeat(1024) }, { a: 'ü'.repeat(512) }, {}, { a: 'x'.repeat(2000) }]);
  });

  test('there is no answer to a method that is not there', async () => {
    setUp = await setUpMethods();
    await expect(
      setUp.methods.finish('__proto__', { answer: {}, attempt: { request: HOME } }),
    ).rejects.toMatchObject({ code: 'methods.unknown', status: 404 });
  });
});

describe('audit', () => {
  beforeEach(async () => {
    setUp = await setUpMethods();
  });

  test('says who proved what, for which app, from where', async () => {
    await signIn(RIGHT);
    const [event] = await setUp.audit.list({ event: 'password.proved' });
    expect(event).toMatchObject({
      outcome: 'success',
      actor: { type: 'person', id: setUp.ada.id },
      userId: setUp.ada.id,
      clientId: 'cli_books',
      network: '192.0.2.1',
      referenceId: HOME.id,
    });
  });

  test('knows the reason of a refusal that the person is not told', async () => {
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    await signIn(WRONG);
    await signIn(RIGHT, { identifier: 'nobody@analytical.example' });
    await signIn(RIGHT, { identifier: 'bob@analytical.example' });
    await setUp.users.disable(setUp.ada.id, SYSTEM);
    await signIn(RIGHT);
    const [event, ...others] = await setUp.audit.list({ event: 'password.refused' });
    expect(others).toEqual([]);
    // Nobody is signed in, so they are one event a minute, which says of whom and why.
    expect(event?.detail).toEqual({
      count: 4,
      each: [
        { userId: setUp.ada.id, reason: 'wrong' },
        { reason: 'unknown' },
        { userId: bob.id, reason: 'wrong' },
        { userId: setUp.ada.id, reason: 'disabled' },
      ],
    });
  });

  test('holds neither passwords nor what was typed as a name', async () => {
    await signIn(WRONG, { identifier: 'my other password' });
    await signIn(WRONG);
    await signIn(RIGHT);
    const written = JSON.stringify([
      await setUp.audit.list(),
      await setUp.db('audit_events').select(),
      await setUp.db('rate_limits').select(),
    ]);
    for (const secret of [WRONG, RIGHT, 'my other password']) expect(written).not.toContain(secret);
  });
});

eachDatabase('single-use memory', (dialect) => {
  let methods: SetUp['methods'];

  beforeEach(async () => {
    setUp = await setUpMethods({ dialect });
    methods = setUp.methodsOf([createWordOfTheDay({ users: setUp.users })]);
  });

  async function begun() {
    const userId = setUp.ada.id;
    const answer = await methods.begin('word-of-the-day', {
      userId,
      boundTo: 'one',
      attempt: { request: HOME },
    });
    if ('refused' in answer) throw new Error('slowed down');
    return { attemptId: answer.attemptId ?? '', word: wordNumber(answer.show?.number) ?? '' };
  }

  const finish = (input: {
    attemptId: string;
    word: string;
    boundTo?: string;
    purpose?: string;
    userId?: string;
    at?: number;
  }) =>
    methods.finish('word-of-the-day', {
      userId: input.userId ?? setUp.ada.id,
      boundTo: input.boundTo ?? 'one',
      ...(input.purpose ? { purpose: input.purpose } : {}),
      attemptId: input.attemptId,
      answer: { word: input.word },
      attempt: { request: requestFrom(`2001:db8:${input.at ?? 0}::/64`) },
    });

  test('of fifty answers at once to one question, one is judged', async () => {
    setUp.clock.at += 1000;
    const question = await begun();
    methods = setUp.methodsOf([createWordOfTheDay({ users: setUp.users })]);
    await setUp.methods.rememberBrowser(setUp.ada.id, 'device-of-ada');
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, at) => finish({ ...question, at })));
    expect(outcomes.map(kindOf).filter((kind) => kind === 'proved')).toHaveLength(1);
    expect(await setUp.db('one_time_memory').select('handle_hash')).toEqual([]);
  });

  test('is bound to the person, the interaction and the purpose, and is not spent by others', async () => {
    const question = await begun();
    const bob = await setUp.users.create({ email: 'bob@analytical.example' }, SYSTEM);
    expect(await finish({ ...question, userId: bob.id })).toEqual({ refused: 'expired' });
    expect(await finish({ ...question, boundTo: 'two' })).toEqual({ refused: 'expired' });
    expect(await finish({ ...question, purpose: 'enrolment' })).toEqual({ refused: 'expired' });
    expect(await finish(question)).toMatchObject({ proved: setUp.ada.id });
  });

  test('ends after ten minutes', async () => {
    const question = await begun();
    setUp.clock.at += 600_000;
    expect(await finish(question)).toEqual({ refused: 'expired' });
  });

  test('is not readable in the database, nor is its handle', async () => {
    const { attemptId } = await begun();
    const rows = JSON.stringify(await setUp.db('one_time_memory').select());
    expect(rows).not.toContain(attemptId);
    expect(rows).not.toContain('number');
  });

  test('begins are limited for each network', async () => {
    const begin = () => methods.begin('word-of-the-day', { boundTo: 'one', attempt: { request: HOME } });
    const answers = await Promise.all(Array.from({ length: 310 }, begin));
    expect(answers.filter((answer) => 'refused' in answer)).toHaveLength(10);
  });
});

eachDatabase('known browsers', (dialect) => {
  test('go with the person', async () => {
    setUp = await setUpMethods({ dialect });
    await setUp.methods.rememberBrowser(setUp.ada.id, 'device-of-ada');
    await setUp.methods.rememberBrowser(setUp.ada.id, 'device-of-ada');
    expect(await setUp.db('known_devices').select('user_id')).toEqual([{ user_id: setUp.ada.id }]);
    await setUp.users.delete(setUp.ada.id, SYSTEM);
    expect(await setUp.db('known_devices').select('user_id')).toEqual([]);
  });
});
