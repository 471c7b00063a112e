import type { Letter, LetterContext } from '../../src/views/letter.ts';
import type { Samples } from '../../src/views/page.ts';

/** What an operator sends to see whether mail arrives, and how it looks: with the logo and the button of all others. */
export type Data = { accountUrl: string };

export default ({ accountUrl }: Data, page: LetterContext): Letter => {
  const brand = page.brand.name;
  return {
    subject: page.t('mail.test.subject', { brand }),
    preheader: page.t('mail.test.what', { brand }),
    title: page.t('mail.test.title'),
    paragraphs: [page.t('mail.test.what', { brand })],
    action: { label: page.t('error.to_account'), url: accountUrl },
    reasons: [page.t('mail.test.why', { brand })],
  };
};

export function samples(): Samples<Data> {
  return { plain: { accountUrl: 'https://auth.acme.example/account' } };
}
