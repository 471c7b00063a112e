import { type Html, html } from '../../src/views/html.ts';

/** Drawings of the ways to sign in, by method. A method without one is a plain line of text. */
const ICONS: Readonly<Record<string, Html>> = {
  passkey: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 14a4 4 0 1 1 3.9-5H22v3h-2v3h-3v-3h-6.1A4 4 0 0 1 7 14zm0-2.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z"/></svg>`,
  totp: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 2h10a1 1 0 0 1 1 1v18a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zm1 3v12h8V5zm3 14v1h2v-1z"/></svg>`,
  'backup-codes': html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4h16v16H4zm2 2v12h12V6zm2 2h8v2H8zm0 4h8v2H8z"/></svg>`,
  email: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 6h18v12H3zm2 2v.5l7 4.5 7-4.5V8zm14 2.8-7 4.5-7-4.5V16h14z"/></svg>`,
};

export function methodIcon(method: string): Html | undefined {
  return Object.hasOwn(ICONS, method) ? ICONS[method] : undefined;
}
