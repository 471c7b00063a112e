import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { account } from '../layout/account.ts';
import { mailboxNote } from '../layout/mailbox.ts';

export type Data = { email: string; validSeconds: number; againUrl: string; signOutAction: string };

/** The same page whether somebody has this address already or not. */
export default (data: Data, page: PageContext): Html =>
  account(page, {
    section: 'profile',
    title: page.t('email.sent.title'),
    signOutAction: data.signOutAction,
    main: [
      html`<p>${page.rich('email_sent.text', {
        email: html`<b><bdi>${data.email}</bdi></b>`,
        valid: page.duration(data.validSeconds),
      })}</p><p>${page.t('email_sent.until')}</p>`,
      mailboxNote(page),
      html`<p class="hint">${page.t('email.sent.nothing')} <a href="${data.againUrl}">${page.t('email_sent.again')}</a></p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: {
      email: 'ana.lopes@example.org',
      validSeconds: 3600,
      againUrl: '/account/email',
      signOutAction: '/account/sign-out',
    },
  };
}
