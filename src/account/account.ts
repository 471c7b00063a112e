import type { Access, LostDevice, StrengthRule } from '../access/access.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import type { RouteContext } from '../http/routes.ts';
import type { EntryDeps, InteractionDeps } from '../interaction/interaction.ts';
import type { Clock } from '../lib/clock.ts';
import type { Mail } from '../mail/mail.ts';
import type { Methods } from '../methods/methods.ts';
import type { ProvedStep } from '../oidc/levels.ts';
import type { Users } from '../users/users.ts';
import { createApplications } from './applications.ts';
import { changeOf } from './changes.ts';
import type { AccountConfig } from './config.ts';
import { createData } from './data.ts';
import { createDeletion } from './deletion.ts';
import { createEmailChange } from './email.ts';
import { createFreshProof } from './fresh-proof.ts';
import { createOwnLostDevice } from './lost-device.ts';
import { createOverview } from './overview.ts';
import { createOwnProofs } from './own-proofs.ts';
import { createPasskeySignals } from './passkey-signals.ts';
import { createPasswordPage } from './password.ts';
import { createProfile } from './profile.ts';
import { createAccountRoutes } from './routes.ts';
import { createSecurity } from './security.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { createSignOut } from './sign-out.ts';
import { createAccountStore } from './store.ts';
import { createWays } from './ways.ts';

export { sweptAccount } from './store.ts';

/** What a person's own pages need. The session is the provider's: there is no second one. */
export type AccountDeps = {
  config: {
    issuer: string;
    base: string;
    isSecure: boolean;
    account: AccountConfig;
    i18n: { defaultLocale: string };
  };
  db: Database;
  clock: Clock;
  pages: InteractionDeps['pages'];
  audit: AccountAudit;
  leases: Pick<Leases, 'run'>;
  mail: Pick<Mail, 'send' | 'isAvailable'>;
  methods: Pick<Methods, 'list' | 'find' | 'finish' | 'listEnrolled' | 'enrol' | 'withCredentials'>;
  /** The server keys of the purpose `codes` sign what was proved in the account itself. */
  keys: {
    serverKeys: {
      current(purpose: 'codes'): Promise<{ id: string; key: Buffer }>;
      find(purpose: 'codes', id: string): Promise<Buffer | undefined>;
    };
  };
  /** For who has lost what a change needs. */
  lostDevice: InteractionDeps['lostDevice'] & Pick<LostDevice, 'findByToken' | 'cancel'>;
  /** What a change to an account needs. */
  strength: StrengthRule;
  oneTime: EntryDeps['oneTime'];
  password: InteractionDeps['password'];
  rateLimit: {
    hit(
      name: string,
      key: string,
      limit: { points: number; perSeconds: number },
    ): Promise<{ isAllowed: boolean; retryAfterSeconds: number }>;
  };
  /** What a browser is told, to keep its passkeys in step. Absent when there are none here. */
  passkeys?:
    | { signals(person: OwnPerson): Promise<{ allAcceptedCredentialIds: readonly string[] }> }
    | undefined;
  /** Browsers that are not asked for the second factor. */
  rememberedDevices: { list(userId: string): Promise<readonly RememberedDevice[]> };
  /** Tables of the ways to sign in with rows about a person, and what the export tells of them. */
  personalData: Readonly<Record<string, readonly string[]>>;
  /** The only caller of what ends things. */
  access: Pick<Access, 'end' | 'listAddedLately'>;
  users: Pick<Users, 'find' | 'findByEmail' | 'listAdministrators' | 'update' | 'delete'>;
  clients: { find(id: string): Promise<ClientForAccount | undefined> };
  resourceServers: InteractionDeps['resourceServers'];
  i18n: InteractionDeps['i18n'] & { locales: readonly string[] };
  oidc: {
    sessions: {
      /** The live session of the browser's cookie, when it has all that is demanded of this person here. */
      find(
        ctx: RouteContext,
      ): Promise<{ uid: string; userId: string; steps: readonly ProvedStep[] } | undefined>;
      /** Newest first. `clientIds`: the apps that were signed in to from this session. */
      listByUser(userId: string): Promise<readonly AccountSession[]>;
    };
    consents: { listByUser(userId: string): Promise<readonly AccountConsent[]> };
  };
};

export type RememberedDevice = {
  id: string;
  userAgent: string;
  network: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt?: number;
};

type ClientForAccount = NonNullable<Awaited<ReturnType<InteractionDeps['clients']['find']>>>;

type AccountAudit = InteractionDeps['audit'] & {
  list(query: { userId: string; limit: number; after?: string }): Promise<readonly AccountEvent[]>;
};

export type AccountEvent = {
  id: string;
  at: number;
  event: string;
  outcome: string;
  network?: string;
  browser?: string;
  deviceHash?: string;
  clientId?: string;
  detail: Readonly<Record<string, unknown>>;
};

/** Where and when it began is recorded by oidc at the resume that signs the person in (requestInfo of that request). */
export type AccountSession = {
  uid: string;
  startedAt: number;
  lastSeenAt: number;
  userAgent: string;
  network: string;
  clientIds: readonly string[];
};

export type AccountConsent = {
  clientId: string;
  allowed: {
    scopes: readonly string[];
    claims: readonly string[];
    /** Resource identifier to scopes. */
    resources: Readonly<Record<string, readonly string[]>>;
  };
  createdAt: number;
  lastUsedAt?: number | undefined;
};

export type OwnPerson = NonNullable<Awaited<ReturnType<Users['find']>>>;
/** Who is signed in at this page, and what was proved in this session, each with its time. */
export type SignedIn = { sessionUid: string; person: OwnPerson; steps: readonly ProvedStep[] };
/** A page that only the person it is about sees; everyone else is led to the sign-in and back. */
export type OwnPage = (ctx: RouteContext, signedIn: SignedIn) => Promise<void>;

export type AccountModule = ReturnType<typeof createAccount>;

/** The person's own pages: who you are, how and where you sign in, which apps may use your account, and its end. */
export function createAccount(deps: AccountDeps) {
  const store = createAccountStore(deps.db);
  const signIn = createSignIn(deps);
  const signOut = createSignOut(deps);
  const freshProof = createFreshProof({ ...deps, signIn });
  const lostDevice = createOwnLostDevice({ ...deps, signIn });
  const ownProofs = createOwnProofs(deps);
  const deletion = createDeletion({ ...deps, store });
  const passkeySignals = createPasskeySignals(deps);

  const own = (page: OwnPage) => async (ctx: RouteContext) => {
    const signedIn = await findSignedIn(ctx);
    if (signedIn) await page(ctx, signedIn);
    else signIn.begin(ctx);
  };
  return {
    routes: createAccountRoutes({
      own,
      /** Asks first for what the strength rule says of the page's change; then the page opens again. */
      changing: (page, back) =>
        own(async (ctx, signedIn) => {
          const change = changeOf(ctx.path.replace(/^\/account\//, ''));
          if (!change) throw new Error(`no change is known of ${ctx.path}`);
          if (await freshProof.demand(ctx, signedIn, change, back)) await page(ctx, signedIn);
        }),
      /** Asks for any proof first when the last one is older than five minutes. */
      protecting: (page, back) =>
        own(async (ctx, signedIn) => {
          if (freshProof.demandAny(ctx, signedIn, back)) await page(ctx, signedIn);
        }),
      signIn,
      freshProof,
      lostDevice,
      callback: (ctx) => signIn.callback(ctx, { findSignedIn, afterRefusal: freshProof.afterRefusal }),
      signOut,
      overview: createOverview({ ...deps, passkeySignals, lostFacts: lostDevice.facts }),
      profile: createProfile({ ...deps, passkeySignals }),
      email: createEmailChange({ ...deps, store }),
      password: createPasswordPage({ ...deps, freshProof }),
      security: createSecurity({ ...deps, passkeySignals, lostFacts: lostDevice.facts }),
      ways: createWays({ ...deps, freshProof, ownProofs }),
      sessions: createSessions({ ...deps, signOut, freshProof }),
      applications: createApplications(deps),
      data: createData({ ...deps, store, isDeletionOffered: deletion.isOffered }),
      deletion,
    }),

    /** Addresses that this person had lately, and that can still take the change back. */
    listEarlierAddresses: (userId: string) => store.listUndoAddresses(userId, deps.clock.now()),

    /** Whether the end of the account is planned; and what a completed sign-in does then: who comes back keeps it. */
    isLeaving: deletion.isPlanned,
    keep: deletion.keep,

    /** Addresses that wait to be confirmed. */
    emailChanges: { endAllOf: (userId: string) => store.deleteEmailChange(userId) },

    /** Deletes accounts whose grace period is over. Called on a timer. */
    runDeletions: deletion.runDue,
  };

  async function findSignedIn(ctx: RouteContext): Promise<SignedIn | undefined> {
    const session = await deps.oidc.sessions.find(ctx);
    const person = session && (await deps.users.find(session.userId));
    if (!person) return undefined;
    const whose = { sessionUid: session.uid, person };
    return { ...whose, steps: [...session.steps, ...(await ownProofs.of(ctx, whose))] };
  }
}
