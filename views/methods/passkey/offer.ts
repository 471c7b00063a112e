import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import type { Screens } from '../../../src/views/screens.ts';
import { flow } from '../../layout/flow.ts';
import { csrfField, errorSummary } from '../../layout/form.ts';
import { signingInAs } from '../../layout/ways.ts';
import { passkeyButton, passkeyStatus } from './button.ts';

/** Fields: `credential`, `handle`; or `answer`: `later`, `never`. What is asked waits until the browser has tried. */
export default (data: Screens['methods/passkey/offer'], page: PageContext): Html => {
  const title = page.t(data.isElsewhere ? 'passkey.offer.here_title' : 'passkey.offer.title');
  const text = page.t(data.isElsewhere ? 'passkey.offer.here_text' : 'passkey.offer.text');
  return flow(page, {
    title,
    isError: data.errors.length > 0,
    step: data.step,
    script: page.assets.passkeyScript,
    main: [
      errorSummary(page, data.errors),
      html`<h1>${title}</h1>${signingInAs(page, data)}`,
      html`<form id="passkey-ask" method="post" action="${data.action}"${data.isQuiet && html` hidden`}>${csrfField(page)}<p>${text}</p><p class="note">${page.t('passkey.offer.note')}</p><input type="hidden" name="handle">${passkeyButton(
        page,
        {
          asks: data.optionsUrl,
          label: page.t('passkey.offer.submit'),
          isNew: true,
          isQuiet: data.isQuiet,
        },
      )}${passkeyStatus()}</form>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<div class="pair"><button class="alt" name="answer" value="later">${page.t('passkey.offer.later')}</button><button class="bare" name="answer" value="never">${page.t('passkey.offer.never')}</button></div></form>`,
    ],
  });
};
