import { z } from 'zod';
import { mailDomain } from '../lib/mail-domain.ts';
import { mailLimits, mailTtlSeconds } from '../mailed-codes/mailed-codes.ts';

/** The section `registration`: who may make an account. */
export const registrationConfig = z
  .strictObject({
    mode: z
      .enum(['off', 'invitation', 'domain', 'open'])
      .default('off')
      .describe(
        'Who may register. `off`: nobody, operators create accounts. `invitation`: with a link of `users invite`. `domain`: also everybody with an address of `domains`. `open`: everybody. To register, a person confirms an address by mail and gives a name. Registration also starts when an allowed address asks for a sign-in link.',
      ),
    domains: z
      .array(mailDomain)
      .default([])
      .describe('The domains of `mode: domain`. Subdomains are not included.'),
    ttlSeconds: mailTtlSeconds.describe('How long the link and the code of a mail work, in seconds.'),
    invitationTtlSeconds: z
      .int()
      .min(300)
      .max(7_776_000)
      .default(604_800)
      .describe('How long an invitation works, in seconds. Default: 7 days.'),
    limits: mailLimits([
      { points: 3, perSeconds: 600 },
      { points: 10, perSeconds: 3600 },
    ]),
  })
  .refine(({ mode, domains }) => mode !== 'domain' || domains.length > 0, {
    path: ['domains'],
    message: 'must name at least one domain, because `mode` is domain',
  })
  .prefault({});

export type RegistrationConfig = z.output<typeof registrationConfig>;

/** Whether anybody may make an account: an invitation lets in only who has it, and each begins with a mail. */
export function isRegistrationOpen(
  { mode }: Pick<RegistrationConfig, 'mode'>,
  mail: { isAvailable: boolean },
): boolean {
  return mail.isAvailable && mode !== 'off' && mode !== 'invitation';
}
