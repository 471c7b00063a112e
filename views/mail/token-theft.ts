import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';
import { noon } from '../../src/views/sample-facts.ts';

export type Data = { appName: string; when: number; network: string; sessionsUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const app = data.appName;
  return {
    subject: page.t('mail.token_theft.subject', { app }),
    preheader: page.t('mail.token_theft.what', { app }),
    title: page.t('mail.token_theft.title', { app }),
    paragraphs: [page.t('mail.token_theft.what', { app }), page.t('mail.token_theft.do', { app })],
    action: { label: page.t('mail.token_theft.action'), url: data.sessionsUrl },
    reasons: [
      page.t('mail.token_theft.when', { when: page.time(data.when), network: data.network }),
      page.t('mail.token_theft.safe'),
    ],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      appName: 'Books',
      when: noon(),
      network: '203.0.113.7',
      sessionsUrl: 'https://auth.acme.example/account/sessions',
    },
  };
}
