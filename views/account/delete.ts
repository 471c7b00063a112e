import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { csrfField, errorSummary, fieldError } from '../layout/form.ts';

/** Field: `sure`. */
export default (data: Screens['account/delete'], page: PageContext): Html => {
  const { errors, graceDays } = data;
  const { line, attributes } = fieldError(page, 'sure', errors);
  return account(page, {
    section: 'data',
    title: page.t('account_delete.title'),
    isError: errors.length > 0,
    signOutAction: data.signOutAction,
    main: [
      errorSummary(page, errors),
      html`<p>${page.rich('account_delete.text', { email: html`<b><bdi>${data.email}</bdi></b>` })}</p>`,
      html`<p>${page.t('account_delete.grace', { days: graceDays })}</p><p>${page.t('account_delete.log')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${line}<label class="check" for="sure"><input type="checkbox" id="sure" name="sure" value="yes"${attributes}><span>${page.t('account_delete.sure')}</span></label><button class="bad">${page.t('account_delete.submit')}</button></form>`,
      html`<p><a class="link" href="${page.base}/account/data">${page.t('remove.keep')}</a></p>`,
    ],
  });
};
