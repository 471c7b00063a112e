import { z } from 'zod';

const tier = z.strictObject({
  points: z.int().min(1).describe('Mails that may be asked for in each window.'),
  perSeconds: z.int().min(1).max(3600).describe('Length of the window, in seconds, at most 3600.'),
});
type Tier = z.input<typeof tier>;
const tiers = (...values: [Tier, ...Tier[]]) => z.array(tier).min(1).prefault(values);

/** The section `email`: signing in by a link or a code in a mail. */
export const emailConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether people may sign in by a link or a code in a mail. A client can say otherwise.'),
    ttlSeconds: z
      .int()
      .min(60)
      .max(3600)
      .default(600)
      .describe(
        'How long the link and the code of a mail work, in seconds; no longer than `methods.memoryTtlSeconds`.',
      ),
    amr: z
      .array(z.string().regex(/^[a-z]+$/, 'must be a value of RFC 8176'))
      .min(1)
      .default(['otp'])
      .describe(
        'What apps are told about such a sign-in (`amr`, RFC 8176). Which level it reaches: `oidc.levels`.',
      ),
    limits: z
      .strictObject({
        address: tiers({ points: 5, perSeconds: 600 }, { points: 15, perSeconds: 3600 }).describe(
          'Mails to one address, from all browsers that never signed in to its account.',
        ),
        knownDevice: tiers({ points: 5, perSeconds: 600 }, { points: 15, perSeconds: 3600 }).describe(
          'Mails to one address, asked for in a browser that signed in to its account before.',
        ),
        browser: tiers({ points: 10, perSeconds: 600 }).describe('Mails that one browser asks for.'),
        network: tiers({ points: 60, perSeconds: 600 }).describe(
          'Mails that one network asks for (an IPv4 address or an IPv6 /64).',
        ),
      })
      .prefault({}),
  })
  .prefault({});

export type EmailConfig = z.output<typeof emailConfig>;
