import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import { alert, csrfField, errorSummary, type FieldError, fieldError, revealButton } from './form.ts';
import { methodName } from './method-name.ts';

/** The form of somebody who has lost what is asked for. Without `methodIds`: only an operator removes it. */
export type LostDeviceForm = {
  action: string;
  /** Methods that can be asked to be removed, and those that were chosen. */
  methodIds: readonly string[];
  chosen: readonly string[];
  asksPassword: boolean;
  email: string;
  delaySeconds: number;
  errors: readonly FieldError[];
  slowDownSeconds?: number;
  /** What waits already. Then there is no form. */
  waiting?: WaitingRemoval;
  cancelUrl: string;
};

/** A request to remove what was lost, which is carried out at `dueAt`. */
export type WaitingRemoval = {
  methodIds: readonly string[];
  when: number;
  network: string;
  dueAt: number;
  /** Where the button goes that stops the removal; only for who is signed in. */
  cancelAction?: string;
};

/** What the request of somebody who has lost a device shares, in a sign-in and in the account. */

/** What is wrong with the form, or how long to wait. */
export function lostDeviceAlert(page: PageContext, data: LostDeviceForm): Html | undefined {
  const { errors, slowDownSeconds, methodIds } = data;
  const labels = {
    [`lost_${methodIds[0]}`]: page.t('lost.which'),
    current: page.t('account_password.current'),
  };
  if (slowDownSeconds === undefined) return errorSummary(page, errors, labels);
  const wait = page.duration(slowDownSeconds);
  return alert(page.t('layout.not_yet.title'), html`<p>${page.t('login.refused.slow_down', { wait })}</p>`);
}

/** Fields: `lost_<method>` for each that is lost, `current` when the password is asked. */
export function lostDeviceForm(page: PageContext, data: LostDeviceForm): Html {
  const { methodIds, chosen, asksPassword, email, delaySeconds, errors } = data;
  if (methodIds.length === 0) return html`<p>${page.t('lost.operator')}</p>`;
  const { line } = fieldError(page, `lost_${methodIds[0]}`, errors);
  const boxes = methodIds.map(
    (method) =>
      html`<label class="check"><input type="checkbox" id="lost_${method}" name="lost_${method}" value="yes"${
        chosen.includes(method) && html` checked`
      }><span>${methodName(page, method)}</span></label>`,
  );
  return html`<p>${page.t('lost.text', { delay: page.duration(delaySeconds) })}</p><form method="post" action="${data.action}">${csrfField(page)}<div class="field" role="group" aria-labelledby="lost-which"><b id="lost-which">${page.t('lost.which')}</b>${line}${boxes}</div>${
    asksPassword && password(page, data)
  }<input type="text" value="${email}" autocomplete="username" aria-label="${page.t('login.identifier')}" readonly hidden><button class="go">${page.t('lost.submit')}</button></form>`;
}

function password(page: PageContext, { errors }: LostDeviceForm): Html {
  const { line, attributes } = fieldError(page, 'current', errors);
  return html`<div class="field"><label for="current">${page.t('account_password.current')}</label>${line}<div class="with"><input id="current" name="current" type="password" autocomplete="current-password" autocapitalize="none" spellcheck="false" required${attributes}>${revealButton(page, 'current')}</div></div>`;
}

/** What waits, since when, until when; the button that stops it where somebody is signed in. */
export function waitingRemoval(page: PageContext, waiting: WaitingRemoval): Html {
  const { methodIds, when, network, dueAt, cancelAction } = waiting;
  return html`<p>${page.rich('lost.waiting', {
    due: page.time(dueAt),
    ways: html`<b>${namesOf(page, methodIds)}</b>`,
  })}</p><p class="route">${page.rich('lost.asked_by', {
    when: page.time(when),
    network: html`<bdi class="mono">${network}</bdi>`,
  })}</p>${
    cancelAction &&
    html`<form method="post" action="${cancelAction}">${csrfField(page)}<button class="bad">${page.t('lost.keep')}</button></form>`
  }`;
}

export function namesOf(page: PageContext, methodIds: readonly string[]): string {
  return methodIds.map((method) => methodName(page, method)).join(', ');
}
