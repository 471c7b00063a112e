import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

/** It is certain who somebody is elsewhere, and no account here is connected with that. */
export type Data = {
  app: App;
  /** As people know them. */
  provider: string;
  /** The first step again. */
  otherUrl: string;
  /** Back to the app, which is told. */
  cancelAction: string;
};

/** What the provider says of the person is not shown: nobody here has asked for it. */
export default (data: Data, page: PageContext): Html => {
  const provider = html`<b><bdi>${data.provider}</bdi></b>`;
  const app = html`<bdi>${data.app.name}</bdi>`;
  return flow(page, {
    title: page.t('unknown_identity.title'),
    isError: true,
    main: [
      html`<h1>${page.t('unknown_identity.title')}</h1><p>${page.rich('unknown_identity.text', { provider })}</p>`,
      html`<a class="btn go" href="${data.otherUrl}">${page.t('unknown_identity.other')}</a>`,
      html`<form method="post" action="${data.cancelAction}">${csrfField(page)}<button class="alt"><span>${page.rich('error.back_to', { app })}</span></button></form>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    plain: {
      app: books(),
      provider: 'Workplace',
      otherUrl: '/interaction/kxW3',
      cancelAction: '/interaction/kxW3/cancel',
    },
  };
}
