import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { alert, csrfField } from '../layout/form.ts';
import { wayName } from './way-name.ts';

/** Field: `credential`. */
export default (data: Screens['account/remove'], page: PageContext): Html => {
  const { method, name, refused } = data;
  const way = name === method ? wayName(page, method) : `${wayName(page, method)}: ${name}`;
  return account(page, {
    section: 'security',
    title: page.t('remove.title'),
    isError: refused !== undefined,
    signOutAction: data.signOutAction,
    main: [
      refused && alert(page.t('remove.refused'), html`<p>${page.say(refused)}</p>`),
      refused?.key !== 'ways.last' &&
        html`<p>${page.rich('remove.text', { way: html`<b dir="auto">${way}</b>` })}</p>`,
      refused?.key !== 'ways.last' &&
        html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="credential" value="${data.credential}"><button class="bad">${page.t('security.remove')}</button></form>`,
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('remove.keep')}</a></p>`,
    ],
  });
};
