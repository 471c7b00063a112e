import type { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Clients } from '../clients/clients.ts';
import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { Pages } from '../http/page.ts';
import type { Route, RouteContext } from '../http/routes.ts';
import type { Keys, SealedColumn } from '../keys/keys.ts';
import type { Clock } from '../lib/clock.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import type { Sealer } from '../lib/seal.ts';
import type { Mail } from '../mail/mail.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../observability/logger.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Users } from '../users/users.ts';
import type { Html } from '../views/html.ts';
import type { FinishAttempt, IdentifyAnswer } from './attempt.ts';
import type { FactorKind, Method } from './method.ts';

/**
 * A way to sign in, as a whole: everything that others must know of it before it is made, and how it is made.
 * `src/methods/<id>/<id>.ts` exports one, by `definePlugIn`, and `built-in.ts` lists it; nothing else names it.
 */
export type MethodPlugIn<Id extends string = string, Section extends string = string, Schema = z.ZodType> = {
  /** The address of the method everywhere: `totp` in URLs, events, settings of clients. */
  readonly id: Id;
  /** Whether it may be the first step. */
  readonly identifies: boolean;
  /** Its section of the YAML file. */
  readonly config?: MethodSection<Section, Schema>;
  /** Its drawing in lists of ways to sign in, as SVG. Without one its place stays free. */
  readonly icon?: Html;
  /** Those of its choices (`Choice.icon`). */
  readonly icons?: Readonly<Record<string, Html>>;
  /** Its tables with rows about a person (`user_id`), and the columns of them that the person's export has. */
  readonly personalData?: PersonalData;
  /** Columns that `keys reseal` renews. */
  readonly sealedColumns?: readonly SealedColumn[];
  /** Tables whose rows run out. */
  readonly sweeps?: readonly SweptTable[];
  /** Builds it, for one run of the server. */
  create(platform: MethodPlatform, section: SectionOf<Schema>): PluggedMethod;
};

type MethodSection<Section extends string, Schema> = {
  /** Its name, which is the folder's in camelCase. */
  readonly section: Section;
  readonly schema: Schema;
  /** Whether it is switched on, by what the section says. */
  isSwitchedOn?(section: SectionOf<Schema>): boolean;
  /** What is wrong with the section beside the schema: one sentence for each mistake. */
  judge?(section: SectionOf<Schema>, context: { issuer?: string }): readonly string[];
};

type SectionOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : never;

/** What the plug-in is made of. Anything else belongs to whoever calls it. */
export type MethodPlatform = {
  config: {
    issuer: string;
    base: string;
    isSecure: boolean;
    brand: { name: string };
    methods: { memoryTtlSeconds: number };
  };
  db: Database;
  sealer: Sealer;
  clock: Clock;
  audit: Audit;
  metrics: Metrics;
  users: Users;
  clients: Clients;
  keys: Keys;
  mail: Mail;
  upstream: Upstream;
  rateLimit: RateLimit;
  logger: Pick<Logger, 'warn'>;
  newcomers: NewcomersRule;
};

/** Who may make an account by proving an address that nobody has. */
export type NewcomersRule = {
  /** Whether somebody without an invitation may. */
  areWelcome: boolean;
  /** By what this address may; nothing when it may not. The same work for each address. */
  wayInFor(email: string): Promise<string | undefined>;
};

/** The `endAllOf` of a method whose proofs wait for no answer. */
export const nothingWaits = async (): Promise<void> => {};

/** A method that is built, and what it brings beside its answers. */
export type PluggedMethod = {
  method: Method;
  /** False: it is there (its older links are answered), and nobody can sign in by it. */
  isOffered?: boolean;
  /** Addresses of its own, which the browser comes back to. */
  routes?(front: MethodFront): Route[];
  /**
   * Ends everything of a person that waits for an answer: mails that are out. Called by `access.end` alone. Who leaves
   * nothing waiting says so (`nothingWaits`).
   */
  endAllOf(userId: string): Promise<unknown>;
  /** How many requests it holds up for want of a processor. */
  waiting?(): number;
  /** It is a secret that the person thinks up. One method of the house is. */
  password?: PasswordOfPerson;
  /** Its credentials are kept by the browser, which is offered them and told of them. One method of the house does so. */
  passkeys?: PasskeysOfBrowser;
};

/** What a method's own routes need. */
export type MethodFront = Pick<
  MethodPlatform,
  'config' | 'clock' | 'audit' | 'users' | 'clients' | 'mail'
> & {
  pages: Pages;
  methods: { identify(id: string, input: FinishAttempt): Promise<IdentifyAnswer> };
  oneTime: {
    remember(scope: MemoryScope, kept: Record<string, unknown>): Promise<string>;
    consume(scope: MemoryScope, handle: string): Promise<Record<string, unknown> | undefined>;
  };
  /** The address of an interaction (`createInteraction`). */
  interactionUrl(uid: string, clientId: string): Promise<string>;
  /**
   * Back into the sign-in that the browser had left by the `redirect` of `begin`: `uid` is what `begin` had as `boundTo`,
   * `attemptId` that of the attempt, `answer` the fields that `finish` judges. It counts in the browser that began the sign-in alone.
   */
  comeBack(
    ctx: RouteContext,
    back: { uid: string; method: string; attemptId: string; answer: Readonly<Record<string, string>> },
  ): Promise<void>;
  /**
   * The same for a sign-in that is connected in the own account: by the `redirect` of the enrolment's `begin`, `choice` is
   * what that was given. It counts in the browser, session and account that began it.
   */
  comeBackToAccount(
    ctx: RouteContext,
    back: {
      method: string;
      attemptId: string;
      choice: string;
      answer: Readonly<Record<string, string>>;
    },
  ): Promise<void>;
  /** Signs this browser in to the own account, as far as the proof reaches, and answers with the way there. */
  signInHere(
    ctx: RouteContext,
    proof: { userId: string; method: string; amr: readonly string[]; kind: FactorKind },
  ): Promise<void>;
  /** For who has proved an address that nobody has: to the page that makes the account, in this browser. */
  registerHere(ctx: RouteContext, email: string): Promise<void>;
};

type MemoryScope = { method: string; purpose: string; boundTo: string };

/** Making, changing and judging of the secret that a person thinks up. */
export type PasswordOfPerson = {
  /** Its method. */
  readonly id: string;
  /** What a person has proved who has just chosen one. */
  readonly proof: { method: string; amr: readonly string[]; kind: FactorKind };
  readonly minimumLength: number;
  /** Why this person could not have it, as a translation key with its values. */
  check(text: string, owner: PasswordOwner): PasswordProblem | undefined;
  /** Checks and hashes it, for somebody who may not exist yet. Throws `password.busy` (503) when the queue is full. */
  prepare(text: string, owner: PasswordOwner): Promise<PreparedPassword | PasswordProblem>;
  /** The same for one in which `check` has just found nothing. Throws `password.busy`. */
  prepareChecked(text: string, owner: PasswordOwner): Promise<PreparedPassword>;
  /** Throws `users.unknown` and `password.busy`. */
  set(userId: string, text: string): Promise<{ set: true } | PasswordProblem>;
  /** Milliseconds; nothing for who has none. */
  changedAt(userId: string): Promise<number | undefined>;
  /** Whether this is the one that the person has: for who has proved it, and shall choose another. Throws `password.busy`. */
  isCurrent(userId: string, text: string): Promise<boolean>;
};

/** The person who chooses a password, which must not be made of their name or address. */
export type PasswordOwner = { email: string; profile: Readonly<Record<string, unknown>> };
export type PasswordProblem = { refused: string; detail?: Record<string, string | number> };
/** It passed and is hashed. `save` writes it, in the transaction of `db` when one is given. */
export type PreparedPassword = { save(userId: string, db?: Database): Promise<void> };

/** What pages do with the credentials that a browser keeps, beside asking for one. */
export type PasskeysOfBrowser = {
  /** Their method. */
  readonly id: string;
  /** Whether this credential of the browser's is none of ours, so that it may be told so. */
  isUnknown(credentialId: string): Promise<boolean>;
  /** What the browser of somebody who has signed in is told, to keep its credentials in step. */
  signals(person: PasskeyOwner): Promise<{ allAcceptedCredentialIds: readonly string[] }>;
  /** The offer to save one, after a sign-in. */
  offer: {
    isDue(userId: string, on: { hasElsewhere: boolean }): Promise<boolean>;
    notNow(userId: string): Promise<void>;
    never(userId: string): Promise<void>;
  };
};
type PasskeyOwner = {
  id: string;
  email: string;
  profile: Readonly<Record<string, unknown>>;
  disabledAt?: number | undefined;
};

/** Declares a way to sign in. It is made when `create` is called, and not before. */
export function definePlugIn<
  const Id extends string,
  const Section extends string = never,
  Schema extends z.ZodType = never,
>(plugIn: MethodPlugIn<Id, Section, Schema>): MethodPlugIn<Id, Section, Schema> {
  return plugIn;
}
