import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana } from '../../src/views/sample-facts.ts';
import { codeField } from '../layout/code-field.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary } from '../layout/form.ts';
import { mailboxNote } from '../layout/mailbox.ts';
import { refusalAlert, type StepRefusal } from '../layout/methods.ts';

/** The mail is on its way. Field: `code`. */
export type Data = {
  kind: 'recovery' | 'registration';
  action: string;
  /** As it was typed, whoever has it. */
  address: string;
  /** Where another mail is asked for: a press sends one to the same address. */
  againUrl: string;
  validSeconds: number;
  /** No code is taken any more: another mail is all that is left. */
  isOver?: true;
  refused?: StepRefusal;
};

/** The mail is on its way: the code from it. The same page for every address. */
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
        !data.isOver &&
        html`<p>${page.rich(data.kind === 'recovery' ? 'recovery.sent' : 'registration.sent', { address, valid })}</p>`
      }`,
      !data.isOver && mailboxNote(page),
      !data.isOver &&
        html`<form method="post" action="${data.action}">${csrfField(page)}${codeField(page, {
          label: page.t('email.sent.code'),
          isAutomatic: true,
          isFocused: data.refused === undefined,
          errors: wrong('email.check_code'),
        })}<button class="go">${page.t('layout.continue')}</button></form>`,
      html`<form method="post" action="${data.againUrl}">${csrfField(page)}<input type="hidden" name="email" value="${data.address}">${
        !data.isOver && html`<p class="hint">${page.t('email.sent.nothing')}</p>`
      }<button class="${data.isOver ? 'go' : 'alt'}">${page.t('email.sent.again')}</button></form>`,
      html`<p><a class="link" href="${data.againUrl}">${page.t('email.sent.another')}</a></p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    recovery: mailedCode('recovery'),
    registration: mailedCode('registration'),
    wrong: { ...mailedCode('recovery'), refused: { why: 'wrong' } },
    'slow down': { ...mailedCode('recovery'), refused: { why: 'slow_down', retryAfterSeconds: 40 } },
    'no more tries': {
      ...mailedCode('recovery'),
      isOver: true,
      refused: { why: 'expired', sentence: { key: 'code.over' } },
    },
  };
}

function mailedCode(kind: 'recovery' | 'registration'): Data {
  return {
    kind,
    action: `/${kind}/steps/s1/code`,
    address: ana().email,
    againUrl: `/${kind}`,
    validSeconds: 600,
  };
}
