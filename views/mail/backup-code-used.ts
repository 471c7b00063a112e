import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['backup-code-used'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const left = page.t(data.left === 0 ? 'mail.backup_code_used.none_left' : 'mail.backup_code_used.left', {
    left: data.left,
  });
  return {
    subject: page.t('mail.backup_code_used.subject', { brand }),
    preheader: left,
    title: page.t('mail.backup_code_used.title'),
    paragraphs: [page.t('mail.backup_code_used.what', { brand }), left, page.t('mail.backup_code_used.do')],
    action: { label: page.t('mail.backup_code_used.action'), url: data.accountUrl },
    reasons: [page.t('mail.backup_code_used.when', { when: page.time(data.when), network: data.network })],
  };
};
