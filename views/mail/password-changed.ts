import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';
import { happened } from '../layout/happened.ts';

export default (data: Mails['password-changed'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.password_changed.subject', { brand }),
    preheader: page.t('mail.new_credential.do'),
    title: page.t('mail.password_changed.title'),
    paragraphs: [page.t('mail.password_changed.what', { brand }), page.t('mail.new_credential.do')],
    action: { label: page.t('mail.new_credential.action'), url: data.denyUrl },
    reasons: [happened(data, page)],
  };
};
