import { readFileSync } from 'node:fs';
import { type Html, raw } from './html.ts';

/** Style sheets and the script of the pages, small enough to travel inside each page, so that it is one request. */
export type Assets = {
  flowCss: Html;
  accountCss: Html;
  script: Html;
  /** For pages with a passkey's button, and for those that tell the browser what we know of the person's passkeys. */
  passkeyScript: Html;
  signalsScript: Html;
};

const FOLDER = new URL('../../views/assets/', import.meta.url);

/** Reads `views/assets` once and takes comments and indentation out. There is no build step. */
export function readAssets(): Assets {
  const shared = read('auth.css');
  return {
    flowCss: raw(stripCss(shared)),
    accountCss: raw(stripCss(shared + read('account.css'))),
    script: raw(stripJs(read('auth.js'))),
    passkeyScript: raw(`\n${stripJs(read('passkey.js'))}`),
    signalsScript: raw(`\n${stripJs(read('signals.js'))}`),
  };
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** Good for our sheets: they hold no string with a brace or a comment in it. */
export function stripCss(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
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
