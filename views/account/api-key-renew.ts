import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField } from '../layout/form.ts';

/** Fields: `key`, `attempt`, `overlap`. */
export type Data = {
  action: string;
  keyId: string;
  name: string;
  /** By which a form that was sent once makes one key. */
  attemptId: string;
  /** For how many hours the key of before may work on. */
  overlaps: readonly number[];
  cancelUrl: string;
  signOutAction: string;
};

/** Fields: `key`, `attempt`, `overlap`. */
export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'applications',
    title: page.t('api_keys.renew_title'),
    signOutAction: data.signOutAction,
    main: [
      html`<p>${page.rich('api_keys.renew_text', { name: html`<b><bdi>${data.name}</bdi></b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="key" value="${data.keyId}"><input type="hidden" name="attempt" value="${data.attemptId}"><div class="field"><label for="overlap">${page.t('api_keys.overlap')}</label><select id="overlap" name="overlap">${data.overlaps.map(
        (hours) =>
          html`<option value="${hours}"${hours === 24 && html` selected`}>${
            hours === 0 ? page.t('api_keys.overlap_none') : page.duration(hours * 3600)
          }</option>`,
      )}</select></div><button class="go">${page.t('api_keys.renew')}</button></form>`,
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('ways.cancel')}</a></p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: {
      action: '/account/api-keys/renew',
      keyId: 'apk_1',
      name: 'Backup script',
      attemptId: 'aGFuZGxl',
      overlaps: [0, 1, 24, 168],
      cancelUrl: '/account/api-keys',
      signOutAction: '/account/sign-out',
    },
  };
}
