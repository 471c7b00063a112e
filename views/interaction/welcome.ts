import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';

/** `/` on an empty installation: says where the one-time link is. */
export type Data = { command: string };

export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('welcome.title'),
    main: html`<h1>${page.t('welcome.title')}</h1><p>${page.t('welcome.text')}</p><p>${page.t('welcome.again')}</p><pre class="code" translate="no" tabindex="0" role="region" aria-label="${page.t('welcome.again')}"><code>${data.command}</code></pre>`,
  });

export function samples(): Samples<Data> {
  return { plain: { command: 'cd gatehouse; ./gatehouse link' } };
}
