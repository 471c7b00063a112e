import { defined } from '../lib/defined.ts';
import type { User } from '../users/users.ts';
import type { AtBest, FactorKind, Method, Own } from './method.ts';

/** What others may know of a method. Its answers are judged here only. */
export type MethodFacts = Pick<
  Method,
  'id' | 'amr' | 'identifies' | 'fields' | 'isEnrolled' | 'attempts' | 'beginsOn' | 'countLeft' | 'choices'
> & {
  leaves: boolean;
  isOnLoginPage: boolean;
  row?: 'name' | 'browser';
  kind: FactorKind;
  isSecondFactor: boolean;
  isFallback: boolean;
  strength: number;
  /** The most that it can prove: with what this person has, or with one that is still to be added. */
  atBest(userId?: string): Promise<AtBest>;
  /** Of a method that identifies: whether all that this person has of it says nothing of who they are. */
  isSecondOnly?(userId: string): Promise<boolean>;
  /** Whether each attempt begins with something of ours: a challenge, a mail. */
  hasBegin: boolean;
  /** How it is added: by the person's own pages, and perhaps inside a sign-in. */
  enrolment?: {
    fields: readonly string[];
    isOfferedInFlow: boolean;
    attempts: number;
    canRename: boolean;
    page?: string;
  };
};

/**
 * A person, and what they have of each method, strongest first. One value for one request: the rules over it are pure, so
 * that all of them judge by the same.
 */
export type PersonFacts = { person: User; own: readonly OwnMethod[] };
export type OwnMethod = Own & { method: MethodFacts };

/** A proof, as far as its credential goes. `credentialAt`: when the newest one was made that it can have used. */
export type UsedStep = { method: string; at: number; credentialAt?: number };

/**
 * The steps, each with the time of the newest credential that it can have used. Two nodes may have made and used it, and
 * their clocks differ: `at` alone would make a credential of another node younger than its own proof.
 */
export function withCredentials<Step extends { method: string; credentialAt?: number }>(
  own: PersonFacts['own'],
  steps: readonly Step[],
): Step[] {
  return steps.map((step) => {
    const times = credentialsOf(own, step.method)?.map(({ createdAt }) => createdAt) ?? [];
    if (step.credentialAt !== undefined || times.length === 0) return step;
    return { ...step, credentialAt: Math.max(...times) };
  });
}

/**
 * Whether each method has a credential of this person that is not younger than the proof: not a password that was changed
 * since, not an authenticator that was removed.
 */
export function areStillGood(own: PersonFacts['own'], steps: readonly UsedStep[]): boolean {
  return steps.every(({ method: id, at, credentialAt = at }) => {
    const mine = own.find(({ method }) => method.id === id);
    return mine?.credentials?.some(({ createdAt }) => createdAt <= credentialAt) ?? mine?.isEnrolled === true;
  });
}

/** What this person could use now, strongest first. A method of which they have no more than a second step is one of those. */
export const enrolledBy = ({ own }: Pick<PersonFacts, 'own'>): MethodFacts[] =>
  own
    .filter(({ isEnrolled }) => isEnrolled)
    .map((each) =>
      each.method.identifies && !opens(each) ? { ...each.method, identifies: false } : each.method,
    );

/** Whether it could be a first step of this person. */
export function opens({ method, isEnrolled, credentials = [] }: OwnMethod): boolean {
  if (!isEnrolled || !method.identifies) return false;
  return (
    credentials.length === 0 || credentials.some(({ isSecondOnly, isClosed }) => !isSecondOnly && !isClosed)
  );
}

function credentialsOf(own: PersonFacts['own'], id: string) {
  return own.find(({ method }) => method.id === id)?.credentials;
}

export const strengthOf = ({ strength = 10 }: Pick<Method, 'strength'>): number => strength;

/** What pages may know of a method; only `methods.finish` may judge by it. */
export function methodFacts(method: Method): MethodFacts {
  const { id, amr, identifies, fields, attempts, beginsOn, enrolment } = method;
  return {
    id,
    amr,
    identifies,
    fields,
    isEnrolled: (userId) => method.isEnrolled(userId),
    kind: kindOf(method),
    isSecondFactor: method.isSecondFactor ?? !identifies,
    isFallback: method.isFallback ?? false,
    strength: strengthOf(method),
    atBest: async (userId) => (await method.atBest?.(userId)) ?? { amr, kind: kindOf(method) },
    leaves: method.leaves ?? false,
    isOnLoginPage: method.isOnLoginPage ?? false,
    ...defined({ row: method.row }),
    hasBegin: method.begin !== undefined,
    ...defined({ attempts, beginsOn }),
    ...(method.isSecondOnly ? { isSecondOnly: (userId: string) => method.isSecondOnly?.(userId) } : {}),
    ...(method.choices ? { choices: () => method.choices?.() ?? [] } : {}),
    ...(method.countLeft ? { countLeft: (userId: string) => method.countLeft?.(userId) ?? 0 } : {}),
    ...(enrolment
      ? {
          enrolment: {
            fields: enrolment.fields ?? fields,
            isOfferedInFlow: enrolment.isOfferedInFlow ?? false,
            attempts: enrolment.attempts ?? 1,
            canRename: enrolment.rename !== undefined,
            ...defined({ page: enrolment.page }),
          },
        }
      : {}),
  } as MethodFacts;
}

/** What a first step asks for is something the person knows, what follows it something the person has. */
export function kindOf({ kind, identifies }: Method): FactorKind {
  return kind ?? (identifies ? 'knowledge' : 'possession');
}
