import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary, textField } from '../layout/form.ts';
import { newPasswordField } from '../methods/password/new-password.ts';

/** Fields: `name`, `email`, `password`, and `token` of the one-time link. */
export default (data: Screens['interaction/first-administrator'], page: PageContext): Html => {
  const { errors, values } = data;
  const name = {
    id: 'name',
    label: page.t('first_administrator.name'),
    value: values.name,
    autocomplete: 'name',
    errors,
  };
  const email = {
    id: 'email',
    label: page.t('first_administrator.email'),
    value: values.email,
    autocomplete: 'username',
    isEmail: true,
    errors,
  };
  return flow(page, {
    title: page.t('first_administrator.title'),
    isError: errors.length > 0,
    keep: { token: data.token },
    main: [
      errorSummary(page, errors),
      html`<h1>${page.t('first_administrator.title')}</h1><p class="route">${page.t('first_administrator.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}">${textField(page, name)}${textField(page, email)}${newPasswordField(page, data)}<button class="go">${page.t('first_administrator.submit')}</button></form>`,
    ],
  });
};
