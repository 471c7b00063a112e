import { deriveBrandColors } from '../views/brand-color.ts';
import { problemOfLogoUrl, readMailLogo } from '../views/logo.ts';
import { type Finding, fine, problem } from './finding.ts';

type Branded = {
  brand: Partial<Record<'color' | 'logoFile' | 'logoUrl' | 'mailLogoFile', string | undefined>>;
  smtpUrl?: string | undefined;
};

/** What becomes of the colour, and whether mails have the logo that pages have. */
export function checkBrand({ brand, smtpUrl }: Branded): Finding[] {
  return [
    ...colorOf(brand),
    ...pictureOf(brand),
    ...(smtpUrl === undefined || smtpUrl === 'none' ? [] : logoOf(brand)),
  ];
}

function colorOf({ color }: Branded['brand']): Finding[] {
  const check = 'brand.color';
  if (color === undefined) return [];
  const { light, dark } = deriveBrandColors(color);
  const shown = `${light.brand} on light pages and ${dark.brand} on dark ones`;
  const buttons = light.fill === light.brand ? '' : ` Buttons on light pages are ${light.fill}.`;
  return [fine(check, `${color} is shown as ${shown}, where it can be read (WCAG 2.2, 4.5:1).${buttons}`)];
}

function pictureOf({ logoUrl }: Branded['brand']): Finding[] {
  const why = logoUrl === undefined ? undefined : problemOfLogoUrl(logoUrl);
  if (why === undefined) return [];
  return [
    problem('warning', 'brand.logoUrl', {
      what: `The picture in brand.logoUrl ${why}.`,
      why: 'It is sent with each page, and a browser may show an empty square.',
      action: 'Name a file with brand.logoFile instead; docs/brand.md says what a logo may be.',
    }),
  ];
}

function logoOf(brand: Branded['brand']): Finding[] {
  const check = 'brand.logo';
  if (brand.logoFile === undefined && brand.mailLogoFile === undefined) return [];
  if (readMailLogo(brand)) return [fine(check, 'Mails carry the logo.')];
  return [
    problem('warning', check, {
      what: `Pages show the logo and mails do not: ${brand.logoFile} is no PNG.`,
      why: 'Many mail programs show neither SVG nor WebP, so none is sent.',
      action: 'Name a PNG of it in brand.mailLogoFile.',
    }),
  ];
}
