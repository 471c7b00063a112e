import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { lostDeviceAlert, lostDeviceForm, waitingRemoval } from '../layout/lost-device.ts';
import { signingInAs } from '../layout/ways.ts';

/** Inside a sign-in that asks for what was lost. */
export default (data: Screens['interaction/lost-device'], page: PageContext): Html => {
  const title = page.t(data.waiting ? 'lost.waiting_title' : 'lost.title');
  return flow(page, {
    title,
    isError: data.errors.length > 0 || data.slowDownSeconds !== undefined,
    step: data.step,
    main: [
      lostDeviceAlert(page, data),
      html`<h1>${title}</h1>${signingInAs(page, data)}`,
      data.waiting ? waitingRemoval(page, data.waiting) : lostDeviceForm(page, data),
      html`<p><a class="link" href="${data.cancelUrl}">${page.t('ways.cancel')}</a></p>`,
    ],
  });
};
