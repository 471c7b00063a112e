import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = {
  code: string;
  url: string;
  validSeconds: number;
  when: number;
  device: string;
  network: string;
};

export default (data: Data, page: LetterContext): Letter => {
  const { code, device, network } = data;
  const valid = page.duration(data.validSeconds);
  return {
    // The digits come first, so that mail programs and people find them in a list of mails.
    subject: page.t('mail.recovery.subject', { code, brand: page.brand.name }),
    preheader: page.t('mail.recovery.preheader', { code, valid }),
    title: page.t('mail.recovery.title'),
    paragraphs: [page.t('mail.recovery.code')],
    code,
    action: { label: page.t('mail.recovery.action', { host: page.host }), url: data.url },
    reasons: [
      page.t('mail.entry.when', { when: page.time(data.when), device, network, valid }),
      page.t('mail.recovery.safe'),
    ],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      code: '482913',
      url: 'https://auth.acme.example/recovery/link?token=Zm9vYmFyYmF6',
      validSeconds: 600,
      when: noon(),
      device: 'Firefox · Linux',
      network: '203.0.113.7',
    },
  };
}
