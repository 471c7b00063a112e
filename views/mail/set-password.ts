import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['set-password'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validHours * 3600);
  return {
    subject: page.t('mail.set_password.subject', { brand }),
    preheader: page.t('mail.set_password.when', { valid }),
    title: page.t('mail.set_password.title'),
    paragraphs: [page.t('mail.set_password.what', { brand })],
    action: { label: page.t('mail.set_password.action'), url: data.url },
    reasons: [page.t('mail.set_password.when', { valid }), page.t('mail.set_password.safe')],
  };
};
