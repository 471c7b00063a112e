import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

/** The counter of a passkey that cannot be copied fell. `name`: as the person calls it. */
export type Data = { name: string; when: number; network: string; device: string; accountUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { name, device, network } = data;
  return {
    subject: page.t('mail.passkey_doubted.subject', { brand }),
    preheader: page.t('mail.passkey_doubted.what', { name, brand }),
    title: page.t('mail.passkey_doubted.title'),
    paragraphs: [page.t('mail.passkey_doubted.what', { name, brand }), page.t('mail.passkey_doubted.do')],
    action: { label: page.t('mail.passkey_doubted.action'), url: data.accountUrl },
    reasons: [page.t('mail.passkey_doubted.when', { when: page.time(data.when), network, device })],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      name: 'YubiKey 5',
      when: noon(),
      network: '203.0.113.7',
      device: 'Firefox on Linux',
      accountUrl: 'https://auth.acme.example/account/security',
    },
  };
}
