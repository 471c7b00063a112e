import type { Context } from 'koa';
import type { Access, StrengthRule } from '../access/access.ts';
import type { Audit as AuditLog } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { BrowserSecret } from '../http/browser-secret.ts';
import { type RequestInfo, requestInfo } from '../http/request.ts';
import type { RouteContext } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import type { Methods as AllMethods, FactorKind } from '../methods/methods.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Levels, ProvedStep, SecondFactorRule } from '../oidc/levels.ts';
import type { Elsewhere } from '../oidc/oidc.ts';
import type { ScreenName, Screens } from '../views/screens.ts';
import { type Asked, createConsent } from './consent.ts';
import { createElsewhere } from './elsewhere.ts';
import { createExpectedPerson } from './expected-person.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import { createLastUsed } from './last-used.ts';
import { addressOf, createLogin } from './login.ts';
import { createLost } from './lost.ts';
import { createLostDeviceSteps, type LostDeviceForPages } from './lost-device.ts';
import { createPasskeySteps, type PasskeysForPages } from './passkey.ts';
import { createProgress, type Progress } from './progress.ts';
import { createInteractionRoutes } from './routes.ts';
import { createSecondFactor } from './second-factor.ts';
import { createSetPassword } from './set-password.ts';
import { createSignIn } from './sign-in.ts';
import { createSteps } from './steps.ts';
import { createTickets } from './ticket.ts';
import { createWaitingApp } from './waiting-app.ts';
import { createWelcome } from './welcome.ts';

/**
 * What the pages of a sign-in need from the modules below them. Structural on purpose: each module gives more, and
 * this says precisely what is relied on.
 */
export type InteractionDeps = {
  config: { issuer: string; base: string; isSecure: boolean };
  clock: Clock;
  pages: Pages;
  /** By which this browser is known as the one that began something. */
  browser: Pick<BrowserSecret, 'bind'>;
  audit: Audit;
  metrics?: Pick<Metrics, 'count'> | undefined;
  users: InteractionUsers;
  clients: { find(id: string): Promise<ClientForPages | undefined> };
  resourceServers: { find(identifier: string): Promise<ResourceServerForPages | undefined> };
  methods: Methods;
  /** What a change to an account needs: here, adding a way to sign in. */
  strength: Pick<StrengthRule, 'judge'>;
  /** For who has lost what a sign-in asks for. */
  lostDevice: LostDeviceForPages;
  password: PasswordForPages;
  /** Absent when there are no passkeys here. */
  passkeys?: PasskeysForPages | undefined;
  /** "Forgot it?" and "Create an account", as far as they are offered. */
  entryLinks(uid: string, app: unknown): { recoveryUrl?: string; registrationUrl?: string };
  /** Marks this browser as one in which this person signed in (`createDevices`, then `methods.rememberDevice`). */
  devices: {
    /** Answers the hash by which it will be known again. */
    remember(ctx: RouteContext, userId: string, signIn: { signedInAt: number }): Promise<string>;
    /** Whether this person has signed in in the browser with this hash (`RequestInfo.deviceHash`). */
    isKnown(userId: string, deviceHash: string): Promise<boolean>;
  };
  /** `createOneTimeMemory`: remembers under a handle, and gives back once. */
  oneTime: {
    remember(place: MemoryPlace, kept: Record<string, unknown>): Promise<string>;
    consume(place: MemoryPlace, handle: string): Promise<Record<string, unknown> | undefined>;
  };
  /** The only caller of what ends things; and what was added lately. */
  access: Pick<Access, 'end' | 'findDenial' | 'deny' | 'listAddedLately'>;
  i18n: {
    choose(wish: { uiLocales?: string; cookie?: string; acceptLanguage?: string }): string;
    translator(locale: string): (key: string, values?: Record<string, string | number>) => string;
  };
  /** The server keys of the purpose `csrf` sign the name of the app in the addresses of a sign-in. */
  keys: {
    serverKeys: {
      current(purpose: 'csrf'): Promise<{ id: string; key: Buffer }>;
      find(purpose: 'csrf', id: string): Promise<Buffer | undefined>;
    };
  };
  oidc: OidcForInteraction;
  /** `config.methods.offered`: ways to sign in that are offered; absent: all. */
  offeredMethods?: readonly string[] | undefined;
  rememberedDevices: {
    /** 0: nobody is offered it. */
    days: number;
    remember(ctx: RouteContext, userId: string): Promise<void>;
  };
  /**
   * Mails the person that somebody gave the right password and a wrong second factor: once for each `signIn`, which is the
   * id of the interaction.
   */
  warnOfHalfSignIn(half: {
    signIn: string;
    person: PersonForPages;
    clientName: string;
    request: RequestInfo;
  }): Promise<void>;
};

export type OidcForInteraction = {
  /** The interaction of an address, for the browser that began it. */
  findInteraction(
    ctx: RouteContext,
    uid: string,
  ): Promise<
    { is: 'here'; interaction: PendingInteraction } | ({ is: 'elsewhere' } & Elsewhere) | { is: 'gone' }
  >;
  consents: {
    /**
     * Adds to what the person allows this client. The grant itself is made of it at the resume (oidc/grants.ts), so
     * nothing else is written here.
     */
    remember(userId: string, clientId: string, allowed: Asked): Promise<void>;
  };
  sessions: {
    /** The live session of the browser's cookie, of a person who exists and is not disabled. */
    find(
      ctx: RouteContext,
    ): Promise<{ uid: string; userId: string; steps: readonly ProvedStep[] } | undefined>;
  };
  /** The matrix of levels (oidc/levels.ts). */
  levels: Levels;
  /** What is demanded of a person (oidc/demands.ts). */
  demands: {
    secondFactor(userId: string, clientId: string): Promise<SecondFactorRule>;
    hasSecondFactor(userId: string): Promise<boolean>;
    isRemembered(ctx: RouteContext, userId: string): Promise<boolean>;
    laterLeft(userId: string): Promise<number>;
    putOff(userId: string): Promise<boolean>;
  };
  /** `sub` of a person as this client sees it: the id, or the pairwise one. */
  subjectFor(userId: string, clientId: string): Promise<string>;
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

export type Pages = {
  show<S extends ScreenName>(
    ctx: RouteContext,
    screen: S,
    data: Screens[S],
    options?: { status?: number; headers?: 'flow' | 'account' },
  ): void;
};

export type Audit = Pick<AuditLog, 'record'>;

export type PersonForPages = {
  id: string;
  email: string;
  emailVerified: boolean;
  profile: Readonly<Record<string, unknown>>;
  isAdmin: boolean;
  disabledAt?: number | undefined;
};

export type InteractionUsers = {
  find(id: string): Promise<PersonForPages | undefined>;
  hasAny(): Promise<boolean>;
  links: {
    /** Never spends. */
    find(
      purpose: 'first-administrator' | 'set-password',
      token: string,
    ): Promise<{ userId?: string | undefined } | undefined>;
  };
  /** Spends the link and saves the password, both or neither. False when the link does not work. */
  useSetPasswordLink(input: {
    token: string;
    alsoInside(inside: Database, userId: string): Promise<void>;
  }): Promise<boolean>;
  /** Spends the link and makes the person, both or neither. Throws `users.invalid`. */
  createFirstAdministrator(
    input: {
      token: string;
      email: string;
      profile: { name: string };
      alsoInside(db: Database, user: { id: string }): Promise<void>;
    },
    by: { request: RequestInfo },
  ): Promise<{ id: string } | undefined>;
};

export type ClientForPages = {
  id: string;
  name: string;
  isBuiltIn: boolean;
  metadata: {
    redirect_uris?: readonly string[];
    client_uri?: string | undefined;
    initiate_login_uri?: string | undefined;
    policy_uri?: string | undefined;
    tos_uri?: string | undefined;
    subject_type?: string | undefined;
  };
  /** Ways to sign in that this app offers; absent: all. */
  settings?: { methods?: readonly string[] };
};

export type ResourceServerForPages = {
  identifier: string;
  name?: string | undefined;
  scopes: readonly { name: string; sentence: string }[];
};

export type Methods = Pick<
  AllMethods,
  'list' | 'find' | 'begin' | 'finish' | 'enrol' | 'withCredentials' | 'areStillGood' | 'listEnrolled'
>;

export type PasswordForPages = {
  minimumLength: number;
  /** Why a new password is refused, as a translation key with its values. */
  check(password: string, owner: PasswordOwner): PasswordRefusal | undefined;
  /** Checks and hashes. Throws `password.busy` (503) when the queue is too long. */
  prepare(
    password: string,
    owner: PasswordOwner,
  ): Promise<{ save(userId: string, inside?: Database): Promise<void> } | PasswordRefusal>;
};

export type PasswordOwner = Pick<PersonForPages, 'email' | 'profile'>;
type PasswordRefusal = { refused: string; detail?: Record<string, string | number> };

export type MemoryPlace = { method: string; purpose: string; boundTo: string };

/** The link of a mail, used in a browser that did not ask for it. */
export type ProofHere = { userId: string; method: 'email'; amr: readonly string[]; kind: FactorKind };

export type InteractionModule = ReturnType<typeof createInteraction>;

/** Login, consent, the first administrator, and choosing a password: pages and what they do. */
export function createInteraction(deps: InteractionDeps) {
  const { config, pages } = deps;
  const waitingApp = createWaitingApp(deps);
  const lost = createLost({ ...deps, waitingApp }).show;
  const elsewhere = createElsewhere({ ...deps, lost });
  const tickets = createTickets(deps);
  const lastUsed = createLastUsed(config);
  const passkey = createPasskeySteps({
    ...deps,
    progress: () => progress,
    begin: (ctx, interaction, client) => secondFactor.beginFor(ctx, interaction, client, 'passkey'),
  });
  const progress: Progress = createProgress({
    ...deps,
    signIn: createSignIn({ ...deps, lastUsed }),
    interpose: passkey.interpose,
  });
  const expected = createExpectedPerson(deps);
  const login = createLogin({ ...deps, expected, tickets, progress, lastUsed });
  const secondFactor = createSecondFactor({ ...deps, expected, progress, lastUsed });
  const consent = createConsent({ ...deps, lost });
  const showLinkUsed = (ctx: RouteContext) => {
    const back = { href: `${config.base}/account`, label: { key: 'error.to_account' } };
    pages.show(ctx, 'error', { why: 'link_used', referenceId: requestInfo(ctx).id, back }, { status: 410 });
  };

  return {
    routes: createInteractionRoutes({
      steps: createSteps({
        ...deps,
        lostDeviceSteps: createLostDeviceSteps({ ...deps, progress }),
        login,
        consent,
        progress,
        secondFactor,
        passkey,
        lost,
        elsewhere,
      }),
      firstAdministrator: createFirstAdministrator({ ...deps, tickets, showLinkUsed }),
      setPassword: createSetPassword({ ...deps, tickets, showLinkUsed }),
      welcome: createWelcome(deps),
    }),

    /** For oidc-provider's `interactions.url`. The name of the app is in the query; the cookie's path is without it. */
    async url(
      _ctx: unknown,
      { uid, params }: { uid: string; params: Record<string, unknown> },
    ): Promise<string> {
      return addressOf(config, uid, await waitingApp.sign(uid, String(params.client_id)))('');
    },

    /** For oidc-provider's `renderError`, when a resume (`/auth/:uid`) finds no interaction (`SessionNotFound`). */
    async showLost(ctx: Context): Promise<void> {
      await lost(ctx as RouteContext, ctx.path.split('/').at(-1) ?? '');
    },

    /** For a resume of what another browser began. */
    showElsewhere: (ctx: Context, found: Elsewhere): Promise<void> => elsewhere(ctx as RouteContext, found),

    /** For a proof that was made outside of any sign-in: one sign-in to the own account, in this browser. */
    async signInHere(ctx: RouteContext, { userId, method, amr, kind }: ProofHere): Promise<void> {
      await tickets.issue(ctx, { userId, method, steps: [{ method, amr, kind, at: deps.clock.now() }] });
      ctx.redirect(`${config.base}/account/sign-in`);
      ctx.status = 303;
    },

    /** Whether this browser may finish one sign-in to the own account without a form. */
    holdsTicket: tickets.isHeld,
  };
}

export { nameOf } from './consent.ts';
export type { EntryDeps } from './entry.ts';
export { createLostDeviceForm, type LostDeviceForPages, waitingOf } from './lost-device.ts';
export { passwordMistakes } from './new-password.ts';
export { removalUrl } from './removal-url.ts';
export { scopeGroups } from './scope-groups.ts';
export { appOf } from './waiting-app.ts';
