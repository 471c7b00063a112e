import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { ana, books } from '../../../src/views/sample-facts.ts';
import { flow } from '../../layout/flow.ts';
import {
  type EnrolScreen,
  laterForm,
  methodFields,
  otherMethods,
  refusalAlert,
  wayBack,
} from '../../layout/methods.ts';
import { passkeyAlert, passkeyButton, passkeyStatus, withoutScript } from './button.ts';

export type Data = EnrolScreen<{ publicKey: unknown }>;

/** Fields: `credential`. */
export default (data: Data, page: PageContext): Html => {
  const { show, errors, refused } = data;
  return flow(page, {
    title: page.t('passkey.add.title'),
    isError: errors.length > 0 || refused !== undefined,
    step: data.step,
    script: page.assets.passkeyScript,
    main: [
      passkeyAlert(page, errors) ??
        refusalAlert(page, refused, { wrong: page.t('passkey.not_saved'), field: 'credential' }),
      html`<h1>${page.t('passkey.add.title')}</h1><p>${page.t('passkey.offer.text')}</p><p class="note">${page.t('passkey.offer.note')}</p>`,
      show &&
        html`<form method="post" action="${data.action}">${methodFields(page, data)}${passkeyButton(page, {
          asks: show,
          label: page.t('passkey.add.submit'),
          isNew: true,
        })}${passkeyStatus()}</form>${withoutScript(page)}`,
      otherMethods(page, data.others),
      laterForm(page, data.later),
      wayBack(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const show = { publicKey: { challenge: 'Y2hhbGxlbmdl', rpId: 'localhost', userVerification: 'required' } };
  const enrol: Data = {
    frame: 'flow',
    step: { done: 2, total: 3 },
    action: '/interaction/Jx3vVbS1cM0yq7/enrol/passkey',
    attemptId: 'aGFuZGxl',
    show,
    errors: [],
    person: ana(),
    app: books(),
    others: [],
    later: { action: '/interaction/Jx3vVbS1cM0yq7/later', left: 2 },
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const { app: _app, step: _step, later: _later, ...own } = enrol;
  return {
    'in the flow': enrol,
    'in the account': { ...own, frame: 'account', cancelUrl: '/account/security' },
    'not saved': { ...enrol, errors: [{ field: 'credential', sentence: { key: 'passkey.not_saved' } }] },
    'kind refused': {
      ...enrol,
      errors: [{ field: 'credential', sentence: { key: 'passkey.kind_refused' } }],
    },
  };
}
