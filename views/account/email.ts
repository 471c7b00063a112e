import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { alert, csrfField, errorSummary, notice, textField } from '../layout/form.ts';

/** Field: `email`. */
export default (data: Screens['account/email'], page: PageContext): Html => {
  const { email, emailVerified, typed, pending, errors, slowDownSeconds } = data;
  const wait = slowDownSeconds === undefined ? '' : page.duration(slowDownSeconds);
  return account(page, {
    section: 'profile',
    title: page.t(emailVerified ? 'account_email.title' : 'account_email.title_confirm'),
    isError: errors.length > 0 || slowDownSeconds !== undefined,
    signOutAction: data.signOutAction,
    main: [
      slowDownSeconds === undefined
        ? errorSummary(page, errors)
        : alert(
            page.t('layout.check_form.title'),
            html`<p>${page.t('account_email.slow_down', { wait })}</p>`,
          ),
      pending !== undefined && notice(page.t('account_email.pending', { email: pending })),
      html`<p class="route">${page.rich('account_email.text', { email: html`<b><bdi>${email}</bdi></b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${textField(page, {
        id: 'email',
        label: page.t(emailVerified ? 'account_email.new' : 'login.identifier'),
        value: typed,
        autocomplete: 'email',
        isEmail: true,
        errors,
      })}<button class="go">${page.t('account_email.submit')}</button></form>`,
    ],
  });
};
