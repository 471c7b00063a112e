import { z } from 'zod';

/** The claims of a profile that a person may write. `picture` has a switch of its own. */
export const profileClaims = [
  'name',
  'given_name',
  'middle_name',
  'family_name',
  'nickname',
  'preferred_username',
  'gender',
  'birthdate',
  'locale',
  'zoneinfo',
  'website',
  'profile',
  'phone_number',
  'address',
] as const;

/** The section `account`: what people may do with their own accounts. */
export const accountConfig = z
  .strictObject({
    editableClaims: z
      .array(z.enum(profileClaims))
      // Few: who installs this asks people for no more than apps need. Never `preferred_username`: apps know people by it,
      // and who could write somebody else's there would be let in as them.
      .default(['name', 'given_name', 'family_name', 'locale', 'zoneinfo'])
      .describe(
        `The fields of the profile that people may write themselves, of ${profileClaims.join(', ')}. The others are the operator’s to set. Not preferred_username where an app knows people by it.`,
      ),
    pictureByUrl: z
      .boolean()
      .default(false)
      .describe(
        'Whether people may name a picture by its URL. Off: apps would load it from wherever it leads.',
      ),
    emailChange: z.boolean().default(true).describe('Whether people may change their e-mail address.'),
    emailConfirmSeconds: z
      .int()
      .min(300)
      .max(86_400)
      .default(3600)
      .describe('How long the link works that confirms a new address, in seconds. Default 1 h.'),
    emailUndoSeconds: z
      .int()
      .min(86_400)
      .max(2_592_000)
      .default(259_200)
      .describe('How long the old address can take a change back, in seconds. Default 72 h.'),
    deletion: z.boolean().default(true).describe('Whether people may delete their accounts.'),
    deletionGraceDays: z
      .int()
      .min(1)
      .max(90)
      .default(14)
      .describe('How long a deletion waits, in days. Who signs in meanwhile keeps the account.'),
  })
  .prefault({});

export type AccountConfig = z.output<typeof accountConfig>;
