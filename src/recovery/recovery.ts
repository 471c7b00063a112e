import type { RecoveryDeps } from './deps.ts';
import { createNewCredential } from './new-credential.ts';
import { createNewDevice } from './new-device.ts';
import { createRecoveryRoutes } from './routes.ts';
import { createSetPassword } from './set-password.ts';
import { createRecoverySteps } from './steps.ts';

/**
 * How somebody gets an account back: "Forgot your password?", the operator's link to choose a password, and "That wasn't me" in the
 * mails about a new browser and a new credential.
 */
export function createRecovery(deps: RecoveryDeps) {
  const { wayBack } = deps;
  const steps = createRecoverySteps(deps);
  const { isOffered, showLinkUsed } = steps;
  const recoveryUrl = isOffered ? wayBack.startOf('recovery') : undefined;
  const newDevice = createNewDevice({ ...deps, recoveryUrl, showLinkUsed });

  return {
    routes: createRecoveryRoutes({
      steps,
      setPassword: createSetPassword({ ...deps, showLinkUsed }),
      newCredential: createNewCredential({ ...deps, recoveryUrl, showLinkUsed }),
      newDevice,
    }),

    /** For the login page: "Forgot your password?", when it is offered. */
    linkFor: (uid: string, app: unknown): { recoveryUrl?: string } =>
      isOffered ? { recoveryUrl: wayBack.startOf('recovery', wayBack.of(uid, app)) } : {},

    announceBrowser: newDevice.announce,
  };
}
