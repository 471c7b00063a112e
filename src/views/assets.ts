import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type BrandColors, ownPalette, type Palette } from './brand-color.ts';
import { type Html, markupOf, raw } from './html.ts';

/** Style sheets and the script of the pages, small enough to travel inside each page, so that it is one request. */
export type Assets = {
  flowCss: Html;
  accountCss: Html;
  script: Html;
  /** For pages with a passkey's button, and for those that tell the browser what we know of the person's passkeys. */
  passkeyScript: Html;
  signalsScript: Html;
  /** Sends the form `data-goes-on` by itself; an element of its own without a nonce, allowed by `goOnScriptHash`. */
  goOnScript: Html;
  /** As a policy names it (CSP 3 §2.3.1): `sha256-…`. */
  goOnScriptHash: string;
  /** The default mark as a data: URL: an icon that costs no request. */
  icon: string;
  /** The default mark as a file of its own, for whatever asks without having opened a page. */
  iconSvg: string;
};

const FOLDER = new URL('../../views/assets/', import.meta.url);

/** Reads `views/assets` once and takes comments and indentation out. There is no build step. */
export function readAssets(palette: Palette): Assets {
  const shared = painted(read('auth.css'), palette);
  const iconSvg = drawIcon(palette.light);
  const goOnScript = raw(stripJs(read('go-on.js')));
  return {
    flowCss: raw(stripCss(shared)),
    accountCss: raw(stripCss(shared + read('account.css'))),
    script: raw(stripJs(read('auth.js'))),
    passkeyScript: raw(`\n${stripJs(read('passkey.js'))}`),
    signalsScript: raw(`\n${stripJs(read('signals.js'))}`),
    goOnScript,
    goOnScriptHash: `sha256-${createHash('sha256').update(markupOf(goOnScript)).digest('base64')}`,
    icon: asDataUrl(iconSvg),
    iconSvg,
  };
}

/** The sheet with the tokens of a palette in place of our own. */
function painted(css: string, { light, dark }: Palette): string {
  const names = Object.keys(light) as (keyof BrandColors)[];
  return names.reduce(
    (sheet, name) => {
      const token = `--${name.replace('onBrand', 'on-brand').replace('ink2', 'ink-2')}`;
      const both = ({ [name]: a }: BrandColors, { [name]: b }: BrandColors) =>
        `${token}:light-dark(${a},${b})`;
      return sheet.replace(both(ownPalette.light, ownPalette.dark), both(light, dark));
    },
    css.replaceAll('light-dark(#fff,', 'light-dark(#ffffff,'),
  );
}

function drawIcon({ fill, onBrand }: BrandColors): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="3" fill="${fill}"/><path d="M9 28V17a9 9 0 0 1 18 0v11h-5V17a4 4 0 0 0-8 0v11z" fill="${onBrand}"/></svg>`;
}

function asDataUrl(svg: string): string {
  const encoded = encodeURIComponent(svg).replace(/%20|%3D|%3A|%2F/g, (code) => decodeURIComponent(code));
  return `data:image/svg+xml,${encoded}`;
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** Good for our sheets: they hold no string with a brace or a comment in it. */
export function stripCss(css: string): string {
  return css
    .replace(/\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}')
    .trim();
}

/** Takes whole-line comments and indentation out. Lines stay lines, so no semicolon can be missed. */
export function stripJs(js: string): string {
  return js
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .join('\n');
}
