import { z } from 'zod';
import { mailLimits, mailTtlSeconds } from '../../mailed-codes/mailed-codes.ts';

/** The section `email`: signing in by a link or a code in a mail. */
export const emailConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether people may sign in by a link or a code in a mail. A client may offer fewer ways.'),
    ttlSeconds: mailTtlSeconds.describe(
      'How long the link and the code of a mail work, in seconds; no longer than `methods.memoryTtlSeconds`.',
    ),
    amr: z
      .array(z.string().regex(/^[a-z]+$/, 'must be a value of RFC 8176'))
      .min(1)
      .default(['otp'])
      .describe(
        'The `amr` that apps get for such a sign-in (RFC 8176). `oidc.levels` says which level it reaches.',
      ),
    limits: mailLimits([
      { points: 5, perSeconds: 600 },
      { points: 15, perSeconds: 3600 },
    ]),
  })
  .prefault({});

export type EmailConfig = z.output<typeof emailConfig>;
