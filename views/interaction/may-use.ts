import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { wayBack } from '../layout/methods.ts';

/** Somebody is signed in who may not use the app, or to whom no role permits what it asks for. */
export type Data = {
  app: App;
  person: { name: string; email: string };
  /** `app`: it lets in others alone. `scopes`: it asks for what the person may not have. */
  why: 'app' | 'scopes';
  /** Whom to ask, where the app's operator says it: an e-mail address. */
  contact?: string;
  /** Leads to a sign-in. */
  switchAction: string;
  /** Back to the app, which is told. */
  cancelAction: string;
};

const SENTENCE = { app: 'may_use.app', scopes: 'may_use.scopes' } as const;

/** Which roles would open it is not said: they are the operator's words, and nothing that a person could do about it. */
export default (data: Data, page: PageContext): Html => {
  const app = html`<bdi>${data.app.name}</bdi>`;
  const email = html`<b dir="auto">${data.person.email}</b>`;
  const contact =
    data.contact !== undefined && html`<a href="mailto:${data.contact}"><bdi>${data.contact}</bdi></a>`;
  return flow(page, {
    title: page.t('may_use.title'),
    isError: true,
    main: [
      html`<h1>${page.t('may_use.title')}</h1><p>${page.rich(SENTENCE[data.why], { app: html`<b>${app}</b>`, email })}</p><p>${
        contact ? page.rich('may_use.contact', { contact }) : page.rich('may_use.nobody', { app })
      }</p>`,
      html`<form method="post" action="${data.switchAction}">${csrfField(page)}<button class="go">${page.t('select_account.another')}</button></form>`,
      wayBack(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const plain: Data = {
    app: books(),
    person: ana(),
    why: 'app',
    contact: 'library@books.example',
    switchAction: '/interaction/kxW3/switch',
    cancelAction: '/interaction/kxW3/cancel',
  };
  const { contact: _, ...nobody } = plain;
  return { plain, 'of scopes': { ...plain, why: 'scopes' }, 'nobody to ask': nobody };
}
