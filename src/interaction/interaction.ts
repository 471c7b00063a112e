import type { Context } from 'koa';
import { type RouteContext, seeOther } from '../http/routes.ts';
import type { FactorKind } from '../methods/methods.ts';
import type { Elsewhere } from '../oidc/oidc.ts';
import { createConsent } from './consent.ts';
import type { ClientForPages, InteractionDeps } from './deps.ts';
import { createElsewhere } from './elsewhere.ts';
import { createEnrolmentPages } from './enrolment-pages.ts';
import { createExpectedPerson } from './expected-person.ts';
import { createIdentityPages } from './identity-pages.ts';
import { addressOf, createJourneys } from './journey.ts';
import { createLastUsed } from './last-used.ts';
import { createLogin } from './login.ts';
import { createLost } from './lost.ts';
import { createLostDeviceSteps } from './lost-device.ts';
import { createMayUseStep } from './may-use.ts';
import { createMethodPages } from './method-pages.ts';
import { createMoreWaysSteps } from './more-ways.ts';
import { createPasskeySteps } from './passkey.ts';
import { createProgress, type Progress } from './progress.ts';
import { createRequiredStep } from './required-step.ts';
import { createReturns } from './return.ts';
import { createInteractionRoutes } from './routes.ts';
import { createSelectAccountStep } from './select-account.ts';
import { createSignIn } from './sign-in.ts';
import { createStanding } from './standing.ts';
import { createSteps } from './steps.ts';
import { createTickets } from './ticket.ts';
import { createUnknownIdentities, type WhenUnknown } from './unknown-identity.ts';
import { createWaitingApp } from './waiting-app.ts';
import { type CameFrom, createWayBack } from './way-back.ts';
import { createWays } from './ways.ts';
import { createWelcome } from './welcome.ts';

/** The link of a mail, used in a browser that did not ask for it. */
export type ProofHere = { userId: string; method: string; amr: readonly string[]; kind: FactorKind };

export type InteractionModule = ReturnType<typeof createInteraction>;

/** Login, consent, and what comes between them: pages and what they do. */
export function createInteraction(
  deps: InteractionDeps & {
    /** In the place of our page for an identity that no account is connected with. */
    whenUnknown?: WhenUnknown;
  },
) {
  const { config } = deps;
  const waitingApp = createWaitingApp(deps);
  const lost = createLost({ ...deps, waitingApp }).show;
  const elsewhere = createElsewhere({ ...deps, lost });
  const tickets = createTickets(deps);
  const lastUsed = createLastUsed(config);
  const ways = createWays({ lastUsed });
  const standings = createStanding(deps);
  const journeys = createJourneys({ ...deps, standingOf: standings.of });
  const passkey = createPasskeySteps({
    ...deps,
    complete: (journey, standing) => progress.complete(journey, standing),
    begin: (journey, id) => methodPages.beginFor(journey, id),
  });
  const moreWaysSteps = createMoreWaysSteps({
    ...deps,
    standings,
    complete: (journey, standing) => progress.complete(journey, standing),
  });
  const progress: Progress = createProgress({
    signIn: createSignIn({ ...deps, lastUsed }),
    interpose: async (journey, waiting) =>
      (await identity.interpose(journey, waiting)) ||
      (await passkey.interpose(journey, waiting)) ||
      moreWaysSteps.interpose(journey, waiting),
  });
  const expected = createExpectedPerson(deps);
  const unknown = createUnknownIdentities({ ...deps, expected, progress });
  const identity = createIdentityPages({ ...deps, expected, progress, unknown });
  const login = createLogin({ ...deps, expected, standings, tickets, progress, ways });
  const enrolmentPages = createEnrolmentPages({ ...deps, progress });
  const methodPages = createMethodPages({
    ...deps,
    showChoice: enrolmentPages.showChoice,
    expected,
    standings,
    progress,
    ways,
    showSignIn: login.showRefused,
    whenUnknown: deps.whenUnknown ?? unknown.begin,
  });
  const consent = createConsent({ ...deps, lost });
  const returns = createReturns(deps);

  return {
    routes: createInteractionRoutes({
      steps: createSteps({
        ...deps,
        lostDeviceSteps: createLostDeviceSteps(deps),
        journeys,
        login,
        consent,
        selectAccount: createSelectAccountStep(deps),
        mayUse: createMayUseStep(deps),
        requiredStep: createRequiredStep(deps),
        methodPages,
        enrolmentPages,
        identity,
        passkey,
        moreWaysSteps,
        lost,
        elsewhere,
        returns,
        waitingApp,
      }),
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
      seeOther(ctx, `${config.base}/account/sign-in`);
    },

    /** For the route of a method that led away: back into the sign-in, with what it brought. */
    comeBack: returns.hand,

    /** The rows of other providers, for a page that somebody came to from a sign-in. */
    rowsElsewhere: (ctx: RouteContext, { from, client }: { from: CameFrom; client: ClientForPages }) =>
      ways.rowsOf(
        { ctx, client, to: addressOf(config, from.uid, from.app) },
        standings.offered(client).filter(({ choices }) => choices !== undefined),
      ),

    /** Whether this browser may finish one sign-in to the own account without a form. */
    holdsTicket: tickets.isHeld,

    /** For who has proved something on pages of their own: the sign-in that follows, and the way back to it. */
    tickets,
    wayBack: createWayBack({ ...deps, waitingApp }),
  };
}

export type { ClientForPages, InteractionDeps, ProvedAddress } from './deps.ts';
export { createLostDeviceForm, waitingOf } from './lost-device.ts';
export {
  createNewAccountForm,
  mistakesOfRefusal,
  NAME_MISSING,
  type NewAccountDetails,
  USERNAME_TAKEN,
} from './new-account.ts';
export { passwordMistakes } from './new-password.ts';
export { removalUrl } from './removal-url.ts';
export { scopeGroups } from './scope-groups.ts';
export type { TicketStep, Tickets } from './ticket.ts';
export { appOf, withQuery } from './waiting-app.ts';
export type { CameFrom, WayBack } from './way-back.ts';
