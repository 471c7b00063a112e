import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { ana } from '../../../src/views/sample-facts.ts';
import { flow } from '../../layout/flow.ts';
import { csrfField, fieldError } from '../../layout/form.ts';
import { type EnrolScreen, enrolAlert, laterForm, methodFields, wayBack } from '../../layout/methods.ts';

export type Data = EnrolScreen<{ codes: readonly string[]; isReplacement: boolean }>;

/** Field: `saved`. Until its box is ticked and sent, the codes from before work. */
export default (data: Data, page: PageContext): Html => {
  const { show, errors, refused } = data;
  return flow(page, {
    title: page.t('backup_codes.add.title'),
    isError: errors.length > 0 || refused !== undefined,
    step: data.step,
    main: [
      enrolAlert(page, data, 'saved', { saved: page.t('backup_codes.add.saved') }),
      html`<h1>${page.t('backup_codes.add.title')}</h1><p>${page.t('backup_codes.add.text')}</p>${
        show?.isReplacement && html`<p class="note">${page.t('backup_codes.add.replaces')}</p>`
      }`,
      show && ticket(show.codes, page),
      show && form(data, page),
      laterForm(page, data.later),
      wayBack(page, data),
    ],
  });
};

/** The codes, and what one does with them. The download sends them along: the server cannot read what it stores. */
function ticket(codes: readonly string[], page: PageContext): Html {
  return html`<ul class="codes" id="codes" dir="ltr" translate="no">${codes.map((code) => html`<li>${code}</li>`)}</ul><div class="pair screen"><form method="post" action="${page.base}/backup-codes/download" data-stays>${csrfField(page)}<input type="hidden" name="codes" value="${codes.join(' ')}"><button class="alt">${page.t('backup_codes.add.download')}</button></form><button type="button" class="alt" data-copy="codes" data-done="${page.t('layout.copied')}" hidden>${page.t('backup_codes.add.copy')}</button><button type="button" class="alt" data-print hidden>${page.t('backup_codes.add.print')}</button></div>`;
}

function form(data: Data, page: PageContext): Html {
  const { line, attributes } = fieldError(page, 'saved', data.errors);
  return html`<form class="screen" method="post" action="${data.action}">${methodFields(page, data)}<div class="field">${line}<label class="check"><input type="checkbox" id="saved" name="saved" value="yes" required${attributes}><span>${page.t('backup_codes.add.saved')}</span></label></div><button class="go">${page.t('backup_codes.add.submit')}</button></form>`;
}

export function samples(): Samples<Data> {
  const codes =
    '3f9k-2m7q 8x4t-p6vd k2w9-h5nb c7rj-4e8y 6dqs-z3ma w9pg-7t2x n4hv-e6kc 5bzm-r8fj q7ya-d3ws t2xe-9gnp'.split(
      ' ',
    );
  const enrol: Data = {
    frame: 'account',
    action: '/account/security/backup-codes',
    attemptId: 'aGFuZGxl',
    show: { codes, isReplacement: false },
    errors: [],
    person: ana(),
    others: [],
    cancelUrl: '/account/security',
  };
  return {
    plain: enrol,
    'in place of others': { ...enrol, show: { codes, isReplacement: true } },
    'not ticked': { ...enrol, errors: [{ field: 'saved', sentence: { key: 'backup_codes.not_saved' } }] },
  };
}
