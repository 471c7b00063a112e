import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RequestInfo } from '../../src/http/request.ts';
import type { Method } from '../../src/methods/method.ts';
import type { AttemptInfo, Methods } from '../../src/methods/methods.ts';

type Answer = Record<string, string>;
/** An answer, or where it is to be had by going there. */
type Answered = Answer | Promise<Answer>;
type Shown = Record<string, unknown> | undefined;

/** One method with a person who can use it, as `setUp` makes it for each test. */
export type MethodSubject = {
  method: Method;
  /** `createMethods` over any list of methods, with everything behind it. */
  methodsOf(methods: readonly Method[]): Methods;
  person: { id: string };
  /** What this person answers to what `begin` showed, and what somebody else would. */
  right(shown: Shown): Answered;
  wrong(shown: Shown): Answered;
  /** An answer for somebody who does not exist. Only for methods that say who the person is. */
  stranger?(shown: Shown): Answered;
  /**
   * For a method that may prove an identity that no person here has: the answer that proves such a one.
   */
  unknown?(shown: Shown): Answered;
  /** Of a method that has several rows: which one is pressed. */
  choice?: string;
  /** Fields that do not say who it is: whatever stands in them, the right person is proved or nobody. */
  unjudged?: readonly string[];
  /** For a method whose `begin` is told for whom: what this person types as a name, and what somebody else does. */
  identifiers?: { person: string; stranger: string };
  disable(): Promise<void>;
  request(): RequestInfo;
  close(): Promise<void>;
};

/**
 * What every sign-in method keeps to, whatever it asks for. A method in `src/methods/<id>/` calls this in
 * `test/methods/<id>/`.
 */
export function methodContract(name: string, setUp: () => Promise<MethodSubject>): void {
  describe(`method contract: ${name}`, () => {
    let subject: MethodSubject;
    let methods: Methods;

    beforeEach(async () => {
      subject = await setUp();
      methods = subject.methodsOf([subject.method]);
    });

    afterEach(() => subject.close());

    test('has an id that is an address, meanings of RFC 8176, and fields', () => {
      const { id, amr, fields } = subject.method;
      expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(amr.length).toBeGreaterThan(0);
      expect(amr.every((value) => /^[a-z]+$/.test(value))).toBe(true);
      expect(new Set(fields).size).toBe(fields.length);
    });

    test('knows who can use it', async () => {
      expect(await subject.method.isEnrolled(subject.person.id)).toBe(true);
    });

    test('proves the person who answers right, and says by what', async () => {
      const found = (await tryWith(subject.right)) as Record<string, unknown>;
      const { credentialAt: _, via, ...outcome } = found;
      expect(via === undefined).toBe(!subject.method.leaves || subject.choice === undefined);
      expect(outcome).toEqual({
        proved: subject.person.id,
        amr: expect.any(Array),
        kind: expect.any(String),
        person: expect.objectContaining({ id: subject.person.id, email: expect.any(String) }),
      });
      expect(outcome.amr).not.toEqual([]);
    });

    test('a wrong answer is a value, not an error, and says no more than that', async () => {
      expectWrong(await tryWith(subject.wrong));
    });

    test('gives the same answer for a person who does not exist', async () => {
      expectWrong(
        await tryWith(
          subject.stranger ?? subject.right,
          subject.stranger ? { identifier: subject.identifiers?.stranger } : { userId: 'usr_nobody' },
        ),
      );
    });

    test('refuses a disabled person who answers right, by itself and with the same answer', async () => {
      await subject.disable();
      expectWrong(await tryWith(subject.right));
      const identifier = subject.identifiers?.person;
      const begun = await subject.method.begin?.({
        ...known(),
        ...(identifier === undefined ? {} : { identifier }),
        ...(subject.choice === undefined ? {} : { choice: subject.choice }),
        boundTo: BOUND_TO,
        attemptId: 'attempt-1',
        now: Date.now(),
      });
      const answer = await subject.right(begun && shownBy(begun));
      const judged = await subject.method.finish({
        ...known(),
        answer,
        ...(begun?.keep ? { kept: begun.keep } : {}),
        now: Date.now(),
      });
      expect(judged).toMatchObject({ refused: 'disabled' });
    });

    test('proves nobody but the person who is known already', async () => {
      expectWrong(await tryWith(subject.right, { userId: 'usr_somebody_else' }));
    });

    test.each(ODD_TEXTS)('judges %s as wrong in every field', async (_what, text) => {
      for (const field of subject.method.fields)
        expectJudged(
          field,
          await tryWith(async (shown) => ({ ...(await subject.right(shown)), [field]: text })),
        );
    });

    test.each([
      ['a number', 7],
      ['a list', ['a', 'b']],
      ['an object', { toString: 'no' }],
      ['null', null],
    ])('judges %s instead of a text as wrong', async (_what, value) => {
      for (const field of subject.method.fields)
        expectJudged(
          field,
          await tryWith(async (shown) => ({ ...(await subject.right(shown)), [field]: value })),
        );
    });

    test('judges no fields at all, and fields of every object, as wrong', async () => {
      expectWrong(await tryWith(() => ({})));
      expectWrong(await tryWith(() => JSON.parse('{"__proto__":{"password":"x"},"constructor":"x"}')));
    });

    test('gets its own fields and nothing else', async () => {
      const finish = vi.fn(subject.method.finish);
      methods = subject.methodsOf([{ ...subject.method, finish }]);
      await tryWith(async (shown) => ({
        ...(await subject.right(shown)),
        csrf: 'token',
        userId: 'usr_x',
        isAdmin: 'true',
      }));
      const answer = finish.mock.calls[0]?.[0].answer ?? {};
      expect(Object.keys(answer).filter((field) => !subject.method.fields.includes(field))).toEqual([]);
      expect(Object.getPrototypeOf(answer)).toBeNull();
    });

    test('can be used again and again by the same person', async () => {
      for (let times = 0; times < 8; times += 1) {
        expect(await tryWith(subject.right)).toMatchObject({ proved: subject.person.id });
      }
    });

    test('an attempt that was begun is finished once, of 50 at the same time', async () => {
      if (!subject.method.begin) return;
      const finish = vi.fn(subject.method.finish);
      methods = subject.methodsOf([{ ...subject.method, finish }]);
      const { attemptId = '', show } = await begin();
      // Whoever comes back from elsewhere brings one answer, however often.
      const brought = subject.method.leaves ? await subject.right(show) : undefined;
      const attempts = Array.from({ length: 50 }, async () =>
        finishWith(brought ?? (await subject.right(show)), attemptId, {}, anyNetwork()),
      );
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter((outcome) => 'proved' in outcome)).toHaveLength(1);
      // As many are judged as may be wrong.
      expect(finish).toHaveBeenCalledTimes(subject.method.attempts ?? 1);
    });

    test('an attempt that was begun survives as many wrong answers as it says, and ends nowhere else', async () => {
      if (!subject.method.begin) return;
      const { attemptId = '', show } = await begin();
      const right = await subject.right(show);
      const elsewhere = await finishWith(right, attemptId, { boundTo: 'another interaction' });
      expect(elsewhere).toEqual({ refused: 'expired' });
      for (let answers = subject.method.attempts ?? 1; answers > 0; answers -= 1)
        expectWrong(await finishWith(await subject.wrong(show), attemptId));
      expect(await finishWith(await subject.right(show), attemptId)).toEqual({ refused: 'expired' });
      expect(await finishWith(await subject.right(show), '')).toEqual({ refused: 'expired' });
    });

    test('an identity that no person here has is proved at a first step, once, and to who asks for it', async () => {
      const { unknown } = subject;
      if (!unknown) return;
      const one = await begin();
      const brought = await unknown(one.show);
      const identity = expect.objectContaining({
        provider: expect.any(String),
        subject: expect.any(String),
        claims: expect.any(Object),
      });
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () =>
          finishWith(brought, one.attemptId ?? '', {}, anyNetwork(), 'identify'),
        ),
      );
      expect(outcomes.filter((outcome) => 'unknown' in outcome)).toEqual([
        expect.objectContaining({ unknown: identity }),
      ]);
      const other = await begin();
      expectWrong(await finishWith(await unknown(other.show), other.attemptId ?? ''));
      const known = { userId: subject.person.id };
      const third = await begin(known);
      const answer = await unknown(third.show);
      expectWrong(await finishWith(answer, third.attemptId ?? '', known, anyNetwork(), 'identify'));
    });

    test('leads away to a whole address and is no second factor, or has pages of ours', async () => {
      const { redirect } = await begin();
      expect(redirect !== undefined && URL.canParse(redirect)).toBe(subject.method.leaves === true);
      const [facts] = methods.list();
      expect(facts?.leaves && facts.isSecondFactor).toBe(false);
    });

    async function tryWith(
      answerTo: (shown: Shown) => Record<string, unknown> | Promise<Record<string, unknown>>,
      options: { userId?: string; identifier?: string | undefined } = {},
    ) {
      const { identifier: _, ...known } = options;
      const { attemptId = '', show } = await begin(options);
      return finishWith(await answerTo(show), attemptId, known);
    }

    /** One answer for all who are not proved. A way that leads away may say more, in words that name nobody. */
    function expectWrong(outcome: object): void {
      const { sentence, ...said } = outcome as { sentence?: unknown };
      expect(said).toEqual({ refused: 'wrong' });
      if (sentence === undefined) return;
      expect(subject.method.leaves).toBe(true);
      expect(JSON.stringify(sentence)).not.toContain(subject.person.id);
    }

    function expectJudged(field: string, outcome: object): void {
      if (subject.unjudged?.includes(field) && 'proved' in outcome)
        expect(outcome.proved).toBe(subject.person.id);
      else expectWrong(outcome);
    }

    async function begin({
      identifier = subject.identifiers?.person,
      ...options
    }: {
      userId?: string;
      identifier?: string | undefined;
    } = {}) {
      const begun = await methods.begin(subject.method.id, {
        ...known(),
        ...options,
        ...(subject.choice === undefined ? {} : { choice: subject.choice }),
        boundTo: BOUND_TO,
        attempt: { ...attempt(), ...(identifier === undefined ? {} : { identifier }) },
      });
      if ('refused' in begun) throw new Error('the contract itself came too close to a limit');
      return { ...begun, show: shownBy(begun) };
    }

    function finishWith(
      answer: Record<string, unknown>,
      attemptId: string,
      options: { userId?: string; boundTo?: string } = {},
      request = anyNetwork(),
      as: 'finish' | 'identify' = 'finish',
    ) {
      return methods[as](subject.method.id, {
        ...known(),
        boundTo: BOUND_TO,
        ...options,
        answer,
        attemptId,
        attempt: attempt(request),
      });
    }

    function known() {
      return subject.method.identifies ? {} : { userId: subject.person.id };
    }

    function attempt(request = subject.request()): AttemptInfo {
      return { request };
    }

    // The limits are not the subject here: each answer comes from another place.
    function anyNetwork(): RequestInfo {
      places += 1;
      return { ...subject.request(), network: `2001:db8:${places.toString(16)}::/64` };
    }
  });
}

/** What the person answers to: the page, or the address that they are sent to. */
function shownBy({ show, redirect }: { show?: Record<string, unknown>; redirect?: string }): Shown {
  return redirect === undefined ? show : { redirect };
}

const BOUND_TO = 'interaction-1';
let places = 0;

const ODD_TEXTS: [what: string, text: string][] = [
  ['nothing', ''],
  ['NUL', 'a\0b'],
  ['line ends', 'a\r\nb'],
  ['a broken surrogate', 'a\ud800b'],
  ['a megabyte', 'x'.repeat(1024 * 1024)],
  ['a kilobyte and one', 'x'.repeat(1025)],
  ['right-to-left marks and emoji', '\u202eabc 🧵👩‍👩‍👧‍👦'],
  ['SQL', "' or 1=1; --"],
  ['a property of every object', '__proto__'],
  ['JSON', '{"$ne":null}'],
];
