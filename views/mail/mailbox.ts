import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import type { Screens } from '../../src/views/screens.ts';
import { flow } from '../layout/flow.ts';

export default (data: Screens['mail/mailbox'], page: PageContext): Html =>
  flow(page, {
    title: page.t('mailbox.title'),
    main: [
      html`<h1>${page.t('mailbox.title')}</h1><p class="route">${page.t('mailbox.text')}</p>`,
      data.mails.length === 0
        ? html`<p>${page.t('mailbox.none')}</p>`
        : html`${data.mails.map((mail) => letter(mail, page))}`,
    ],
  });

function letter(mail: Screens['mail/mailbox']['mails'][number], page: PageContext): Html {
  const to = html`<bdi>${mail.to}</bdi>`;
  const sent = Date.parse(mail.date);
  const date = Number.isNaN(sent) ? mail.date : page.time(sent);
  return html`<article class="letter"><h2>${mail.subject}</h2><p class="hint">${page.rich('mailbox.to', { to, date })}</p><pre>${withLinks(mail.text)}</pre></article>`;
}

/** The text part, its addresses made into links: what a mail program would do. */
function withLinks(text: string): Html {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+)/);
  return html`${pieces.map((piece, index) => (index % 2 === 1 ? html`<a href="${piece}">${piece}</a>` : piece))}`;
}
