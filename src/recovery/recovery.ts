import { createUnderWay } from '../mailed-codes/mailed-codes.ts';
import type { RecoveryDeps } from './deps.ts';
import { createNewCredential } from './new-credential.ts';
import { createNewDevice } from './new-device.ts';
import { createRecoveryRoutes } from './routes.ts';
import { createSetPassword } from './set-password.ts';
import { createRecoverySteps } from './steps.ts';

/**
 * How somebody gets an account back: "Forgot it?", the operator's link to choose a password, and "That wasn't me" in the
 * mails about a new browser and a new credential.
 */
export function createRecovery(deps: RecoveryDeps) {
  const { config, mailedProofs: proofs, wayBack } = deps;
  const entry = { ...wayBack, ...createUnderWay({ ...deps, returnTo: wayBack.returnTo }) };
  const steps = createRecoverySteps({ ...deps, settings: config.recovery, proofs, entry });
  const recoveryUrl = steps.isOffered ? entry.startOf('recovery') : undefined;
  const newDevice = createNewDevice({ ...deps, recoveryUrl });

  return {
    routes: createRecoveryRoutes({
      steps,
      setPassword: createSetPassword({ ...deps, showLinkUsed: entry.showLinkUsed }),
      newCredential: createNewCredential({ ...deps, recoveryUrl }),
      newDevice,
    }),

    /** For the login page: "Forgot it?", when it is offered. */
    linkFor: (uid: string, app: unknown): { recoveryUrl?: string } =>
      steps.isOffered ? { recoveryUrl: entry.startOf('recovery', wayBack.of(uid, app)) } : {},

    announceBrowser: newDevice.announce,
  };
}
