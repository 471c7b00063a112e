import type { IncomingMessage } from 'node:http';
import type { Access, LostDevice, StrengthRule } from '../access/access.ts';
import type { Audit } from '../audit/audit.ts';
import type { Client, ClientMetadata, ClientSettings } from '../clients/clients.ts';
import type { Database } from '../database/database.ts';
import type { BrowserSecret } from '../http/browser-secret.ts';
import type { Pages } from '../http/page.ts';
import type { RequestInfo } from '../http/request.ts';
import type { Form, RouteContext } from '../http/routes.ts';
import type { I18n } from '../i18n/i18n.ts';
import type { Keys } from '../keys/keys.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/seal.ts';
import type { Mail } from '../mail/mail.ts';
import type { MailedProofs } from '../mailed-codes/mailed-codes.ts';
import type {
  BeginLimits,
  Limits,
  Methods,
  OneTimeMemory,
  PasskeysOfBrowser,
  PasswordOfPerson,
} from '../methods/methods.ts';
import type { RememberedBrowsers } from '../methods/remembered-browsers.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../observability/logger.ts';
import type { ProvedStep, Strength } from '../oidc/levels.ts';
import type { Oidc } from '../oidc/oidc.ts';
import type { ResourceServer } from '../resource-servers/resource-servers.ts';
import type { Roles } from '../roles/roles.ts';
import type { User, Users } from '../users/users.ts';
import type { StepPage } from '../views/views.ts';

/** What the pages of a sign-in need of the modules below them. Each file here says which of it. */
export type InteractionDeps = {
  config: { issuer: string; base: string; isSecure: boolean };
  clock: Clock;
  logger: Pick<Logger, 'warn'>;
  pages: Pages;
  /** By which this browser is known as the one that began something. */
  browser: Pick<BrowserSecret, 'bind'>;
  audit: Pick<Audit, 'record'>;
  metrics: Pick<Metrics, 'count'>;
  users: Pick<Users, 'find' | 'findByEmail' | 'create' | 'hasAny' | 'signInBy' | 'nameToSignIn'>;
  clients: { find(id: string): Promise<ClientForPages | undefined> };
  resourceServers: {
    find(identifier: string): Promise<Pick<ResourceServer, 'identifier' | 'name' | 'scopes'> | undefined>;
  };
  /** Whether somebody who was refused may use an app meanwhile. */
  roles: Pick<Roles, 'read'>;
  methods: Pick<
    Methods,
    | 'list'
    | 'find'
    | 'begin'
    | 'isOpen'
    | 'findWait'
    | 'finish'
    | 'identify'
    | 'connect'
    | 'connectInside'
    | 'connected'
    | 'enrol'
    | 'factsOf'
    | 'listEnrolled'
  >;
  limits: Pick<Limits, 'admit' | 'admitBegin'>;
  mail: Pick<Mail, 'send' | 'isAvailable'>;
  mailedProofs: Pick<MailedProofs, 'begin' | 'find' | 'answer'>;
  /** Who is nobody here yet, and may come by another provider's word. */
  newcomers: {
    /** Whom the setting lets make an account: everybody, or whoever reads the mail of some addresses. */
    mode: 'off' | 'invitation' | 'domain' | 'open';
    /** By what the setting `registration` lets the owner of this address make an account; nothing when it does not. */
    wayInFor(email: string): Promise<'open' | 'invited' | undefined>;
    /** Uses the invitation of this address up, in the transaction that makes the account. False: it works no longer. */
    useInvitation(email: string, inside: Database): Promise<boolean>;
    /** How long a mailed code works, and how often one is sent. */
    ttlSeconds: number;
    limits: BeginLimits;
  };
  /** What a change to an account needs: here, adding a way to sign in. */
  strength: Pick<StrengthRule, 'judge'>;
  /** For who has lost what a sign-in asks for. */
  lostDevice: Pick<LostDevice, 'ask' | 'find' | 'removableBy' | 'delaySeconds'>;
  password: Pick<PasswordOfPerson, 'id' | 'proof' | 'minimumLength' | 'check' | 'prepareChecked'>;
  /** Absent when there are no passkeys here. */
  passkeys: PasskeysOfBrowser | undefined;
  /** "Forgot your password?" and "Create an account", as far as they are offered. */
  accountLinks(uid: string, app: unknown): { recoveryUrl?: string; registrationUrl?: string };
  /** Leads who has proved an address that nobody has to the page that makes the account. */
  registerProved(ctx: RouteContext, proved: ProvedAddress): Promise<void>;
  /** Whether another way to sign in is to be offered to who made their account with a mailbox alone; once. */
  moreWays: { isDue(userId: string): Promise<boolean>; settle(userId: string): Promise<void> };
  /** Whether the end of this account is planned: who signs in keeps it. */
  isLeaving(userId: string): Promise<boolean>;
  knownBrowsers: {
    /**
     * Marks this browser as one in which this person signed in, tells them of a new one, and keeps the account of who was
     * leaving. Answers the hash by which the browser will be known again.
     */
    remember(
      ctx: RouteContext,
      person: User,
      signIn: { signedInAt: number; isLeaving: boolean },
    ): Promise<string>;
    /** Whether this person has signed in in the browser with this hash (`RequestInfo.knownBrowserHash`). */
    isKnown(userId: string, knownBrowserHash: string): Promise<boolean>;
  };
  oneTime: Pick<OneTimeMemory, 'remember' | 'consume'>;
  sealer: Pick<Sealer, 'seal' | 'open'>;
  /** The only caller of what ends things. */
  access: Pick<Access, 'end'>;
  /** What must be done before the app gets anything (`required-steps/`). */
  requiredSteps: {
    openFor(req: IncomingMessage, whose: WhoseSteps): Promise<OpenStep | undefined>;
    page(open: OpenStep, visit: StepVisit): Promise<StepPage>;
    finish(open: OpenStep, visit: StepVisit): Promise<StepOutcome>;
  };
  /** Ends the session of this browser, and says so. */
  signOut(
    ctx: RouteContext,
    signedIn: { person: User; sessionUid: string; steps: readonly ProvedStep[] },
  ): Promise<void>;
  i18n: Pick<I18n, 'choose' | 'translator'>;
  /** The server keys of the purpose `csrf` sign the name of the app in the addresses of a sign-in. */
  keys: { serverKeys: Pick<Keys['serverKeys'], 'current' | 'find'> };
  oidc: Pick<Oidc, 'subjectFor' | 'levels' | 'personClaims'> & {
    findInteraction(
      ctx: RouteContext,
      uid: string,
    ): Promise<
      | { is: 'here'; interaction: PendingInteraction }
      | Exclude<Awaited<ReturnType<Oidc['findInteraction']>>, { is: 'here' }>
    >;
    consents: Pick<Oidc['consents'], 'remember'>;
    sessions: Pick<Oidc['sessions'], 'find'>;
    demands: Pick<
      Oidc['demands'],
      'find' | 'ruleFor' | 'laterLeftFor' | 'isAmong' | 'isRemembered' | 'putOff'
    >;
  };
  /** `config.methods.offered`: ways to sign in that are offered; absent: all. */
  offeredMethods: readonly string[] | undefined;
  /** Whether administrators may always sign in by the ways of this house (`/login?local`). */
  hasLocalSignIn: boolean;
  rememberedBrowsers: Pick<RememberedBrowsers, 'days' | 'remember'>;
  /**
   * Mails the person that somebody gave the right password and a wrong second factor: once for each `signIn`, which is the
   * id of the interaction.
   */
  warnOfHalfSignIn(half: {
    signIn: string;
    person: User;
    clientName: string;
    request: RequestInfo;
  }): Promise<void>;
};

type WhoseSteps = { userId: string; clientId: string; steps: readonly ProvedStep[] };
/** A step that is open, and what is demanded of it. */
type OpenStep = { id: string; asked: AskedStep; missingProof?: Strength };
type AskedStep = {
  person: User;
  clientId?: string | undefined;
  demands: readonly { detail?: string; since?: number }[];
};
type StepVisit = AskedStep & {
  ctx: RouteContext;
  form: Form;
  uid: string;
  sessionUid: string;
  steps: readonly ProvedStep[];
  kept: Readonly<Record<string, string>>;
};
type StepOutcome =
  | 'done'
  | 'judge'
  | { page: StepPage; status?: number }
  | { kept: Readonly<Record<string, string>> }
  | { renewed: { method: string; at: number } };

/** What somebody brings who has proved an address that nobody has, to the page that makes the account. */
export type ProvedAddress = {
  email: string;
  /** The sign-in that waits; none for the own account in a browser that did not begin it. */
  from?: { uid: string; app: string };
  /** "Keep me signed in". */
  remember?: boolean;
};

/** oidc-provider's Interaction, as far as we use it. `persist` writes `result`, `params`, `session` back. */
export type PendingInteraction = {
  readonly uid: string;
  readonly prompt: {
    readonly name: string;
    readonly reasons: readonly string[];
    readonly details: Readonly<Record<string, unknown>>;
  };
  params: Record<string, unknown>;
  readonly returnTo: string;
  session?: { uid: string; accountId: string } | undefined;
  readonly grantId?: string | undefined;
  lastSubmission?: Record<string, unknown> | undefined;
  result?: Record<string, unknown> | undefined;
  persist(): Promise<unknown>;
};

/** What a sign-in knows of the app that it is for. */
export type ClientForPages = Pick<Client, 'id' | 'name' | 'isBuiltIn'> & {
  metadata: Partial<
    Pick<
      ClientMetadata,
      'redirect_uris' | 'client_uri' | 'policy_uri' | 'tos_uri' | 'subject_type' | 'contacts'
    > & {
      initiate_login_uri: string;
    }
  >;
  settings?: Partial<
    Pick<ClientSettings, 'allowedRoles' | 'methods' | 'upstream' | 'secondFactor' | 'logo' | 'color'>
  >;
  /** Of the own account, by `/login?local`: all ways of this house, for administrators (`standing.ts`). */
  isLocal?: boolean;
};
