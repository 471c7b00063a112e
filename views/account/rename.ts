import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { csrfField, errorSummary, textField } from '../layout/form.ts';

/** Fields: `name`, `credential`. */
export default (data: Screens['account/rename'], page: PageContext): Html =>
  account(page, {
    section: 'security',
    title: page.t('rename.title'),
    isError: data.errors.length > 0,
    signOutAction: data.signOutAction,
    main: [
      errorSummary(page, data.errors),
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="credential" value="${data.credential}">${textField(
        page,
        {
          id: 'name',
          label: page.t('rename.name'),
          value: data.name,
          autocomplete: 'off',
          errors: data.errors,
        },
      )}<button class="go">${page.t('rename.submit')}</button></form>`,
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('ways.cancel')}</a></p>`,
    ],
  });
