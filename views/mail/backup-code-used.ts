import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = { left: number; when: number; network: string; accountUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const left = page.t(data.left === 0 ? 'mail.backup_code_used.none_left' : 'mail.backup_code_used.left', {
    left: data.left,
  });
  return {
    subject: page.t('mail.backup_code_used.subject', { brand }),
    preheader: left,
    title: page.t('mail.backup_code_used.title'),
    paragraphs: [page.t('mail.backup_code_used.what', { brand }), left, page.t('mail.backup_code_used.do')],
    action: { label: page.t('mail.backup_code_used.action'), url: data.accountUrl },
    reasons: [page.t('mail.backup_code_used.when', { when: page.time(data.when), network: data.network })],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      left: 7,
      when: noon(),
      network: '203.0.113.7',
      accountUrl: 'https://auth.acme.example/account/security',
    },
  };
}
