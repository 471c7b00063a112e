import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['recovery-started'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validSeconds);
  return {
    subject: page.t('mail.recovery_started.subject', { brand }),
    preheader: page.t('mail.set_password.when', { valid }),
    title: page.t('mail.recovery_started.title'),
    paragraphs: [page.t('mail.recovery_started.what', { brand })],
    action: { label: page.t('mail.recovery_started.action'), url: data.url },
    reasons: [page.t('mail.set_password.when', { valid }), page.t('mail.recovery_started.safe')],
  };
};
