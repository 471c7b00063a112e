import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { csrfField } from '../layout/form.ts';
import { refusalAlert, type StepRefusal } from '../layout/methods.ts';

/** Before a sign-in elsewhere is connected with the account, and when it was not. */
export type Data = {
  action: string;
  /** Which of the method's rows. */
  choice: string;
  /** As people know it. */
  provider: string;
  refused?: StepRefusal;
  cancelUrl: string;
  signOutAction: string;
};

/** Field: `choice`. Nothing is connected without this press. */
export default (data: Data, page: PageContext): Html => {
  const provider = html`<bdi>${data.provider}</bdi>`;
  const means = (['ways', 'stay', 'learns', 'undo'] as const).map(
    (what) => html`<li><span>${page.rich(`identity.connect.means.${what}`, { provider })}</span></li>`,
  );
  return account(page, {
    section: 'security',
    title: page.t('identity.connect.title', { provider: data.provider }),
    isError: data.refused !== undefined,
    signOutAction: data.signOutAction,
    main: [
      refusalAlert(page, data.refused, {
        wrong: page.t('away.wrong'),
        field: 'connect',
        title: page.t('connect.failed'),
      }),
      html`<p>${page.rich('connect.text', { provider })}</p>`,
      html`<ul class="rec">${means}</ul>`,
      html`<form id="connect" method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="choice" value="${data.choice}"><button class="go"><span>${page.rich('go_on.to', { app: provider })}</span></button></form>`,
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('ways.cancel')}</a></p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    action: '/account/security/upstream/connect',
    choice: 'google',
    provider: 'Google',
    cancelUrl: '/account/security',
    signOutAction: '/account/sign-out',
  };
  return {
    plain,
    cancelled: {
      ...plain,
      refused: {
        why: 'wrong',
        sentence: { key: 'upstream.failed.cancelled', values: { provider: 'Google' } },
      },
    },
    'somebody else has it': {
      ...plain,
      refused: { why: 'wrong', sentence: { key: 'connect.taken', values: { provider: 'Google' } } },
    },
    'a long name': {
      ...plain,
      provider: 'The Very Long Named Identity Service of Ödinghausen and Surroundings',
    },
  };
}
