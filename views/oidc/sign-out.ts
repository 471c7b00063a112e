import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { type WrongSignOut, wrongSignOut } from './wrong-sign-out.ts';

export type Data = {
  action: string;
  xsrf: string;
  app?: App;
  person: { name: string; email: string };
  /** What is wrong with the request that led here; the app gets nobody back then. */
  wrong?: WrongSignOut;
};

/** Posts oidc-provider's `xsrf`, and `logout=yes` by the first button only: the second goes on without signing out. */
export default (data: Data, page: PageContext): Html => {
  const { app } = data;
  const brand = page.brand.name;
  const email = html`<b><bdi>${data.person.email}</bdi></b>`;
  return flow(page, {
    title: page.t('sign_out.title'),
    main: [
      wrongSignOut(data.wrong, page),
      html`<h1>${page.t('sign_out.title')}</h1><p class="route">${page.rich('sign_out.text', { email })}</p>`,
      html`<p>${app ? page.rich('sign_out.asked', { app: html`<b dir="auto">${app.name}</b>`, brand }) : page.t('sign_out.plain', { brand })}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="xsrf" value="${data.xsrf}"><button class="go" name="logout" value="yes">${page.t('sign_out.yes')}</button><button class="alt">${page.t('sign_out.no')}</button></form>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    'asked by an app': { action: '/session/end/confirm', xsrf: 'x5rf', app: books(), person: ana() },
    'with a wrong address': {
      action: '/session/end/confirm',
      xsrf: 'x5rf',
      app: books(),
      person: ana(),
      wrong: 'address',
    },
    'without an app': { action: '/session/end/confirm', xsrf: 'x5rf', person: ana() },
  };
}
