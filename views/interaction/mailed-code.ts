import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana } from '../../src/views/sample-facts.ts';
import { codeField } from '../layout/code-field.ts';
import { flow } from '../layout/flow.ts';
import { csrfField, errorSummary } from '../layout/form.ts';
import { refusalAlert, type StepRefusal } from '../layout/methods.ts';

/** The mail is on its way. Field: `code`. */
export type Data = {
  kind: 'recovery' | 'registration';
  action: string;
  /** As it was typed, whoever has it. */
  address: string;
  againUrl: string;
  validSeconds: number;
  refused?: StepRefusal;
};

/** The mail is on its way: the code from it. The same page for every address. */
export default (data: Data, page: PageContext): Html => {
  const address = html`<b><bdi>${data.address}</bdi></b>`;
  const valid = page.duration(data.validSeconds);
  const wrong = (key: string) =>
    data.refused?.why === 'wrong' ? [{ field: 'code', sentence: { key } }] : [];
  return flow(page, {
    title: page.t('entry.sent.title'),
    isError: data.refused !== undefined,
    step: { done: 1, total: 3 },
    main: [
      errorSummary(page, wrong('entry.sent.wrong')) ??
        refusalAlert(page, data.refused, { wrong: page.t('entry.sent.wrong'), field: 'code' }),
      html`<h1>${page.t('entry.sent.title')}</h1><p>${page.rich(
        data.kind === 'recovery' ? 'recovery.sent' : 'registration.sent',
        { address, valid },
      )}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${codeField(page, {
        label: page.t('entry.sent.code'),
        isAutomatic: true,
        errors: wrong('entry.sent.check_code'),
      })}<button class="go">${page.t('entry.go_on')}</button></form>`,
      html`<p class="hint">${page.t('entry.sent.nothing')}</p><p><a class="link" href="${data.againUrl}">${page.t('entry.sent.again')}</a></p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    recovery: mailedCode('recovery'),
    registration: mailedCode('registration'),
    wrong: { ...mailedCode('recovery'), refused: { why: 'wrong' } },
    'slow down': { ...mailedCode('recovery'), refused: { why: 'slow_down', retryAfterSeconds: 40 } },
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
