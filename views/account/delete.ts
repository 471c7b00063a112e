import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { csrfField, errorSummary, fieldError, notice } from '../layout/form.ts';

/** Field: `sure`. */
export default (data: Screens['account/delete'], page: PageContext): Html => {
  const { errors } = data;
  return account(page, {
    section: 'data',
    title: page.t('account_delete.title'),
    isError: errors.length > 0,
    signOutAction: data.signOutAction,
    main: [
      errorSummary(page, errors),
      data.isLastAdministrator ? notice(page.t('account_delete.last_administrator')) : question(data, page),
      html`<p><a class="link" href="${page.base}/account/data">${page.t('remove.keep')}</a></p>`,
    ],
  });
};

function question(data: Screens['account/delete'], page: PageContext): Html {
  const { email, graceDays: days } = data;
  const { line, attributes } = fieldError(page, 'sure', data.errors);
  return html`<p>${page.rich('account_delete.text', { email: html`<b><bdi>${email}</bdi></b>` })}</p><p>${page.t('account_delete.grace', { days })}</p><p>${page.t('account_delete.log')}</p><form method="post" action="${data.action}">${csrfField(page)}${line}<label class="check" for="sure"><input type="checkbox" id="sure" name="sure" value="yes"${attributes}><span>${page.t('account_delete.sure')}</span></label><button class="bad">${page.t('account_delete.submit')}</button></form>`;
}
