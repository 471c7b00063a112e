import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { alert, csrfField, errorSummary, type FieldError, textField } from '../layout/form.ts';
import { routeTo } from '../layout/methods.ts';

/** "Forgot your password?". Field: `email`. */
export type Data = {
  action: string;
  email: string;
  app?: App;
  errors: readonly FieldError[];
  slowDownSeconds?: number;
  loginUrl: string;
};

/** "Forgot your password?": where the mail shall go. Field: `email`. */
export default (data: Data, page: PageContext): Html => {
  const { app, slowDownSeconds } = data;
  return flow(page, {
    title: page.t('login.forgot'),
    isError: data.errors.length > 0 || slowDownSeconds !== undefined,
    step: { done: 1, total: 3 },
    main: [
      slowDownSeconds !== undefined &&
        alert(
          page.t('recovery.slow_down.title'),
          html`<p>${page.t('recovery.slow_down.text', { wait: page.duration(slowDownSeconds) })}</p>`,
        ),
      errorSummary(page, data.errors, { email: page.t('login.identifier') }),
      html`<h1>${page.t('login.forgot')}</h1>${app && routeTo(app, page)}<p>${page.t('recovery.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${textField(page, {
        id: 'email',
        label: page.t('login.identifier'),
        value: data.email,
        autocomplete: 'username',
        isEmail: true,
        isFirst: slowDownSeconds === undefined,
        errors: data.errors,
      })}<button class="go">${page.t('email.submit')}</button></form>`,
      html`<p><a class="link" href="${data.loginUrl}">${page.t('entry.to_login')}</a></p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = { action: '/recovery', email: '', errors: [], loginUrl: '/account/sign-in' };
  return {
    plain,
    'for an app': { ...plain, app: books() },
    malformed: {
      ...plain,
      email: 'ana',
      errors: [{ field: 'email', sentence: { key: 'users.email_malformed' } }],
    },
    'slow down': { ...plain, email: ana().email, slowDownSeconds: 540 },
  };
}
