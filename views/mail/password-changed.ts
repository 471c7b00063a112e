import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { happened } from '../layout/happened.ts';

/** Without `network`: by an operator. */
export type Data = { when: number; network?: string; denyUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.password_changed.subject', { brand }),
    preheader: page.t('mail.new_credential.do'),
    title: page.t('mail.password_changed.title'),
    paragraphs: [page.t('mail.password_changed.what', { brand }), page.t('mail.new_credential.do')],
    action: { label: page.t('mail.new_credential.action'), url: data.denyUrl },
    reasons: [happened(data, page)],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      when: noon(),
      network: '2001:db8:1:2::/64',
      denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
    },
    'by an operator': {
      when: noon(),
      denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
    },
  };
}
