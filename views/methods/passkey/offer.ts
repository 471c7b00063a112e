import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { ana } from '../../../src/views/sample-facts.ts';
import { flow, type Step } from '../../layout/flow.ts';
import { csrfField, type FieldError } from '../../layout/form.ts';
import { signingInAs } from '../../layout/methods.ts';
import { passkeyAlert, passkeyButton, passkeyStatus } from './button.ts';

/** After a sign-in with a password: the browser tries first (`isQuiet`), then the person is asked. */
export type Data = {
  step: Step;
  action: string;
  optionsUrl: string;
  isQuiet: boolean;
  /** The person signed in with a passkey of another device. */
  isElsewhere?: true;
  person: { name: string; email: string };
  errors: readonly FieldError[];
};

/** Fields: `credential`, `handle`; or `answer`: `later`, `never`. What is asked stands there at once, while the browser tries. */
export default (data: Data, page: PageContext): Html => {
  const title = page.t(data.isElsewhere ? 'passkey.offer.here_title' : 'passkey.offer.title');
  const text = page.t(data.isElsewhere ? 'passkey.offer.here_text' : 'passkey.offer.text');
  return flow(page, {
    title,
    isError: data.errors.length > 0,
    step: data.step,
    script: page.assets.passkeyScript,
    main: [
      passkeyAlert(page, data.errors),
      html`<h1>${title}</h1>${signingInAs(page, data)}`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<p>${text}</p><p class="note">${page.t('passkey.offer.note')}</p><input type="hidden" name="handle">${passkeyButton(
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

export function samples(): Samples<Data> {
  const offer: Data = {
    step: { done: 2, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/passkey/offer',
    optionsUrl: '/interaction/Jx3vVbS1cM0yq7/passkey/offer/options',
    isQuiet: false,
    person: ana(),
    errors: [],
  };
  return {
    asking: offer,
    'the browser tries first': { ...offer, isQuiet: true },
    'after the passkey of a phone': { ...offer, isElsewhere: true },
    'not saved': { ...offer, errors: [{ field: 'credential', sentence: { key: 'passkey.not_saved' } }] },
  };
}
