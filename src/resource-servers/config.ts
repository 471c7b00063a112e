import { z } from 'zod';

export const resourceServersConfig = z
  .strictObject({
    defaultResource: z
      .string()
      .refine((uri) => URL.canParse(uri) && !uri.includes('#'), 'must be an absolute URI without a fragment')
      .optional()
      .describe(
        'Identifier of the API (resource server) that tokens are for when an app names none and does not ask for openid. Default: none.',
      ),
  })
  .prefault({});
