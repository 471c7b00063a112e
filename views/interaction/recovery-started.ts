import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

/** The link of a recovery that an operator started. */
export type Data = { action: string; token: string; email: string };

/** The link of a recovery that an operator started. From the press on it belongs to this browser. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('recovery.password.title'),
    step: { done: 1, total: 3 },
    keep: { token: data.token },
    main: [
      html`<h1>${page.t('recovery.password.title')}</h1><p>${page.rich('recovery.started.text', { email: html`<b><bdi>${data.email}</bdi></b>` })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t('layout.continue')}</button></form>`,
      html`<p class="hint">${page.t('email.nothing_yet')}</p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: { action: '/recovery/started', token: 'Zm9vYmFyYmF6', email: ana().email },
  };
}
