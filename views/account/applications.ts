import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { brandedBooks, noon } from '../../src/views/sample-facts.ts';
import { account } from '../layout/account.ts';
import { appLogo } from '../layout/document.ts';
import { csrfField, notice } from '../layout/form.ts';

export type Data = {
  applications: readonly {
    clientId: string;
    name: string;
    host: string;
    sentences: readonly string[];
    since: number;
    lastUsedAt?: number;
    /** The name of its picture. */
    logo?: string;
  }[];
  withdrawAction: string;
  /** Where somebody may have API keys, or has some. */
  apiKeysUrl?: string;
  signOutAction: string;
  notice?: Sentence;
};

/** "Disconnect" posts `client`, the id of the row. */
export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'applications',
    title: page.t('applications.title'),
    signOutAction: data.signOutAction,
    main: [
      data.notice ? notice(page.say(data.notice)) : false,
      ...(data.applications.length === 0
        ? [html`<p class="route">${page.t('applications.none')}</p>`]
        : [
            html`<p class="route">${page.t('applications.text')}</p>`,
            html`<ul class="rec">${data.applications.map((application) => row(application, data.withdrawAction, page))}</ul>`,
          ]),
      data.apiKeysUrl !== undefined &&
        html`<section><h2>${page.t('api_keys.title')}</h2><p>${page.t('api_keys.text')}</p><p><a class="btn alt fit" href="${data.apiKeysUrl}">${page.t('api_keys.see')}</a></p></section>`,
    ],
  });

function row(application: Data['applications'][number], withdrawAction: string, page: PageContext): Html {
  const { clientId, name, host, sentences, since, lastUsedAt, logo } = application;
  return html`<li><b dir="auto">${appLogo(page, logo)}${name}</b><small><bdi class="mono">${host}</bdi> · ${page.rich('applications.since', { since: page.time(since) })}${
    lastUsedAt !== undefined && [' · ', page.rich('applications.used', { used: page.time(lastUsedAt) })]
  }${sentences.map((sentence) => html`<br>${sentence}`)}</small><form method="post" action="${withdrawAction}">${csrfField(page)}<input type="hidden" name="client" value="${clientId}"><button class="bad">${page.t('applications.withdraw')}<span class="unseen"> ${name}</span></button></form></li>`;
}

export function samples(): Samples<Data> {
  const plain: Data = {
    applications: [
      {
        clientId: 'cli_books',
        name: 'Books',
        host: 'books.example',
        sentences: ['Know who you are', 'See your e-mail address', 'Stay connected when you’re away'],
        since: noon() - 40 * 86_400_000,
        lastUsedAt: noon(),
        logo: brandedBooks().logo,
      },
      {
        clientId: 'cli_library',
        name: 'The Very Long Named Library Catalogue of Ödinghausen and Surroundings',
        host: 'catalogue.library.oedinghausen-and-surroundings.example',
        sentences: ['Know who you are'],
        since: noon(),
      },
    ],
    withdrawAction: '/account/applications/withdraw',
    signOutAction: '/account/sign-out',
  };
  return {
    several: plain,
    none: { ...plain, applications: [] },
    'with API keys': { ...plain, apiKeysUrl: '/account/api-keys' },
    'one is disconnected': {
      ...plain,
      notice: { key: 'applications.withdrawn', values: { app: 'Photos' } },
    },
  };
}
