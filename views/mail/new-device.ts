import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = { when: number; device: string; network: string; url: string };

export default (data: Data, page: LetterContext): Letter => {
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

export function samples(): Samples<Data> {
  return {
    plain: {
      when: noon(),
      device: 'Firefox · Linux',
      network: '203.0.113.7',
      url: 'https://auth.acme.example/new-device?token=Zm9vYmFyYmF6',
    },
  };
}
