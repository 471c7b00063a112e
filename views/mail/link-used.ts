import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['link-used'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.link_used.subject', { brand }),
    preheader: page.t('mail.link_used.do'),
    title: page.t('mail.link_used.title'),
    paragraphs: [page.t('mail.link_used.what', { brand, device: data.device }), page.t('mail.link_used.do')],
    action: { label: page.t('mail.link_used.action'), url: data.sessionsUrl },
    reasons: [page.t('mail.link_used.when', { when: page.time(data.when), network: data.network })],
  };
};
