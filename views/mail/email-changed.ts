import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['email-changed'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validSeconds);
  return {
    subject: page.t('mail.email_changed.subject', { brand }),
    preheader: page.t('mail.email_changed.do', { valid }),
    title: page.t('mail.email_changed.title'),
    paragraphs: [page.t('mail.email_changed.what', { brand }), page.t('mail.email_changed.do', { valid })],
    action: { label: page.t('mail.email_changed.action'), url: data.undoUrl },
    reasons: [
      page.t('mail.password_changed.when', { when: page.time(data.when), network: data.network }),
      page.t('mail.email_changed.safe'),
    ],
  };
};
