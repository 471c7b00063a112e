import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

/** Somebody proved who they are, and the app insists on another person, of whom nothing is said. */
export type Data = {
  app: App;
  /** Who proved it. */
  person: { name: string; email: string };
  /** The first step again. */
  againUrl: string;
  /** Back to the app, which is told. */
  cancelAction: string;
};

/** Whom the app asked for is not said: whoever comes here has proved to be somebody else. */
export default (data: Data, page: PageContext): Html => {
  const email = html`<b dir="auto">${data.person.email}</b>`;
  const app = html`<bdi>${data.app.name}</bdi>`;
  return flow(page, {
    title: page.t('other_person.title'),
    isError: true,
    main: [
      html`<h1>${page.t('other_person.title')}</h1><p>${page.rich('other_person.text', { app: html`<b>${app}</b>`, email })}</p>`,
      html`<a class="btn go" href="${data.againUrl}">${page.t('other_person.again')}</a>`,
      html`<form method="post" action="${data.cancelAction}">${csrfField(page)}<button class="alt"><span>${page.rich('error.back_to', { app })}</span></button></form>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    plain: {
      app: books(),
      person: ana(),
      againUrl: '/interaction/kxW3',
      cancelAction: '/interaction/kxW3/cancel',
    },
  };
}
