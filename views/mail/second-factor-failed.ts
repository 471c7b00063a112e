import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

/** A right first proof, then a wrong second factor. */
export type Data = {
  appName: string;
  when: number;
  network: string;
  device: string;
  accountUrl: string;
};

export default (data: Data, page: LetterContext): Letter => {
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

export function samples(): Samples<Data> {
  return {
    plain: {
      appName: 'Books',
      when: noon(),
      network: '203.0.113.7',
      device: 'Firefox on Linux',
      accountUrl: 'https://auth.acme.example/account',
    },
  };
}
