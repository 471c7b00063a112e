import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { laterForm, wayBack, wayRows } from '../layout/ways.ts';

export default (data: Screens['interaction/enrol'], page: PageContext): Html => {
  const app = html`<bdi>${data.app.name}</bdi>`;
  return flow(page, {
    title: page.t('enrol.title'),
    step: data.step,
    main: [
      html`<h1>${page.t('enrol.title')}</h1><p>${page.rich('enrol.text', { app })}</p><p class="route">${page.rich(
        'ways.signing_in_as',
        { email: html`<bdi>${data.person.email}</bdi>` },
      )}</p>`,
      wayRows(page, data.ways),
      laterForm(page, data.later),
      wayBack(page, data),
    ],
  });
};
