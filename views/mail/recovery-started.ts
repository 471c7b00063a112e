import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';

/** An operator started it; the link is the person's alone. */
export type Data = { url: string; validSeconds: number };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  const valid = page.duration(data.validSeconds);
  return {
    subject: page.t('mail.recovery_started.subject', { brand }),
    preheader: page.t('mail.set_password.when', { valid }),
    title: page.t('mail.recovery_started.title'),
    paragraphs: [page.t('mail.recovery_started.what', { brand })],
    action: { label: page.t('mail.recovery_started.action'), url: data.url },
    reasons: [page.t('mail.set_password.when', { valid }), page.t('mail.recovery_started.safe')],
  };
};

export function samples(): Samples<Data> {
  return {
    plain: {
      url: 'https://auth.acme.example/recovery/started?token=Zm9vYmFyYmF6',
      validSeconds: 86_400,
    },
  };
}
