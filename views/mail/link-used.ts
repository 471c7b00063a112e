import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

/** The link of a mail was used in a browser that had not asked for it. */
export type Data = { when: number; device: string; network: string; sessionsUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.link_used.subject', { brand }),
    preheader: page.t('mail.link_used.do'),
    title: page.t('mail.link_used.title'),
    paragraphs: [page.t('mail.link_used.what', { brand, device: data.device }), page.t('mail.link_used.do')],
    action: { label: page.t('mail.link_used.action'), url: data.sessionsUrl },
    reasons: [page.t('mail.link_used.when', { when: page.time(data.when), network: data.network })],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      when: noon(),
      device: 'Safari · iPhone',
      network: '203.0.113.7',
      sessionsUrl: 'https://auth.acme.example/account/sessions',
    },
  };
}
