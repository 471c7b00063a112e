import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import type { Screens } from '../../../src/views/screens.ts';
import { codeField } from '../../layout/code-field.ts';
import { flow } from '../../layout/flow.ts';
import {
  lostLink,
  methodFields,
  otherWays,
  refusalAlert,
  rememberDeviceBox,
  signingInAs,
  switchForm,
  wayBack,
} from '../../layout/ways.ts';

/** Fields: `code`, `remember_device`. */
export default (data: Screens['methods/totp/login'], page: PageContext): Html => {
  const { refused } = data;
  const key = refused?.why === 'reused' ? 'totp.reused' : 'totp.wrong';
  const isMistake = refused?.why === 'wrong' || refused?.why === 'reused';
  return flow(page, {
    title: page.t('totp.title'),
    isError: refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, refused, { wrong: page.t(key), field: 'code' }),
      html`<h1>${page.t('totp.title')}</h1>${signingInAs(page, data)}`,
      html`<form method="post" action="${data.action}">${methodFields(page, data)}${codeField(page, {
        label: page.t('totp.code'),
        isAutomatic: refused === undefined,
        errors: isMistake ? [{ field: 'code', sentence: { key } }] : [],
      })}${rememberDeviceBox(page, data)}<button class="go">${page.t('totp.submit')}</button></form>`,
      otherWays(page, data.others, page.t('totp.others')),
      lostLink(page, data),
      wayBack(page, data),
      switchForm(page, data),
    ],
  });
};
