import { z } from 'zod';

export const mailConfig = z
  .strictObject({
    from: z
      .email()
      .optional()
      .describe('The address that mails come from. no-reply@ the host of the issuer unless said.'),
    giveUpSeconds: z
      .int()
      .min(60)
      .max(604_800)
      .default(172_800)
      .describe('How long a mail is tried again before it is thrown away, in seconds: two days unless said.'),
    retrySeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(5)
      .describe(
        'How long to wait after the first failure, in seconds; twice as long after each further one.',
      ),
    connections: z
      .int()
      .min(1)
      .max(20)
      .default(2)
      .describe('How many connections to the mail server at most.'),
    requireTls: z
      .boolean()
      .optional()
      .describe(
        'Refuse a mail server that offers no encryption. By default, when SMTP_URL holds a password and the server is not this machine.',
      ),
    dkim: z
      .strictObject({
        domain: z
          .string()
          .min(1)
          .optional()
          .describe('The domain that signs. The one of the sender’s address unless said.'),
        selector: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'must be a label of a domain name')
          .describe('The public key is at `<selector>._domainkey.<domain>`.'),
        privateKeyFile: z
          .string()
          .min(1)
          .describe('Path of the private key: RSA, best of 2048 bits, in PEM.'),
      })
      .optional()
      .describe('Signs each mail (RFC 6376), for mail servers that do not do it themselves.'),
  })
  .prefault({});

export type MailConfig = z.infer<typeof mailConfig>;
