import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { alert, csrfField } from '../layout/form.ts';
import { methodName } from '../layout/method-name.ts';

export type Data = {
  action: string;
  method: string;
  credential: string;
  name: string;
  /** What it is of, where the method stands for several. */
  way?: string;
  refused?: Sentence;
  cancelUrl: string;
  signOutAction: string;
};

/** Field: `credential`. */
export default (data: Data, page: PageContext): Html => {
  const { method, name, refused } = data;
  const what = data.way ?? methodName(page, method);
  const way = name === method || name === what ? what : `${what}: ${name}`;
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

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/security/passkey/remove',
    method: 'passkey',
    credential: 'pk_1',
    name: 'iCloud Keychain · iPhone',
    cancelUrl: '/account/security',
    signOutAction: '/account/sign-out',
  };
  return {
    plain,
    'the last way': { ...plain, method: 'password', name: 'password', refused: { key: 'ways.last' } },
  };
}
