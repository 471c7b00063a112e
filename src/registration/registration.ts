import type { RegistrationDeps } from './deps.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import { createRegistrationRoutes } from './routes.ts';
import { createRegistrationSteps } from './steps.ts';

/** How somebody gets an account of their own: "Create an account", an invitation, the link of the first start. */
export function createRegistration(deps: RegistrationDeps) {
  const { wayBack } = deps;
  const steps = createRegistrationSteps(deps);

  return {
    routes: createRegistrationRoutes({
      steps,
      firstAdministrator: createFirstAdministrator({ ...deps, showLinkUsed: steps.showLinkUsed }),
    }),

    /** For who has proved an address that nobody has, by the mail of a sign-in. */
    continueProved: steps.continueProved,

    /** For the login page: "Create an account", when it is offered. */
    linkFor: (uid: string, app: unknown): { registrationUrl?: string } =>
      steps.isOffered ? { registrationUrl: wayBack.startOf('registration', wayBack.of(uid, app)) } : {},
  };
}
