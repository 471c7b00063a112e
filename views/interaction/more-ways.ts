import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { ana } from '../../src/views/sample-facts.ts';
import { flow, type Step } from '../layout/flow.ts';
import { csrfField, type FieldError } from '../layout/form.ts';
import { signingInAs } from '../layout/methods.ts';
import { passkeyAlert, passkeyButton, passkeyStatus } from '../methods/passkey/button.ts';

/** Once, for who made their account with a mailbox alone. */
export type Data = {
  step: Step;
  action: string;
  /** What a new passkey is to be made of. Absent: none is offered. */
  optionsUrl?: string;
  hasPassword: boolean;
  person: { name: string; email: string };
  errors: readonly FieldError[];
};

/** Fields: `credential`, `handle`; or `answer`: `choose` (a password), `keep`. The passkey's button shows where its script runs. */
export default (data: Data, page: PageContext): Html => {
  const { optionsUrl } = data;
  return flow(page, {
    title: page.t('more_ways.title'),
    isError: data.errors.length > 0,
    step: data.step,
    ...(optionsUrl === undefined ? {} : { script: page.assets.passkeyScript }),
    main: [
      passkeyAlert(page, data.errors),
      html`<h1>${page.t('more_ways.title')}</h1>${signingInAs(page, data)}<p>${page.t('more_ways.text')}</p>`,
      optionsUrl !== undefined &&
        html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="handle">${passkeyButton(
          page,
          { asks: optionsUrl, label: page.t('passkey.offer.submit'), isNew: true },
        )}${passkeyStatus()}</form>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${
        data.hasPassword &&
        html`<button class="alt" name="answer" value="choose">${page.t('more_ways.password')}</button>`
      }<button class="bare" name="answer" value="keep">${page.t('more_ways.keep')}</button></form>`,
    ],
  });
};

export function samples(): Samples<Data> {
  const both: Data = {
    step: { done: 2, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/more-ways',
    optionsUrl: '/interaction/Jx3vVbS1cM0yq7/more-ways/options',
    hasPassword: true,
    person: ana(),
    errors: [],
  };
  const { optionsUrl: _, ...noPasskey } = both;
  return {
    both,
    'a passkey only': { ...both, hasPassword: false },
    'a password only': noPasskey,
    'not saved': { ...both, errors: [{ field: 'credential', sentence: { key: 'passkey.not_saved' } }] },
  };
}
