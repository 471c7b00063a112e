import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { happened } from '../layout/happened.ts';

/** To the old address, after the change. */
export type Data = {
  when: number;
  /** Absent: by an operator. */
  network?: string;
  /** Takes a change back that the person made. Absent with `network`. */
  undoUrl?: string;
  validSeconds?: number;
  accountUrl?: string;
};

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { undoUrl, validSeconds = 0, accountUrl = '' } = data;
  const what = undoUrl
    ? page.t('mail.email_changed.do', { valid: page.duration(validSeconds) })
    : page.t('mail.password_changed.do');
  return {
    subject: page.t('mail.email_changed.subject', { brand }),
    preheader: what,
    title: page.t('mail.email_changed.title'),
    paragraphs: [page.t('mail.email_changed.what', { brand }), what],
    action: undoUrl
      ? { label: page.t('mail.email_changed.action'), url: undoUrl }
      : { label: page.t('mail.password_changed.action'), url: accountUrl },
    reasons: [happened(data, page), ...(undoUrl ? [page.t('mail.email_changed.safe')] : [])],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      when: noon(),
      network: '203.0.113.7',
      undoUrl: 'https://auth.acme.example/account/email/undo?token=Zm9vYmFyYmF6cXV4',
      validSeconds: 259_200,
    },
    'by an operator': { when: noon(), accountUrl: 'https://auth.acme.example/account' },
  };
}
