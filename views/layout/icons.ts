import type { Html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';

/** The drawing of a way to sign in, which its method brings. One without is a plain line of text. */
export function methodIcon(page: Pick<PageContext, 'icons'>, method: string): Html | undefined {
  return page.icons.get(method);
}
