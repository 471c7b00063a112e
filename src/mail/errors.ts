import { defineError } from '../lib/errors.ts';

/** The recipient is no single e-mail address. The detail does not name it. */
export const mailAddressMalformed = defineError(
  'mail.address_malformed',
  500,
  () => 'This is not a single e-mail address.',
);

/** The key that `mail.dkim.privateKeyFile` names is not there, or is no private RSA key in PEM. */
export const dkimKeyUnreadable = defineError(
  'mail.dkim_key_unreadable',
  500,
  ({ file }) => `mail.dkim.privateKeyFile: ${file} must be a readable private RSA key in PEM.`,
);

/** The address has letters beyond ASCII before its `@`, and the mail server takes none such (RFC 6531: SMTPUTF8). */
export const smtpUtf8Missing = defineError(
  'mail.smtputf8_missing',
  500,
  () => 'The mail server does not accept addresses with non-ASCII letters before the @ (SMTPUTF8).',
);

/** There is no mail server to ask. */
export const mailOff = defineError(
  'mail.off',
  409,
  () =>
    'There is no mail server: SMTP_URL is not set, or is none. On localhost without SMTP_URL, the server shows mails at /dev/mailbox.',
);
/** The mail server was away, or refused the mail. */
export const mailRefused = defineError(
  'mail.refused',
  502,
  ({ why }) => `The mail was not sent: ${String(why)}`,
);
