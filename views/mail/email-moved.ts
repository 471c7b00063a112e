import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Mails } from '../../src/views/screens.ts';
import { happened } from '../layout/happened.ts';

export default (data: Mails['email-moved'], page: LetterContext): Letter => {
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
