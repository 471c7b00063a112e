import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { happened } from '../layout/happened.ts';

/** `name`: what the person calls the key. `api`: the name of what it opens. */
export type Data = {
  name: string;
  api: string;
  keysUrl: string;
} & (
  | {
      what: 'made' | 'network';
      when: number;
      /** Absent of a new one: an operator has made it. */
      network?: string;
    }
  | { what: 'expiring'; until: number }
);

export default (data: Data, page: LetterContext): Letter => {
  const { name, api, keysUrl } = data;
  const { subject, title, what, next } = words(data, page);
  return {
    subject,
    preheader: next,
    title,
    paragraphs: [what, next],
    action: { label: page.t('mail.api_key.action'), url: keysUrl },
    reasons: [
      page.t('mail.api_key.which', { name, api }),
      ...(data.what === 'expiring' ? [] : [happened(data, page)]),
    ],
  };
};

function words(data: Data, page: LetterContext) {
  const { name, api } = data;
  const brand = page.brand.name;
  if (data.what === 'expiring') {
    const until = page.time(data.until);
    return {
      subject: page.t('mail.api_key.subject_expiring', { name }),
      title: page.t('mail.api_key.title_expiring'),
      what: page.t('mail.api_key.what_expiring', { name, until }),
      next: page.t('mail.api_key.do_expiring'),
    };
  }
  if (data.what === 'made')
    return {
      subject: page.t('mail.api_key.subject_made', { brand }),
      title: page.t('mail.api_key.title_made'),
      what: page.t('mail.api_key.what_made', { name, api }),
      next: page.t('mail.api_key.do_made'),
    };
  return {
    subject: page.t('mail.api_key.subject_network', { name }),
    title: page.t('mail.api_key.title_network'),
    what: page.t('mail.api_key.what_network', { name }),
    next: page.t('mail.api_key.do_network'),
  };
}

export function samples(): Samples<Data> {
  const key = {
    name: 'Nightly report',
    api: 'Acme Orders',
    keysUrl: 'https://auth.acme.example/account/api-keys',
  };
  return {
    plain: { ...key, what: 'made', when: noon(), network: '203.0.113.7' },
    operator: { ...key, what: 'made', when: noon() },
    network: { ...key, what: 'network', when: noon(), network: '203.0.113.7' },
    expiring: { ...key, what: 'expiring', until: noon() },
  };
}
