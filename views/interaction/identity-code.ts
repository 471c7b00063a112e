import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { codeField } from '../layout/code-field.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary } from '../layout/form.ts';
import { mailboxNote } from '../layout/mailbox.ts';
import { refusalAlert, type StepRefusal, wayBack } from '../layout/methods.ts';

/** Somebody is known elsewhere, and their address is proved here before it opens anything. Field: `code`. */
export type Data = {
  app: App;
  provider: string;
  action: string;
  /** Another mail. */
  againAction: string;
  address: string;
  validSeconds: number;
  /** The provider vouches for the address, but it may have been proved there long ago. */
  isVouchedFor?: true;
  /** No code is taken any more: another mail, or another way. */
  isOver?: true;
  refused?: StepRefusal;
  otherAction: string;
  cancelAction?: string;
};

/** The code of the mail. The same page for every address, whoever has it. */
export default (data: Data, page: PageContext): Html => {
  const address = html`<b><bdi>${data.address}</bdi></b>`;
  const valid = page.duration(data.validSeconds);
  const wrong = (key: string) =>
    data.refused?.why === 'wrong' ? [{ field: 'code', sentence: { key } }] : [];
  return flow(page, {
    title: page.t('email.sent.title'),
    isError: data.refused !== undefined,
    step: { done: 1, total: 3 },
    main: [
      errorSummary(page, wrong('email.wrong')) ??
        refusalAlert(page, data.refused, { wrong: page.t('email.wrong'), field: 'code' }),
      html`<h1>${page.t('email.sent.title')}</h1>${
        !data.isOver && html`<p>${page.rich('identity.code.text', { address, valid })}</p>`
      }<p class="hint">${
        data.isVouchedFor
          ? page.t('identity.code.still')
          : page.rich('identity.code.why', { provider: html`<bdi>${data.provider}</bdi>` })
      }</p>`,
      !data.isOver && mailboxNote(page),
      !data.isOver &&
        html`<form method="post" action="${data.action}">${csrfField(page)}${codeField(page, {
          label: page.t('email.sent.code'),
          isAutomatic: true,
          isFocused: data.refused === undefined,
          errors: wrong('email.check_code'),
        })}<button class="go">${page.t('layout.continue')}</button></form>`,
      html`<form method="post" action="${data.againAction}">${csrfField(page)}<button class="${data.isOver ? 'go' : 'alt'}">${page.t('email.sent.again')}</button></form>`,
      html`<form method="post" action="${data.otherAction}">${csrfField(page)}<p><button class="link">${page.t('unknown_identity.other')}</button></p></form>`,
      wayBack(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    app: books(),
    provider: 'GitLab',
    action: '/interaction/kxW3/identity/code',
    againAction: '/interaction/kxW3/identity/mail',
    address: ana().email,
    validSeconds: 600,
    otherAction: '/interaction/kxW3/identity/drop',
    cancelAction: '/interaction/kxW3/cancel',
  };
  return {
    plain,
    'the provider vouches': { ...plain, isVouchedFor: true },
    wrong: { ...plain, refused: { why: 'wrong' } },
    'no more tries': {
      ...plain,
      isOver: true,
      refused: { why: 'expired', sentence: { key: 'code.over' } },
    },
    'slow down': { ...plain, refused: { why: 'slow_down', retryAfterSeconds: 40 } },
  };
}
