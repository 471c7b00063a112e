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
  /** Starts an attempt. What it returns under `keep` is remembered once for `finish`; `show` goes to the page. */
  begin?(input: BeginInput): Promise<Begun>;
  /** Judges an answer. A wrong answer is a value; only a broken promise throws. */
  finish(input: FinishInput): Promise<Proof | Refusal>;
  readonly enrolment?: Enrolment;
};

export type BeginInput = { userId?: string; now: number };
export type Begun = { keep?: Record<string, unknown>; show?: Record<string, unknown> };

export type FinishInput = {
  /** The person who is known already (second factor, step-up); absent at a first step. */
  userId?: string;
  answer: Readonly<Record<string, string>>;
  /** What `begin` kept; present at most once for each `begin`. */
  kept?: Record<string, unknown>;
  now: number;
};

export type Proof = { proved: string; amr?: readonly string[] };

/** `userId` is for the audit and the limits only; a person sees one text for every refusal. */
export type Refusal = { refused: 'wrong' | 'reused' | 'expired' | 'disabled' | 'unknown'; userId?: string };

export type Enrolment = {
  list(userId: string): Promise<readonly EnrolledCredential[]>;
  begin?(userId: string): Promise<Begun>;
  finish(
    userId: string,
    answer: Readonly<Record<string, string>>,
    kept?: Record<string, unknown>,
  ): Promise<Enrolled>;
  remove(userId: string, credentialId: string): Promise<boolean>;
};

export type EnrolledCredential = { id: string; name: string; createdAt: number; lastUsedAt?: number };
/** `refused` is a translation key below the method's id: `password.too_short`. */
export type Enrolled = { enrolled: string } | { refused: string; detail?: Record<string, string | number> };
