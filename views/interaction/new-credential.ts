import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { methodName } from '../layout/method-name.ts';

/** The link of the mail about a new credential. `method`: its id. */
export type Data = { action: string; token: string; method: string; when: number };

/** The link of the mail about a new credential. Opening it removed nothing. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('new_device.title'),
    keep: { token: data.token },
    main: [
      html`<h1>${page.t('new_device.title')}</h1><p>${page.rich('new_credential.text', { way: html`<b>${methodName(page, data.method)}</b>`, when: page.time(data.when) })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="bad">${page.t('new_credential.submit')}</button></form>`,
      html`<p class="hint">${page.t('new_device.mine')}</p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    passkey: { action: '/new-credential', token: 'Zm9vYmFyYmF6', method: 'passkey', when: noon() },
    password: { action: '/new-credential', token: 'Zm9vYmFyYmF6', method: 'password', when: noon() },
  };
}
