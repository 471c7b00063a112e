import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';

export type Data = { graceDays: number; accountUrl: string };

export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('deletion_planned.title'),
    main: html`<h1>${page.t('deletion_planned.title')}</h1><p>${page.t('deletion_planned.text', { days: data.graceDays })}</p><p>${page.t('deletion_planned.undo')}</p><a class="btn alt" href="${data.accountUrl}">${page.t('deletion_planned.submit')}</a>`,
  });

export function samples(): Samples<Data> {
  return { plain: { graceDays: 14, accountUrl: '/account' } };
}
