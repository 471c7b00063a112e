import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['deletion-cancelled'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.deletion_cancelled.subject', { brand }),
    preheader: page.t('mail.deletion_cancelled.what', { brand }),
    title: page.t('mail.deletion_cancelled.title'),
    paragraphs: [page.t('mail.deletion_cancelled.what', { brand }), page.t('mail.deletion_cancelled.do')],
    action: { label: page.t('mail.password_changed.action'), url: data.accountUrl },
    reasons: [page.t('mail.password_changed.when', { when: page.time(data.when), network: data.network })],
  };
};
