import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { flow } from '../layout/flow.ts';

/** The link of that mail in any other browser. */
export type Data = {
  kind: 'recovery' | 'registration';
  code: string;
  validSeconds: number;
};

/** The mail's link in another browser than the one that asked: the code, to type in the first. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('entry.elsewhere.title'),
    step: { done: 1, total: 3 },
    main: [
      html`<h1>${page.t('entry.elsewhere.title')}</h1><p>${page.t('entry.elsewhere.text')}</p>`,
      html`<p class="digits" translate="no"><bdi>${data.code.slice(0, 3)} ${data.code.slice(3)}</bdi></p>`,
      html`<p class="hint">${page.t('entry.elsewhere.hint', { valid: page.duration(data.validSeconds), brand: page.brand.name })}</p>`,
    ],
  });

export function samples(): Samples<Data> {
  return {
    plain: { kind: 'recovery', code: '482913', validSeconds: 540 },
  };
}
