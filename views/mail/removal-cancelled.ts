import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { methodName } from '../layout/method-name.ts';

export type Data = { methodIds: readonly string[]; when: number; accountUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const ways = data.methodIds.map((id) => methodName(page, id)).join(', ');
  return {
    subject: page.t('mail.removal_cancelled.subject', { brand }),
    preheader: page.t('mail.removal_cancelled.do'),
    title: page.t('mail.removal_cancelled.title'),
    paragraphs: [page.t('mail.removal_cancelled.what', { brand, ways }), page.t('mail.removal_cancelled.do')],
    action: { label: page.t('lost.change_password'), url: data.accountUrl },
    reasons: [page.t('mail.second_factors_removed.when', { when: page.time(data.when) })],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      methodIds: ['totp', 'backup-codes'],
      when: noon(),
      accountUrl: 'https://auth.acme.example/account/password',
    },
  };
}
