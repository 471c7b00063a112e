import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['deletion-done'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.deletion_done.subject', { brand }),
    preheader: page.t('mail.deletion_done.what', { brand }),
    title: page.t('mail.deletion_done.title'),
    paragraphs: [page.t('mail.deletion_done.what', { brand })],
    action: { label: page.t('mail.deletion_done.action', { brand }), url: data.homeUrl },
    reasons: [page.t('mail.deletion_done.log')],
  };
};
