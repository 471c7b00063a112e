import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { account } from '../layout/account.ts';
import { notice } from '../layout/form.ts';
import { lostDeviceAlert, lostDeviceForm, waitingRemoval } from '../layout/lost-device.ts';

export default (data: Screens['account/lost-device'], page: PageContext): Html =>
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
