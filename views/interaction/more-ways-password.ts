import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana } from '../../src/views/sample-facts.ts';
import { flow, type Step } from '../layout/flow.ts';
import { csrfField, errorSummary, type FieldError } from '../layout/form.ts';
import { refusalAlert, type StepRefusal } from '../layout/methods.ts';
import { newPasswordField, newPasswordLabels } from '../methods/password/new-password.ts';

/** Fields: `password`, `again` without a script. */
export type Data = {
  step: Step;
  action: string;
  backUrl: string;
  email: string;
  minimumLength: number;
  errors: readonly FieldError[];
  refused?: StepRefusal;
};

/** A first password beside the mail, inside a sign-in. The e-mail is there for the password manager. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('more_ways.password'),
    isError: data.errors.length > 0 || data.refused !== undefined,
    step: data.step,
    main: [
      errorSummary(page, data.errors, newPasswordLabels(page)),
      refusalAlert(page, data.refused, { wrong: page.t('password.missing'), field: 'password' }),
      html`<h1>${page.t('more_ways.password')}</h1>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<div class="field"><label for="email">${page.t('login.identifier')}</label><input id="email" type="text" value="${data.email}" autocomplete="username" readonly></div>${newPasswordField(page, { ...data, isFirst: data.refused === undefined })}<button class="go">${page.t('password.save')}</button></form>`,
      html`<p><a class="link" href="${data.backUrl}">${page.t('more_ways.back')}</a></p>`,
    ],
  });

export function samples(): Samples<Data> {
  const plain: Data = {
    step: { done: 2, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/more-ways/password',
    backUrl: '/interaction/Jx3vVbS1cM0yq7/more-ways',
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
    busy: { ...plain, refused: { why: 'busy' } },
  };
}
