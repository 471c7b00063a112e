import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = {
  when: number;
  device: string;
  network: string;
  accountUrl: string;
};

export default (data: Data, page: LetterContext): Letter => {
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

export function samples(): Samples<Data> {
  return {
    plain: {
      when: noon(),
      device: 'Firefox · Linux',
      network: '203.0.113.7',
      accountUrl: 'https://auth.acme.example/account',
    },
  };
}
