import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { sampleSecondFactor } from '../../../src/views/sample-facts.ts';
import { flow } from '../../layout/flow.ts';
import { fieldError } from '../../layout/form.ts';
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

/** Field: `code`. */
export default (data: Data, page: PageContext): Html => {
  const { refused } = data;
  const key = refused?.why === 'reused' ? 'backup_codes.reused' : 'backup_codes.wrong';
  const isMistake = refused?.why === 'wrong' || refused?.why === 'reused';
  const errors = isMistake ? [{ field: 'code', sentence: { key } }] : [];
  const { line } = fieldError(page, 'code', errors);
  return flow(page, {
    title: page.t('backup_codes.title'),
    isError: refused !== undefined,
    step: data.step,
    main: [
      refusalAlert(page, refused, { wrong: page.t(key), field: 'code' }),
      html`<h1>${page.t('backup_codes.title')}</h1>${signingInAs(page, data)}`,
      html`<form method="post" action="${data.action}">${methodFields(page, data)}<div class="field"><label for="code">${page.t('backup_codes.code')}</label><p class="hint" id="code-hint">${page.t('backup_codes.hint')}</p>${line}<input class="big" id="code" name="code" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" dir="ltr" required${
        line
          ? html` aria-invalid="true" aria-describedby="code-hint code-error"`
          : html` autofocus aria-describedby="code-hint"`
      }></div>${rememberBrowserBox(page, data)}<button class="go">${page.t('layout.continue')}</button></form>`,
      otherMethods(page, data.others),
      lostLink(page, data),
      wayBack(page, data),
      switchForm(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const login: Data = {
    ...sampleSecondFactor(),
    action: '/interaction/Jx3vVbS1cM0yq7/backup-codes',
    others: [{ method: 'totp', href: '/interaction/Jx3vVbS1cM0yq7/totp', isLastUsed: false }],
  };
  return {
    plain: login,
    wrong: { ...login, refused: { why: 'wrong' } },
    'used already': { ...login, refused: { why: 'reused' } },
  };
}
