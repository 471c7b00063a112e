import { defineError } from '../lib/errors.ts';

export const invitationUnknown = defineError(
  'users.invitation_unknown',
  404,
  () => 'There is no such invitation.',
);
export const registrationOff = defineError(
  'users.registration_off',
  409,
  () => 'Nobody may make an account: set `registration.mode` to invitation, domain or open first.',
);
