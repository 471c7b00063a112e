import { z } from 'zod';

export const resourceServersConfig = z
  .strictObject({
    defaultResource: z
      .string()
      .refine((uri) => URL.canParse(uri) && !uri.includes('#'), 'must be an absolute URI without a fragment')
      .optional()
      .describe(
        'Identifier of the resource server meant when an app names none and does not ask for openid. Default: none.',
      ),
  })
  .prefault({});
