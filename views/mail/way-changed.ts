import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { methodName } from '../layout/method-name.ts';

/** `method`: its id. `way`: what it is of, where the method stands for several. */
export type Data = {
  what: 'enrolled' | 'removed';
  method: string;
  way?: string;
  when: number;
  network: string;
  /** Of a new one: "this wasn't me". */
  denyUrl?: string;
  /** Of one that was removed. */
  accountUrl?: string;
};

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const way = data.way ?? methodName(page, data.method);
  const words =
    data.what === 'enrolled'
      ? {
          subject: page.t('mail.way_changed.subject_enrolled', { brand, way }),
          title: page.t('mail.way_changed.title_enrolled'),
          what: page.t('mail.way_changed.what_enrolled', { brand, way }),
        }
      : {
          subject: page.t('mail.way_changed.subject_removed', { brand, way }),
          title: page.t('mail.way_changed.title_removed'),
          what: page.t('mail.way_changed.what_removed', { brand, way }),
        };
  const { denyUrl, accountUrl = '' } = data;
  const next = page.t(denyUrl === undefined ? 'mail.way_changed.do' : 'mail.new_credential.do');
  return {
    subject: words.subject,
    preheader: next,
    title: words.title,
    paragraphs: [words.what, next],
    action:
      denyUrl === undefined
        ? { label: page.t('mail.way_changed.action'), url: accountUrl }
        : { label: page.t('mail.new_credential.action'), url: denyUrl },
    reasons: [page.t('mail.way_changed.when', { when: page.time(data.when), network: data.network })],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      what: 'enrolled',
      method: 'passkey',
      when: noon(),
      network: '203.0.113.7',
      denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
    },
    'a provider': {
      what: 'enrolled',
      method: 'upstream',
      way: 'Google',
      when: noon(),
      network: '203.0.113.7',
      denyUrl: 'https://auth.acme.example/new-credential?token=Zm9vYmFyYmF6cXV4',
    },
    removed: {
      what: 'removed',
      method: 'totp',
      when: noon(),
      network: '203.0.113.7',
      accountUrl: 'https://auth.acme.example/account',
    },
  };
}
