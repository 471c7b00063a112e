import { z } from 'zod';

const pageOfOurs = z.string().regex(/^(https?:\/\/|\/|mailto:)/, 'an address: https://…, /path or mailto:…');

export const brandConfig = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .default('Gatehouse')
      .describe('The name people see at the top of each page and mail.'),
    logoFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of a logo, best a square one: SVG (plain shapes), PNG or WebP, at most 20 KB. Gatehouse serves it. It is also the icon of the pages and, if it is a PNG, the logo in mails.',
      ),
    mailLogoFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Path of a PNG for mails, if `brand.logoFile` is not a PNG: many mail programs show no other format.',
      ),
    logoUrl: z
      .string()
      .regex(
        /^data:image\//,
        'must be a data:image/… address; a picture in a file is named by brand.logoFile, and served from here',
      )
      .optional()
      .describe(
        'The logo as a data:image/… URL, instead of `brand.logoFile`. Each page contains it, so keep it small.',
      ),
    color: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i, 'a colour as #rrggbb')
      .optional()
      .describe(
        'Your colour, #rrggbb. Both themes are derived from it, and changed as far as needed to stay readable (contrast 4.5, WCAG).',
      ),
    seal: z
      .enum(['on', 'off'])
      .default('on')
      .describe(
        '`off`: no pattern beside the pages. The pattern is drawn from the address of the installation.',
      ),
    helpUrl: pageOfOurs.optional().describe('Where a person gets help; a link at the foot of each page.'),
    privacyUrl: pageOfOurs.optional().describe('Your privacy policy; a link at the foot of each page.'),
  })
  .prefault({});

export const viewsConfig = z
  .strictObject({
    dir: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of your own views, `interaction/login.mts` and so on (docs/views.md). Each is drawn and checked at start. `VIEWS_DIR`.',
      ),
  })
  .prefault({});
