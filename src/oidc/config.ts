import { z } from 'zod';
import { isNetwork } from '../http/client-address.ts';
import { mailDomain } from '../lib/mail-domain.ts';
import { SECOND_FACTOR_RULES } from './levels.ts';
import { codeGraceSeconds, lifetimes, refreshGraceSeconds } from './lifetimes.ts';

const seconds = (fallback: number, text: string, minimum = 1) =>
  z.int().min(minimum).default(fallback).describe(`${text} Seconds.`);

/** The section `oidc`. The defaults are the strict ones; `lifetimes.ts` gives their reasons. */
export const oidcConfig = z
  .strictObject({
    accessTokenSeconds: seconds(
      lifetimes.accessTokenSeconds,
      'Lifetime of access tokens, unless the client or the resource server has its own.',
    ),
    sessionIdleSeconds: seconds(
      lifetimes.sessionIdleSeconds,
      'A browser that does not come back for this long is signed out.',
    ),
    sessionAbsoluteSeconds: seconds(
      lifetimes.sessionAbsoluteSeconds,
      'A browser is signed out this long after the sign-in, whatever happens.',
    ),
    refreshIdleSeconds: seconds(
      lifetimes.refreshIdleSeconds,
      'A refresh token that is not used for this long expires.',
    ),
    refreshAbsoluteSeconds: seconds(
      lifetimes.refreshAbsoluteSeconds,
      'Refresh tokens expire this long after the first one was issued, however often they were rotated.',
    ),
    refreshGraceSeconds: seconds(
      refreshGraceSeconds,
      'A refresh token that is presented again within this time gets the same successor; after that it counts as stolen. 0: it counts as stolen at once.',
      0,
    ),
    codeGraceSeconds: seconds(
      codeGraceSeconds,
      'An authorization code that is presented again within this time is only refused; after that it counts as stolen. 0: it counts as stolen at once.',
      0,
    ),
    unused: z
      .strictObject({
        perNetwork: z
          .int()
          .min(1)
          .max(100_000)
          .default(300)
          .describe(
            'How many sign-ins whose page was never opened are kept for one network; the oldest are dropped first.',
          ),
        perMinute: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(600)
          .describe('How many sign-ins one network may start in a minute. More are answered with 429.'),
        total: z
          .int()
          .min(1)
          .max(10_000_000)
          .default(50_000)
          .describe(
            'How many sign-ins without any proof yet are kept for all networks together. A thousand take 0.8 MB; if they are large, fewer are kept.',
          ),
        exemptNetworks: z
          .array(z.string().refine(isNetwork, 'must be an address or a CIDR'))
          .default([])
          .describe('Addresses and CIDRs without these limits, such as offices and CI behind one address.'),
      })
      .prefault({})
      .describe(
        'Sign-ins that were begun and not used, and pushed requests of public clients. A network is an IPv4 address or an IPv6 /64. On a loopback issuer nothing is bounded.',
      ),
    levels: z
      .array(
        z.strictObject({
          acr: z
            .string()
            .regex(/^[\x21-\x7e]+$/, 'must be one word of ASCII')
            .describe('The value of `acr`.'),
          provedBy: z
            .array(z.array(z.string().min(1)).min(1))
            .min(1)
            .describe(
              'Combinations that prove it. Each names methods or values of `amr` that must all be there.',
            ),
        }),
      )
      .min(1)
      .refine(
        (rows) => new Set(rows.map(({ acr }) => acr)).size === rows.length,
        'must not name one acr twice',
      )
      .prefault([
        { acr: '1', provedBy: [['any']] },
        { acr: '2', provedBy: [['mfa']] },
        { acr: '3', provedBy: [['passkey', 'mfa']] },
      ])
      .describe(
        'Levels of sign-in, weakest first: `acr` and what proves it. `any`: one proof of any kind; `mfa`: two factors, or a passkey that verified the person.',
      ),
    secondFactor: z
      .enum(SECOND_FACTOR_RULES)
      .default('when_enrolled')
      .describe(
        'When a second factor is asked for. `when_enrolled`: from everybody who has set one up (an authenticator app, or a security key that is no way in by itself). `required`: from everybody. `never`: only where an app or an API asks for a level. A client and a person may have their own rule.',
      ),
    secondFactorLater: z
      .int()
      .min(0)
      .max(100)
      .default(3)
      .describe('How often somebody who must add a second factor may put it off. 0: never.'),
    requirePkce: z
      .enum(['always', 'public-clients'])
      .default('public-clients')
      .describe(
        'From which clients PKCE is required. `public-clients`: from clients without a secret or key; others follow `clients create --pkce` (default: required once they have used it). `always`: from every client.',
      ),
    webfingerDomains: z
      .array(mailDomain)
      .default([])
      .describe(
        'Domains of e-mail addresses for which WebFinger at the root of the host names this issuer (docs/webfinger.md). Subdomains are not included.',
      ),
  })
  .prefault({})
  .refine((section) => section.sessionIdleSeconds <= section.sessionAbsoluteSeconds, {
    message: 'must not be longer than oidc.sessionAbsoluteSeconds',
    path: ['sessionIdleSeconds'],
  })
  .refine((section) => section.refreshIdleSeconds <= section.refreshAbsoluteSeconds, {
    message: 'must not be longer than oidc.refreshAbsoluteSeconds',
    path: ['refreshIdleSeconds'],
  });

export type OidcConfig = z.infer<typeof oidcConfig>;
