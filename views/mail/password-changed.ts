import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';
import { happened } from '../layout/happened.ts';

export default (data: Mails['password-changed'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.password_changed.subject', { brand }),
    preheader: page.t('mail.password_changed.do'),
    title: page.t('mail.password_changed.title'),
    paragraphs: [page.t('mail.password_changed.what', { brand }), page.t('mail.password_changed.do')],
    action: { label: page.t('mail.password_changed.action'), url: data.accountUrl },
    reasons: [happened(data, page)],
  };
};
