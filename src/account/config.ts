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
        `The fields of the profile that people may write themselves, of ${profileClaims.join(', ')}. Only an operator sets the others. Leave out preferred_username if an app tells people apart by it.`,
      ),
    pictureByUrl: z
      .boolean()
      .default(false)
      .describe(
        'Whether people may give the URL of a picture. Apps then load it from that server, whichever it is.',
      ),
    emailChange: z.boolean().default(true).describe('Whether people may change their e-mail address.'),
    emailConfirmSeconds: z
      .int()
      .min(300)
      .max(86_400)
      .default(3600)
      .describe('How long the link that confirms a new address works, in seconds. Default: 1 h.'),
    emailUndoSeconds: z
      .int()
      .min(86_400)
      .max(2_592_000)
      .default(259_200)
      .describe('How long a change can be undone from the old address, in seconds. Default: 72 h.'),
    deletion: z.boolean().default(true).describe('Whether people may delete their accounts.'),
    deletionGraceDays: z
      .int()
      .min(1)
      .max(90)
      .default(14)
      .describe('How many days pass before a deletion takes effect. Signing in before then cancels it.'),
  })
  .prefault({});

export type AccountConfig = z.output<typeof accountConfig>;
