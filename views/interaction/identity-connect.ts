import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples } from '../../src/views/page.ts';
import { ana, books } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';
import { csrfField } from '../layout/form.ts';
import { wayBack } from '../layout/methods.ts';

/** Somebody is known elsewhere, and an account here has the address. */
export type Data = {
  app: App;
  /** As people know them. */
  provider: string;
  address: string;
  /** Where the account is proved; absent once it is. */
  signInUrl?: string;
  /** Who has proved it, and where the connection is made. */
  person?: { name: string; email: string };
  connectAction?: string;
  /** Without it: another way to sign in, or on as who was proved. */
  otherAction: string;
  cancelAction?: string;
};

/** Says what happens, before the account is proved and after; nothing is connected without a press on the second. */
export default (data: Data, page: PageContext): Html => {
  const { signInUrl, person, connectAction } = data;
  const title = page.t('identity.connect.title', { provider: data.provider });
  const provider = html`<b><bdi>${data.provider}</bdi></b>`;
  const address = html`<b><bdi>${data.address}</bdi></b>`;
  const email = html`<b><bdi>${person?.email ?? ''}</bdi></b>`;
  const means = (['ways', 'stay', 'learns', 'undo'] as const).map(
    (what) =>
      html`<li><span>${page.rich(`identity.connect.means.${what}`, { provider: html`<bdi>${data.provider}</bdi>` })}</span></li>`,
  );
  return flow(page, {
    title,
    step: { done: person ? 2 : 1, total: 3 },
    main: [
      html`<h1>${title}</h1><p>${
        person
          ? page.rich('identity.connect.proved', { email, provider })
          : page.rich('identity.connect.exists', { address, provider })
      }</p>`,
      html`<ul class="rec">${means}</ul>`,
      signInUrl !== undefined && html`<a class="btn go" href="${signInUrl}">${page.t('login.submit')}</a>`,
      connectAction !== undefined &&
        html`<form method="post" action="${connectAction}">${csrfField(page)}<button class="go"><span>${page.rich('identity.connect.submit', { provider: html`<bdi>${data.provider}</bdi>` })}</span></button></form>`,
      html`<form method="post" action="${data.otherAction}">${csrfField(page)}<button class="alt">${page.t(person ? 'identity.connect.skip' : 'unknown_identity.other')}</button></form>`,
      wayBack(page, data),
    ],
  });
};

export function samples(): Samples<Data> {
  const { person: _, ...before } = connect();
  return {
    'before the proof': { ...before, signInUrl: '/interaction/kxW3' },
    'after the proof': { ...connect(), connectAction: '/interaction/kxW3/identity/connect' },
    'long names': {
      ...before,
      provider: 'The Very Long Named Identity Service of Ödinghausen and Surroundings',
      address: 'anastasia.wilhelmina.von.und.zu.hohenstein@verwaltung.oedinghausen.example',
      signInUrl: '/interaction/kxW3',
    },
  };
}

function connect() {
  return {
    app: books(),
    provider: 'Google',
    address: ana().email,
    person: ana(),
    otherAction: '/interaction/kxW3/identity/drop',
    cancelAction: '/interaction/kxW3/cancel',
  };
}
