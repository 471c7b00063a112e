import type { RequestInfo } from '../http/request.ts';
import type { Clock } from '../lib/clock.ts';
import { defineError, GatehouseError } from '../lib/errors.ts';
import type { LimitedAttempt, Limits, SlowDown } from './limits.ts';
import type { MemoryPlace, OneTimeMemory } from './memory.ts';
import type { EnrolledCredential, Method, Proof, Refusal } from './method.ts';

export { rateLimitHeaders } from './limits.ts';

/** Each of these is a mistake in our own code or in a hand-made request: there is no such page. */
export const methodUnknown = defineError('methods.unknown', 404);

export type Methods = ReturnType<typeof createMethods>;

/** From where, for which app, and for which account an attempt is made. */
export type AttemptInfo = {
  request: RequestInfo;
  clientId?: string;
  /** The name of the account, when the method's own fields do not hold it. */
  identifier?: string;
};

/** What others may know of a method. Its answers are judged here only. */
export type MethodFacts = Pick<Method, 'id' | 'amr' | 'identifies' | 'fields' | 'isEnrolled'>;

export type BeginAttempt = { attempt: AttemptInfo; userId?: string } & Bound;
export type FinishAttempt = {
  attempt: AttemptInfo;
  /** The person who is known already; absent at a first step. */
  userId?: string;
  answer: Readonly<Record<string, unknown>>;
  /** What `begin` answered as `handle`. Used up by the first `finish` that brings it, whatever comes out. */
  handle?: string;
} & Partial<Bound>;

/** `boundTo`: the interaction's or session's id. `purpose`: what it is for, `sign-in` unless said otherwise. */
export type Bound = { boundTo: string; purpose?: string };

export type BeginAnswer = { handle?: string; show?: Record<string, unknown> } | SlowDown;

/** `busy`: nothing was judged and nothing counted; the same answer may be sent again. */
export type Busy = { refused: 'busy'; retryAfterSeconds: number };

/**
 * Who could not prove it. Unknown, wrong and disabled are one answer here already, so that no page can tell them apart;
 * the audit knows.
 */
export type Refused = { refused: 'wrong' | 'reused' | 'expired' };

export type FinishAnswer = Required<Proof> | Refused | SlowDown | Busy;

/**
 * The only caller of methods. It owns the phases that no method may forget: limit, single-use memory, method, audit.
 * A method added here gets all of them without a line of its own.
 */
export function createMethods({ methods, limits, oneTime, users, audit, clock }: MethodsDeps) {
  const byId = new Map(methods.map((method) => [method.id, method]));
  if (byId.size !== methods.length) throw new Error('two sign-in methods have the same id');

  return {
    list: (): readonly MethodFacts[] => methods,
    find: (id: string): MethodFacts | undefined => byId.get(id),

    /** Starts an attempt. A method with a `begin` always gets a `handle`, which `finish` must bring back. */
    async begin(id: string, { attempt, userId, boundTo, purpose }: BeginAttempt): Promise<BeginAnswer> {
      const method = get(id);
      if (!method.begin) return {};
      const slowDown = await limits.admitBegin({ method: method.id, request: attempt.request });
      if (slowDown) return slowDown;
      const begun = await method.begin({ ...(userId === undefined ? {} : { userId }), now: clock.now() });
      const handle = await oneTime.remember(place(method, boundTo, purpose, userId), begun.keep ?? {});
      return { handle, ...(begun.show ? { show: begun.show } : {}) };
    },

    /** Judges an answer. Throws only when something of ours is broken; then nothing is counted. */
    async finish(id: string, input: FinishAttempt): Promise<FinishAnswer> {
      const method = get(id);
      const answer = passFields(method, input.answer);
      const attempt = await limited(method, input, answer);

      const admission = await limits.admit(attempt);
      if ('refused' in admission) {
        if (await limits.isNews(attempt)) await recordRefusal(method, input, 'slow_down');
        return admission;
      }
      const judged = await judge(method, input, answer).catch(async (error: unknown) => {
        await admission.cancel();
        const busy = asBusy(error);
        if (!busy) throw error;
        return busy;
      });
      if ('proved' in judged) {
        await admission.proved();
        await record(method, input, 'proved', judged.proved);
        return { proved: judged.proved, amr: judged.amr ?? method.amr };
      }
      if (judged.refused === 'busy') return judged;
      await recordRefusal(method, input, judged.refused, judged.userId);
      return { refused: seenByPerson(judged.refused) };
    },

    /**
     * Call it when a sign-in is complete, with the hash of the browser's device cookie. From then on, guesses from
     * elsewhere cannot slow this person down in this browser.
     */
    rememberDevice: (userId: string, deviceHash: string): Promise<void> =>
      limits.rememberDevice({ userId, deviceHash }),

    /** What a person has enrolled, of all methods. */
    async listEnrolled(userId: string): Promise<(EnrolledCredential & { method: string })[]> {
      const lists = methods.map(async ({ id, enrolment }) => {
        const credentials = (await enrolment?.list(userId)) ?? [];
        return credentials.map((credential) => ({ ...credential, method: id }));
      });
      return (await Promise.all(lists)).flat();
    },
  };

  function get(id: string): Method {
    const method = byId.get(id);
    if (!method) throw methodUnknown({ method: id });
    return method;
  }

  /** Whose account is tried. It is looked up for every answer, so that it takes as long when there is no such person. */
  async function limited(
    method: Method,
    { attempt, userId }: FinishAttempt,
    answer: Readonly<Record<string, string>>,
  ): Promise<LimitedAttempt> {
    const { request } = attempt;
    if (userId !== undefined) return { method: method.id, request, userId };
    // What the method will look up decides, never what a caller says beside it: else a caller's slip frees all guesses.
    const { identifierField } = method;
    const identifier = identifierField === undefined ? attempt.identifier : (answer[identifierField] ?? '');
    if (identifier === undefined) return { method: method.id, request };
    const user = await users.findByEmail(identifier);
    return { method: method.id, request, identifier, ...(user ? { userId: user.id } : {}) };
  }

  async function judge(
    method: Method,
    { userId, handle, boundTo, purpose }: FinishAttempt,
    answer: Readonly<Record<string, string>>,
  ): Promise<Proof | Refusal> {
    const known = userId === undefined ? {} : { userId };
    let kept: Record<string, unknown> | undefined;
    if (method.begin) {
      if (!handle || boundTo === undefined) return { refused: 'expired', ...known };
      kept = await oneTime.consume(place(method, boundTo, purpose, userId), handle);
      if (!kept) return { refused: 'expired', ...known };
    }
    const judged = await method.finish({ ...known, answer, ...(kept ? { kept } : {}), now: clock.now() });
    if (!('proved' in judged)) return { ...known, ...judged };
    if (userId !== undefined && judged.proved !== userId) return { refused: 'wrong', userId };
    const user = await users.find(judged.proved);
    if (!user || user.disabledAt !== undefined) return { refused: 'disabled', userId: judged.proved };
    return judged;
  }

  async function record(
    method: Method,
    input: FinishAttempt,
    what: 'proved' | 'refused',
    userId?: string,
    reason?: string,
  ) {
    const { request, clientId } = input.attempt;
    await audit.record({
      event: `${method.id}.${what}`,
      outcome: what === 'proved' ? 'success' : 'refused',
      ...(userId === undefined ? {} : { userId, actor: { type: 'user', id: userId } }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(reason === undefined ? {} : { detail: { reason } }),
      request,
    });
  }

  function recordRefusal(method: Method, input: FinishAttempt, reason: string, userId = input.userId) {
    return record(method, input, 'refused', userId, reason);
  }
}

export type MethodsDeps = {
  methods: readonly Method[];
  limits: Limits;
  oneTime: OneTimeMemory;
  users: {
    find(id: string): Promise<{ disabledAt?: number } | undefined>;
    findByEmail(email: string): Promise<{ id: string } | undefined>;
  };
  audit: { record(entry: AuditEntry): Promise<void> };
  clock: Clock;
};

type AuditEntry = {
  event: string;
  outcome: 'success' | 'refused';
  actor?: { type: 'user'; id: string };
  userId?: string;
  clientId?: string;
  detail?: Record<string, unknown>;
  request: RequestInfo;
};

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

function place(method: Method, boundTo: string, purpose = 'sign-in', userId?: string): MemoryPlace {
  return { method: method.id, purpose, boundTo, ...(userId === undefined ? {} : { userId }) };
}

/** Something of ours that is full for a moment says so with 503 and when to come back: `password.busy`. */
function asBusy(error: unknown): Busy | undefined {
  if (!(error instanceof GatehouseError) || error.status !== 503) return undefined;
  const { retryAfterSeconds } = error.detail;
  return typeof retryAfterSeconds === 'number' ? { refused: 'busy', retryAfterSeconds } : undefined;
}

function seenByPerson(reason: Refusal['refused']): Refused['refused'] {
  return reason === 'reused' || reason === 'expired' ? reason : 'wrong';
}
