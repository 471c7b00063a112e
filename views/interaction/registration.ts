import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { alert, csrfField, errorSummary, type FieldError, textField } from '../layout/form.ts';
import { type MethodOption, otherMethods, routeTo } from '../layout/methods.ts';

/** Field: `email`. Locked by an invitation. */
export type Data = {
  action: string;
  email: string;
  isEmailLocked: boolean;
  app?: App;
  errors: readonly FieldError[];
  slowDownSeconds?: number;
  /** Ways that bring an address along. */
  others?: readonly MethodOption[];
  loginUrl: string;
};

/** "Create an account": whose address it shall be. An invitation locks it. Field: `email`. */
export default (data: Data, page: PageContext): Html => {
  const { app, slowDownSeconds } = data;
  return flow(page, {
    title: page.t('registration.title'),
    isError: data.errors.length > 0 || slowDownSeconds !== undefined,
    step: { done: 1, total: 3 },
    main: [
      slowDownSeconds !== undefined &&
        alert(
          page.t('recovery.slow_down.title'),
          html`<p>${page.t('recovery.slow_down.text', { wait: page.duration(slowDownSeconds) })}</p>`,
        ),
      errorSummary(page, data.errors, { email: page.t('login.identifier') }),
      html`<h1>${page.t('registration.title')}</h1>${app && routeTo(app, page)}<p>${page.t(data.isEmailLocked ? 'registration.invited' : 'registration.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${
        data.isEmailLocked
          ? html`<div class="field"><label for="email">${page.t('login.identifier')}</label><input id="email" name="email" type="text" value="${data.email}" autocomplete="username" readonly></div>`
          : textField(page, {
              id: 'email',
              label: page.t('login.identifier'),
              value: data.email,
              autocomplete: 'email',
              isEmail: true,
              isFirst: slowDownSeconds === undefined,
              errors: data.errors,
            })
      }<button class="go">${page.t('email.submit')}</button></form>`,
      otherMethods(page, data.others ?? [], page.t('registration.others')),
      html`<p><a class="link" href="${data.loginUrl}">${page.t('registration.have_one')}</a></p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/registration',
    email: '',
    isEmailLocked: false,
    errors: [],
    loginUrl: '/account/sign-in',
  };
  return {
    plain,
    'for an app': { ...plain, app: books() },
    'other ways': {
      ...plain,
      app: books(),
      others: ['Google', 'GitHub'].map((name) => ({
        method: 'upstream',
        name,
        icon: `upstream.${name.toLowerCase()}`,
        href: `/interaction/Jx3vVbS1cM0yq7/upstream?choice=${name.toLowerCase()}`,
        isLastUsed: false,
      })),
    },
    invited: { ...plain, email: ana().email, isEmailLocked: true },
    'another domain': {
      ...plain,
      email: ana().email,
      errors: [{ field: 'email', sentence: { key: 'registration.domain' } }],
    },
    'slow down': { ...plain, email: ana().email, slowDownSeconds: 540 },
  };
}
