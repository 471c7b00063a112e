import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import { methodName } from './method-name.ts';

/** A new way to sign in. `method`: an id; `name`: the method's id when the credential has no name of its own. */
export type AddedLately = { method: string; name: string; createdAt: number; removeUrl: string };

/** Ways to sign in that were added in the last 30 days, each with "remove". Nothing when there are none. */
export function addedLately(list: readonly AddedLately[], page: PageContext): Html | false {
  if (list.length === 0) return false;
  const rows = list.map(({ method, name, createdAt, removeUrl }) => {
    const way = methodName(page, method);
    const isNamed = name !== method;
    return html`<li><span><b>${way}</b>${isNamed && html` · <bdi>${name}</bdi>`}</span><small>${page.rich('security.since', { since: page.time(createdAt) })}</small><a class="btn bad" href="${removeUrl}">${page.t('security.remove')}<span class="unseen"> ${isNamed ? name : way}</span></a></li>`;
  });
  return html`<p>${page.t('added_lately.text')}</p><ul class="rec">${rows}</ul>`;
}
