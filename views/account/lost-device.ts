import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { sampleLostDevice, sampleRemoval } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';
import { notice } from '../layout/form.ts';
import {
  type LostDeviceForm,
  lostDeviceAlert,
  lostDeviceForm,
  waitingRemoval,
} from '../layout/lost-device.ts';

export type Data = LostDeviceForm & { signOutAction: string; notice?: Sentence };

export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'security',
    title: page.t(data.waiting ? 'lost.waiting_title' : 'lost.title'),
    isError: data.errors.length > 0 || data.slowDownSeconds !== undefined,
    signOutAction: data.signOutAction,
    main: [
      lostDeviceAlert(page, data),
      data.notice && notice(page.say(data.notice)),
      data.waiting
        ? html`<section>${waitingRemoval(page, data.waiting)}</section><p class="hint">${page.t('lost.until')}</p>`
        : lostDeviceForm(page, data),
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('prove.back')}</a></p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: { ...sampleLostDevice(), signOutAction: '/account/sign-out' },
    'with mistakes': {
      ...sampleLostDevice(),
      asksPassword: true,
      errors: [
        { field: 'lost_passkey', sentence: { key: 'lost.choose' } },
        { field: 'current', sentence: { key: 'account_password.wrong' } },
      ],
      signOutAction: '/account/sign-out',
    },
    'proved again': {
      ...sampleLostDevice(),
      notice: { key: 'account.again' },
      signOutAction: '/account/sign-out',
    },
    'too many tries': { ...sampleLostDevice(), slowDownSeconds: 60, signOutAction: '/account/sign-out' },
    waiting: {
      ...sampleLostDevice(),
      waiting: { ...sampleRemoval(), cancelAction: '/account/lost-device/keep' },
      signOutAction: '/account/sign-out',
    },
    'only an operator': { ...sampleLostDevice(), methodIds: [], signOutAction: '/account/sign-out' },
  };
}
