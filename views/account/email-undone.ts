import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { sampleAdded } from '../../src/views/sample-facts.ts';
import { type AddedLately, addedLately } from '../layout/added-lately.ts';
import { flow } from '../layout/flow.ts';

export type Data = { accountUrl: string; added: readonly AddedLately[] };

export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('email_undone.title'),
    main: [
      html`<h1>${page.t('email_undone.title')}</h1><p>${page.t('email_undone.text')}</p><p>${page.t('email_undone.next')}</p><a class="btn go" href="${data.accountUrl}">${page.t('email_undone.submit')}</a>`,
      addedLately(data.added, page),
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: { accountUrl: '/account/password', added: [] },
    'something is new': { accountUrl: '/account/password', added: sampleAdded() },
  };
}
