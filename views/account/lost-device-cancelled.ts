import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';

export type Data = { passwordUrl: string };

export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('lost.cancelled_title'),
    main: [
      html`<h1>${page.t('lost.cancelled_title')}</h1><p>${page.t('lost.cancelled_text')}</p>`,
      html`<a class="btn go" href="${data.passwordUrl}">${page.t('lost.change_password')}</a>`,
    ],
  });

export function samples(): Samples<Data> {
  return { plain: { passwordUrl: '/account/password' } };
}
