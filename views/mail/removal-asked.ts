import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';

export default (data: Mails['removal-asked'], page: LetterContext): Letter => {
  const brand = page.brand.name;
  const names = data.ways.map((way) => {
    const key = `method.${way}.name`;
    return page.has(key) ? page.t(key) : way;
  });
  const ways = names.join(', ');
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
