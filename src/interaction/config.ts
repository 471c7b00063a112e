import { z } from 'zod';
import { readMailDomain } from '../lib/email-address.ts';

const tier = z.strictObject({
  points: z.int().min(1).describe('Mails that may be asked for in each window.'),
  perSeconds: z.int().min(1).max(3600).describe('Length of the window, in seconds, at most 3600.'),
});
type Tier = z.input<typeof tier>;
const tiers = (...values: [Tier, ...Tier[]]) => z.array(tier).min(1).prefault(values);

const limits = z
  .strictObject({
    address: tiers({ points: 3, perSeconds: 600 }, { points: 10, perSeconds: 3600 }).describe(
      'Mails to one address, from all browsers that never signed in to its account.',
    ),
    knownDevice: tiers({ points: 3, perSeconds: 600 }, { points: 10, perSeconds: 3600 }).describe(
      'Mails to one address, asked for in a browser that signed in to its account before.',
    ),
    browser: tiers({ points: 10, perSeconds: 600 }).describe('Mails that one browser asks for.'),
    network: tiers({ points: 60, perSeconds: 600 }).describe(
      'Mails that one network asks for (an IPv4 address or an IPv6 /64).',
    ),
  })
  .prefault({});

const ttlSeconds = z
  .int()
  .min(60)
  .max(3600)
  .default(600)
  .describe('How long the link and the code of a mail work, in seconds.');

/** The section `recovery`: "Forgot it?". */
export const recoveryConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether a person may choose a new password by a mail. An operator can start it in any case.',
      ),
    ttlSeconds,
    startedTtlSeconds: z
      .int()
      .min(300)
      .max(604_800)
      .default(86_400)
      .describe('How long the link of a recovery that an operator started works, in seconds. Default 24 h.'),
    delaySeconds: z
      .int()
      .min(0)
      .max(2_592_000)
      .default(259_200)
      .describe(
        'How long a request to remove a lost second factor waits before it takes effect, in seconds. Default 72 h. 0: only operators remove one.',
      ),
    limits,
  })
  .prefault({});

/** The section `registration`: who may make an account. */
export const registrationConfig = z
  .strictObject({
    mode: z
      .enum(['off', 'invitation', 'domain', 'open'])
      .default('off')
      .describe(
        '`off`: only an operator makes accounts. `invitation`: by a link of `users invite`. `domain`: also everybody with an address of `domains`. `open`: everybody.',
      ),
    domains: z
      .array(
        z
          .string()
          .refine(
            (domain) => readMailDomain(domain)?.includes('.') === true,
            'must be a domain, such as example.com',
          )
          .overwrite((domain) => readMailDomain(domain) ?? domain),
      )
      .default([])
      .describe('The domains of `mode: domain`. Their subdomains are not meant.'),
    ttlSeconds,
    invitationTtlSeconds: z
      .int()
      .min(300)
      .max(7_776_000)
      .default(604_800)
      .describe('How long an invitation works, in seconds. Default 7 days.'),
    limits,
  })
  .refine(({ mode, domains }) => mode !== 'domain' || domains.length > 0, {
    path: ['domains'],
    message: 'must name at least one domain, because `mode` is domain',
  })
  .prefault({});

export type RecoveryConfig = z.output<typeof recoveryConfig>;
export type RegistrationConfig = z.output<typeof registrationConfig>;

/** Whether anybody may make an account: an invitation lets in only who has it, and each begins with a mail. */
export function isRegistrationOpen(
  { mode }: Pick<RegistrationConfig, 'mode'>,
  mail: { isAvailable: boolean },
): boolean {
  return mail.isAvailable && mode !== 'off' && mode !== 'invitation';
}
