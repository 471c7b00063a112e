import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { switchButton, switchForm } from '../layout/ways.ts';

type Consent = Screens['interaction/consent'];

export default (data: Consent, page: PageContext): Html => {
  const app = data.app.name;
  const brand = page.brand.name;
  const email = html`<b><bdi>${data.person.email}</bdi></b>`;
  const host = html`<bdi class="mono">${data.app.host}</bdi>`;
  return flow(page, {
    title: page.t('consent.title', { app, brand }),
    step: data.step,
    script: data.signals === undefined ? undefined : page.assets.signalsScript,
    main: [
      html`<h1>${page.rich('consent.title', { app: html`<bdi>${app}</bdi>`, brand })}</h1>`,
      html`<p class="route">${host} · ${page.rich('consent.who', { email })} · ${switchButton(page, 'consent.switch')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}${data.groups.map((group) => scopes(group, page))}<div class="pair"><button class="alt" name="decision" value="deny">${page.t('consent.deny')}</button><button class="go" name="decision" value="allow">${page.t('consent.allow')}</button></div></form>`,
      html`<p class="hint">${page.rich('consent.go', { host })} ${documents(data, page)} ${page.rich(
        'consent.undo',
        {
          link: html`<a href="${data.accountUrl}">${page.t('account.applications')}</a>`,
        },
      )}</p>`,
      switchForm(page, data),
      data.signals !== undefined && html`<div data-signals="${data.signals}" hidden></div>`,
    ],
  });
};

/** What one server gives the app, in the words its operator wrote; and the very values that are shared. */
function scopes({ title, scopes: rows }: Consent['groups'][number], page: PageContext): Html {
  return html`<section>${title && html`<h2>${page.rich('consent.at', { name: html`<bdi>${title}</bdi>` })}</h2>`}<ul class="rec">${rows.map(
    ({ sentence, shared }) =>
      html`<li><b>${sentence}</b>${shared.length > 0 && html`<small>${shared.map((value, index) => [index > 0 && ' · ', html`<bdi>${value}</bdi>`])}</small>`}</li>`,
  )}</ul></section>`;
}

function documents({ app }: Consent, page: PageContext): Html | undefined {
  const terms = app.termsUrl && html`<a href="${app.termsUrl}">${page.t('consent.terms')}</a>`;
  const policy = app.policyUrl && html`<a href="${app.policyUrl}">${page.t('consent.policy')}</a>`;
  if (terms && policy) return page.rich('consent.read_both', { terms, policy });
  const document = terms || policy;
  return document ? page.rich('consent.read_one', { document }) : undefined;
}
