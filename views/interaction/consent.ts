import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books, brandedBooks } from '../../src/views/sample-facts.ts';
import { appLogo } from '../layout/document.ts';
import { flow, type Step } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { switchButton, switchForm } from '../layout/methods.ts';

export type Data = {
  step: Step;
  action: string;
  app: App;
  person: { name: string; email: string };
  switchAction: string;
  /** Grouped by whom they are for; the first group is the person's own data. Sentences are ready to show. */
  groups: readonly {
    /** Name or identifier of the resource server; absent for the person's own data. */
    title?: string;
    scopes: readonly { name: string; sentence: string; shared: readonly string[] }[];
  }[];
  /** What the browser is told of the person's passkeys, as JSON. */
  signals?: string;
  accountUrl: string;
};

export default (data: Data, page: PageContext): Html => {
  const app = data.app.name;
  const brand = page.brand.name;
  const email = html`<b><bdi>${data.person.email}</bdi></b>`;
  const host = html`<bdi class="mono">${data.app.host}</bdi>`;
  return flow(page, {
    title: page.t('consent.title', { app, brand }),
    step: data.step,
    script: data.signals === undefined ? undefined : page.assets.signalsScript,
    main: [
      appLogo(page, data.app.logo),
      html`<h1>${page.rich('consent.title', { app: html`<bdi>${app}</bdi>`, brand })}</h1>`,
      html`<p class="route">${host}<br>${page.rich('consent.who', { email })} ${switchButton(page, 'consent.switch')}</p>`,
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
function scopes({ title, scopes: rows }: Data['groups'][number], page: PageContext): Html {
  return html`<section>${title && html`<h2>${page.rich('consent.at', { name: html`<bdi>${title}</bdi>` })}</h2>`}<ul class="rec">${rows.map(
    ({ sentence, shared }) =>
      html`<li><b>${sentence}</b>${shared.length > 0 && html`<small>${shared.map((value, index) => [index > 0 && ' · ', html`<bdi>${value}</bdi>`])}</small>`}</li>`,
  )}</ul></section>`;
}

function documents({ app }: Data, page: PageContext): Html | undefined {
  const terms = app.termsUrl && html`<a href="${app.termsUrl}">${page.t('consent.terms')}</a>`;
  const policy = app.policyUrl && html`<a href="${app.policyUrl}">${page.t('consent.policy')}</a>`;
  if (terms && policy) return page.rich('consent.read_both', { terms, policy });
  const document = terms || policy;
  return document ? page.rich('consent.read_one', { document }) : undefined;
}

export function samples(): Samples<Data> {
  const own: Data['groups'][number] = {
    scopes: [
      {
        name: 'openid',
        sentence: 'Know who you are',
        shared: ['A number that stands for your account, so that the app knows you when you come back'],
      },
      {
        name: 'profile',
        sentence: 'See your name and profile',
        shared: ['Ana Lopes', 'Portuguese', 'Europe/Lisbon'],
      },
      { name: 'email', sentence: 'See your e-mail address', shared: ['ana@example.com'] },
      {
        name: 'offline_access',
        sentence: 'Stay connected when you’re away',
        shared: ['It can use what you allow here until you disconnect it'],
      },
    ],
  };
  const plain: Data = {
    step: { done: 2, total: 2 },
    action: '/interaction/Jx3vVbS1cM0yq7/consent',
    app: books(),
    person: ana(),
    switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    groups: [own],
    accountUrl: '/account/applications',
  };
  const { name, host } = books();
  return {
    plain,
    'with a resource server': {
      ...plain,
      groups: [
        own,
        {
          title: 'Library API',
          scopes: [
            { name: 'books:read', sentence: 'See the books on your shelf', shared: [] },
            { name: 'books:write', sentence: 'Add and remove books on your shelf', shared: [] },
          ],
        },
        {
          title: 'https://api.payments.example/v1',
          scopes: [{ name: 'pay', sentence: 'pay', shared: [] }],
        },
      ],
    },
    'an app with logo and colour': { ...plain, app: brandedBooks() },
    'no documents': { ...plain, app: { name, host } },
    'policy only': { ...plain, app: { name, host, policyUrl: 'https://books.example/privacy' } },
  };
}
