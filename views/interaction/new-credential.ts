import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { wayName } from '../account/way-name.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

/** The link of the mail about a new credential. Opening it removed nothing. */
export default (data: Screens['interaction/new-credential'], page: PageContext): Html =>
  flow(page, {
    title: page.t('new_device.title'),
    keep: { token: data.token },
    main: [
      html`<h1>${page.t('new_device.title')}</h1><p>${page.rich('new_credential.text', { way: html`<b>${wayName(page, data.method)}</b>`, when: page.time(data.when) })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="bad">${page.t('new_credential.submit')}</button></form>`,
      html`<p class="hint">${page.t('new_device.mine')}</p>`,
    ],
  });
