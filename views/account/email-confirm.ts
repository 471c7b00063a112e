import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { csrfField } from '../layout/form.ts';

/** Field: `token` of the one-time link. Only this form spends it. */
export default (data: Screens['account/email-confirm'], page: PageContext): Html => {
  const email = html`<b><bdi>${data.email}</bdi></b>`;
  const before = html`<b><bdi>${data.before}</bdi></b>`;
  return account(page, {
    section: 'profile',
    title: page.t('email_confirm.title'),
    signOutAction: data.signOutAction,
    main: [
      html`<p>${data.email === data.before ? page.rich('email_confirm.same', { email }) : page.rich('email_confirm.text', { email, before })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t('email_confirm.submit')}</button></form>`,
      html`<p class="hint">${page.t('email_confirm.not_you')}</p>`,
    ],
  });
};
