import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField, errorSummary, type FieldError, textField } from '../layout/form.ts';

/** Fields: `name`, `credential`. */
export type Data = {
  action: string;
  method: string;
  credential: string;
  name: string;
  errors: readonly FieldError[];
  cancelUrl: string;
  signOutAction: string;
};

/** Fields: `name`, `credential`. */
export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'security',
    title: page.t('rename.title'),
    isError: data.errors.length > 0,
    signOutAction: data.signOutAction,
    main: [
      errorSummary(page, data.errors, { name: page.t('rename.name') }),
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="credential" value="${data.credential}">${textField(
        page,
        {
          id: 'name',
          label: page.t('rename.name'),
          value: data.name,
          autocomplete: 'off',
          isFirst: true,
          errors: data.errors,
        },
      )}<button class="go">${page.t('rename.submit')}</button></form>`,
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('ways.cancel')}</a></p>`,
    ],
  });

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/security/passkey/rename',
    method: 'passkey',
    credential: 'pk_1',
    name: 'iCloud Keychain · iPhone',
    errors: [],
    cancelUrl: '/account/security',
    signOutAction: '/account/sign-out',
  };
  return {
    plain,
    empty: { ...plain, name: '', errors: [{ field: 'name', sentence: { key: 'ways.name_missing' } }] },
  };
}
