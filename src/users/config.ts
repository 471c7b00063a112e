import { z } from 'zod';
import { attributesSchema } from './attributes.ts';

export const usersConfig = z
  .strictObject({
    signInBy: z
      .enum(['email', 'username', 'both'])
      .default('email')
      .describe(
        'What people type to sign in. `username`: people without one still use their e-mail address, and registration requires one. `both`: registration offers one.',
      ),
    attributes: attributesSchema.describe(
      'Your own fields of people, in addition to the standard claims: `department: { type: text, shownTo: person, scope: profile }` (docs/roles.md). Set by `users update --attribute`.',
    ),
    setPasswordLinkTtlSeconds: z
      .int()
      .min(300)
      .max(2_592_000)
      .default(86_400)
      .describe('How long a one-time link to set a password works, in seconds. Default: 24 h.'),
    firstAdministratorLinkTtlSeconds: z
      .int()
      .min(300)
      .max(86_400)
      .default(3600)
      .describe('How long the link for the first administrator’s account works, in seconds. Default: 1 h.'),
  })
  .prefault({});

export type UsersConfig = z.infer<typeof usersConfig>;
