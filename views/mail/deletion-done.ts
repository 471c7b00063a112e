import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';

export type Data = { homeUrl: string };

export default (data: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.deletion_done.subject', { brand }),
    preheader: page.t('mail.deletion_done.what', { brand }),
    title: page.t('mail.deletion_done.title'),
    paragraphs: [page.t('mail.deletion_done.what', { brand })],
    action: { label: page.t('mail.deletion_done.action', { brand }), url: data.homeUrl },
    reasons: [page.t('mail.deletion_done.log')],
  };
};

export function samples(): Samples<Data> {
  return { plain: { homeUrl: 'https://auth.acme.example' } };
}
