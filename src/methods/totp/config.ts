import { z } from 'zod';

/** The section `totp`. What it says holds for authenticators that are added from then on. */
export const totpConfig = z
  .strictObject({
    algorithm: z
      .enum(['sha1', 'sha256', 'sha512'])
      .default('sha1')
      .describe(
        'Hash function of new authenticators. Several apps ignore this and use SHA-1, so that their codes are wrong with any other.',
      ),
    digits: z.literal([6, 8]).default(6).describe('Digits of the codes of new authenticators: 6 or 8.'),
    periodSeconds: z
      .int()
      .min(15)
      .max(120)
      .default(30)
      .describe('How long a code of a new authenticator is valid, in seconds.'),
    driftSteps: z
      .int()
      .min(0)
      .max(2)
      .default(1)
      .describe('How many codes before and after the current one are accepted, for clocks that differ.'),
    maximumPerPerson: z
      .int()
      .min(1)
      .max(20)
      .default(5)
      .describe('How many authenticators one person may have. Each one makes guessing easier.'),
    issuerName: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('The name that the authenticator app shows. Default: `brand.name`.'),
  })
  .prefault({});

export type TotpConfig = z.output<typeof totpConfig>;
