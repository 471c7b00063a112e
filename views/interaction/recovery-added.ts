import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Samples } from '../../src/views/page.ts';
import { sampleAdded } from '../../src/views/sample-facts.ts';
import { type AddedLately, addedLately } from '../layout/added-lately.ts';
import { flow } from '../layout/flow.ts';

/** After a recovery, when something was added lately. */
export type Data = { added: readonly AddedLately[]; goOnUrl: string };

/** After a recovery: whoever was in the account may have added a way to come back. */
export default (data: Data, page: PageContext): Html =>
  flow(page, {
    title: page.t('added_lately.title'),
    main: [
      html`<h1>${page.t('added_lately.title')}</h1>`,
      addedLately(data.added, page),
      html`<a class="btn go" href="${data.goOnUrl}">${page.t('added_lately.go_on')}</a>`,
    ],
  });

export function samples(): Samples<Data> {
  return { plain: { added: sampleAdded(), goOnUrl: '/account/sign-in' } };
}
