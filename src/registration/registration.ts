import { createUnderWay } from '../mailed-codes/mailed-codes.ts';
import type { RegistrationDeps } from './deps.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import { createRegistrationRoutes } from './routes.ts';
import { createRegistrationSteps } from './steps.ts';

/** How somebody gets an account of their own: "Create an account", an invitation, the link of the first start. */
export function createRegistration(deps: RegistrationDeps) {
  const { config, mailedProofs: proofs, wayBack } = deps;
  const entry = { ...wayBack, ...createUnderWay({ ...deps, returnTo: wayBack.returnTo }) };
  const steps = createRegistrationSteps({ ...deps, settings: config.registration, proofs, entry });

  return {
    routes: createRegistrationRoutes({
      steps,
      firstAdministrator: createFirstAdministrator({ ...deps, showLinkUsed: entry.showLinkUsed }),
    }),

    /** For the login page: "Create an account", when it is offered. */
    linkFor: (uid: string, app: unknown): { registrationUrl?: string } =>
      steps.isOffered ? { registrationUrl: entry.startOf('registration', wayBack.of(uid, app)) } : {},
  };
}
