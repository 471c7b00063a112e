import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { wayName } from './way-name.ts';

/** What is missing for a change, before the sign-in asks for it. */
export default (data: Screens['account/prove'], page: PageContext): Html => {
  const { ways, proveUrl, lostUrl, cancelUrl, signOutAction } = data;
  return account(page, {
    section: 'security',
    title: page.t('prove.title'),
    signOutAction,
    main: [
      ways.length === 0 && html`<p>${page.t('prove.none')}</p>`,
      ways.length > 0 &&
        html`<p>${page.t(ways.length === 1 ? 'prove.also' : 'prove.also_one_of')}</p><ul class="rec">${ways.map(
          (way) => html`<li><b>${way.map((method) => wayName(page, method)).join(' + ')}</b></li>`,
        )}</ul><p class="route">${page.t('prove.after')}</p><p><a class="btn go fit" href="${proveUrl}">${page.t('prove.action')}</a></p>`,
      lostUrl !== undefined && html`<p><a class="link" href="${lostUrl}">${page.t('lost.link')}</a></p>`,
      html`<p><a class="link" href="${cancelUrl}">${page.t('prove.back')}</a></p>`,
    ],
  });
};
