import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import type { Screens } from '../../../src/views/screens.ts';
import { flow } from '../../layout/flow.ts';
import { errorSummary } from '../../layout/form.ts';
import { laterForm, methodFields, otherWays, refusalAlert, wayBack } from '../../layout/ways.ts';
import { passkeyButton, passkeyStatus, withoutScript } from './button.ts';

/** Fields: `credential`. */
export default (data: Screens['methods/passkey/enrol'], page: PageContext): Html => {
  const { show, errors, refused } = data;
  return flow(page, {
    title: page.t('passkey.add.title'),
    isError: errors.length > 0 || refused !== undefined,
    step: data.step,
    script: page.assets.passkeyScript,
    main: [
      errorSummary(page, errors) ??
        refusalAlert(page, refused, { wrong: page.t('passkey.not_saved'), field: 'credential' }),
      html`<h1>${page.t('passkey.add.title')}</h1><p>${page.t('passkey.offer.text')}</p><p class="note">${page.t('passkey.offer.note')}</p>`,
      show &&
        html`<form method="post" action="${data.action}">${methodFields(page, data)}${passkeyButton(page, {
          asks: show,
          label: page.t('passkey.add.submit'),
          isNew: true,
        })}${passkeyStatus()}</form>${withoutScript(page)}`,
      otherWays(page, data.others),
      laterForm(page, data.later),
      wayBack(page, data),
    ],
  });
};
