import { z } from 'zod';
import { mailLimits, mailTtlSeconds } from '../mailed-codes/mailed-codes.ts';

/** The section `recovery`: "Forgot your password?". */
export const recoveryConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether people may choose a new password by mail (“Forgot your password?”). An operator can always start a recovery.',
      ),
    ttlSeconds: mailTtlSeconds.describe('How long the link and the code of a mail work, in seconds.'),
    startedTtlSeconds: z
      .int()
      .min(300)
      .max(604_800)
      .default(86_400)
      .describe('How long the link of a recovery works that an operator started, in seconds. Default: 24 h.'),
    delaySeconds: z
      .int()
      .min(0)
      .max(2_592_000)
      .default(259_200)
      .describe(
        'How long a request to remove a lost second factor waits before it takes effect, in seconds. Default: 72 h. 0: only operators can remove one.',
      ),
    limits: mailLimits([
      { points: 3, perSeconds: 600 },
      { points: 10, perSeconds: 3600 },
    ]),
  })
  .prefault({});

export type RecoveryConfig = z.output<typeof recoveryConfig>;
