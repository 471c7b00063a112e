import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField } from '../layout/form.ts';

/** Field: `key`. */
export type Data = { action: string; keyId: string; name: string; cancelUrl: string; signOutAction: string };

/** Field: `key`. */
export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'applications',
    title: page.t('api_keys.end_title'),
    signOutAction: data.signOutAction,
    main: [
      html`<p>${page.rich('api_keys.end_text', { name: html`<b><bdi>${data.name}</bdi></b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="key" value="${data.keyId}"><button class="bad">${page.t('api_keys.end')}</button></form>`,
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('remove.keep')}</a></p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: {
      action: '/account/api-keys/end',
      keyId: 'apk_1',
      name: 'Backup script',
      cancelUrl: '/account/api-keys',
      signOutAction: '/account/sign-out',
    },
  };
}
