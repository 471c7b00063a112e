import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

/** A code for who is signed in and must show that the address is theirs. There is no link that would do it. */
export type Data = {
  code: string;
  accountUrl: string;
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
    subject: page.t('mail.confirm_address.subject', { code, brand: page.brand.name }),
    preheader: page.t('mail.registration.preheader', { code, valid }),
    title: page.t('mail.registration.title'),
    paragraphs: [page.t('mail.confirm_address.code')],
    code,
    action: { label: page.t('error.to_account'), url: data.accountUrl },
    reasons: [
      page.t('mail.entry.when', { when: page.time(data.when), device, network, valid }),
      page.t('mail.confirm_address.safe'),
    ],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      code: '482913',
      accountUrl: 'https://auth.acme.example/account',
      validSeconds: 600,
      when: noon(),
      device: 'Firefox · Linux',
      network: '203.0.113.7',
    },
  };
}
