import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';

/** To the owner of an address that somebody else wanted. */
export type Data = { accountUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.email_in_use.subject', { brand }),
    preheader: page.t('mail.email_in_use.safe'),
    title: page.t('mail.email_in_use.title', { brand }),
    paragraphs: [page.t('mail.email_in_use.what', { brand }), page.t('mail.email_in_use.do')],
    action: { label: page.t('mail.password_changed.action'), url: data.accountUrl },
    reasons: [page.t('mail.email_in_use.safe')],
  };
};

export function samples(): Samples<Data> {
  return { plain: { accountUrl: 'https://auth.acme.example/account' } };
}
