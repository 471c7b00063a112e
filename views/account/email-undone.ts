import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { addedLately } from '../layout/added-lately.ts';
import { flow } from '../layout/flow.ts';

export default (data: Screens['account/email-undone'], page: PageContext): Html =>
  flow(page, {
    title: page.t('email_undone.title'),
    main: [
      html`<h1>${page.t('email_undone.title')}</h1><p>${page.t('email_undone.text')}</p><p>${page.t('email_undone.next')}</p><a class="btn go" href="${data.accountUrl}">${page.t('email_undone.submit')}</a>`,
      addedLately(data.added, page),
    ],
  });
