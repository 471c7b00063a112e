import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

/** The link of that mail in the browser that asked for it. */
export type Data = { kind: 'recovery' | 'registration'; action: string; token: string };

/** The mail's link in the browser that asked: one button. Opening it did nothing. */
export default (data: Data, page: PageContext): Html => {
  const title = page.t(data.kind === 'recovery' ? 'recovery.password.title' : 'registration.link.title');
  return flow(page, {
    title,
    step: { done: 1, total: 3 },
    keep: { token: data.token },
    main: [
      html`<h1>${title}</h1><p>${page.t(data.kind === 'recovery' ? 'recovery.link.text' : 'registration.link.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t('layout.continue')}</button></form>`,
      html`<p class="hint">${page.t('email.nothing_yet')}</p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    recovery: { kind: 'recovery', action: '/recovery/link', token: 'Zm9vYmFyYmF6' },
    registration: { kind: 'registration', action: '/registration/link', token: 'Zm9vYmFyYmF6' },
  };
}
