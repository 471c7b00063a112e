import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import type { Busy, SlowDown } from '../http/refusals.ts';
import type { RequestInfo } from '../http/request.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { defineError, GatehouseError } from '../lib/errors.ts';
import { createSecret } from '../lib/secret.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { User, Users } from '../users/users.ts';
import type {
  AttemptInfo,
  BeginAnswer,
  BeginAttempt,
  Bound,
  FinishAnswer,
  FinishAttempt,
  IdentifyAnswer,
  Refused,
} from './attempt.ts';
import { methodEnrolled, methodProved, methodRefused, methodRemoved, methodRenamed } from './events.ts';
import {
  areStillGood,
  kindOf,
  type MethodFacts,
  methodFacts,
  opens,
  type PersonFacts,
  strengthOf,
  type UsedStep,
  withCredentials,
} from './facts.ts';
import type { LimitedAttempt, Limits } from './limits.ts';
import type { MemoryScope, OneTimeMemory } from './memory.ts';
import type {
  BeginInput,
  Enrolled,
  EnrolledCredential,
  Enrolment,
  FinishInput,
  Identity,
  Method,
  Newcomer,
  Own,
  Proof,
  Refusal,
  UnknownIdentity,
  Via,
} from './method.ts';

export type {
  AttemptInfo,
  BeginAnswer,
  BeginAttempt,
  Bound,
  FinishAnswer,
  FinishAttempt,
  IdentifyAnswer,
  Refused,
} from './attempt.ts';
export {
  areStillGood,
  enrolledBy,
  type MethodFacts,
  type OwnMethod,
  type PersonFacts,
  withCredentials,
} from './facts.ts';
export type { Limits } from './limits.ts';
export type { MemoryScope, OneTimeMemory } from './memory.ts';
export type {
  AtBest,
  BeginLimits,
  Choice,
  FactorKind,
  Identity,
  Newcomer,
  Stranger,
  Via,
  Wishes,
} from './method.ts';
export type { PasskeysOfBrowser, PasswordOfPerson } from './plug-in.ts';

/** Each of these is a mistake in our own code or in a hand-made request: there is no such page. */
export const methodUnknown = defineError('methods.unknown', 404);

export type Methods = ReturnType<typeof createMethods>;

/** One step of adding a way to sign in. `boundTo`: the session or interaction in which it happens. */
export type EnrolAttempt = {
  userId: string;
  attempt: AttemptInfo;
  boundTo: string;
  /** The browser tries it by itself, and the person is not asked. */
  isQuiet?: boolean;
  /** It need not be a way to sign in by itself, if the person has another. */
  isSecond?: boolean;
  /** Which of a method's rows was pressed: `Choice.id`. */
  choice?: string;
  /** Nobody has this id yet. */
  newcomer?: Newcomer;
};
export type EnrolAnswer = Enrolled | { refused: 'expired' } | SlowDown | Busy;

type WhichFactors = { passkeys?: boolean; only?: readonly string[]; madeBefore?: number };

/** `last_way`: nothing would be left to sign in with. */
export type RemoveAnswer = { removed: boolean } | { refused: 'last_way' };

/**
 * The only caller of methods. It owns the phases that no method may forget: limit, single-use memory, method, audit.
 * A method added here gets all of them without a line of its own.
 */
export function createMethods({
  methods,
  limits,
  oneTime,
  leases,
  users,
  audit,
  clock,
  added,
  removed,
  metrics,
}: MethodsDeps) {
  const byId = new Map(methods.map((method) => [method.id, method])); // at most one for each method
  if (byId.size !== methods.length) throw new Error('two sign-in methods have the same id');
  // Recovery and lost devices ask for second factors on pages of their own, to which nobody comes back from elsewhere.
  for (const { id, leaves, identifies, isSecondFactor } of methods)
    if (leaves && (!identifies || isSecondFactor))
      throw new Error(`${id} leaves, and is no first step alone`);

  const strongestFirst = [...methods].sort((left, right) => strengthOf(right) - strengthOf(left));
  const facts = new Map(methods.map((method) => [method.id, methodFacts(method)])); // at most one for each method

  return {
    list: (): readonly MethodFacts[] => [...facts.values()],
    find: (id: string): MethodFacts | undefined => facts.get(id),

    /** Starts an attempt. A method with a `begin` always gets a `attemptId`, which `finish` must bring back. */
    async begin(id: string, input: BeginAttempt): Promise<BeginAnswer> {
      const { attempt, userId, boundTo, purpose, choice, wishes, remember } = input;
      const method = get(id);
      if (!method.begin) return {};
      const slowDown = await limits.admitBegin(await beginning(method, attempt, userId), method.beginLimits);
      if (slowDown) return slowDown;
      const attemptId = createSecret();
      const begun = await method.begin({
        ...beginInput({ attempt, boundTo, ...defined({ userId, choice, wishes, remember }) }),
        attemptId,
      });
      if (begun.failed) {
        tally(method, begun.failed.refused);
        await recordRefusal(method, { attempt, answer: {}, ...defined({ userId }) }, begun.failed);
        return { failed: seenByPerson(begun.failed) };
      }
      await oneTime.remember(
        memoryScope(method, boundTo, purpose, userId),
        begun.keep ?? {},
        method.attempts,
        attemptId,
      );
      return {
        attemptId,
        ...defined({ show: begun.show, redirect: begun.redirect }),
      };
    },

    /** Whether an attempt that was begun takes another answer: it is neither used up nor over. Spends nothing. */
    isOpen: (
      id: string,
      { attemptId, boundTo, purpose, userId }: Bound & { attemptId: string; userId?: string },
    ) => oneTime.isOpen(memoryScope(get(id), boundTo, purpose, userId), attemptId),

    /** How long no answer of this person's would be judged, if one came now; nothing: it would. Counts nothing. */
    findWait: (
      id: string,
      { userId, attempt: { request } }: { userId: string; attempt: AttemptInfo },
    ): Promise<SlowDown | undefined> => limits.findWait({ method: get(id).id, request, userId }),

    /** Judges an answer. Throws only when something of ours is broken; then nothing is counted. */
    async finish(id: string, input: FinishAttempt): Promise<FinishAnswer> {
      const outcome = await finish(id, input);
      return 'unknown' in outcome ? { refused: 'wrong' } : outcome;
    },

    /** The same, for a caller that knows what to do with an identity that no person here has yet. */
    identify: (id: string, input: FinishAttempt): Promise<IdentifyAnswer> => finish(id, input),

    /**
     * Connects an identity that `identify` has proved, and that nobody had, with a person who has proved to be the one.
     * It is recorded and mailed as a way to sign in that was added. False when somebody has it by now.
     */
    async connect(
      id: string,
      { userId, identity, attempt }: { userId: string; identity: Identity; attempt: AttemptInfo },
    ): Promise<boolean> {
      const method = get(id);
      const credentialId = await method.connect?.(userId, identity);
      if (credentialId === undefined) return false;
      await recordChange(method, 'enrolled', { userId, attempt }, credentialId);
      return true;
    },

    /** The same in the transaction that makes the person, after which `connected` is called. */
    connectInside: async (id: string, userId: string, identity: Identity, inside: Database) =>
      (await get(id).connect?.(userId, identity, inside)) !== undefined,

    connected: async (id: string, userId: string, identity: Identity, request: RequestInfo) =>
      get(id).connected?.(userId, identity, request),

    /**
     * Call it when a sign-in is complete, with the hash of the browser's device cookie. From then on, guesses from
     * elsewhere cannot slow this person down in this browser.
     */
    rememberBrowser: (userId: string, knownBrowserHash: string): Promise<void> =>
      limits.rememberBrowser({ userId, knownBrowserHash }),

    /**
     * Adding, renaming and removing ways to sign in, for the person's own pages and for enrolment inside a sign-in. The
     * caller has made sure that it is the person, freshly; here it is remembered, recorded, and the person is mailed.
     */
    enrol: {
      async begin(
        id: string,
        { userId, attempt, boundTo, isQuiet = false, isSecond = false, newcomer, choice }: EnrolAttempt,
      ): Promise<BeginAnswer> {
        const { method, enrolment } = getEnrolment(id);
        if (!enrolment.begin) return {};
        const slowDown = await limits.admitBegin({ method: method.id, request: attempt.request });
        if (slowDown) return slowDown;
        const attemptId = createSecret();
        const begun = await enrolment.begin(userId, {
          ...enrolInput(attempt, boundTo),
          attemptId,
          isQuiet,
          isSecond: isSecond && (await hasOtherMethod(method, userId)),
          ...defined({ newcomer, choice }),
        });
        if (begun.failed) return { failed: seenByPerson(begun.failed) };
        const memory = memoryScope(method, boundTo, 'enrolment', userId);
        await oneTime.remember(memory, begun.keep ?? {}, enrolment.attempts, attemptId);
        return { attemptId, ...defined({ show: begun.show, redirect: begun.redirect }) };
      },

      async finish(
        id: string,
        input: EnrolAttempt & { answer: Readonly<Record<string, unknown>>; attemptId?: string },
      ): Promise<EnrolAnswer> {
        const { method, enrolment } = getEnrolment(id);
        const { userId, attempt, boundTo, attemptId, newcomer } = input;
        const answer = passFields({ ...method, fields: enrolment.fields ?? method.fields }, input.answer);
        const memory = memoryScope(method, boundTo, 'enrolment', userId);
        let kept: Record<string, unknown> | undefined;
        if (enrolment.begin) {
          const isOnce = (enrolment.attempts ?? 1) === 1;
          kept = attemptId ? await (isOnce ? oneTime.consume : oneTime.answer)(memory, attemptId) : undefined;
          if (!kept) return { refused: 'expired' };
        }
        let enrolled: Enrolled;
        try {
          enrolled = await enrolment.finish(userId, answer, kept, {
            ...enrolInput(attempt, boundTo),
            ...defined({ newcomer }),
          });
        } catch (error) {
          const busy = asBusy(error);
          if (!busy) throw error;
          return busy;
        }
        if ('refused' in enrolled) return enrolled;
        if (attemptId) await oneTime.consume(memory, attemptId);
        await recordChange(method, 'enrolled', input, enrolled.enrolled);
        return enrolled;
      },

      /** Whether an enrolment that was begun takes another answer. Spends nothing. */
      isOpen(
        id: string,
        { attemptId, boundTo, userId }: Pick<EnrolAttempt, 'boundTo' | 'userId'> & { attemptId: string },
      ): Promise<boolean> {
        const { method, enrolment } = getEnrolment(id);
        if (!enrolment.begin) return Promise.resolve(true);
        return oneTime.isOpen(memoryScope(method, boundTo, 'enrolment', userId), attemptId);
      },

      /** Answers whether there was such a credential of this person. */
      async rename(
        id: string,
        input: { userId: string; credentialId: string; name: string; attempt: AttemptInfo },
      ): Promise<boolean> {
        const { method, enrolment } = getEnrolment(id);
        const isDone = (await enrolment.rename?.(input.userId, input.credentialId, input.name)) ?? false;
        if (isDone) await recordChange(method, 'renamed', input, input.credentialId);
        return isDone;
      },

      /** Refuses to take away the last way in. */
      async remove(
        id: string,
        input: { userId: string; credentialId: string; attempt: AttemptInfo },
      ): Promise<RemoveAnswer> {
        // One at a time for each person: else two ways that are removed at once are each not the last one.
        const lease = { name: `methods.remove:${input.userId}`, ttlSeconds: 10 };
        const answer = await leases.run(lease.name, lease, () => removeAlone(id, input));
        return answer ?? { removed: false };
      },

      /**
       * Takes exactly the credential away that was made then, also when it is the last one: the person says that it is
       * somebody else's. False when there is no such one any more. The caller tells the person.
       */
      async removeExactly(
        id: string,
        {
          userId,
          credentialId,
          madeAt,
          request,
        }: { userId: string; credentialId: string; madeAt: number; request: RequestInfo },
      ): Promise<boolean> {
        const enrolment = byId.get(id)?.enrolment;
        const own = (await enrolment?.list(userId)) ?? [];
        if (!own.some((each) => each.id === credentialId && each.createdAt === madeAt)) return false;
        const isRemoved = (await enrolment?.remove(userId, credentialId, madeAt)) === true;
        if (isRemoved) {
          const actor = { type: 'person', id: userId } as const;
          await audit.record(methodRemoved(id), { outcome: 'success', actor, userId, request });
        }
        return isRemoved;
      },

      /**
       * For the operator, when a person has lost them all: takes away everything that is asked for after a first step, and
       * what stands in for it, a security key that opens nothing by itself too. `passkeys`: also what is a whole sign-in. `only`: these methods instead, as far as
       * they were made before `madeBefore`. Answers how many of each method there were. The caller records it and tells
       * the person.
       */
      async removeSecondFactors(
        userId: string,
        { passkeys = false, only, madeBefore = Number.POSITIVE_INFINITY }: WhichFactors = {},
      ): Promise<Record<string, number>> {
        const removed: Record<string, number> = {};
        for (const method of methods) {
          const { isSecondFactor, identifies } = methodFacts(method);
          const isMeant = only ? only.includes(method.id) : !identifies || passkeys;
          if (!method.enrolment || !isSecondFactor || (only && !isMeant)) continue;
          for (const { id, createdAt, isSecondOnly } of await method.enrolment.list(userId)) {
            if (createdAt > madeBefore || !(isMeant || isSecondOnly)) continue;
            if (await method.enrolment.remove(userId, id)) removed[method.id] = (removed[method.id] ?? 0) + 1;
          }
        }
        return removed;
      },
    },

    /**
     * What a person has of each method, read at once and each method once; nothing of nobody. `person`: who it is, where
     * this request has just read them.
     */
    async factsOf(userId: string, person?: User): Promise<PersonFacts | undefined> {
      const [user, own] = await Promise.all([person ?? users.find(userId), ownOf(userId, strongestFirst)]);
      return user && { person: user, own };
    },

    /**
     * The rule `areStillGood` for who has no facts at hand: reads what the steps were made with, now; and what came from
     * elsewhere was not taken back there.
     */
    async areStillGood(userId: string, steps: readonly (UsedStep & { via?: Via })[]): Promise<boolean> {
      const used = strongestFirst.filter(({ id }) => steps.some((step) => step.method === id));
      if (!areStillGood(await ownOf(userId, used), steps)) return false;
      const asked = steps.map(async ({ method: id, via }) => {
        const method = used.find((each) => each.id === id);
        return via !== undefined && (await method?.isTakenBack?.(userId, via)) === true;
      });
      return !(await Promise.all(asked)).includes(true);
    },

    /** The steps, each with the time of the newest credential that it can have used (`withCredentials`). */
    async withCredentials<Step extends { method: string; credentialAt?: number }>(
      userId: string,
      steps: readonly Step[],
    ): Promise<Step[]> {
      const used = strongestFirst.filter(({ id }) => steps.some((step) => step.method === id));
      return withCredentials(await ownOf(userId, used), steps);
    },

    /** The person has proved another way beside what is in doubt: it is believed again, as far as the doubt is of before. */
    async settleDoubts(userId: string, until: number): Promise<void> {
      for (const method of methods) await method.settleDoubts?.(userId, until);
    },

    /** What a person has enrolled, of all methods. */
    async listEnrolled(userId: string): Promise<(EnrolledCredential & { method: string })[]> {
      const lists = methods.map(async ({ id, enrolment }) => {
        const credentials = (await enrolment?.list(userId)) ?? [];
        return credentials.map((credential) => ({ ...credential, method: id }));
      });
      return (await Promise.all(lists)).flat();
    },
  };

  function ownOf(userId: string, some: readonly Method[]): Promise<PersonFacts['own']> {
    return Promise.all(
      some.map(async (method) => ({
        method: facts.get(method.id) as MethodFacts,
        ...(await readOwn(method, userId)),
      })),
    );
  }

  function get(id: string): Method {
    const method = byId.get(id);
    if (!method) throw methodUnknown({ method: id });
    return method;
  }

  async function finish(id: string, input: FinishAttempt): Promise<IdentifyAnswer> {
    const method = get(id);
    const answer = passFields(method, input.answer);
    const { attempt, found } = await limited(method, input, answer);

    const admission = await limits.admit(attempt);
    if ('refused' in admission) {
      tally(method, 'slow_down');
      if (await limits.isNews(attempt)) await recordRefusal(method, input, { refused: 'slow_down' });
      return admission;
    }
    const judged = await judge(method, { ...input, ...defined({ found }) }, answer).catch(
      async (error: unknown) => {
        await admission.cancel();
        const busy = asBusy(error);
        if (!busy) throw error;
        return busy;
      },
    );
    if ('unknown' in judged) {
      // Nobody guessed: it costs nothing.
      await admission.cancel();
      tally(method, 'no_account');
      await recordRefusal(method, input, { refused: 'no_account' });
      return { ...judged, amr: judged.amr ?? method.amr, kind: judged.kind ?? kindOf(method) };
    }
    tally(method, 'proved' in judged ? 'proved' : judged.refused);
    if ('proved' in judged) {
      await admission.proved();
      await record(method, input, 'proved', judged.proved);
      const { isDoubted, ...proof } = judged;
      // Nobody is asked for more than they have.
      const asksAnother = isDoubted && (await hasOtherProof(method, judged.proved));
      return {
        ...proof,
        ...(asksAnother ? { isDoubted } : {}),
        amr: judged.amr ?? method.amr,
        kind: judged.kind ?? kindOf(method),
      };
    }
    if (judged.refused === 'busy') return judged;
    await recordRefusal(method, input, judged);
    return seenByPerson(judged);
  }

  async function removeAlone(
    id: string,
    input: { userId: string; credentialId: string; attempt: AttemptInfo },
  ): Promise<RemoveAnswer> {
    const { method, enrolment } = getEnrolment(id);
    const { userId, credentialId } = input;
    const own = await enrolment.list(userId);
    const credential = own.find((each) => each.id === credentialId);
    if (!credential) return { removed: false };
    const openers = method.identifies
      ? own.filter(({ isSecondOnly, isClosed }) => !isSecondOnly && !isClosed)
      : [];
    const isLastOfIts = openers.length === 1 && openers[0] === credential;
    if (isLastOfIts && !(await hasOtherMethod(method, userId))) return { refused: 'last_way' };
    const isRemoved = await enrolment.remove(userId, credentialId);
    if (isRemoved) await recordChange(method, 'removed', input, credential.name, credential.way);
    return { removed: isRemoved };
  }

  function getEnrolment(id: string): { method: Method; enrolment: Enrolment } {
    const method = get(id);
    if (!method.enrolment) throw methodUnknown({ method: id });
    return { method, enrolment: method.enrolment };
  }

  function beginInput({
    attempt,
    userId,
    boundTo,
    choice,
    wishes,
    remember,
  }: Omit<BeginAttempt, 'purpose'>): BeginInput {
    const { identifier, clientId } = attempt;
    return {
      now: clock.now(),
      boundTo,
      request: requestFacts(attempt.request),
      ...defined({ userId, identifier, clientId, choice, wishes, remember }),
    };
  }

  function enrolInput({ request }: AttemptInfo, boundTo: string) {
    return { now: clock.now(), boundTo, request: requestFacts(request) };
  }

  /** Whether this person could prove anything else beside it, on a page of ours. */
  async function hasOtherProof(beside: Method, userId: string): Promise<boolean> {
    const own = await ownOf(
      userId,
      methods.filter((method) => method !== beside && !method.leaves),
    );
    return own.some(({ isEnrolled }) => isEnrolled);
  }

  /** Whether this person could still say who they are by another method. */
  async function hasOtherMethod(without: Method, userId: string): Promise<boolean> {
    const others = methods.filter((method) => method !== without && method.identifies);
    return (await ownOf(userId, others)).some(opens);
  }

  async function recordChange(
    method: Method,
    what: keyof typeof CHANGES,
    { userId, attempt }: { userId: string; attempt: AttemptInfo },
    name: string,
    way?: string,
  ): Promise<void> {
    await audit.record(CHANGES[what](method.id), {
      outcome: 'success',
      actor: { type: 'person', id: userId },
      userId,
      ...defined({ clientId: attempt.clientId }),
      request: attempt.request,
    });
    const change = { method: method.id, name, userId, request: attempt.request, ...defined({ way }) };
    if (what === 'enrolled') await added(change);
    if (what === 'removed') await removed(change);
  }

  /** The attempt that a `begin` is counted as. The address is looked up only for a method whose limits count by person. */
  async function beginning(
    { id, beginLimits }: Method,
    { request, identifier }: AttemptInfo,
    userId?: string,
  ): Promise<LimitedAttempt> {
    if (userId !== undefined) return { method: id, request, userId };
    const attempt = { method: id, request, ...defined({ identifier }) };
    if (!beginLimits || identifier === undefined) return attempt;
    const user = await users.findToSignIn(identifier);
    return { ...attempt, ...defined({ userId: user?.id }) };
  }

  /** Whose account is tried. It is looked up for every answer, so that it takes as long when there is no such person. */
  async function limited(
    method: Method,
    { attempt, userId, person }: FinishAttempt,
    answer: Readonly<Record<string, string>>,
  ): Promise<{ attempt: LimitedAttempt; found?: FinishInput['found'] }> {
    const { request } = attempt;
    const tried = { method: method.id, request };
    if (userId !== undefined) {
      return { attempt: { ...tried, userId }, ...(person?.id === userId ? { found: { user: person } } : {}) };
    }
    // What the method will look up decides, never what a caller says beside it: else a caller's slip frees all guesses.
    const { identifierField } = method;
    const identifier = identifierField === undefined ? attempt.identifier : (answer[identifierField] ?? '');
    if (identifier === undefined) return { attempt: tried };
    const user = await users.findToSignIn(identifier);
    const counted = { ...tried, identifier, ...defined({ userId: user?.id }) };
    // The method judges the very person whose account was counted.
    return { attempt: counted, ...(identifierField === undefined ? {} : { found: { user } }) };
  }

  async function judge(
    method: Method,
    { userId, attemptId, boundTo, purpose, attempt, found }: FinishAttempt & Pick<FinishInput, 'found'>,
    answer: Readonly<Record<string, string>>,
  ): Promise<(Proof & { person: User }) | UnknownIdentity | Refusal> {
    const known = defined({ userId });
    let kept: Record<string, unknown> | undefined;
    if (method.begin) {
      if (!attemptId || boundTo === undefined) return { refused: 'expired', ...known };
      const memory = memoryScope(method, boundTo, purpose, userId);
      kept = await (isTakenOnce(method)
        ? oneTime.consume(memory, attemptId)
        : oneTime.answer(memory, attemptId));
      if (!kept) return { refused: 'expired', ...known };
    }
    const judged = await method.finish({
      ...known,
      ...defined({ found, identifier: attempt.identifier }),
      answer,
      ...defined({ kept }),
      now: clock.now(),
      request: requestFacts(attempt.request),
    });
    if ('refused' in judged) return { ...known, ...judged };
    const proved = 'proved' in judged ? judged.proved : undefined;
    // Where the person is known, an identity that nobody has is somebody else's.
    if (userId !== undefined && proved !== userId) return { refused: 'wrong', userId };
    // Read again, whoever had read them before: a hash takes its time, and who was disabled meanwhile has proved nothing.
    const user = proved === undefined ? undefined : await users.find(proved);
    if (proved !== undefined && (!user || user.disabledAt !== undefined))
      return { refused: 'disabled', userId: proved };
    // Of several right answers to one attempt, one counts.
    if (method.begin && !isTakenOnce(method)) {
      const isFirst = await oneTime.consume(
        memoryScope(method, boundTo ?? '', purpose, userId),
        attemptId ?? '',
      );
      if (!isFirst) return { refused: 'reused', ...defined({ userId: proved }) };
    }
    return 'proved' in judged ? { ...judged, person: user as User } : judged;
  }

  async function record(
    method: Method,
    input: FinishAttempt,
    what: 'proved' | 'refused',
    userId?: string,
    detail?: { reason: string; detail?: string },
  ) {
    const { request, clientId } = input.attempt;
    const about = {
      ...(userId === undefined ? {} : { userId, actor: { type: 'person', id: userId } as const }),
      ...defined({ clientId }),
      request,
    };
    if (what === 'proved') return audit.record(methodProved(method.id), { ...about, outcome: 'success' });
    await audit.record(methodRefused(method.id), {
      ...about,
      outcome: 'refused',
      ...defined({ detail }),
      // At a first step: whoever it is said to be has proved nothing.
      isAnonymous: input.userId === undefined,
    });
  }

  function tally(method: Method, outcome: string): void {
    metrics?.count('gatehouse_methods_answers_total', { method: method.id, outcome });
  }

  function recordRefusal(
    method: Method,
    input: FinishAttempt,
    { refused: reason, userId = input.userId, detail }: Omit<Refusal, 'refused'> & { refused: string },
  ) {
    return record(method, input, 'refused', userId, { reason, ...defined({ detail }) });
  }
}

const CHANGES = { enrolled: methodEnrolled, renamed: methodRenamed, removed: methodRemoved } as const;

export type MethodsDeps = {
  methods: readonly Method[];
  limits: Limits;
  oneTime: OneTimeMemory;
  leases: Pick<Leases, 'run'>;
  users: Pick<Users, 'find' | 'findToSignIn'>;
  audit: Pick<Audit, 'record'>;
  clock: Clock;
  /** Mails the person that a way to sign in was added. */
  added(change: CredentialChange): Promise<unknown>;
  /** Ends what it opened, and mails the person that it was removed. */
  removed(change: CredentialChange): Promise<unknown>;
  metrics?: Pick<Metrics, 'count'>;
};

export type CredentialChange = {
  method: string;
  /** The credential: its name when it was removed, its id when it is new. */
  name: string;
  /** What it was of, where its method stands for several (`EnrolledCredential.way`). */
  way?: string;
  userId: string;
  request: RequestInfo;
};

async function readOwn({ own, isEnrolled, enrolment }: Method, userId: string): Promise<Own> {
  if (own) return own(userId);
  if (!enrolment) return { isEnrolled: await isEnrolled(userId) };
  const credentials = await enrolment.list(userId);
  return { isEnrolled: credentials.length > 0, credentials };
}

const isTakenOnce = ({ attempts }: Method) => (attempts ?? 1) === 1;

function requestFacts(whole: RequestInfo) {
  const { network, userAgent, locale, browserHash } = whole;
  return { network, userAgent, locale, whole, ...defined({ browserHash }) };
}

const DEFAULT_FIELD_BYTES = 1024;

/** Only the method's own fields, only text, only of a length it expects. What is left out was never sent. */
function passFields(
  method: Method,
  answer: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const limit = method.maxFieldBytes ?? DEFAULT_FIELD_BYTES;
  const fields: Record<string, string> = Object.create(null);
  for (const name of method.fields) {
    const value = Object.hasOwn(answer, name) ? answer[name] : undefined;
    // A character is at least one byte: a megabyte is refused without being measured.
    if (typeof value !== 'string' || value.length > limit || Buffer.byteLength(value) > limit) continue;
    fields[name] = value;
  }
  return Object.freeze(fields);
}

function memoryScope(method: Method, boundTo: string, purpose = 'sign-in', userId?: string): MemoryScope {
  return { method: method.id, purpose, boundTo, ...defined({ userId }) };
}

/** Something of ours that is full for a moment says so with 503 and when to come back: `password.busy`. */
function asBusy(error: unknown): Busy | undefined {
  if (!(error instanceof GatehouseError) || error.status !== 503) return undefined;
  const { retryAfterSeconds } = error.detail;
  return typeof retryAfterSeconds === 'number' ? { refused: 'busy', retryAfterSeconds } : undefined;
}

function seenByPerson({ refused: reason, sentence }: Refusal): Refused {
  const refused = reason === 'reused' || reason === 'expired' ? reason : 'wrong';
  return { refused, ...defined({ sentence }) };
}
