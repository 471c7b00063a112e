import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { flow } from '../layout/flow.ts';

/** `htmlUrl`: the HTML part, which is drawn in a frame of its own. */
export type Data = {
  mails: readonly {
    id: string;
    to: string;
    from: string;
    subject: string;
    text: string;
    date: string;
    htmlUrl: string;
  }[];
  action: string;
  /** What is looked for in addresses and subjects. */
  search: string;
};

/** What was mailed, newest first; its form reloads, and asks for some of them. Field: `q`. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('mailbox.title'),
    css,
    main: [
      html`<h1>${page.t('mailbox.title')}</h1><p class="route">${page.t('mailbox.text')}</p>`,
      html`<form class="find" action="${data.action}"><div class="field"><label for="q">${page.t('mailbox.filter')}</label><input id="q" name="q" type="text" value="${data.search}" autocomplete="off" dir="auto"></div><button class="alt">${page.t('mailbox.reload')}</button></form>`,
      data.mails.length === 0
        ? html`<p>${page.t(data.search === '' ? 'mailbox.none' : 'mailbox.none_found')}</p>`
        : html`${data.mails.map((mail, index) => letter(mail, page, index === 0))}`,
    ],
  });

const css = html`.find{grid-template-columns:minmax(0,1fr) auto;align-items:end;gap:.75rem}.letter iframe{inline-size:100%;block-size:36rem;border:1.5px solid var(--rule);border-radius:var(--r);background:var(--paper)}.letter summary{cursor:pointer;padding-block:.625rem}`;

/**
 * As it was sent: with codes that have to be copied letter by letter, so a browser must not translate it. The frame runs
 * no script; what is pressed in it opens beside this page. One that is folded up is not loaded.
 */
function letter(mail: Data['mails'][number], page: PageContext, isNewest: boolean): Html {
  const to = html`<bdi>${mail.to}</bdi>`;
  const sent = Date.parse(mail.date);
  const date = Number.isNaN(sent) ? mail.date : page.time(sent);
  return html`<article class="letter"><h2 translate="no">${mail.subject}</h2><p class="hint">${page.rich('mailbox.to', { to, date })}</p><details${isNewest && html` open`}><summary>${page.t('mailbox.as_seen')}</summary><iframe title="${mail.subject}" src="${mail.htmlUrl}" sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"></iframe></details><details><summary>${page.t('mailbox.as_text')}</summary><pre translate="no">${withLinks(mail.text)}</pre></details></article>`;
}

/** The text part, its addresses made into links: what a mail program would do. */
function withLinks(text: string): Html {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+)/);
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? html`<a href="${piece}">${piece}</a>` : piece))}`;
}

export function samples(): Samples<Data> {
  const url = 'http://localhost:3000/set-password?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF';
  const mails: Omit<Data['mails'][number], 'htmlUrl'>[] = [
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
  const plain: Data = {
    mails: mails.map((mail) => ({ ...mail, htmlUrl: `/dev/mailbox/${mail.id}` })),
    action: '/dev/mailbox',
    search: '',
  };
  return {
    mails: plain,
    empty: { ...plain, mails: [] },
    'none found': { ...plain, mails: [], search: 'bob@' },
  };
}
