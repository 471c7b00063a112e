import { z } from 'zod';

export const i18nConfig = z
  .strictObject({
    locales: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Languages people may choose from, as BCP 47 tags. Absent: every language that Gatehouse knows.',
      ),
    defaultLocale: z
      .string()
      .default('en')
      .describe(
        'Language for a person whose browser asks for none that we have, and of mails nobody asked for.',
      ),
    timeZone: z
      .string()
      .default('UTC')
      .describe('IANA name of the time zone of dates in mails, and in pages when JavaScript is off.'),
    overridesDir: z
      .string()
      .optional()
      .describe(
        'Folder of your own words: `en.yaml`, `de.yaml`… Each holds the keys to change and their new sentences.',
      ),
  })
  .prefault({});

export type I18nConfig = z.output<typeof i18nConfig>;
