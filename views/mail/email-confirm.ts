import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';

/** To the new address; the link confirms it. */
export type Data = { url: string; validSeconds: number };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validSeconds);
  return {
    subject: page.t('mail.email_confirm.subject', { brand }),
    preheader: page.t('mail.email_confirm.valid', { valid }),
    title: page.t('mail.email_confirm.title'),
    paragraphs: [page.t('mail.email_confirm.what', { brand })],
    action: { label: page.t('mail.email_confirm.action'), url: data.url },
    reasons: [page.t('mail.email_confirm.valid', { valid }), page.t('mail.email_confirm.safe')],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      url: 'https://auth.acme.example/account/email/confirm?token=Zm9vYmFyYmF6cXV4',
      validSeconds: 3600,
    },
  };
}
