import { z } from 'zod';

export const i18nConfig = z
  .strictObject({
    locales: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Languages people may choose from, as BCP 47 tags. Default: all that Gatehouse has.'),
    defaultLocale: z
      .string()
      .default('en')
      .describe(
        'Language for people whose browser asks for none of these, and of mails that no request caused.',
      ),
    timeZone: z
      .string()
      .default('UTC')
      .describe('Time zone (IANA name) of dates in mails, and in pages without JavaScript.'),
    overridesDir: z
      .string()
      .optional()
      .describe(
        'Folder of your own sentences: `en.yaml`, `de.yaml`… Each has the keys to change, with the new sentences.',
      ),
  })
  .prefault({});

export type I18nConfig = z.output<typeof i18nConfig>;
