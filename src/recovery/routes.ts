import type { Route } from '../http/routes.ts';
import type { createNewCredential } from './new-credential.ts';
import type { createNewDevice } from './new-device.ts';
import type { createSetPassword } from './set-password.ts';
import type { createRecoverySteps } from './steps.ts';

export type RecoveryRoutesDeps = {
  steps: ReturnType<typeof createRecoverySteps>;
  setPassword: ReturnType<typeof createSetPassword>;
  newCredential: ReturnType<typeof createNewCredential>;
  newDevice: ReturnType<typeof createNewDevice>;
};

export function createRecoveryRoutes({
  steps,
  setPassword,
  newCredential,
  newDevice,
}: RecoveryRoutesDeps): Route[] {
  return [
    { method: 'GET', path: '/recovery', handle: steps.show },
    { method: 'POST', path: '/recovery', handle: steps.start, body: 'form' },
    { method: 'GET', path: '/recovery/link', handle: steps.showLink },
    { method: 'POST', path: '/recovery/link', handle: steps.useLink, body: 'form' },
    { method: 'GET', path: '/recovery/started', handle: steps.showStarted },
    { method: 'POST', path: '/recovery/started', handle: steps.useStarted, body: 'form' },
    { method: 'GET', path: '/recovery/steps/:id', handle: steps.showStep },
    { method: 'GET', path: '/recovery/steps/:id/code', handle: steps.showStep },
    { method: 'POST', path: '/recovery/steps/:id/code', handle: steps.answerCode, body: 'form' },
    { method: 'GET', path: '/recovery/steps/:id/ways/:method', handle: steps.showSecondFactor },
    {
      method: 'POST',
      path: '/recovery/steps/:id/ways/:method',
      handle: steps.answerSecondFactor,
      body: 'form',
    },
    { method: 'GET', path: '/recovery/steps/:id/password', handle: steps.showStep },
    { method: 'POST', path: '/recovery/steps/:id/password', handle: steps.setPassword, body: 'form' },
    { method: 'GET', path: '/recovery/steps/:id/added', handle: steps.showAdded },
    { method: 'GET', path: '/set-password', handle: setPassword.show },
    { method: 'POST', path: '/set-password', handle: setPassword.set, body: 'form' },
    { method: 'GET', path: '/new-credential', handle: newCredential.show },
    { method: 'POST', path: '/new-credential', handle: newCredential.remove, body: 'form' },
    { method: 'GET', path: '/new-credential/removed', handle: newCredential.showRemoved },
    { method: 'GET', path: '/new-device', handle: newDevice.show },
    { method: 'POST', path: '/new-device', handle: newDevice.end, body: 'form' },
    { method: 'GET', path: '/new-device/ended', handle: newDevice.showEnded },
  ];
}
