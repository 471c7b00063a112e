import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { type GoOnForm, goOnForm } from '../layout/go-on.ts';

export type Data = GoOnForm & {
  /** `answer`: the app gets what it asked for. `other_person`: somebody else was signed in, and is signed out first. */
  why: 'answer' | 'other_person';
};

export default (data: Data, page: PageContext): Html => {
  const app = data.app?.name ?? page.brand.name;
  // No language menu: what the page has to send is spent by asking for it, so it cannot be asked for again.
  return flow(
    { ...page, locales: [] },
    {
      title: page.t('go_on.to', { app }),
      main: [
        html`<h1>${page.rich('go_on.to', { app: html`<bdi>${app}</bdi>` })}</h1>`,
        data.why === 'other_person' && html`<p>${page.t('go_on.other_person')}</p>`,
        html`<p>${page.t('go_on.text')}</p>`,
        goOnForm(data, page),
      ],
    },
  );
};

export function samples(): Samples<Data> {
  return {
    'to an app': {
      why: 'answer',
      action: 'https://books.example/callback',
      fields: { code: 'Zk3vVbS1cM0yq7', state: 'af0ifjsldkj', iss: 'https://auth.acme.example' },
      app: books(),
    },
    'refused, to an app': {
      why: 'answer',
      action: 'https://books.example/callback',
      fields: { error: 'access_denied', state: 'af0ifjsldkj', iss: 'https://auth.acme.example' },
      app: {
        name: 'Ein Laden mit einem langen Namen, damit man sieht, was geschieht',
        host: 'books.example',
      },
    },
    'after another person': {
      why: 'other_person',
      action: '/session/end/confirm',
      fields: { xsrf: 'x5rf', logout: 'yes' },
      app: books(),
      isOurs: true,
    },
    'after another person, to an app that is gone': {
      why: 'other_person',
      action: '/session/end/confirm',
      fields: { xsrf: 'x5rf', logout: 'yes' },
      isOurs: true,
    },
  };
}
