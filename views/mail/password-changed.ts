import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { happened } from '../layout/happened.ts';

/** Without `network`: by an operator. */
export type Data = {
  when: number;
  network?: string;
  /** The account had no password before. */
  isFirst?: boolean;
  denyUrl: string;
};

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t(data.isFirst ? 'mail.password_set.subject' : 'mail.password_changed.subject', { brand }),
    preheader: page.t('mail.new_credential.do'),
    title: page.t(data.isFirst ? 'mail.password_set.title' : 'mail.password_changed.title'),
    paragraphs: [
      page.t(data.isFirst ? 'mail.password_set.what' : 'mail.password_changed.what', { brand }),
      page.t('mail.new_credential.do'),
    ],
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
    'the first one': {
      when: noon(),
      network: '203.0.113.7',
      isFirst: true,
      denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
    },
    'by an operator': {
      when: noon(),
      denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
    },
  };
}
