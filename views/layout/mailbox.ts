import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';

/** On a machine without a mail server, below "we've sent": where its mails are. It opens beside the page, which waits. */
export function mailboxNote(page: PageContext): Html | undefined {
  const { mailboxUrl } = page;
  const link = html`<a href="${mailboxUrl}" target="_blank">${page.t('mailbox.title')}</a>`;
  return mailboxUrl === undefined
    ? undefined
    : html`<p class="note">${page.rich('mailbox.here', { link })}</p>`;
}
