import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { ana, books } from '../../../src/views/sample-facts.ts';
import { codeField } from '../../layout/code-field.ts';
import { flow } from '../../layout/flow.ts';
import { fieldError } from '../../layout/form.ts';
import {
  type EnrolScreen,
  enrolAlert,
  laterForm,
  methodFields,
  otherMethods,
  wayBack,
} from '../../layout/methods.ts';
import { qrCode } from './qr-code.ts';

/** `count`: authenticators that the person has already. */
export type Data = EnrolScreen<{ uri: string; secret: string; digits: number; count: number }>;

/** Fields: `name`, `code`. Inside a sign-in and in the account alike: one thing to do. */
export default (data: Data, page: PageContext): Html => {
  const { show, errors, refused } = data;
  return flow(page, {
    title: page.t('totp.add.title'),
    isError: errors.length > 0 || refused !== undefined,
    step: data.step,
    main: [
      enrolAlert(page, data, 'code', { code: page.t('totp.add.code'), name: page.t('totp.add.name') }),
      html`<h1>${page.t('totp.add.title')}</h1><p>${page.t('totp.add.text')}</p>`,
      show && secret(show, page),
      show && form(data, show, page),
      otherMethods(page, data.others),
      laterForm(page, data.later),
      wayBack(page, data),
    ],
  });
};

/** The picture for another device's camera, the link for an app on this one, and the key to type or copy. */
function secret(show: NonNullable<Data['show']>, page: PageContext): Html {
  const groups = show.secret.match(/.{1,4}/g) ?? [];
  return html`<section>${qrCode(show.uri, page.t('totp.add.picture'))}<p><a class="link" href="${show.uri}">${page.t('totp.add.same_device')}</a></p><p id="secret-label">${page.t('totp.add.by_hand')}</p><p class="code key" id="secret" translate="no" aria-labelledby="secret-label" dir="ltr">${groups.map((group) => html`<b>${group}</b>`)}</p><button type="button" class="alt" data-copy="secret" data-done="${page.t('layout.copied')}" hidden>${page.t('totp.add.copy')}</button></section>`;
}

function form(data: Data, show: NonNullable<Data['show']>, page: PageContext): Html {
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

export function samples(): Samples<Data> {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const enrol: Data = {
    frame: 'flow',
    step: { done: 2, total: 3 },
    action: '/interaction/Jx3vVbS1cM0yq7/enrol/totp',
    attemptId: 'aGFuZGxl',
    show: {
      uri: `otpauth://totp/Acme:ana%40example.com?secret=${secret}&issuer=Acme`,
      secret,
      digits: 6,
      count: 0,
    },
    errors: [],
    person: ana(),
    app: books(),
    others: [],
    later: { action: '/interaction/Jx3vVbS1cM0yq7/later', left: 2 },
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const { app, step, later, ...own } = enrol;
  return {
    'in the flow': enrol,
    'in the account, a second one': {
      ...own,
      frame: 'account',
      show: { uri: '', secret, digits: 8, ...own.show, count: 1 },
      cancelUrl: '/account/security',
    },
    wrong: { ...enrol, errors: [{ field: 'code', sentence: { key: 'totp.wrong' } }] },
    'begun anew': { ...enrol, refused: { why: 'expired' } },
    'too many': {
      ...own,
      frame: 'account',
      errors: [{ field: 'code', sentence: { key: 'totp.too_many', values: { maximum: 5 } } }],
    },
  };
}
