import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { methodName } from '../layout/method-name.ts';

/** `combinations` of methods, of which one is still to be proved, the shortest first; none: nothing is enough. */
export type Data = {
  combinations: readonly (readonly string[])[];
  proveUrl: string;
  /** The request of somebody who has none of it any more. */
  lostUrl?: string;
  cancelUrl: string;
  signOutAction: string;
};

/** What is missing for a change, before the sign-in asks for it. */
export default (data: Data, page: PageContext): Html => {
  const { combinations, proveUrl, lostUrl, cancelUrl, signOutAction } = data;
  return account(page, {
    section: 'security',
    title: page.t('prove.title'),
    signOutAction,
    main: [
      combinations.length === 0 && html`<p>${page.t('prove.none')}</p>`,
      combinations.length > 0 &&
        html`<p>${page.t(combinations.length === 1 ? 'prove.also' : 'prove.also_one_of')}</p><ul class="rec">${combinations.map(
          (combination) =>
            html`<li><b>${combination.map((method) => methodName(page, method)).join(' + ')}</b></li>`,
        )}</ul><p class="route">${page.t('prove.after')}</p><p><a class="btn go fit" href="${proveUrl}">${page.t('layout.continue')}</a></p>`,
      lostUrl !== undefined && html`<p><a class="link" href="${lostUrl}">${page.t('lost.link')}</a></p>`,
      html`<p><a class="link" href="${cancelUrl}">${page.t('prove.back')}</a></p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    plain: prove([['passkey']]),
    'one of several': prove([['passkey'], ['password', 'totp']]),
    'nothing is enough': prove([]),
  };
}

function prove(combinations: Data['combinations']): Data {
  return {
    combinations,
    proveUrl: '/account/prove/begin?page=email',
    lostUrl: '/account/lost-device',
    cancelUrl: '/account/security',
    signOutAction: '/account/sign-out',
  };
}
