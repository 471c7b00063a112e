import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

/** To the address of somebody from elsewhere, before it opens anything here. */
export type Data = {
  code: string;
  provider: string;
  validSeconds: number;
  when: number;
  device: string;
  network: string;
};

export default (data: Data, page: LetterContext): Letter => {
  const { code, device, network, provider } = data;
  const valid = page.duration(data.validSeconds);
  return {
    // The digits come first, so that mail programs and people find them in a list of mails.
    subject: page.t('mail.identity_code.subject', { code, brand: page.brand.name }),
    preheader: page.t('mail.registration.preheader', { code, valid }),
    title: page.t('mail.registration.title'),
    paragraphs: [page.t('mail.identity_code.code', { provider })],
    code,
    reasons: [
      page.t('mail.entry.when', { when: page.time(data.when), device, network, valid }),
      page.t('mail.identity_code.safe'),
    ],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      code: '482913',
      provider: 'GitLab',
      validSeconds: 600,
      when: noon(),
      device: 'Firefox · Linux',
      network: '203.0.113.7',
    },
  };
}
