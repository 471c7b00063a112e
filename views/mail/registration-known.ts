import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['registration-known'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { device, network } = data;
  return {
    subject: page.t('mail.registration_known.subject', { brand }),
    preheader: page.t('mail.registration_known.do'),
    title: page.t('mail.registration_known.title'),
    paragraphs: [page.t('mail.registration_known.what', { brand }), page.t('mail.registration_known.do')],
    action: { label: page.t('mail.registration_known.action'), url: data.url },
    reasons: [page.t('mail.recovered.when', { when: page.time(data.when), device, network })],
  };
};
