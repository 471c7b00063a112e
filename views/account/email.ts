import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { alert, csrfField, errorSummary, type FieldError, notice, textField } from '../layout/form.ts';

/** Field: `email`. */
export type Data = {
  action: string;
  email: string;
  emailVerified: boolean;
  typed: string;
  /** The address that waits to be confirmed. */
  pending?: string;
  errors: readonly FieldError[];
  slowDownSeconds?: number;
  signOutAction: string;
};

/** Field: `email`. */
export default (data: Data, page: PageContext): Html => {
  const { email, emailVerified, typed, pending, errors, slowDownSeconds } = data;
  const wait = slowDownSeconds === undefined ? '' : page.duration(slowDownSeconds);
  const label = page.t(emailVerified ? 'account_email.new' : 'login.identifier');
  return account(page, {
    section: 'profile',
    title: page.t(emailVerified ? 'account_email.title' : 'account_email.title_confirm'),
    isError: errors.length > 0 || slowDownSeconds !== undefined,
    signOutAction: data.signOutAction,
    main: [
      slowDownSeconds === undefined
        ? errorSummary(page, errors, { email: label })
        : alert(page.t('layout.not_yet.title'), html`<p>${page.t('account_email.slow_down', { wait })}</p>`),
      pending !== undefined && notice(page.t('account_email.pending', { email: pending })),
      html`<p class="route">${page.rich('account_email.text', { email: html`<b><bdi>${email}</bdi></b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${textField(page, {
        id: 'email',
        label,
        value: typed,
        autocomplete: 'email',
        isEmail: true,
        isFirst: slowDownSeconds === undefined && pending === undefined,
        errors,
      })}<button class="go">${page.t('account_email.submit')}</button></form>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/email',
    email: 'ana@example.com',
    emailVerified: true,
    typed: '',
    errors: [],
    signOutAction: '/account/sign-out',
  };
  return {
    plain,
    'not confirmed': { ...plain, emailVerified: false, typed: 'ana@example.com' },
    'waiting, malformed': {
      ...plain,
      typed: 'ana@',
      pending: 'ana.lopes@example.org',
      errors: [{ field: 'email', sentence: { key: 'users.email_malformed' } }],
    },
    'slow down': { ...plain, typed: 'ana@example.org', slowDownSeconds: 1800 },
  };
}
