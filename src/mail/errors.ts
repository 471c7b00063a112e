import { defineError } from '../lib/errors.ts';

/** The recipient is no single e-mail address. The detail does not name it. */
export const mailAddressMalformed = defineError('mail.address_malformed', 500);
