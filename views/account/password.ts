import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { alert, csrfField, errorSummary, type FieldError, fieldError, revealButton } from '../layout/form.ts';
import { newPasswordField, newPasswordLabels } from '../methods/password/new-password.ts';

/** Fields: `current` when it is asked, `password`, `again` without a script, `end_others`. */
export type Data = {
  action: string;
  hasPassword: boolean;
  asksCurrent: boolean;
  /** Another way to prove it, for who does not know the current one. */
  proveUrl?: string;
  email: string;
  minimumLength: number;
  errors: readonly FieldError[];
  slowDownSeconds?: number;
  signOutAction: string;
};

/** Fields: `current` when it is asked, `password`, `again` without a script, `end_others`. */
export default (data: Data, page: PageContext): Html => {
  const { errors, slowDownSeconds, hasPassword, asksCurrent } = data;
  const title = page.t(hasPassword ? 'account_password.title' : 'account_password.title_first');
  return account(page, {
    section: 'security',
    title,
    isError: errors.length > 0 || slowDownSeconds !== undefined,
    signOutAction: data.signOutAction,
    main: [
      slowDownSeconds === undefined
        ? errorSummary(page, errors, {
            current: page.t('account_password.current'),
            ...newPasswordLabels(page),
          })
        : alert(
            page.t('layout.not_yet.title'),
            html`<p>${page.t('login.refused.slow_down', { wait: page.duration(slowDownSeconds) })}</p>`,
          ),
      html`<p class="route">${page.t('account_password.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="text" value="${data.email}" autocomplete="username" aria-label="${page.t('login.identifier')}" readonly hidden>${
        asksCurrent && current(data, page)
      }${newPasswordField(page, { ...data, isFirst: !asksCurrent && slowDownSeconds === undefined })}<label class="check"><input type="checkbox" name="end_others" value="yes" checked><span>${page.t('account_password.end_others')}</span></label><p class="hint">${page.t('account_password.end_others_hint')}</p><button class="go">${page.t('password.save')}</button></form>`,
    ],
  });
};

function current({ errors, proveUrl, slowDownSeconds }: Data, page: PageContext): Html {
  const { line, attributes } = fieldError(page, 'current', errors);
  return html`<div class="field"><div class="row"><label for="current">${page.t('account_password.current')}</label>${
    proveUrl && html`<a href="${proveUrl}">${page.t('account_password.prove')}</a>`
  }</div>${line}<div class="with"><input id="current" name="current" type="password" autocomplete="current-password" autocapitalize="none" spellcheck="false" required${attributes}${errors.length === 0 && slowDownSeconds === undefined && html` autofocus`}>${revealButton(page, 'current')}</div></div>`;
}

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/password',
    hasPassword: true,
    asksCurrent: true,
    proveUrl: '/account/password?prove=yes',
    email: 'ana@example.com',
    minimumLength: 15,
    errors: [],
    signOutAction: '/account/sign-out',
  };
  return {
    'current one': plain,
    proved: { ...plain, asksCurrent: false },
    'first one': { ...plain, hasPassword: false, asksCurrent: false },
    wrong: {
      ...plain,
      errors: [{ field: 'current', sentence: { key: 'account_password.wrong' } }],
    },
    'slow down': { ...plain, slowDownSeconds: 50 },
  };
}
