import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow, type Step } from '../layout/flow.ts';
import { laterForm, type MethodOption, methodRows, wayBack } from '../layout/methods.ts';

/** More must be set up before this sign-in can be complete: which of these ways. */
export type Data = {
  step: Step;
  app: App;
  person: { name: string; email: string };
  options: readonly MethodOption[];
  later?: { action: string; left: number };
  cancelAction: string;
};

export default (data: Data, page: PageContext): Html => {
  const app = html`<bdi>${data.app.name}</bdi>`;
  return flow(page, {
    title: page.t('enrol.title'),
    step: data.step,
    main: [
      html`<h1>${page.t('enrol.title')}</h1><p>${page.rich('enrol.text', { app })}</p><p class="route">${page.rich(
        'ways.signing_in_as',
        { email: html`<bdi>${data.person.email}</bdi>` },
      )}</p>`,
      methodRows(page, data.options),
      laterForm(page, data.later),
      wayBack(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    step: { done: 2, total: 3 },
    app: books(),
    person: ana(),
    options: [
      { method: 'passkey', href: '/interaction/Jx3vVbS1cM0yq7/enrol/passkey', isLastUsed: false },
      { method: 'totp', href: '/interaction/Jx3vVbS1cM0yq7/enrol/totp', isLastUsed: false },
    ],
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const action = '/interaction/Jx3vVbS1cM0yq7/later';
  return {
    now: plain,
    'may wait': { ...plain, later: { action, left: 2 } },
    'last time': { ...plain, later: { action, left: 1 } },
  };
}
