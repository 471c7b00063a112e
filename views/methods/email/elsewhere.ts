import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { flow } from '../../layout/flow.ts';
import { csrfField } from '../../layout/form.ts';

/** The link of a mail in any other browser. */
export type Data = { action: string; token: string; code: string; validSeconds: number };

/** The link of a mail, opened in another browser: the code for the first one, and a second-class way to go on here. */
export default (data: Data, page: PageContext): Html => {
  const valid = page.duration(data.validSeconds);
  return flow(page, {
    title: page.t('email.elsewhere.title'),
    main: [
      html`<h1>${page.t('email.elsewhere.title')}</h1><p>${page.t('email.elsewhere.text')}</p>`,
      html`<p class="digits" translate="no"><bdi>${data.code.slice(0, 3)} ${data.code.slice(3)}</bdi></p>`,
      html`<p class="hint">${page.t('email.elsewhere.hint', { valid, brand: page.brand.name })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="alt go">${page.t('email.elsewhere.submit')}</button></form>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    plain: { action: '/email/here', token: 'Zm9vYmFyYmF6cXV4', code: '482913', validSeconds: 540 },
  };
}
