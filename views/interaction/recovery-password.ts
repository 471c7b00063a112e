import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary, type FieldError } from '../layout/form.ts';
import { newPasswordField, newPasswordLabels } from '../methods/password/new-password.ts';

/** Fields: `password`, `again` without a script. */
export type Data = {
  action: string;
  email: string;
  minimumLength: number;
  errors: readonly FieldError[];
};

/** The end of a recovery. The e-mail is there for the password manager. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('recovery.password.title'),
    isError: data.errors.length > 0,
    step: { done: 3, total: 3 },
    main: [
      errorSummary(page, data.errors, newPasswordLabels(page)),
      html`<h1>${page.t('recovery.password.title')}</h1><p class="route">${page.t('set_password.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<div class="field"><label for="email">${page.t('login.identifier')}</label><input id="email" type="text" value="${data.email}" autocomplete="username" readonly></div>${newPasswordField(page, { ...data, isFirst: true })}<p class="hint">${page.t('recovery.password.ends')}</p><button class="go">${page.t('password.save')}</button></form>`,
    ],
  });

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/recovery/steps/s1/password',
    email: ana().email,
    minimumLength: 15,
    errors: [],
  };
  return {
    plain,
    'too short': {
      ...plain,
      errors: [{ field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } }],
    },
  };
}
