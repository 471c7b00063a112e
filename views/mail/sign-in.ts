import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = {
  code: string;
  url: string;
  /** Absent for the own account. */
  appName?: string;
  validSeconds: number;
  when: number;
  device: string;
  network: string;
};

export default (data: Data, page: LetterContext): Letter => {
  const { code, appName, device, network } = data;
  const valid = page.duration(data.validSeconds);
  return {
    // The digits come first and in one piece, so that mail programs and people find them in a list of mails.
    subject: page.t('mail.sign_in.subject', { code, brand: page.brand.name }),
    preheader: page.t('mail.sign_in.preheader', { code, valid }),
    title:
      appName === undefined
        ? page.t('mail.sign_in.title')
        : page.t('mail.sign_in.title_app', { app: appName }),
    paragraphs: [page.t('mail.sign_in.code')],
    code,
    action: { label: page.t('mail.sign_in.action', { host: page.host }), url: data.url },
    reasons: [
      page.t('mail.sign_in.when', { when: page.time(data.when), device, network, valid }),
      page.t('mail.sign_in.safe'),
    ],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      code: '482913',
      url: 'https://auth.acme.example/email/link?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF',
      appName: 'Books',
      validSeconds: 600,
      when: noon(),
      device: 'Firefox · Linux',
      network: '203.0.113.7',
    },
  };
}
