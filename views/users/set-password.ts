import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary, type FieldError } from '../layout/form.ts';
import { newPasswordField, newPasswordLabels } from '../methods/password/new-password.ts';

export type Data = {
  action: string;
  token: string;
  email: string;
  minimumLength: number;
  errors: readonly FieldError[];
};

/** Fields: `password`, and `token` of the one-time link. The e-mail is there for the password manager. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('set_password.title'),
    isError: data.errors.length > 0,
    keep: { token: data.token },
    main: [
      errorSummary(page, data.errors, newPasswordLabels(page)),
      html`<h1>${page.t('set_password.title')}</h1><p class="route">${page.t('set_password.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><div class="field"><label for="email">${page.t('login.identifier')}</label><input id="email" type="text" value="${data.email}" autocomplete="username" readonly></div>${newPasswordField(page, { ...data, isFirst: true })}<button class="go">${page.t('password.save')}</button></form>`,
    ],
  });

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/set-password',
    token: 'Zm9vYmFyYmF6cXV4',
    email: 'ana@example.com',
    minimumLength: 15,
    errors: [],
  };
  return {
    plain,
    'too short': {
      ...plain,
      errors: [{ field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } }],
    },
    breached: { ...plain, errors: [{ field: 'password', sentence: { key: 'password.breached' } }] },
    'typed differently': {
      ...plain,
      errors: [{ field: 'again', sentence: { key: 'password.differs' } }],
    },
  };
}
