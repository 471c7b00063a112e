import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = { when: number; network: string; accountUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.deletion_cancelled.subject', { brand }),
    preheader: page.t('mail.deletion_cancelled.what', { brand }),
    title: page.t('mail.deletion_cancelled.title'),
    paragraphs: [page.t('mail.deletion_cancelled.what', { brand }), page.t('mail.deletion_cancelled.do')],
    action: { label: page.t('mail.password_changed.action'), url: data.accountUrl },
    reasons: [page.t('mail.password_changed.when', { when: page.time(data.when), network: data.network })],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      when: noon(),
      network: '203.0.113.7',
      accountUrl: 'https://auth.acme.example/account/password',
    },
  };
}
