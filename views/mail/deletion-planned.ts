import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['deletion-planned'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const due = page.time(data.dueAt);
  return {
    subject: page.t('mail.deletion_planned.subject', { brand }),
    preheader: page.t('mail.deletion_planned.undo'),
    title: page.t('mail.deletion_planned.title'),
    paragraphs: [page.t('mail.deletion_planned.what', { brand, due }), page.t('mail.deletion_planned.undo')],
    action: { label: page.t('mail.deletion_planned.action'), url: data.accountUrl },
    reasons: [page.t('mail.deletion_planned.from', { network: data.network })],
  };
};
