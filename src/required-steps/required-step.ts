import type { StrengthRule } from '../access/access.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clients } from '../clients/clients.ts';
import type { Database } from '../database/database.ts';
import type { SweptTable } from '../database/sweeper.ts';
import type { Deed } from '../deeds/deeds.ts';
import type { Form, Route, RouteContext } from '../http/routes.ts';
import type { I18n } from '../i18n/i18n.ts';
import type { InteractionDeps, passwordMistakes } from '../interaction/interaction.ts';
import type { Clock } from '../lib/clock.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import type { Mail } from '../mail/mail.ts';
import type { MailedProofs } from '../mailed-codes/mailed-codes.ts';
import type { PasswordOfPerson } from '../methods/methods.ts';
import type { ProvedStep, Strength } from '../oidc/levels.ts';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import type { Attributes, User, Users } from '../users/users.ts';
import type { FieldError, StepPage } from '../views/views.ts';

/**
 * Something that a person must have done before an app gets anything: after the proof, before consent. `built-in.ts` has a
 * line for each, in the order in which they are asked; nothing else names one.
 */
export type RequiredStepPlugIn = {
  /** The word by which it is demanded, and its place in addresses: `terms`. */
  readonly id: string;
  /** It holds the person's own pages, too: it protects the account. What others want of a person never does. */
  readonly holdsAccount?: boolean;
  /** Demanded of one person at a time, by an operator, and done once. */
  readonly isOnce?: boolean;
  /** What is wrong with a demand by its words alone, to go on after "terms …": `needs a name`. */
  judge?(detail: string | undefined, settings: StepSettings): string | undefined;
  /** What an operator can do beside demanding it: given what `create` makes by the step's id, beside `StepDeps`. */
  readonly deeds?: readonly Deed[];
  create(deps: StepDeps): RequiredStep;
};

/** Settings that say which demands make sense. */
export type StepSettings = { users: { attributes: Attributes }; isMailAvailable: boolean };

/** A step that is built, and what it brings beside its answers (`contributions.ts`). */
export type RequiredStep = {
  /** Whether there is something to do for this person now. Asked at each authorization: it may cost one statement. */
  isOpen(asked: Asked): Promise<boolean>;
  /** What must be proved first, where the session has not proved it lately: the sign-in asks for it. */
  missingProof?(asked: Asked, steps: readonly ProvedStep[]): Promise<Strength | undefined>;
  /** What the page says. Opening it changes nothing. */
  page(visit: Visit): Promise<StepPage>;
  /** Judges what was posted. */
  finish(visit: Visit): Promise<Outcome>;
  /** What is wrong with a demand, to go on after "terms …": `names none that there are`. */
  problemOf?(detail: string | undefined): Promise<string | undefined>;
  /** What a person has accepted in it, for `users show`. */
  acceptedBy?(userId: string): Promise<readonly { terms: string; version: string; at: number }[]>;
  routes?: readonly Route[];
  sweeps?: readonly SweptTable[];
  personalData?: PersonalData;
};

/** Of whom it is demanded, and for what. */
export type Asked = {
  person: User;
  /** Absent: for any app. */
  clientId?: string | undefined;
  /** What of it is demanded, from all who demand it. `since`: of an operator's word about this person, in milliseconds. */
  demands: readonly { detail?: string; since?: number }[];
};

/** One request to its page. */
export type Visit = Asked & {
  ctx: RouteContext;
  form: Form;
  /** The interaction: what is remembered for the next form is bound to it. */
  uid: string;
  sessionUid: string;
  /** What the session has proved. */
  steps: readonly ProvedStep[];
  /** What `finish` has kept in this interaction. */
  kept: Readonly<Record<string, string>>;
};

/** What became of a form. `judge`: whether the step is open still is asked again. */
export type Outcome = 'done' | 'judge' | RefusedPage | Kept | Renewed;

/** The page again, with what is wrong. `status`: 422 unless said. */
export type RefusedPage = { page: StepPage; status?: number };

/** For the page, which a GET of its own then shows (RFC 9110 §15.4.4): a reload does nothing a second time. */
export type Kept = { kept: Readonly<Record<string, string>> };

/**
 * Done, and a credential that the person has proved lately stands in the place of the one that was proved. `at`: since
 * when, in milliseconds.
 */
export type Renewed = { renewed: { method: string; at: number } };

export type { FieldError, StepPage };

/** What a step may take; it says itself which of it. */
export type StepDeps = {
  config: { issuer: string; base: string; users: { attributes: Attributes } };
  db: Database;
  clock: Clock;
  audit: Pick<Audit, 'record'>;
  users: Users;
  clients: Pick<Clients, 'find'>;
  mail: Mail;
  mailedProofs: MailedProofs;
  rateLimit: Pick<RateLimit, 'hit'>;
  i18n: Pick<I18n, 'locales'>;
  password: InteractionDeps['password'] & Pick<PasswordOfPerson, 'changedAt' | 'isCurrent'>;
  passwordMistakes: typeof passwordMistakes;
  strength: StrengthRule;
  access: InteractionDeps['access'];
};
