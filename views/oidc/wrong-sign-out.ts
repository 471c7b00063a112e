import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';

/** What is wrong with a request to sign out; the app gets nobody back then. */
export type WrongSignOut = keyof typeof SENTENCES;

const SENTENCES = {
  address: 'sign_out.wrong_address',
  hint: 'sign_out.wrong_hint',
  app: 'sign_out.wrong_app',
} as const;

export function wrongSignOut(wrong: WrongSignOut | undefined, page: PageContext): Html | undefined {
  return wrong && html`<p class="error" role="alert">${page.t(SENTENCES[wrong])}</p>`;
}
