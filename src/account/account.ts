import type { RouteContext } from '../http/routes.ts';
import type {
  Audit,
  ClientForPages,
  InteractionDeps,
  Pages,
  PersonForPages,
  ResourceServerForPages,
} from '../interaction/interaction.ts';
import type { Clock } from '../lib/clock.ts';
import { createApplications } from './applications.ts';
import { createOverview } from './overview.ts';
import { createAccountRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { createSignOut } from './sign-out.ts';

/** What a person's own pages need. The session is the provider's: there is no second one. */
export type AccountDeps = {
  config: { issuer: string; base: string; isSecure: boolean };
  clock: Clock;
  pages: Pages;
  audit: Audit;
  users: { find(id: string): Promise<PersonForPages | undefined> };
  clients: { find(id: string): Promise<ClientForPages | undefined> };
  resourceServers: { find(identifier: string): Promise<ResourceServerForPages | undefined> };
  i18n: InteractionDeps['i18n'];
  oidc: {
    sessions: {
      /** The live session of the browser's cookie, of a person who exists and is not disabled. */
      find(ctx: RouteContext): Promise<{ uid: string; userId: string } | undefined>;
      /** Newest first. `clientIds`: the apps that were signed in to from this session. */
      listByUser(userId: string): Promise<readonly AccountSession[]>;
      end(uid: string): Promise<void>;
      endAllOf(userId: string, options?: { exceptUid?: string }): Promise<unknown>;
    };
    consents: {
      listByUser(userId: string): Promise<readonly AccountConsent[]>;
      /** Ends the consent and every grant of this person and client. */
      withdraw(userId: string, clientId: string): Promise<unknown>;
    };
  };
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

/** Who is signed in at this page. */
export type SignedIn = { sessionUid: string; person: PersonForPages };
/** A page that only the person it is about sees; everyone else is led to the sign-in and back. */
export type OwnPage = (ctx: RouteContext, signedIn: SignedIn) => Promise<void>;

export type AccountModule = ReturnType<typeof createAccount>;

/** The person's own pages: who you are, where you are signed in, which apps may use your account. */
export function createAccount(deps: AccountDeps) {
  const signIn = createSignIn(deps);
  const signOut = createSignOut(deps);
  const own = (page: OwnPage) => async (ctx: RouteContext) => {
    const signedIn = await findSignedIn(ctx);
    if (signedIn) await page(ctx, signedIn);
    else signIn.begin(ctx);
  };

  return {
    routes: createAccountRoutes({
      own,
      signIn,
      signOut,
      overview: createOverview(deps),
      sessions: createSessions({ ...deps, signOut }),
      applications: createApplications(deps),
    }),
  };

  async function findSignedIn(ctx: RouteContext): Promise<SignedIn | undefined> {
    const session = await deps.oidc.sessions.find(ctx);
    const person = session && (await deps.users.find(session.userId));
    return person && { sessionUid: session.uid, person };
  }
}
