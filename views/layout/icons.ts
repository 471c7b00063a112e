import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';

/** The drawing of a way to sign in, which its method brings. One without keeps its place free, so that rows begin alike. */
export function methodIcon(page: Pick<PageContext, 'icons'>, method: string): Html {
  return page.icons.get(method) ?? html`<svg viewBox="0 0 24 24" aria-hidden="true"></svg>`;
}
