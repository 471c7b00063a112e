import { z } from 'zod';

export const mailConfig = z
  .strictObject({
    from: z
      .email()
      .optional()
      .describe('The sender of mails. Default: no-reply@ and the host of the issuer.'),
    giveUpSeconds: z
      .int()
      .min(60)
      .max(604_800)
      .default(172_800)
      .describe('How long a mail is retried before it is discarded, in seconds. Default: two days.'),
    retrySeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(5)
      .describe(
        'How long to wait after the first failure, in seconds; after each further failure twice as long.',
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
        'Whether a mail server without encryption is refused. Default: if SMTP_URL has a password and the server is not this machine.',
      ),
    dkim: z
      .strictObject({
        domain: z.string().min(1).optional().describe('The domain that signs. Default: that of `mail.from`.'),
        selector: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'must be a label of a domain name')
          .describe('The public key is at `<selector>._domainkey.<domain>`.'),
        privateKeyFile: z
          .string()
          .min(1)
          .describe('Path of the private key: RSA in PEM, best with 2048 bits.'),
      })
      .optional()
      .describe('Signs each mail (RFC 6376), for mail servers that do not do it themselves.'),
  })
  .prefault({});

export type MailConfig = z.infer<typeof mailConfig>;
