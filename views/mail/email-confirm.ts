import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['email-confirm'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validSeconds);
  return {
    subject: page.t('mail.email_confirm.subject', { brand }),
    preheader: page.t('mail.email_confirm.valid', { valid }),
    title: page.t('mail.email_confirm.title'),
    paragraphs: [page.t('mail.email_confirm.what', { brand })],
    action: { label: page.t('mail.email_confirm.action'), url: data.url },
    reasons: [page.t('mail.email_confirm.valid', { valid }), page.t('mail.email_confirm.safe')],
  };
};
