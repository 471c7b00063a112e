import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['registration'], page: LetterContext): Letter => {
  const { code, device, network } = data;
  const valid = page.duration(data.validSeconds);
  return {
    // The digits come first, so that mail programs and people find them in a list of mails.
    subject: page.t('mail.registration.subject', { code, brand: page.brand.name }),
    preheader: page.t('mail.registration.preheader', { code, valid }),
    title: page.t('mail.registration.title'),
    paragraphs: [page.t('mail.registration.code')],
    code,
    action: { label: page.t('mail.registration.action', { host: page.host }), url: data.url },
    reasons: [
      page.t('mail.entry.when', { when: page.time(data.when), device, network, valid }),
      page.t('mail.registration.safe'),
    ],
  };
};
