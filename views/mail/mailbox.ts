import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';

export type Data = {
  mails: readonly { id: string; to: string; from: string; subject: string; text: string; date: string }[];
};

export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('mailbox.title'),
    main: [
      html`<h1>${page.t('mailbox.title')}</h1><p class="route">${page.t('mailbox.text')}</p>`,
      data.mails.length === 0
        ? html`<p>${page.t('mailbox.none')}</p>`
        : html`${data.mails.map((mail) => letter(mail, page))}`,
    ],
  });

/** As it was sent: with codes that have to be copied letter by letter, so a browser must not translate it. */
function letter(mail: Data['mails'][number], page: PageContext): Html {
  const to = html`<bdi>${mail.to}</bdi>`;
  const sent = Date.parse(mail.date);
  const date = Number.isNaN(sent) ? mail.date : page.time(sent);
  return html`<article class="letter"><h2 translate="no">${mail.subject}</h2><p class="hint">${page.rich('mailbox.to', { to, date })}</p><pre translate="no">${withLinks(mail.text)}</pre></article>`;
}

/** The text part, its addresses made into links: what a mail program would do. */
function withLinks(text: string): Html {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+)/);
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? html`<a href="${piece}">${piece}</a>` : piece))}`;
}

export function samples(): Samples<Data> {
  const url = 'http://localhost:3000/set-password?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF';
  const plain: Data['mails'] = [
    {
      id: 'mail_3',
      to: 'ana@example.com',
      from: 'Acme <no-reply@auth.acme.example>',
      subject: '482913 is your code for Acme',
      text: 'Sign in\n\nYour code:\n\n482913\n',
      date: new Date(noon() + 60_000).toISOString(),
    },
    {
      id: 'mail_2',
      to: 'ana@example.com',
      from: 'Acme <no-reply@auth.acme.example>',
      subject: 'Choose your password for Acme',
      text: `Choose your password\n\nYou have an account at Acme.\n\nChoose my password:\n${url}\n`,
      date: new Date(noon()).toISOString(),
    },
    {
      id: 'mail_1',
      to: 'ana@example.com',
      from: 'Acme <no-reply@auth.acme.example>',
      subject: 'Your Acme password has changed',
      text: 'Your password has changed\n',
      date: new Date(noon() - 60_000).toISOString(),
    },
  ];
  return { mails: { mails: plain }, empty: { mails: [] } };
}
