import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['new-device'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { device, network } = data;
  return {
    subject: page.t('mail.new_device.subject', { brand, device }),
    preheader: page.t('mail.new_device.do'),
    title: page.t('mail.new_device.title'),
    paragraphs: [page.t('mail.new_device.what', { brand, device }), page.t('mail.new_device.do')],
    action: { label: page.t('mail.new_device.action'), url: data.url },
    reasons: [page.t('mail.recovered.when', { when: page.time(data.when), device, network })],
  };
};
