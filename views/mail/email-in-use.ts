import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['email-in-use'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.email_in_use.subject', { brand }),
    preheader: page.t('mail.email_in_use.safe'),
    title: page.t('mail.email_in_use.title', { brand }),
    paragraphs: [page.t('mail.email_in_use.what', { brand }), page.t('mail.email_in_use.do')],
    action: { label: page.t('mail.password_changed.action'), url: data.accountUrl },
    reasons: [page.t('mail.email_in_use.safe')],
  };
};
