import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['second-factor-failed'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { device, network, appName: app } = data;
  return {
    subject: page.t('mail.second_factor_failed.subject', { brand }),
    preheader: page.t('mail.second_factor_failed.do'),
    title: page.t('mail.second_factor_failed.title'),
    paragraphs: [
      page.t('mail.second_factor_failed.what', { brand, app }),
      page.t('mail.second_factor_failed.do'),
    ],
    action: { label: page.t('mail.second_factor_failed.action'), url: data.accountUrl },
    reasons: [page.t('mail.second_factor_failed.when', { when: page.time(data.when), network, device })],
  };
};
