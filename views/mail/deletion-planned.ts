import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = { dueAt: number; network: string; accountUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const due = page.time(data.dueAt);
  return {
    subject: page.t('mail.deletion_planned.subject', { brand }),
    preheader: page.t('mail.deletion_planned.undo'),
    title: page.t('mail.deletion_planned.title'),
    paragraphs: [page.t('mail.deletion_planned.what', { brand, due }), page.t('mail.deletion_planned.undo')],
    action: { label: page.t('mail.deletion_planned.action'), url: data.accountUrl },
    reasons: [page.t('mail.deletion_planned.from', { network: data.network })],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      dueAt: noon() + 14 * 86_400_000,
      network: '203.0.113.7',
      accountUrl: 'https://auth.acme.example/account',
    },
  };
}
