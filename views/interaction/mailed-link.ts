import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

/** The mail's link in the browser that asked: one button. Opening it did nothing. */
export default (data: Screens['interaction/mailed-link'], page: PageContext): Html => {
  const title = page.t(data.kind === 'recovery' ? 'recovery.link.title' : 'registration.link.title');
  return flow(page, {
    title,
    step: { done: 1, total: 3 },
    keep: { token: data.token },
    main: [
      html`<h1>${title}</h1><p>${page.t(data.kind === 'recovery' ? 'recovery.link.text' : 'registration.link.text')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t('entry.go_on')}</button></form>`,
      html`<p class="hint">${page.t('entry.nothing_yet')}</p>`,
    ],
  });
};
