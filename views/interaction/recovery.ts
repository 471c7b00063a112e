import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { alert, csrfField, errorSummary, textField } from '../layout/form.ts';

/** "Forgot it?": where the mail shall go. Field: `email`. */
export default (data: Screens['interaction/recovery'], page: PageContext): Html => {
  const { app, slowDownSeconds } = data;
  return flow(page, {
    title: page.t('recovery.title'),
    isError: data.errors.length > 0 || slowDownSeconds !== undefined,
    step: { done: 1, total: 3 },
    main: [
      slowDownSeconds !== undefined &&
        alert(
          page.t('recovery.slow_down.title'),
          html`<p>${page.t('recovery.slow_down.text', { wait: page.duration(slowDownSeconds) })}</p>`,
        ),
      errorSummary(page, data.errors),
      html`<h1>${page.t('recovery.title')}</h1>${
        app &&
        html`<p class="route">${page.rich('login.route', { app: html`<b dir="auto">${app.name}</b>`, host: html`<bdi class="mono">${app.host}</bdi>` })}</p>`
      }<p>${page.t('recovery.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${textField(page, {
        id: 'email',
        label: page.t('login.identifier'),
        value: data.email,
        autocomplete: 'username',
        isEmail: true,
        errors: data.errors,
      })}<button class="go">${page.t('recovery.submit')}</button></form>`,
      html`<p><a class="link" href="${data.loginUrl}">${page.t('entry.to_login')}</a></p>`,
    ],
  });
};
