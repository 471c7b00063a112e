import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import type { Screens } from '../../../src/views/screens.ts';
import { flow } from '../../layout/flow.ts';
import {
  lostLink,
  methodFields,
  otherWays,
  refusalAlert,
  rememberBox,
  rememberDeviceBox,
  signingInAs,
  switchForm,
  wayBack,
} from '../../layout/ways.ts';
import { passkeyButton, passkeyStatus, withoutScript } from './button.ts';

/** Fields: `credential`, `handle`, `remember`. */
export default (data: Screens['methods/passkey/login'], page: PageContext): Html => {
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
        html`<form method="post" action="${data.action}">${methodFields(page, data)}${rememberDeviceBox(page, data)}${rememberBox(page, data)}${passkeyButton(
          page,
          { asks: show, label: page.t('passkey.submit') },
        )}${passkeyStatus()}</form>${withoutScript(page)}`,
      otherWays(page, data.others),
      lostLink(page, data),
      wayBack(page, data),
      switchForm(page, data),
    ],
  });
};
