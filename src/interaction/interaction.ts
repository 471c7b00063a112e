import type { Database } from '../database/database.ts';
import type { RequestInfo } from '../http/request.ts';
import type { Route, RouteContext } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import type { Proof, Refusal } from '../methods/method.ts';
import type { ScreenName, Screens } from '../views/screens.ts';

/**
 * What the pages of a sign-in need from the modules below them. Structural on purpose: each module gives more, and
 * this says precisely what is relied on.
 */
export type InteractionDeps = {
  config: { issuer: string; base: string; isSecure: boolean };
  clock: Clock;
  db: Database;
  pages: Pages;
  audit: Audit;
  users: InteractionUsers;
  clients: { find(id: string): Promise<ClientForPages | undefined> };
  resourceServers: { find(identifier: string): Promise<ResourceServerForPages | undefined> };
  methods: Methods;
  password: PasswordForPages;
  mail: { passwordChanged(input: { userId: string; email: string; request: RequestInfo }): Promise<void> };
  translate(locale: string, key: string, values?: Record<string, string | number>): string;
  /** The language that the app asks for, by `ui_locales`, when the person has not chosen one here. */
  chooseLocale(ctx: RouteContext, uiLocales: string | undefined): string;
  /** Server keys of the purpose `csrf`: they sign the name of the app in the addresses of a sign-in. */
  signingKeys: {
    current(): Promise<{ id: string; key: Buffer }>;
    find(id: string): Promise<Buffer | undefined>;
  };
  oidc: OidcForInteraction;
};

export type OidcForInteraction = {
  /**
   * The interaction that the browser's interaction cookie names (`provider.interactionDetails`), or undefined when
   * there is none: no cookie, expired, already resumed, or its session has ended or changed hands (SessionNotFound).
   */
  interaction(ctx: RouteContext): Promise<PendingInteraction | undefined>;
  /**
   * Adds to the grant that the interaction began with (`interaction.grantId`, when it is still this person's and this
   * client's), or to a new one, saves it, and returns its id.
   */
  grant(input: {
    grantId: string | undefined;
    userId: string;
    clientId: string;
    scopes: readonly string[];
    claims: readonly string[];
    /** Resource identifier to scopes. */
    resources: Readonly<Record<string, readonly string[]>>;
  }): Promise<string>;
  consents: {
    /** Merges into the row of this person and client: asked once per client and set of scopes. */
    remember(input: {
      userId: string;
      clientId: string;
      scopes: readonly string[];
      claims: readonly string[];
      resources: Readonly<Record<string, readonly string[]>>;
    }): Promise<void>;
  };
  sessions: {
    /** The live session of the browser's cookie, of a person who exists and is not disabled. */
    find(ctx: RouteContext): Promise<{ uid: string; userId: string } | undefined>;
    /** Ends one session and, in the database, the grants begun in it, except those with `offline_access`. */
    end(uid: string): Promise<void>;
    endAllOf(userId: string, options?: { exceptUid?: string }): Promise<void>;
  };
  /** The `acr` that a proof with these methods reaches (oidc/policy.ts). */
  levelOf(amr: readonly string[]): string | undefined;
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

export type Audit = {
  record(entry: {
    event: string;
    outcome: 'success' | 'refused' | 'failed';
    actor?: { type: 'user' | 'client' | 'operator' | 'system'; id?: string };
    userId?: string;
    clientId?: string;
    detail?: Record<string, unknown>;
    request?: RequestInfo;
  }): Promise<void>;
};

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
};

export type ClientForPages = {
  id: string;
  name: string;
  isBuiltIn: boolean;
  metadata: {
    redirect_uris?: readonly string[];
    client_uri?: string | undefined;
    initiate_login_uri?: string | undefined;
    logo_uri?: string | undefined;
    policy_uri?: string | undefined;
    tos_uri?: string | undefined;
    subject_type?: string | undefined;
  };
};

export type ResourceServerForPages = {
  identifier: string;
  name?: string | undefined;
  scopes: readonly { name: string; sentence: string }[];
};

export type Methods = {
  finish(
    id: string,
    input: {
      userId?: string;
      answer: Readonly<Record<string, string>>;
      attempt: { request: RequestInfo; clientId?: string; identifier?: string };
    },
  ): Promise<
    | Proof
    | Refusal
    | { refused: 'slow_down'; retryAfterSeconds: number }
    | { refused: 'busy'; retryAfterSeconds: number }
  >;
};

export type PasswordForPages = {
  minimumLength: number;
};

/**
 * What the modules above and oidc get from here.
 * - `url` goes into oidc-provider's `interactions.url`: `<base>/interaction/<uid>?app=<signed client id>`; the cookie's
 *   path stays `<base>/interaction/<uid>`.
 * - `showLost` is for oidc's `renderError` when the error is a `SessionNotFound` at `/auth/:uid` (the resume): a sign-in
 *   that is over, too old, or another browser's. It shows "You're signed in" or "open too long", each with a way on.
 */
export type Interaction = {
  routes: readonly Route[];
  url(ctx: unknown, interaction: { uid: string; params: Record<string, unknown> }): Promise<string>;
  showLost(ctx: RouteContext): Promise<void>;
};
