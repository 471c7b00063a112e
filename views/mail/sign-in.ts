import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['sign-in'], page: LetterContext): Letter => {
  const { code, appName, device, network } = data;
  const valid = page.duration(data.validSeconds);
  return {
    // The digits come first and in one piece, so that mail programs and people find them in a list of mails.
    subject: page.t('mail.sign_in.subject', { code, brand: page.brand.name }),
    preheader: page.t('mail.sign_in.preheader', { code, valid }),
    title:
      appName === undefined
        ? page.t('mail.sign_in.title')
        : page.t('mail.sign_in.title_app', { app: appName }),
    paragraphs: [page.t('mail.sign_in.code')],
    code,
    action: { label: page.t('mail.sign_in.action', { host: page.host }), url: data.url },
    reasons: [
      page.t('mail.sign_in.when', { when: page.time(data.when), device, network, valid }),
      page.t('mail.sign_in.safe'),
    ],
  };
};
