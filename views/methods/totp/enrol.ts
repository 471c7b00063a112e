import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import type { Screens } from '../../../src/views/screens.ts';
import { codeField } from '../../layout/code-field.ts';
import { flow } from '../../layout/flow.ts';
import { fieldError } from '../../layout/form.ts';
import { enrolAlert, laterForm, methodFields, otherWays, wayBack } from '../../layout/ways.ts';
import { qrCode } from './qr-code.ts';

type Enrol = Screens['methods/totp/enrol'];

/** Fields: `name`, `code`. Inside a sign-in and in the account alike: one thing to do. */
export default (data: Enrol, page: PageContext): Html => {
  const { show, errors, refused } = data;
  return flow(page, {
    title: page.t('totp.add.title'),
    isError: errors.length > 0 || refused !== undefined,
    step: data.step,
    main: [
      enrolAlert(page, data, 'code'),
      html`<h1>${page.t('totp.add.title')}</h1><p>${page.t('totp.add.text')}</p>`,
      show && secret(show, page),
      show && form(data, show, page),
      otherWays(page, data.others),
      laterForm(page, data.later),
      wayBack(page, data),
    ],
  });
};

/** The picture for another device's camera, the link for an app on this one, and the key to type or copy. */
function secret(show: NonNullable<Enrol['show']>, page: PageContext): Html {
  const groups = show.secret.match(/.{1,4}/g) ?? [];
  return html`<section>${qrCode(show.uri, page.t('totp.add.picture'))}<p><a class="link" href="${show.uri}">${page.t('totp.add.same_device')}</a></p><p id="secret-label">${page.t('totp.add.by_hand')}</p><p class="code key" id="secret" aria-labelledby="secret-label" dir="ltr">${groups.map((group) => html`<b>${group}</b>`)}</p><button type="button" class="alt" data-copy="secret" data-done="${page.t('layout.copied')}" hidden>${page.t('totp.add.copy')}</button></section>`;
}

function form(data: Enrol, show: NonNullable<Enrol['show']>, page: PageContext): Html {
  const { errors } = data;
  const code = errors.filter(({ field }) => field === 'code');
  const { line, attributes } = fieldError(page, 'name', errors);
  const proposal =
    show.count === 0
      ? page.t('totp.add.proposal')
      : page.t('totp.add.proposal_more', { number: show.count + 1 });
  return html`<form method="post" action="${data.action}">${methodFields(page, data)}${codeField(page, {
    label: page.t('totp.add.code'),
    digits: show.digits,
    isFocused: false,
    isAutomatic: false,
    errors: code,
  })}<div class="field"><label for="name">${page.t('totp.add.name')}</label><p class="hint" id="name-hint">${page.t('totp.add.name_hint')}</p>${line}<input id="name" name="name" type="text" value="${proposal}" maxlength="60" autocomplete="off"${
    attributes ?? html` aria-describedby="name-hint"`
  }></div><button class="go">${page.t('totp.add.submit')}</button></form>`;
}
