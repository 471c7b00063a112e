import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary, type FieldError, type SignInBy, textField } from '../layout/form.ts';
import { routeTo, wayBack } from '../layout/methods.ts';

/** An account is made of what a provider says. Fields: `name`, `username`, and the boxes `language` and `picture`. */
export type Data = {
  app: App;
  provider: string;
  action: string;
  /** It is not changed here: the provider vouches for it, or a mailed code does. */
  email: string;
  values: { name: string; username: string; hasLanguage: boolean; hasPicture: boolean };
  /** What people type to sign in. */
  signInBy: SignInBy;
  /** A language tag. */
  language?: string;
  /** Where the picture would be taken from. */
  pictureHost?: string;
  errors: readonly FieldError[];
  otherAction: string;
  cancelAction?: string;
};

/** What is taken over, to be seen and changed before there is an account. */
export default (data: Data, page: PageContext): Html => {
  const { values, signInBy, language, pictureHost, errors } = data;
  const provider = html`<bdi>${data.provider}</bdi>`;
  return flow(page, {
    title: page.t('identity.create.title'),
    isError: errors.length > 0,
    step: { done: 2, total: 3 },
    main: [
      errorSummary(page, errors, {
        name: page.t('registration.details.name'),
        username: page.t('login.username'),
      }),
      html`<h1>${page.t('identity.create.title')}</h1>${routeTo(data.app, page)}<p>${page.rich('identity.create.text', { provider: html`<b>${provider}</b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<div class="field"><label for="email">${page.t('login.identifier')}</label><input id="email" type="text" value="${data.email}" autocomplete="email" dir="ltr" readonly></div>${textField(
        page,
        {
          id: 'name',
          label: page.t('registration.details.name'),
          value: values.name,
          autocomplete: 'name',
          isFirst: true,
          errors,
        },
      )}${
        (signInBy === 'username' || signInBy === 'both') &&
        textField(page, {
          id: 'username',
          label: page.t('login.username'),
          value: values.username,
          autocomplete: 'username',
          isUsername: true,
          isOptional: signInBy === 'both',
          errors,
        })
      }${
        language !== undefined &&
        box(
          'language',
          values.hasLanguage,
          page.t('identity.create.language', { language: nameOf(language, page) }),
        )
      }${
        pictureHost !== undefined &&
        box('picture', values.hasPicture, page.t('identity.create.picture', { host: pictureHost }))
      }<p class="hint">${page.rich('identity.create.later', { provider })}</p><button class="go">${page.t('registration.details.submit')}</button></form>`,
      html`<form method="post" action="${data.otherAction}">${csrfField(page)}<button class="alt">${page.t('unknown_identity.other')}</button></form>`,
      wayBack(page, data),
    ],
  });
};

function box(name: string, isChecked: boolean, text: string): Html {
  return html`<label class="check"><input type="checkbox" name="${name}" value="yes"${isChecked && html` checked`}><span>${text}</span></label>`;
}

/** In the language of the page; itself where it is none that has a name. */
function nameOf(language: string, page: PageContext): string {
  const names = new Intl.DisplayNames([page.locale], { type: 'language' });
  return (isTag(language) && names.of(language)) || language;
}

function isTag(language: string): boolean {
  return /^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(language);
}

export function samples(): Samples<Data> {
  const plain: Data = {
    app: books(),
    provider: 'Google',
    action: '/interaction/kxW3/identity/create',
    email: ana().email,
    values: { name: ana().name, username: '', hasLanguage: true, hasPicture: false },
    signInBy: 'email',
    language: 'pt-BR',
    pictureHost: 'lh3.googleusercontent.com',
    errors: [],
    otherAction: '/interaction/kxW3/identity/drop',
    cancelAction: '/interaction/kxW3/cancel',
  };
  const { language: _, pictureHost: __, ...bare } = plain;
  return {
    plain,
    'no language, no picture': bare,
    'with a username': { ...plain, signInBy: 'username' },
    'username not free': {
      ...plain,
      signInBy: 'both',
      values: { ...plain.values, username: 'ana' },
      errors: [{ field: 'username', sentence: { key: 'users.username_taken' } }],
    },
    'name missing': {
      ...plain,
      values: { ...plain.values, name: '' },
      errors: [{ field: 'name', sentence: { key: 'users.name_missing' } }],
    },
  };
}
