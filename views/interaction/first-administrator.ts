import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary, type FieldError, textField } from '../layout/form.ts';
import { newPasswordField, newPasswordLabels } from '../methods/password/new-password.ts';

export type Data = {
  action: string;
  token: string;
  values: { name: string; email: string };
  minimumLength: number;
  errors: readonly FieldError[];
};

/** Fields: `name`, `email`, `password`, and `token` of the one-time link. We say all that is missing at once; a browser says one. */
export default (data: Data, page: PageContext): Html => {
  const { errors, values } = data;
  const name = {
    id: 'name',
    label: page.t('registration.details.name'),
    value: values.name,
    autocomplete: 'name',
    isFirst: true,
    errors,
  };
  const email = {
    id: 'email',
    label: page.t('login.identifier'),
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
      errorSummary(page, errors, { name: name.label, email: email.label, ...newPasswordLabels(page) }),
      html`<h1>${page.t('first_administrator.title')}</h1><p class="route">${page.t('first_administrator.text')}</p>`,
      html`<form method="post" action="${data.action}" novalidate>${csrfField(page)}<input type="hidden" name="token" value="${data.token}">${textField(page, name)}${textField(page, email)}${newPasswordField(page, data)}<button class="go">${page.t('registration.details.submit')}</button></form>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/first-administrator',
    token: 'Zm9vYmFyYmF6cXV4',
    values: { name: '', email: '' },
    minimumLength: 15,
    errors: [],
  };
  return {
    empty: plain,
    errors: {
      ...plain,
      values: { name: '', email: 'ana' },
      errors: [
        { field: 'name', sentence: { key: 'users.name_missing' } },
        { field: 'email', sentence: { key: 'users.email_malformed' } },
        { field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } },
      ],
    },
  };
}
