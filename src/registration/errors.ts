import { defineError } from '../lib/errors.ts';

/** Takes back a transaction in which another press, or the use of the invitation, was faster. A person sees a page. */
export const registrationOver = defineError('registration.over', 409);
