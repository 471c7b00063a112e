import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';
import { methodName } from '../layout/method-name.ts';

/** To every address of somebody who asks for the removal of what was lost. `methodIds`: what is removed at `dueAt`. */
export type Data = {
  methodIds: readonly string[];
  when: number;
  dueAt: number;
  device: string;
  network: string;
  /** Cancels it. */
  url: string;
};

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const ways = data.methodIds.map((id) => methodName(page, id)).join(', ');
  return {
    subject: page.t('mail.removal_asked.subject', { brand }),
    preheader: page.t('mail.removal_asked.do'),
    title: page.t('mail.removal_asked.title'),
    paragraphs: [
      page.t('mail.removal_asked.what', { brand, ways, due: page.time(data.dueAt) }),
      page.t('mail.removal_asked.do'),
    ],
    action: { label: page.t('mail.removal_asked.action'), url: data.url },
    reasons: [
      page.t('mail.removal_asked.when', {
        when: page.time(data.when),
        device: data.device,
        network: data.network,
      }),
    ],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      methodIds: ['totp', 'backup-codes'],
      when: noon(),
      dueAt: noon() + 259_200_000,
      device: 'Firefox · Linux',
      network: '203.0.113.7',
      url: 'https://auth.acme.example/account/lost-device/cancel?token=token',
    },
  };
}
