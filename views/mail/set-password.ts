import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';

export type Data = { url: string; validHours: number };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validHours * 3600);
  return {
    subject: page.t('mail.set_password.subject', { brand }),
    preheader: page.t('mail.set_password.when', { valid }),
    title: page.t('mail.set_password.title'),
    paragraphs: [page.t('mail.set_password.what', { brand })],
    action: { label: page.t('mail.set_password.action'), url: data.url },
    reasons: [page.t('mail.set_password.when', { valid }), page.t('mail.set_password.safe')],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      url: 'https://auth.acme.example/set-password?token=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF',
      validHours: 24,
    },
  };
}
