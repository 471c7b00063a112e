import { html } from '../../views/html.ts';

/** One drawing for each preset: plain signs of ours in one colour, small enough for the sign-in page. */
export const icons = {
  google: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M20.6 10.5H12v3.4h4.9A5.3 5.3 0 1 1 15.6 7.9l2.5-2.5A8.8 8.8 0 1 0 20.6 10.5"/></svg>`,
  github: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4l4 1.5a12 12 0 0 1 8 0L20 4v5c2 6-1 8-5 8.5V21H9v-2c-3 1-3-2-5-2.5 3-.5 3 1 5 .5C5 16.5 2 15 4 9z"/></svg>`,
  microsoft: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4h7.5v7.5H4zm8.5 0H20v7.5h-7.5zM4 12.5h7.5V20H4zm8.5 0H20V20h-7.5z"/></svg>`,
  apple: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 8c2-1.5 5-1.5 6.5 1-3 2-2 6 .5 7-1 3-3 5-4.5 5-1 0-1.5-.5-2.5-.5S10.5 21 9.5 21C7 21 4 16 5 12s4.5-5 7-4m0-1c0-2.5 1.5-4 3.5-4.5C15.5 5 14 6.5 12 7"/></svg>`,
  gitlab: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 21 2.5 13.5 6 3l2.5 7h7L18 3l3.5 10.5z"/></svg>`,
  discord: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path fill-rule="evenodd" d="M5 6c4.5-2 9.5-2 14 0 2 4 3 7 2.5 11-2 1.5-3.5 2-5 2l-1-2h-7l-1 2c-1.5 0-3-.5-5-2C2 13 3 10 5 6m4 5a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6m6 0a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6"/></svg>`,
  slack: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 3h3v18H8zm5 0h3v18h-3zM3 8h18v3H3zm0 5h18v3H3z"/></svg>`,
  linkedin: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9h3.5v11H4zm0-5h3.5v3.5H4zm6 5h3.5v1.5c2-3 6.5-2 6.5 3V20h-3.5v-6c0-3-3-2.5-3 0v6H10z"/></svg>`,
  facebook: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M10 22v-9H7V9.5h3V7c0-3 2-5 7-4v3c-3-.5-3.5 0-3.5 1.5v2H17l-.5 3.5h-3v9z"/></svg>`,
  oidc: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 3h9v4h-2V5H6v14h5v-2h2v4H4zm12 5 5 4-5 4v-3H9v-2h7z"/></svg>`,
  oauth2: html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 3h9v4h-2V5H6v14h5v-2h2v4H4zm12 5 5 4-5 4v-3H9v-2h7z"/></svg>`,
};
