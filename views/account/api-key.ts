import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';

/** A new key, which is shown this once. */
export type Data = {
  name: string;
  /** The API's name. */
  api: string;
  key: string;
  /** By which it is named where it is exchanged for a token. */
  publicId: string;
  expiresAt?: number;
  /** It is new of a key that there was: until when the one before works. */
  olderEndsAt?: number;
  doneUrl: string;
  signOutAction: string;
};

export default (data: Data, page: PageContext): Html => {
  const { name, api, key, publicId, expiresAt, olderEndsAt, doneUrl } = data;
  return account(page, {
    section: 'applications',
    title: page.t('api_keys.shown_title'),
    signOutAction: data.signOutAction,
    main: [
      html`<p class="note" role="status">${page.t('api_keys.shown_once')}</p>`,
      html`<div class="field"><label for="key"><bdi>${name}</bdi></label><textarea id="key" class="mono" rows="3" dir="ltr" readonly autofocus autocomplete="off" spellcheck="false" translate="no">${key}</textarea><button type="button" class="alt fit" data-copy="key" data-done="${page.t('layout.copied')}" hidden>${page.t('totp.add.copy')}</button></div>`,
      html`<dl class="rec"><div><dt>${page.t('api_keys.api')}</dt><dd><bdi>${api}</bdi></dd></div><div><dt>${page.t('api_keys.public_id')}</dt><dd><code class="mono" dir="ltr" translate="no">${publicId}</code></dd></div>${
        expiresAt !== undefined &&
        html`<div><dt>${page.t('api_keys.expires')}</dt><dd>${page.time(expiresAt)}</dd></div>`
      }</dl>`,
      olderEndsAt !== undefined &&
        html`<p>${page.rich('api_keys.older_until', { until: page.time(olderEndsAt) })}</p>`,
      html`<p><a class="btn fit go" href="${doneUrl}">${page.t('api_keys.kept')}</a></p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    name: 'Backup script',
    api: 'Orders',
    key: 'ghk_8f3k2m7q9x4t1p6vd0k2w9h55nbc7rj4e8y6dqsz3maw9pg7t2xn4hve6kc5bzm',
    publicId: 'apk_8f3k2m7q9x4t1p6vd0k2w9h5',
    expiresAt: noon() + 90 * 86_400_000,
    doneUrl: '/account/api-keys',
    signOutAction: '/account/sign-out',
  };
  const { expiresAt: _, ...endless } = plain;
  return { plain, renewed: { ...endless, olderEndsAt: noon() + 86_400_000 } };
}
