import type { PersonalData } from '../lib/personal-data.ts';
import type { RegistrationDeps } from './deps.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import { createRegistrationRoutes } from './routes.ts';
import { createRegistrationSteps } from './steps.ts';
import { createRegistrationStore } from './store.ts';

/** How somebody gets an account of their own: "Create an account", an invitation, the link of the first start. */
export function createRegistration(deps: RegistrationDeps) {
  const { wayBack } = deps;
  const steps = createRegistrationSteps(deps);
  const store = createRegistrationStore(deps.db);

  return {
    routes: createRegistrationRoutes({
      steps,
      firstAdministrator: createFirstAdministrator({ ...deps, showLinkUsed: steps.showLinkUsed }),
    }),

    personalData: { registrations_by_mail: ['offer_answered_at'] } satisfies PersonalData,

    /** For who made their account with a mailbox alone: another way to sign in is offered once, at a later sign-in. */
    moreWays: {
      isDue: (userId: string): Promise<boolean> => store.isOfferOpen(userId),
      settle: (userId: string): Promise<void> => store.closeOffer(userId, deps.clock.now()),
    },

    /** For who has proved an address that nobody has, by the mail of a sign-in. */
    continueProved: steps.continueProved,

    /** For the login page: "Create an account", when it is offered. */
    linkFor: (uid: string, app: unknown): { registrationUrl?: string } =>
      steps.isOffered ? { registrationUrl: wayBack.startOf('registration', wayBack.of(uid, app)) } : {},
  };
}
