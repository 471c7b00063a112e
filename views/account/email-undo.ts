import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

export type Data = { action: string; token: string; email: string };

/** Field: `token` of the one-time link. Only this form spends it. Nobody needs to be signed in. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('email_undo.title'),
    keep: { token: data.token },
    main: [
      html`<h1>${page.t('email_undo.title')}</h1><p>${page.rich('email_undo.text', { email: html`<b><bdi>${data.email}</bdi></b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t('email_undo.submit')}</button></form>`,
      html`<p class="hint">${page.t('email_undo.not_needed')}</p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: { action: '/account/email/undo', token: 'Zm9vYmFyYmF6cXV4', email: 'ana@example.com' },
  };
}
