import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { sampleSecondFactor } from '../../../src/views/sample-facts.ts';
import { flow } from '../../layout/flow.ts';
import {
  lostLink,
  type MethodScreen,
  methodFields,
  otherMethods,
  refusalAlert,
  rememberBox,
  rememberBrowserBox,
  signingInAs,
  switchForm,
  wayBack,
} from '../../layout/methods.ts';
import { passkeyButton, passkeyStatus, withoutScript } from './button.ts';

export type Data = MethodScreen<{ publicKey: unknown }>;

/** Fields: `credential`, `handle`, `remember`. */
export default (data: Data, page: PageContext): Html => {
  const { refused, show } = data;
  return flow(page, {
    title: page.t('passkey.title'),
    isError: refused !== undefined,
    step: data.step,
    script: page.assets.passkeyScript,
    main: [
      refusalAlert(page, refused, { wrong: page.t('passkey.wrong'), field: 'credential' }),
      html`<h1>${page.t('passkey.title')}</h1>${signingInAs(page, data)}<p>${page.t('passkey.text')}</p>`,
      show &&
        html`<form method="post" action="${data.action}">${methodFields(page, data)}${rememberBrowserBox(page, data)}${rememberBox(page, data)}${passkeyButton(
          page,
          { asks: show, label: page.t('passkey.submit') },
        )}${passkeyStatus()}</form>${withoutScript(page)}`,
      otherMethods(page, data.others),
      lostLink(page, data),
      wayBack(page, data),
      switchForm(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const show = { publicKey: { challenge: 'Y2hhbGxlbmdl', rpId: 'localhost', userVerification: 'required' } };
  const login: Data = {
    ...sampleSecondFactor(),
    action: '/interaction/Jx3vVbS1cM0yq7/passkey',
    attemptId: 'aGFuZGxl',
    show,
  };
  const { person: _person, rememberDeviceDays: _days, switchAction: _switch, ...firstStep } = login;
  return {
    'second factor': login,
    'first step': { ...firstStep, identifier: '', remember: false },
    refused: { ...login, refused: { why: 'wrong' } },
    'took too long': { ...login, refused: { why: 'expired' } },
  };
}
