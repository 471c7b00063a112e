import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

/** To the owner of an address that somebody wanted to make an account with. */
export type Data = { url: string; when: number; device: string; network: string };

export default (data: Data, page: LetterContext): Letter => {
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

export function samples(): Samples<Data> {
  return {
    plain: {
      url: 'https://auth.acme.example/account/sign-in',
      when: noon(),
      device: 'Firefox · Linux',
      network: '203.0.113.7',
    },
  };
}
