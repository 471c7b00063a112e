import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';
import { happened } from '../layout/happened.ts';

export default (data: Mails['email-changed'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { undoUrl, validSeconds = 0, accountUrl = '' } = data;
  const what = undoUrl
    ? page.t('mail.email_changed.do', { valid: page.duration(validSeconds) })
    : page.t('mail.password_changed.do');
  return {
    subject: page.t('mail.email_changed.subject', { brand }),
    preheader: what,
    title: page.t('mail.email_changed.title'),
    paragraphs: [page.t('mail.email_changed.what', { brand }), what],
    action: undoUrl
      ? { label: page.t('mail.email_changed.action'), url: undoUrl }
      : { label: page.t('mail.password_changed.action'), url: accountUrl },
    reasons: [happened(data, page), ...(undoUrl ? [page.t('mail.email_changed.safe')] : [])],
  };
};
