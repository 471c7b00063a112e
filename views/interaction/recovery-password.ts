import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary } from '../layout/form.ts';
import { newPasswordField } from '../methods/password/new-password.ts';

/** The end of a recovery. The e-mail is there for the password manager. */
export default (data: Screens['interaction/recovery-password'], page: PageContext): Html =>
  flow(page, {
    title: page.t('recovery.password.title'),
    isError: data.errors.length > 0,
    step: { done: 3, total: 3 },
    main: [
      errorSummary(page, data.errors),
      html`<h1>${page.t('recovery.password.title')}</h1><p class="route">${page.t('set_password.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<div class="field"><label for="email">${page.t('set_password.email')}</label><input id="email" type="text" value="${data.email}" autocomplete="username" readonly></div>${newPasswordField(page, data)}<p class="hint">${page.t('recovery.password.ends')}</p><button class="go">${page.t('set_password.submit')}</button></form>`,
    ],
  });
