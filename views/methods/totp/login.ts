import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { sampleSecondFactor } from '../../../src/views/sample-facts.ts';
import { codeField } from '../../layout/code-field.ts';
import { flow } from '../../layout/flow.ts';
import {
  lostLink,
  type MethodScreen,
  methodFields,
  otherMethods,
  refusalAlert,
  rememberBrowserBox,
  signingInAs,
  switchForm,
  wayBack,
} from '../../layout/methods.ts';

export type Data = MethodScreen;

/** Fields: `code`, `remember_device`. */
export default (data: Data, page: PageContext): Html => {
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
        isFocused: refused === undefined,
        errors: isMistake ? [{ field: 'code', sentence: { key } }] : [],
      })}${rememberBrowserBox(page, data)}<button class="go">${page.t('layout.continue')}</button></form>`,
      otherMethods(page, data.others, page.t('totp.others')),
      lostLink(page, data),
      wayBack(page, data),
      switchForm(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const login: Data = {
    ...sampleSecondFactor(),
    action: '/interaction/Jx3vVbS1cM0yq7/totp',
  };
  const { rememberDeviceDays: _, ...stepUp } = login;
  return {
    plain: login,
    wrong: { ...login, refused: { why: 'wrong' } },
    'used already': { ...login, refused: { why: 'reused' } },
    'slow down': { ...login, refused: { why: 'slow_down', retryAfterSeconds: 30 } },
    'step-up, no other way': { ...stepUp, others: [], lostUrl: '/interaction/uid/lost-device' },
  };
}
