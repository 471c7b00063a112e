import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow, type Step } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { wayBack } from '../layout/methods.ts';

/** With which account an app is used: the one that is signed in here, or another one. Two forms without fields. */
export type Data = {
  step: Step;
  /** Stays with the account of `person`. */
  action: string;
  app: App;
  /** Who is signed in. */
  person: { name: string; email: string };
  /** Leads to a sign-in. */
  switchAction: string;
  cancelAction: string;
};

/** Whom the app hints at is not said: it is whatever the app says. */
export default (data: Data, page: PageContext): Html => {
  const { name, email } = data.person;
  const app = html`<b dir="auto">${data.app.name}</b>`;
  const host = html`<bdi class="mono">${data.app.host}</bdi>`;
  return flow(page, {
    title: page.t('select_account.title'),
    step: data.step,
    main: [
      html`<h1>${page.t('select_account.title')}</h1><p class="route">${page.rich('login.route', { app, host })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<button class="go"><span>${page.rich(
        'select_account.stay',
        { name: html`<bdi>${name}</bdi>` },
      )}${name !== email && html`<br><small dir="auto">${email}</small>`}</span></button></form>`,
      html`<form method="post" action="${data.switchAction}">${csrfField(page)}<button class="alt">${page.t('select_account.another')}</button></form>`,
      wayBack(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    step: { done: 1, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/select-account',
    app: books(),
    person: ana(),
    switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
  };
  const email = 'anastasia.wilhelmina.von.und.zu.hohenstein@verwaltung.oedinghausen.example';
  return {
    plain,
    'no name': { ...plain, person: { name: ana().email, email: ana().email } },
    'long names': {
      ...plain,
      person: { name: 'Anastasia Wilhelmina von und zu Hohenstein-Oedinghausen', email },
    },
  };
}
