import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';

export type Data = { url: string; validSeconds: number };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validSeconds);
  return {
    subject: page.t('mail.invitation.subject', { brand }),
    preheader: page.t('mail.set_password.when', { valid }),
    title: page.t('mail.invitation.title'),
    paragraphs: [page.t('mail.invitation.what', { brand })],
    action: { label: page.t('mail.invitation.action'), url: data.url },
    reasons: [page.t('mail.set_password.when', { valid }), page.t('mail.invitation.safe')],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      url: 'https://auth.acme.example/registration?invitation=Zm9vYmFyYmF6',
      validSeconds: 604_800,
    },
  };
}
