import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';

export type Data = { recoveryUrl?: string };

/** It is gone. Whoever added it knew how to sign in, so the next step is a new password. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('new_credential.removed.title'),
    main: [
      html`<h1>${page.t('new_credential.removed.title')}</h1><p>${page.t('new_credential.removed.text')}</p>`,
      data.recoveryUrl !== undefined &&
        html`<a class="btn go" href="${data.recoveryUrl}">${page.t('new_device.ended.recover')}</a>`,
    ],
  });

export function samples(): Samples<Data> {
  return { plain: { recoveryUrl: '/recovery' }, 'without recovery': {} };
}
