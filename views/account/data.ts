import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField, notice } from '../layout/form.ts';

export type Data = { exportAction: string; deleteUrl?: string; signOutAction: string; notice?: Sentence };

export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'data',
    title: page.t('data.title'),
    signOutAction: data.signOutAction,
    main: [
      data.notice && notice(page.say(data.notice)),
      html`<section><h2>${page.t('data.copy')}</h2><p>${page.t('data.copy_text')}</p><form method="post" action="${data.exportAction}" data-stays>${csrfField(page)}<button class="alt">${page.t('data.download')}</button></form></section>`,
      data.deleteUrl !== undefined &&
        html`<section><h2>${page.t('data.delete')}</h2><p>${page.t('data.delete_text')}</p><p><a class="btn bad fit" href="${data.deleteUrl}">${page.t('data.delete_begin')}</a></p></section>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: {
      exportAction: '/account/data/export',
      deleteUrl: '/account/delete',
      signOutAction: '/account/sign-out',
    },
    'proved again, no deletion': {
      exportAction: '/account/data/export',
      signOutAction: '/account/sign-out',
      notice: { key: 'account.again' },
    },
  };
}
