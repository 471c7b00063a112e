import type { Route } from '../http/routes.ts';
import type { createFirstAdministrator } from './first-administrator.ts';
import type { createRegistrationSteps } from './steps.ts';

export type RegistrationRoutesDeps = {
  steps: ReturnType<typeof createRegistrationSteps>;
  firstAdministrator: ReturnType<typeof createFirstAdministrator>;
};

export function createRegistrationRoutes({ steps, firstAdministrator }: RegistrationRoutesDeps): Route[] {
  return [
    { method: 'GET', path: '/registration', handle: steps.show },
    { method: 'POST', path: '/registration', handle: steps.start, body: 'form' },
    { method: 'GET', path: '/registration/link', handle: steps.showLink },
    { method: 'POST', path: '/registration/link', handle: steps.useLink, body: 'form' },
    { method: 'GET', path: '/registration/steps/:id', handle: steps.showStep },
    { method: 'GET', path: '/registration/steps/:id/code', handle: steps.showStep },
    { method: 'POST', path: '/registration/steps/:id/code', handle: steps.answerCode, body: 'form' },
    { method: 'GET', path: '/registration/steps/:id/details', handle: steps.showStep },
    { method: 'POST', path: '/registration/steps/:id/details', handle: steps.create, body: 'form' },
    { method: 'GET', path: '/registration/steps/:id/passkey-instead', handle: steps.showStep },
    { method: 'GET', path: '/registration/steps/:id/by-mail', handle: steps.showStep },
    { method: 'POST', path: '/registration/steps/:id/by-mail', handle: steps.createByMail, body: 'form' },
    {
      method: 'POST',
      path: '/registration/steps/:id/passkey-instead',
      handle: steps.createForPasskey,
      body: 'form',
    },
    { method: 'GET', path: '/registration/steps/:id/passkey', handle: steps.showPasskey },
    { method: 'POST', path: '/registration/steps/:id/passkey', handle: steps.savePasskey, body: 'form' },
    { method: 'GET', path: '/first-administrator', handle: firstAdministrator.show },
    { method: 'POST', path: '/first-administrator', handle: firstAdministrator.create, body: 'form' },
  ];
}
