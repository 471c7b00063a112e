import { defineError } from '../lib/errors.ts';

export const invitationUnknown = defineError(
  'invitations.unknown',
  404,
  () => 'There is no such invitation: `users invitations` shows them.',
);
export const registrationOff = defineError(
  'invitations.registration_off',
  409,
  () => 'Registration is off: set `registration.mode` to invitation, domain or open first.',
);
