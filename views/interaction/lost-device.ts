import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { sampleLostDevice, sampleRemoval } from '../../src/views/sample-facts.ts';
import { flow, type Step } from '../layout/flow.ts';
import {
  type LostDeviceForm,
  lostDeviceAlert,
  lostDeviceForm,
  waitingRemoval,
} from '../layout/lost-device.ts';
import { signingInAs } from '../layout/methods.ts';

export type Data = LostDeviceForm & { step: Step; person: { name: string; email: string } };

/** Inside a sign-in that asks for what was lost. */
export default (data: Data, page: PageContext): Html => {
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

export function samples(): Samples<Data> {
  return {
    plain: {
      ...sampleLostDevice(),
      step: { done: 2, total: 3 },
      person: { name: 'Ana Lima', email: 'ana@example.com' },
    },
    'with mistakes': {
      ...sampleLostDevice(),
      asksPassword: true,
      errors: [{ field: 'lost_passkey', sentence: { key: 'lost.have_more' } }],
      step: { done: 2, total: 3 },
      person: { name: 'Ana Lima', email: 'ana@example.com' },
    },
    waiting: {
      ...sampleLostDevice(),
      waiting: sampleRemoval(),
      step: { done: 2, total: 3 },
      person: { name: 'Ana Lima', email: 'ana@example.com' },
    },
  };
}
