import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import { methodIcon } from '../../layout/icons.ts';
import { passkeyButton, passkeyStatus } from './button.ts';

/**
 * The row on the login page: it answers with the form that is there, so that its boxes count and the passkey can be
 * suggested in its field.
 */
export function passkeyRow(
  page: PageContext,
  { href, isLastUsed }: { href: string; isLastUsed: boolean },
  form: string,
): Html {
  const [path, query] = href.split('?');
  const label = html`${methodIcon(page, 'passkey')}${page.t('method.passkey.name')}${
    isLastUsed && html`<span class="last">${page.t('login.last_used')}</span>`
  }`;
  return html`<li><input type="hidden" name="handle" form="${form}">${passkeyButton(page, {
    asks: `${path}/options${query ? `?${query}` : ''}`,
    label,
    form,
    action: href,
    isSuggested: true,
    isPlain: true,
  })}${passkeyStatus()}</li>`;
}
