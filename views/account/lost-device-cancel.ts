import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { namesOf } from '../layout/lost-device.ts';

/** Field: `token`. */
export type Data = { action: string; token: string; methodIds: readonly string[] };

/** Field: `token` of the link in a mail. Only this form cancels. Nobody needs to be signed in. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('lost.cancel_title'),
    keep: { token: data.token },
    main: [
      html`<h1>${page.t('lost.cancel_title')}</h1><p>${page.rich('lost.cancel_text', { ways: html`<b>${namesOf(page, data.methodIds)}</b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t('mail.removal_asked.action')}</button></form>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: { action: '/account/lost-device/cancel', token: 'token', methodIds: ['totp', 'backup-codes'] },
  };
}
