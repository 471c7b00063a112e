import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';

export type Data = { app?: App; accountUrl: string };

export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('signed_out.title'),
    main: [
      html`<h1>${page.t('signed_out.title')}</h1><p>${page.t('signed_out.text', { brand: page.brand.name })}</p>`,
      data.app &&
        html`<p>${page.rich('signed_out.app', { app: html`<b dir="auto">${data.app.name}</b>` })}</p>`,
      html`<a class="btn alt go" href="${data.accountUrl}">${page.t('signed_out.account')}</a>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    'from an app': { app: books(), accountUrl: '/account' },
    'without an app': { accountUrl: '/account' },
  };
}
