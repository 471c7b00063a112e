import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField, errorSummary, type FieldError, fieldError, notice } from '../layout/form.ts';

/** Field: `sure`. */
/** The last administrator is told why not, and gets no form. */
export type Data = {
  action: string;
  email: string;
  graceDays: number;
  errors: readonly FieldError[];
  isLastAdministrator?: true;
  signOutAction: string;
};

/** Field: `sure`. */
export default (data: Data, page: PageContext): Html => {
  const { errors } = data;
  return account(page, {
    section: 'data',
    title: page.t('account_delete.title'),
    isError: errors.length > 0,
    signOutAction: data.signOutAction,
    main: [
      errorSummary(page, errors, { sure: page.t('account_delete.sure') }),
      data.isLastAdministrator ? notice(page.t('account_delete.last_administrator')) : question(data, page),
      html`<p><a class="link" href="${page.base}/account/data">${page.t('remove.keep')}</a></p>`,
    ],
  });
};

function question(data: Data, page: PageContext): Html {
  const { email, graceDays: days } = data;
  const { line, attributes } = fieldError(page, 'sure', data.errors);
  return html`<p>${page.rich('account_delete.text', { email: html`<b><bdi>${email}</bdi></b>` })}</p><p>${page.t('account_delete.grace', { days })}</p><p>${page.t('account_delete.log')}</p><form method="post" action="${data.action}">${csrfField(page)}${line}<label class="check" for="sure"><input type="checkbox" id="sure" name="sure" value="yes"${attributes}><span>${page.t('account_delete.sure')}</span></label><button class="bad">${page.t('account_delete.submit')}</button></form>`;
}

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/delete',
    email: 'ana@example.com',
    graceDays: 14,
    errors: [],
    signOutAction: '/account/sign-out',
  };
  return {
    plain,
    'not sure': {
      ...plain,
      errors: [{ field: 'sure', sentence: { key: 'account_delete.sure_missing' } }],
    },
    'the last administrator': { ...plain, isLastAdministrator: true },
  };
}
