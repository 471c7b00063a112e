import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { addedLately } from '../layout/added-lately.ts';
import { flow } from '../layout/flow.ts';

/** After a recovery: whoever was in the account may have added a way to come back. */
export default (data: Screens['interaction/recovery-added'], page: PageContext): Html =>
  flow(page, {
    title: page.t('added_lately.title'),
    main: [
      html`<h1>${page.t('added_lately.title')}</h1>`,
      addedLately(data.added, page),
      html`<a class="btn go" href="${data.goOnUrl}">${page.t('added_lately.go_on')}</a>`,
    ],
  });
