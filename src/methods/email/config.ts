import { z } from 'zod';
import { mailLimits, mailTtlSeconds } from '../../mailed-codes/mailed-codes.ts';

/** The section `email`: signing in by a link or a code in a mail. */
export const emailConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether people may sign in by a link or a code in a mail. A client can say otherwise.'),
    ttlSeconds: mailTtlSeconds.describe(
      'How long the link and the code of a mail work, in seconds; no longer than `methods.memoryTtlSeconds`.',
    ),
    amr: z
      .array(z.string().regex(/^[a-z]+$/, 'must be a value of RFC 8176'))
      .min(1)
      .default(['otp'])
      .describe(
        'What apps are told about such a sign-in (`amr`, RFC 8176). Which level it reaches: `oidc.levels`.',
      ),
    limits: mailLimits([
      { points: 5, perSeconds: 600 },
      { points: 15, perSeconds: 3600 },
    ]),
  })
  .prefault({});

export type EmailConfig = z.output<typeof emailConfig>;
