import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { happened } from '../layout/happened.ts';

/** To the new address, after a change; to both, after it was taken back. */
export type Data = { what: 'new' | 'back' | 'gone'; when: number; network?: string; accountUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const { what } = data;
  const text = page.t(`mail.email_moved.what_${what}`, { brand });
  const next = {
    new: page.t('mail.password_changed.do'),
    back: page.t('email_undone.next'),
    gone: undefined,
  }[what];
  return {
    subject: page.t('mail.email_moved.subject', { brand }),
    preheader: next ?? text,
    title: page.t(`mail.email_moved.title_${what}`),
    paragraphs: [text, ...(next === undefined ? [] : [next])],
    action: {
      label:
        what === 'gone'
          ? page.t('mail.deletion_done.action', { brand })
          : page.t('mail.password_changed.action'),
      url: data.accountUrl,
    },
    reasons: [happened(data, page)],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      what: 'back',
      when: noon(),
      network: '203.0.113.7',
      accountUrl: 'https://auth.acme.example/account/password',
    },
    'the new address': {
      what: 'new',
      when: noon(),
      network: '203.0.113.7',
      accountUrl: 'https://auth.acme.example/account',
    },
    'taken back': { what: 'gone', when: noon(), accountUrl: 'https://auth.acme.example/account' },
  };
}
