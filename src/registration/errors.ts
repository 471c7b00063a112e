import { defineError } from '../lib/errors.ts';

/** Takes back a transaction in which another press, or the use of the invitation, was faster. A person sees a page. */
export const registrationOver = defineError('registration.over', 409);

/** Takes it back when somebody has the very passkey already. A person is told so where it is asked for. */
export const passkeyTaken = defineError('registration.passkey_taken', 409);
