import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';

export default (data: Screens['interaction/welcome'], page: PageContext): Html =>
  flow(page, {
    title: page.t('welcome.title'),
    main: html`<h1>${page.t('welcome.title')}</h1><p>${page.t('welcome.text')}</p><p>${page.t('welcome.again')}</p><pre class="code" tabindex="0" role="region" aria-label="${page.t('welcome.again')}"><code>${data.command}</code></pre>`,
  });
