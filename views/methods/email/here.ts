import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext, Samples } from '../../../src/views/page.ts';
import { flow } from '../../layout/flow.ts';
import { csrfField } from '../../layout/form.ts';

export type Data = {
  action: string;
  token: string;
  address: string;
  backUrl: string;
  /** Nobody has the address: the next page makes an account. */
  isNew?: true;
};

/** Asks once more before a link is used up in a browser that did not ask for it. */
export default (data: Data, page: PageContext): Html => {
  const address = html`<b><bdi>${data.address}</bdi></b>`;
  const [title, text] = data.isNew ? NEW : KNOWN;
  return flow(page, {
    title: page.t(title),
    main: [
      html`<h1>${page.t(title)}</h1><p>${page.rich(text, { address, brand: page.brand.name })}</p><p>${page.t('email.here.then')}</p>`,
      html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="token" value="${data.token}"><button class="go">${page.t(data.isNew ? 'layout.continue' : 'email.here.submit')}</button></form>`,
      html`<p class="hint">${page.t('email.nothing_yet')}</p><p><a class="link" href="${data.backUrl}">${page.t('email.here.back')}</a></p>`,
    ],
  });
};

const KNOWN = ['email.here.title', 'email.here.text'] as const;
const NEW = ['registration.link.title', 'email.here.new'] as const;

export function samples(): Samples<Data> {
  return {
    plain: {
      action: '/email/use',
      token: 'Zm9vYmFyYmF6cXV4',
      address: 'ana@example.com',
      backUrl: '/email/link?token=Zm9vYmFyYmF6cXV4',
    },
    'a new account': {
      action: '/email/use',
      token: 'Zm9vYmFyYmF6cXV4',
      address: 'ana@example.com',
      backUrl: '/email/link?token=Zm9vYmFyYmF6cXV4',
      isNew: true,
    },
  };
}
