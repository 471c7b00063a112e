import { z } from 'zod';

/** The section `totp`. What it says holds for authenticators that are added from then on. */
export const totpConfig = z
  .strictObject({
    algorithm: z
      .enum(['sha1', 'sha256', 'sha512'])
      .default('sha1')
      .describe('Hash of new authenticators. Several apps ignore any other than SHA-1 and show wrong codes.'),
    digits: z.literal([6, 8]).default(6).describe('Digits of the codes of new authenticators: 6 or 8.'),
    periodSeconds: z
      .int()
      .min(15)
      .max(120)
      .default(30)
      .describe('How long the app of a new authenticator shows one code, in seconds.'),
    driftSteps: z
      .int()
      .min(0)
      .max(2)
      .default(1)
      .describe('Steps before and after the present one whose codes are taken, for clocks that differ.'),
    maximumPerPerson: z
      .int()
      .min(1)
      .max(20)
      .default(5)
      .describe('Authenticators that one person may have. Each one gives a guess another chance.'),
    issuerName: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('The name that the app shows beside the codes. Default: `brand.name`.'),
  })
  .prefault({});

export type TotpConfig = z.output<typeof totpConfig>;
