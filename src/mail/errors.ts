import { defineError } from '../lib/errors.ts';

/** The recipient is no single e-mail address. The detail does not name it. */
export const mailAddressMalformed = defineError('mail.address_malformed', 500);

/** The key that `mail.dkim.privateKeyFile` names is not there, or is no private RSA key in PEM. */
export const dkimKeyUnreadable = defineError(
  'mail.dkim_key_unreadable',
  500,
  ({ file }) => `mail.dkim.privateKeyFile: ${file} must be a readable private RSA key in PEM.`,
);

/** The address has letters beyond ASCII before its `@`, and the mail server takes none such (RFC 6531: SMTPUTF8). */
export const smtpUtf8Missing = defineError('mail.smtputf8_missing', 500);
