import { deriveBrandColors } from '../views/brand-color.ts';
import { readMailLogo } from '../views/logo.ts';
import { type Finding, fine, problem } from './finding.ts';

type Branded = {
  brand: { color?: string | undefined; logoFile?: string | undefined; mailLogoFile?: string | undefined };
  smtpUrl?: string | undefined;
};

/** What becomes of the colour, and whether mails have the logo that pages have. */
export function checkBrand({ brand, smtpUrl }: Branded): Finding[] {
  return [...colorOf(brand), ...(smtpUrl === undefined || smtpUrl === 'none' ? [] : logoOf(brand))];
}

function colorOf({ color }: Branded['brand']): Finding[] {
  const check = 'brand.color';
  if (color === undefined) return [];
  const { light, dark } = deriveBrandColors(color);
  const shown = `${light.brand} on light pages and ${dark.brand} on dark ones`;
  return [fine(check, `${color} is shown as ${shown}, where it can be read (WCAG 2.2, 4.5:1).`)];
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
