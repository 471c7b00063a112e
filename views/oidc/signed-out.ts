import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { type WrongSignOut, wrongSignOut } from './wrong-sign-out.ts';

export type Data = {
  app?: App;
  accountUrl: string;
  /** Whether this browser is still signed in: the person declined, or opened this page by hand. */
  isStillSignedIn?: boolean;
  /** What was wrong with the request that led here. */
  wrong?: WrongSignOut;
};

export default (data: Data, page: PageContext): Html =>
  data.isStillSignedIn ? still(data, page) : over(data, page);

const over = (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('signed_out.title'),
    main: [
      wrongSignOut(data.wrong, page),
      html`<h1>${page.t('signed_out.title')}</h1><p>${page.t('signed_out.text', { brand: page.brand.name })}</p>`,
      data.app &&
        html`<p>${page.rich('signed_out.app', { app: html`<b dir="auto">${data.app.name}</b>` })}</p>`,
      html`<a class="btn alt go" href="${data.accountUrl}">${page.t('signed_out.account')}</a>`,
    ],
  });

function still({ app, accountUrl }: Data, page: PageContext): Html {
  const brand = page.brand.name;
  return flow(page, {
    title: page.t('signed_out.still_title'),
    main: [
      html`<h1>${page.t('signed_out.still_title')}</h1>`,
      html`<p>${app ? page.rich('signed_out.still_app', { app: html`<b dir="auto">${app.name}</b>`, brand }) : page.t('signed_out.still', { brand })}</p>`,
      html`<a class="btn alt go" href="${accountUrl}">${page.t('account.nav')}</a>`,
    ],
  });
}

export function samples(): Samples<Data> {
  return {
    'from an app': { app: books(), accountUrl: '/account' },
    'declined, from an app': { app: books(), accountUrl: '/account', isStillSignedIn: true },
    declined: { accountUrl: '/account', isStillSignedIn: true },
    'with an app that is gone': { accountUrl: '/account', wrong: 'app' },
    'without an app': { accountUrl: '/account' },
  };
}
