import type { Busy, SlowDown } from '../http/refusals.ts';
import type { RequestInfo } from '../http/request.ts';
import type { User } from '../users/users.ts';
import type { Proof, RefusalSentence, UnknownIdentity, Wishes } from './method.ts';

/** What goes into `methods.begin` and `methods.finish`, and what comes out. */

/** From where, for which app, and for which account an attempt is made. */
export type AttemptInfo = {
  request: RequestInfo;
  clientId?: string;
  /** The name of the account, when the method's own fields do not hold it. */
  identifier?: string;
};

export type BeginAttempt = {
  attempt: AttemptInfo;
  userId?: string;
  /** As `BeginInput` has them. */
  choice?: string;
  wishes?: Wishes;
  remember?: boolean;
} & Bound;
export type FinishAttempt = {
  attempt: AttemptInfo;
  /** The person who is known already; absent at a first step. */
  userId?: string;
  /** The person of `userId`, when this request has read them already. */
  person?: User;
  answer: Readonly<Record<string, unknown>>;
  /** What `begin` answered as `attemptId`. Used up by the first `finish` that brings it, whatever comes out. */
  attemptId?: string;
} & Partial<Bound>;

/** `boundTo`: the interaction's or session's id. `purpose`: what it is for, `sign-in` unless said otherwise. */
export type Bound = { boundTo: string; purpose?: string };

/**
 * `redirect`: where the browser goes now, instead of to a page of ours. `failed`: of a method that leads away, why it
 * cannot.
 */
export type BeginAnswer =
  | { attemptId?: string; show?: Record<string, unknown>; redirect?: string; failed?: Refused }
  | SlowDown;

/**
 * Who could not prove it. Unknown, wrong and disabled are one answer here already, so that no page can tell them apart;
 * the audit knows.
 */
export type Refused = {
  refused: 'wrong' | 'reused' | 'expired';
  /** In the place of the text for every refusal. */
  sentence?: RefusalSentence;
};

/** `person`: who was proved, read after the answer was judged. */
export type FinishAnswer =
  | (Required<Pick<Proof, 'proved' | 'amr' | 'kind'>> &
      Pick<Proof, 'isElsewhere' | 'isDoubted' | 'credentialAt' | 'via'> & { person: User })
  | Refused
  | SlowDown
  | Busy;

/** At a first step; `unknown`: whose identity is proved, and who is no person here. */
export type IdentifyAnswer =
  | FinishAnswer
  | (UnknownIdentity & Required<Pick<UnknownIdentity, 'amr' | 'kind'>>);
