import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary } from '../layout/form.ts';
import { newPasswordField } from '../methods/password/new-password.ts';

/** Fields: `password`, and `token` of the one-time link. The e-mail is there for the password manager. */
export default (data: Screens['users/set-password'], page: PageContext): Html =>
  flow(page, {
    title: page.t('set_password.title'),
    isError: data.errors.length > 0,
    keep: { token: data.token },
    main: [
      errorSummary(page, data.errors),
      html`<h1>${page.t('set_password.title')}</h1><p class="route">${page.t('set_password.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><div class="field"><label for="email">${page.t('set_password.email')}</label><input id="email" type="text" value="${data.email}" autocomplete="username" readonly></div>${newPasswordField(page, data)}<button class="go">${page.t('set_password.submit')}</button></form>`,
    ],
  });
