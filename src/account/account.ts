import type { RouteContext } from '../http/routes.ts';
import type { Job } from '../lib/job.ts';
import type { PersonalData } from '../lib/personal-data.ts';
import { createOwnApiKeys } from './api-keys.ts';
import { createApplications } from './applications.ts';
import { changeOf } from './changes.ts';
import { createConnections } from './connections.ts';
import { createCredentials } from './credentials.ts';
import { createData } from './data.ts';
import { createDeletion } from './deletion.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
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
import { createAccountStore, sweptAccount } from './store.ts';

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
  const connections = createConnections({ ...deps, freshProof });
  const apiKeys = createOwnApiKeys(deps);

  const own = (page: OwnPage) => async (ctx: RouteContext) => {
    const signedIn = await findSignedIn(ctx);
    if (signedIn) await page(ctx, signedIn);
    else signIn.begin(ctx);
  };
  return {
    /** Its rows that run out, what the person's export tells of them, and what is due. */
    sweeps: sweptAccount,
    personalData: {
      account_deletions: ['created_at', 'due_at'],
      account_email_changes: ['email', 'created_at', 'expires_at'],
      account_email_undos: ['email', 'created_at', 'expires_at'],
    } satisfies PersonalData,
    jobs: [
      {
        everyMs: 60_000,
        run: deletion.runDue,
        failure: 'Accounts that are due could not be deleted',
      },
    ] satisfies Job[],

    routes: createAccountRoutes({
      own,
      /** Asks first for what the strength rule says of the page's change; then the page opens again. */
      changing: (page, back) =>
        own(async (ctx, signedIn) => {
          const change = changeOf(ctx.path.replace(/^\/account\//, ''), deps.password);
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
      credentials: createCredentials({ ...deps, freshProof, ownProofs }),
      connections,
      sessions: createSessions({ ...deps, signOut, freshProof }),
      applications: createApplications({ ...deps, apiKeysFor: apiKeys.linkFor }),
      apiKeys,
      data: createData({ ...deps, store, isDeletionOffered: deletion.isOffered }),
      deletion,
    }),

    /** Addresses that this person had lately, and that can still take the change back. */
    listEarlierAddresses: (userId: string) => store.listUndoAddresses(userId, deps.clock.now()),

    /** Whether the end of the account is planned; and what a completed sign-in does then: who comes back keeps it. */
    isLeaving: deletion.isPlanned,
    keep: deletion.keep,

    /** Ends the session of this browser, and says so. */
    signOut,

    /** Addresses that wait to be confirmed. */
    emailChanges: { endAllOf: (userId: string) => store.deleteEmailChange(userId) },

    /** Where the browser goes on that had left to connect a sign-in elsewhere (`MethodFront.comeBackToAccount`). */
    comeBack: connections.comeBack,

    /** Deletes accounts whose grace period is over. */
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
