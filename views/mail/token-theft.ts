import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['token-theft'], page: LetterContext): Letter => {
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
