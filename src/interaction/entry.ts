import type { Route } from '../http/routes.ts';
import { createMailedProofs } from '../mailed-codes/mailed-codes.ts';
import type { EntryDeps } from './entry-deps.ts';
import { createEntryPages } from './entry-pages.ts';
import { createNewCredential } from './new-credential.ts';
import { createNewDevice } from './new-device.ts';
import { createRecovery } from './recovery.ts';
import { createRegistration } from './registration.ts';
import { createTickets } from './ticket.ts';
import { createWaitingApp } from './waiting-app.ts';

export type { EntryDeps } from './entry-deps.ts';

/** The ways in that are not a sign-in: recovery, registration; and the mail about a sign-in from a new device. */
export function createEntry(deps: EntryDeps) {
  const { config } = deps;
  const waitingApp = createWaitingApp(deps);
  const entry = createEntryPages({ ...deps, waitingApp });
  const proofs = createMailedProofs(deps);
  const tickets = createTickets(deps);
  const recovery = createRecovery({ ...deps, settings: config.recovery, proofs, entry, tickets });
  const registration = createRegistration({ ...deps, settings: config.registration, proofs, entry, tickets });
  const recoveryUrl = recovery.isOffered ? entry.startOf('recovery') : undefined;
  const newDevice = createNewDevice({ ...deps, recoveryUrl });
  const newCredential = createNewCredential({ ...deps, recoveryUrl });

  return {
    sweeps: proofs.sweeps,
    personalData: proofs.personalData,
    routes: [
      { method: 'GET', path: '/recovery', handle: recovery.show },
      { method: 'POST', path: '/recovery', handle: recovery.start, body: 'form' },
      { method: 'GET', path: '/recovery/link', handle: recovery.showLink },
      { method: 'POST', path: '/recovery/link', handle: recovery.useLink, body: 'form' },
      { method: 'GET', path: '/recovery/started', handle: recovery.showStarted },
      { method: 'POST', path: '/recovery/started', handle: recovery.useStarted, body: 'form' },
      { method: 'GET', path: '/recovery/steps/:id', handle: recovery.showStep },
      { method: 'GET', path: '/recovery/steps/:id/code', handle: recovery.showStep },
      { method: 'POST', path: '/recovery/steps/:id/code', handle: recovery.answerCode, body: 'form' },
      { method: 'GET', path: '/recovery/steps/:id/ways/:method', handle: recovery.showSecondFactor },
      {
        method: 'POST',
        path: '/recovery/steps/:id/ways/:method',
        handle: recovery.answerSecondFactor,
        body: 'form',
      },
      { method: 'GET', path: '/recovery/steps/:id/password', handle: recovery.showStep },
      { method: 'POST', path: '/recovery/steps/:id/password', handle: recovery.setPassword, body: 'form' },
      { method: 'GET', path: '/registration', handle: registration.show },
      { method: 'POST', path: '/registration', handle: registration.start, body: 'form' },
      { method: 'GET', path: '/registration/link', handle: registration.showLink },
      { method: 'POST', path: '/registration/link', handle: registration.useLink, body: 'form' },
      { method: 'GET', path: '/registration/steps/:id', handle: registration.showStep },
      { method: 'GET', path: '/registration/steps/:id/code', handle: registration.showStep },
      { method: 'POST', path: '/registration/steps/:id/code', handle: registration.answerCode, body: 'form' },
      { method: 'GET', path: '/registration/steps/:id/details', handle: registration.showStep },
      { method: 'POST', path: '/registration/steps/:id/details', handle: registration.create, body: 'form' },
      { method: 'GET', path: '/registration/steps/:id/passkey-instead', handle: registration.showStep },
      {
        method: 'POST',
        path: '/registration/steps/:id/passkey-instead',
        handle: registration.createForPasskey,
        body: 'form',
      },
      { method: 'GET', path: '/registration/steps/:id/passkey', handle: registration.showPasskey },
      {
        method: 'POST',
        path: '/registration/steps/:id/passkey',
        handle: registration.savePasskey,
        body: 'form',
      },
      { method: 'GET', path: '/recovery/steps/:id/added', handle: recovery.showAdded },
      { method: 'GET', path: '/new-credential', handle: newCredential.show },
      { method: 'POST', path: '/new-credential', handle: newCredential.remove, body: 'form' },
      { method: 'GET', path: '/new-credential/removed', handle: newCredential.showRemoved },
      { method: 'GET', path: '/new-device', handle: newDevice.show },
      { method: 'POST', path: '/new-device', handle: newDevice.end, body: 'form' },
      { method: 'GET', path: '/new-device/ended', handle: newDevice.showEnded },
    ] satisfies Route[] as Route[],

    /** For the login page: "Forgot it?" and "Create an account", as far as they are offered. */
    linksFor(uid: string, app: unknown) {
      const from = typeof app === 'string' ? { uid, app } : undefined;
      return {
        ...(recovery.isOffered ? { recoveryUrl: entry.startOf('recovery', from) } : {}),
        ...(registration.isOffered ? { registrationUrl: entry.startOf('registration', from) } : {}),
      };
    },

    announceBrowser: newDevice.announce,

    /** Recoveries and registrations under way. */
    mailedProofs: { endAllOf: proofs.endAllOf },
  };
}
