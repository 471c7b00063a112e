import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { flow } from '../../layout/flow.ts';
import { methodFields, rememberBox } from '../../layout/methods.ts';

/** The link of a mail in the browser that asked for it. */
export type Data = {
  action: string;
  attemptId: string;
  token: string;
  /** Absent for the own account. */
  appName?: string;
  address: string;
  ageSeconds: number;
  /** Nobody has the address: the next page makes an account. */
  isNew?: true;
  /** Whether the box "keep me signed in" is ticked, as it was where the mail was asked for. */
  remember?: boolean;
};

/** The link of a mail, opened in the browser that asked for it: one page, one button. Opening it does nothing. */
export default (data: Data, page: PageContext): Html => {
  const address = html`<b><bdi>${data.address}</bdi></b>`;
  const age = page.duration(data.ageSeconds);
  const { appName, isNew } = data;
  const title = page.t(isNew ? 'registration.link.title' : 'email.link.title');
  return flow(page, {
    title,
    main: [
      html`<h1>${title}</h1><p>${
        isNew
          ? html`${address}</p><p>${page.t('registration.link.text')}`
          : appName === undefined
            ? page.rich('email.link.text', { address, age })
            : page.rich('email.link.text_app', { app: html`<b dir="auto">${appName}</b>`, address, age })
      }</p>`,
      html`<form method="post" action="${data.action}">${methodFields(page, data)}<input type="hidden" name="code" value="${data.token}">${rememberBox(page, { remember: data.remember ?? false })}<button class="go">${
        isNew
          ? page.t('layout.continue')
          : appName === undefined
            ? page.t('login.submit')
            : html`<span>${page.rich('email.link.submit_app', { app: html`<bdi>${appName}</bdi>` })}</span>`
      }</button></form>`,
      html`<p class="hint">${page.t('email.nothing_yet')}</p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    app: {
      action: '/interaction/Jx3vVbS1cM0yq7/email',
      attemptId: 'q1w2e3r4t5z6u7i8o9p0',
      token: 'Zm9vYmFyYmF6cXV4',
      appName: 'Books',
      address: 'ana@example.com',
      ageSeconds: 75,
    },
    account: {
      action: '/interaction/Jx3vVbS1cM0yq7/email',
      attemptId: 'q1w2e3r4t5z6u7i8o9p0',
      token: 'Zm9vYmFyYmF6cXV4',
      address: 'ana@example.com',
      ageSeconds: 9,
      remember: true,
    },
    'a new account': {
      action: '/interaction/Jx3vVbS1cM0yq7/email',
      attemptId: 'q1w2e3r4t5z6u7i8o9p0',
      token: 'Zm9vYmFyYmF6cXV4',
      appName: 'Books',
      address: 'ana@example.com',
      ageSeconds: 75,
      isNew: true,
    },
  };
}
