import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['recovered'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { device, network } = data;
  return {
    subject: page.t('mail.recovered.subject', { brand }),
    preheader: page.t('mail.recovered.do'),
    title: page.t('mail.recovered.title'),
    paragraphs: [
      page.t('mail.recovered.what', { brand }),
      page.t('mail.recovered.ended'),
      page.t('mail.recovered.do'),
    ],
    action: { label: page.t('mail.password_changed.action'), url: data.accountUrl },
    reasons: [page.t('mail.recovered.when', { when: page.time(data.when), device, network })],
  };
};
