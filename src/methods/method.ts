import type { Database } from '../database/database.ts';
import type { RequestInfo } from '../lib/request-info.ts';
import type { User } from '../users/users.ts';

/**
 * The plug-in interface of a way to sign in (design: a method proves; it never sees a request, cookies, limits or the
 * audit). `methods.ts` is its only caller.
 */
export type Method = {
  /** The address of the method everywhere: `password`, `totp`, `passkey`. */
  readonly id: string;
  /** What a proof by it means, RFC 8176: `['pwd']`, `['otp']`, `['hwk', 'user']`. */
  readonly amr: readonly string[];
  /** Whether it may be the first step, that is, whether its answer says who the person is. */
  readonly identifies: boolean;
  /** The fields of its form, which `methods.ts` lets through and nothing else. */
  readonly fields: readonly string[];
  /** The field that names the account at a first step. The limit for the account counts by it. */
  readonly identifierField?: string;
  /** Longest field that reaches it, in bytes of UTF-8 (default 1,024). A longer one is left out, as if never sent. */
  readonly maxFieldBytes?: number;
  /** Whether this person could use it now. */
  isEnrolled(userId: string): Promise<boolean>;
  /**
   * The same and the credentials, by one read: of somebody who exists. Unless it is given, whoever has a credential in
   * `enrolment.list` could use it.
   */
  own?(userId: string): Promise<Own>;
  /** What a proof by it is made of, unless a proof says otherwise. Two different kinds are two factors. */
  readonly kind?: FactorKind;
  /** Whether it may follow another proof as the second factor. Unless said: when it does not identify. */
  readonly isSecondFactor?: boolean;
  /** Of a method that identifies: whether all that this person has of it says nothing of who they are. */
  isSecondOnly?(userId: string): Promise<boolean>;
  /** Only stands in for another second factor: whoever has nothing else is not asked for it (backup codes). */
  readonly isFallback?: boolean;
  /**
   * The most that it can prove: with what this person has, or with one that is still to be added. `amr` and `kind` unless
   * said.
   */
  atBest?(userId?: string): Promise<AtBest>;
  /** Where it stands in lists, strongest first; 10 unless said. */
  readonly strength?: number;
  /** Wrong answers that one `begin` survives: 5 for a mailed code. 1 unless said: the first answer uses it up. */
  readonly attempts?: number;
  /**
   * `post`: `begin` does something that a reload must not repeat (sends a mail). The page is then shown without a
   * attempt's id first, and begins when its form is sent without one. `show` unless said: each showing begins.
   */
  readonly beginsOn?: 'show' | 'post';
  /** For a method whose `begin` bothers somebody: how often it may, beside `methods.limits.begin`. */
  readonly beginLimits?: BeginLimits;
  /** Ends the doubts of before `until` (ms) about a person's credentials: they have proved another way as well. */
  settleDoubts?(userId: string, until: number): Promise<void>;
  /** Whether a proof that came from elsewhere was taken back there since: the provider has signed the person out. */
  isTakenBack?(userId: string, via: Via): Promise<boolean>;
  /** How many uses are left, for the list of ways: backup codes. */
  countLeft?(userId: string): Promise<number>;
  /**
   * Its form is part of the login page, and has no page of its own at a first step. One method of the house has it: two
   * forms would ask for two names.
   */
  readonly isOnLoginPage?: boolean;
  /**
   * How its row on the login page goes on: `name`: by one press, with the name that was typed there; `browser`: at once, by
   * what the browser keeps. To a page of its own unless said.
   */
  readonly row?: 'name' | 'browser';
  /**
   * Its `begin` answers with an address to go to (`Begun.redirect`), and the browser comes back to a route of its own,
   * which hands the answer on by `MethodFront.comeBack`. Such a one identifies and is no second factor.
   */
  readonly leaves?: boolean;
  /** Its rows in lists of ways to sign in, in this order, of one that has not exactly one: a provider each. */
  choices?(): Promise<readonly Choice[]>;
  /**
   * Starts an attempt. What it returns under `keep` is remembered once for `finish`; `show` goes to the page, `redirect` in
   * its place.
   */
  begin?(input: BeginInput): Promise<Begun>;
  /** Judges an answer. A wrong answer is a value; only a broken promise throws. */
  finish(input: FinishInput): Promise<Proof | UnknownIdentity | Refusal>;
  /**
   * Connects an identity that `finish` has proved, and that nobody had, with a person; in the transaction of `inside` when
   * one is given. Answers the id of the credential; nothing when somebody has it by now.
   */
  connect?(userId: string, identity: Identity, inside?: Database): Promise<string | undefined>;
  /** What follows when `connect` was in a transaction that has succeeded. */
  connected?(userId: string, identity: Identity, request: RequestInfo): Promise<void>;
  readonly enrolment?: Enrolment;
};

/** A row of a method that has several. `id`: for addresses. `name`: as people know it. `icon`: one of its plug-in's. */
export type Choice = { id: string; name: string; icon: string };

/**
 * `multi`: two factors in one, as a passkey that verified the person. `mailbox`: whoever reads the person's mail.
 * `federated`: another provider says who it is, however it was proved there.
 */
export type FactorKind = 'knowledge' | 'possession' | 'mailbox' | 'federated' | 'multi';

export type AtBest = { amr: readonly string[]; kind: FactorKind };

export type BeginInput = {
  userId?: string;
  now: number;
  /** The name of the account as it was typed, at a first step; nobody has proved it. */
  identifier?: string;
  /** The interaction or session that asks. */
  boundTo?: string;
  clientId?: string;
  /** What `finish` must be brought back, for a way that comes back by another door: the link in a mail. */
  attemptId?: string;
  /** Which of its rows was pressed: `Choice.id`. */
  choice?: string;
  /** What the app wants of the sign-in, for a method that asks somebody else. */
  wishes?: Wishes;
  /** Whether the person wants to stay signed in: for a page of the method's own that asks the same. */
  remember?: boolean;
  /** For mails: from where, with what, in which language it was asked. */
  request?: RequestFacts;
};
/** What travels on: `isFresh` is `prompt=login`; the others as OpenID Connect Core 1.0 §3.1.2.1 has them, `maxAge` in seconds. */
export type Wishes = { isFresh?: boolean; maxAge?: number; loginHint?: string; uiLocales?: string };
/** `browserHash`: the browser that asks, as `RequestInfo` has it. */
export type RequestFacts = {
  network: string;
  userAgent: string;
  locale: string;
  browserHash?: string;
  /** All of it, for the audit. */
  whole?: RequestInfo;
};
/** `points` attempts in each window of `perSeconds` seconds. */
export type LimitTier = { points: number; perSeconds: number };
/** By the address that is asked for (of a browser that never signed in there, and of one that did), and by the asker. */
export type BeginLimits = Readonly<
  Record<'address' | 'knownDevice' | 'browser' | 'network', readonly LimitTier[]>
>;
export type Begun = {
  keep?: Record<string, unknown>;
  show?: Record<string, unknown>;
  /** Where the browser goes now, of a method that `leaves`. It brings `BeginInput.attemptId` back. */
  redirect?: string;
  /** Of a method that `leaves`: there is nowhere to go now. Nothing else counts then. */
  failed?: Refusal;
};

export type FinishInput = {
  /** The person who is known already (second factor, step-up); absent at a first step. */
  userId?: string;
  /**
   * The person who is known already, or whom the identifying field names, as this request has read them; without `user`
   * there is nobody of that name. Absent: the method looks. Whoever is proved is read again before it counts.
   */
  found?: { user?: User | undefined };
  /** The name of the account as it was typed at a first step, for which this is said to be the answer; nobody has proved it. */
  identifier?: string;
  answer: Readonly<Record<string, string>>;
  /** What `begin` kept; present at most `attempts` times for each `begin`. */
  kept?: Record<string, unknown>;
  now: number;
  /** For mails: from where and in which language it was answered. */
  request?: RequestFacts;
};

/** `amr` and `kind` when this proof is more or less than the method's usual one. */
export type Proof = {
  proved: string;
  amr?: readonly string[];
  kind?: FactorKind;
  /** It was made with another device than the one that signs in: a phone beside a computer. */
  isElsewhere?: true;
  /** There may be a copy of what it was made with: good for a sign-in, not enough alone for a change in the account. */
  isDoubted?: true;
  /** When the credential was made that was used; absent: it may have been the newest. */
  credentialAt?: number;
  via?: Via;
};

/** Where it was proved, when that was elsewhere: by which choice (`slug`) and provider, as whom, in which session there. */
export type Via = { slug: string; provider: string; subject: string; sid?: string };

/** It is certain who this is, elsewhere; no person here is connected with it yet. At a first step only. */
export type UnknownIdentity = { unknown: Identity } & Pick<Proof, 'amr' | 'kind' | 'via'>;

/**
 * Of whom another provider speaks: `subject` is theirs alone and never changes, `claims` is what they say beside it,
 * `provider` what people call them. Plain JSON: it waits in the sign-in.
 */
export type Identity = {
  provider: string;
  subject: string;
  claims: Readonly<Record<string, unknown>>;
  /** Who comes, where an account may be connected or made. Absent: there is none to be had. */
  newcomer?: Stranger;
};

/** What a provider says of somebody who is nobody here yet, and how far it is believed. */
export type Stranger = {
  email: string;
  /** The provider says that they read the mail of this address. */
  isEmailVerified: boolean;
  /** And the operator believes it of this domain as if it had been proved here. */
  isEmailTrusted: boolean;
  /** Anybody may have an account there: the address was theirs when they proved it, and may be another person's by now. */
  isOfAnybody: boolean;
  /** From there comes only who has an address of some domains (`--allow-domain`). */
  isByDomain: boolean;
  /** `follow`: as the setting `registration` says. */
  registration: 'follow' | 'on' | 'off';
  name?: string;
  givenName?: string;
  familyName?: string;
  /** A language tag (BCP 47). */
  locale?: string;
  /** The address of a picture. */
  picture?: string;
};

/**
 * `userId` is for the audit and the limits only; a person sees one text for every refusal, or `sentence`, which says
 * nothing of any account. `detail`: what was wrong exactly, for the audit; it names nobody.
 */
export type Refusal = {
  refused: 'wrong' | 'reused' | 'expired' | 'disabled' | 'unknown';
  userId?: string;
  sentence?: RefusalSentence;
  detail?: string;
};
/** A translation key with its values. */
export type RefusalSentence = { key: string; values?: Readonly<Record<string, string | number>> };

/** How a person adds and removes it. Called by `methods.enrol` only, which remembers, records and mails. */
export type Enrolment = {
  /** The fields of its form; the sign-in's unless said. */
  readonly fields?: readonly string[];
  /** Whether somebody who is just signing in may add it right there. */
  readonly isOfferedInFlow?: boolean;
  /** The page of the own account on which it is chosen and changed, below `/account/`, where it has one. */
  readonly page?: string;
  /** Wrong answers that one `begin` survives; 1 unless said. */
  readonly attempts?: number;
  list(userId: string): Promise<readonly EnrolledCredential[]>;
  begin?(userId: string, input?: EnrolInput): Promise<Begun>;
  finish(
    userId: string,
    answer: Readonly<Record<string, string>>,
    kept?: Record<string, unknown>,
    input?: EnrolInput,
  ): Promise<Enrolled>;
  /** Answers whether there was such a credential of this person. */
  rename?(userId: string, credentialId: string, name: string): Promise<boolean>;
  /**
   * Answers whether there was such a credential of this person. `madeAt`: only the one that was made then, for a method
   * that uses an id again.
   */
  remove(userId: string, credentialId: string, madeAt?: number): Promise<boolean>;
};

export type EnrolInput = {
  now: number;
  boundTo: string;
  /** Of a method that `leaves`: what the browser must bring back, and which of its rows was pressed. */
  attemptId?: string;
  choice?: string;
  request: RequestFacts;
  /** The browser tries it by itself, and the person is not asked. */
  isQuiet?: boolean;
  /** It comes beside another way that says who the person is, and need not say so itself. */
  isSecond?: boolean;
  /** Nobody has this id yet: the account is made with its first credential. */
  newcomer?: Newcomer;
};

/** Who makes an account by a credential alone: without it there would be an account with no way in. */
export type Newcomer = {
  person: Pick<User, 'email' | 'profile'>;
  /**
   * Makes the account, and in its transaction saves the credential, whose answer was right: both or neither. False when
   * there is no account to be had any more.
   */
  makeWith(save: (inside: Database) => Promise<boolean>): Promise<boolean>;
};

/** What a person has of a method. `credentials`: absent where nothing is enrolled, as for a mailbox. */
export type Own = { isEnrolled: boolean; credentials?: readonly EnrolledCredential[] };

export type EnrolledCredential = {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt?: number;
  /** Whether a copy of it is kept elsewhere, of those that could be copied at all. */
  isSynced?: boolean;
  /** It says nothing of who the person is, though others of its method do: good after another way only. */
  isSecondOnly?: true;
  /** What it is of, as people know it, where its method stands for several: `Google`; and which of its pictures. */
  way?: string;
  icon?: string;
  /** Nobody can use it now, as what it is of is switched off: it is no way in until that is on again. */
  isClosed?: true;
};
/**
 * `refused` is a translation key below the method's id: `password.too_short`. `proof`: what the person has proved by
 * enrolling (one code, one signature), which counts when it happens inside a sign-in. `show`: for the page after it.
 */
export type Enrolled =
  | { enrolled: string; proof?: Pick<Proof, 'amr' | 'kind'>; show?: Record<string, unknown> }
  | { refused: string; detail?: Record<string, string | number> };
