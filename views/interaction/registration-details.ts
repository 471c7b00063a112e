import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary, type FieldError, type SignInBy, textField } from '../layout/form.ts';
import { newPasswordField, newPasswordLabels } from '../methods/password/new-password.ts';

/** Fields: `name`, `username` where people sign in by it, `password`, `again` without a script. */
export type Data = {
  action: string;
  email: string;
  values: { name: string; username?: string };
  /** What people type to sign in. Absent: the e-mail address. */
  signInBy?: SignInBy;
  minimumLength: number;
  errors: readonly FieldError[];
  /** Where the same form goes for a passkey instead of a password. */
  passkeyAction?: string;
  /** Where it goes for neither: mail is the way in. */
  byMailAction?: string;
  /** Mail is the way in, and nothing but a name is asked for. */
  isByMail?: true;
};

/** The address is proved: a name, and a password, a passkey or neither. The e-mail is there for the password manager. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('registration.details.title'),
    isError: data.errors.length > 0,
    step: { done: 2, total: data.isByMail ? 2 : 3 },
    main: [
      errorSummary(page, data.errors, {
        name: page.t('registration.details.name'),
        username: page.t('login.username'),
        ...(data.isByMail ? {} : newPasswordLabels(page)),
      }),
      html`<h1>${page.t('registration.details.title')}</h1>${data.isByMail && html`<p>${page.t('registration.details.by_mail_text')}</p>`}`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<div class="field"><label for="email">${page.t('login.identifier')}</label><input id="email" type="text" value="${data.email}" autocomplete="${data.signInBy === 'username' ? 'email' : 'username'}" readonly></div>${textField(
        page,
        {
          id: 'name',
          label: page.t('registration.details.name'),
          value: data.values.name,
          autocomplete: 'name',
          isFirst: true,
          errors: data.errors,
        },
      )}${
        (data.signInBy === 'username' || data.signInBy === 'both') &&
        textField(page, {
          id: 'username',
          label: page.t('login.username'),
          value: data.values.username ?? '',
          autocomplete: data.signInBy === 'username' ? 'username' : 'off',
          isUsername: true,
          isOptional: data.signInBy === 'both',
          errors: data.errors,
        })
      }${!data.isByMail && newPasswordField(page, data)}<button class="go">${page.t('registration.details.submit')}</button>${
        data.passkeyAction !== undefined &&
        html`<button class="alt" formaction="${data.passkeyAction}" formnovalidate>${page.t('registration.details.passkey')}</button>`
      }${
        data.byMailAction !== undefined &&
        html`<button class="alt" formaction="${data.byMailAction}" formnovalidate>${page.t('registration.details.by_mail')}</button>`
      }</form>`,
    ],
  });

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/registration/steps/s1/details',
    email: ana().email,
    values: { name: 'Ana Lima' },
    minimumLength: 15,
    errors: [],
  };
  return {
    plain,
    'with a username': { ...plain, signInBy: 'username' },
    'username not free': {
      ...plain,
      signInBy: 'both',
      values: { name: 'Ana Lima', username: 'ana' },
      errors: [{ field: 'username', sentence: { key: 'users.username_taken' } }],
    },
    'username malformed': {
      ...plain,
      signInBy: 'username',
      values: { name: 'Ana Lima', username: 'ana lima' },
      errors: [{ field: 'username', sentence: { key: 'users.username_malformed' } }],
    },
    'with a passkey': { ...plain, passkeyAction: '/registration/steps/s1/passkey' },
    'with a passkey or neither': {
      ...plain,
      passkeyAction: '/registration/steps/s1/passkey',
      byMailAction: '/registration/steps/s1/by-mail',
    },
    'by mail alone': { ...plain, action: '/registration/steps/s1/by-mail', isByMail: true },
    'by mail alone, no name': {
      ...plain,
      action: '/registration/steps/s1/by-mail',
      isByMail: true,
      values: { name: '' },
      errors: [{ field: 'name', sentence: { key: 'users.name_missing' } }],
    },
    errors: {
      ...plain,
      values: { name: '' },
      errors: [
        { field: 'name', sentence: { key: 'users.name_missing' } },
        { field: 'password', sentence: { key: 'password.too_short', values: { minimum: 15 } } },
      ],
    },
  };
}
