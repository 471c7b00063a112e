import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField } from '../layout/form.ts';

export type Data = {
  action: string;
  token: string;
  email: string;
  before: string;
  signOutAction: string;
};

/** Field: `token` of the one-time link. Only this form spends it. */
export default (data: Data, page: PageContext): Html => {
  const email = html`<b><bdi>${data.email}</bdi></b>`;
  const before = html`<b><bdi>${data.before}</bdi></b>`;
  return account(page, {
    section: 'profile',
    title: page.t('email_confirm.title'),
    signOutAction: data.signOutAction,
    main: [
      html`<p>${data.email === data.before ? page.rich('email_confirm.same', { email }) : page.rich('email_confirm.text', { email, before })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t('email_confirm.submit')}</button></form>`,
      html`<p class="hint">${page.t('email.nothing_yet')}</p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/email/confirm',
    token: 'Zm9vYmFyYmF6cXV4',
    email: 'ana.lopes@example.org',
    before: 'ana@example.com',
    signOutAction: '/account/sign-out',
  };
  return {
    'another one': plain,
    'the same': { ...plain, email: 'ana@example.com' },
  };
}
