import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';

/** Whom the app asked for is not said: whoever comes here has proved to be somebody else. */
export default (data: Screens['interaction/other-person'], page: PageContext): Html => {
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
