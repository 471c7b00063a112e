import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';

/** Query parameters that the page needs and its address lacks, as after a refused POST. */
export type Keep = Readonly<Record<string, string>>;

type DocumentParts = {
  title: string;
  isError?: boolean | undefined;
  css: Html;
  kind: 'flow' | 'account';
  body: Html;
  /** What this page needs beside the script of all pages. */
  script?: Html | undefined;
};

/** The frame of every page: head, style and script with the answer's nonce, language and direction. */
export function htmlDocument(
  page: PageContext,
  { title, isError, css, kind, body, script }: DocumentParts,
): Html {
  const values = { title, brand: page.brand.name };
  return html`<html lang="${page.locale}" dir="${page.direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${isError ? page.t('page.title_error', values) : page.t('page.title', values)}</title><link rel="icon" href="${page.brand.logoUrl ?? page.assets.icon}"><style nonce="${page.nonce}">${css}</style></head><body class="${kind}">${body}<script type="module" nonce="${page.nonce}">${page.assets.script}${script}</script></body></html>`;
}

/** The operator's logo, or the drawn gate. */
export function mark(page: PageContext): Html {
  const { logoUrl } = page.brand;
  return logoUrl
    ? html`<img class="mark" src="${logoUrl}" width="36" height="36" alt="">`
    : html`<svg class="mark" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="3" fill="var(--fill)"/><path d="M9 28V17a9 9 0 0 1 18 0v11h-5V17a4 4 0 0 0-8 0v11z" fill="var(--on-brand)"/></svg>`;
}

/** The picture of an app, as its operator handed it over. Its name stands beside it. */
export function appLogo(page: Pick<PageContext, 'base'>, logo: string | undefined): Html | undefined {
  if (logo === undefined) return undefined;
  return html`<img class="logo" src="${page.base}/clients/logo/${logo}" width="48" height="48" alt="">`;
}

/** "You are on auth.acme.example", so that people learn which host their password belongs to; and what the seal is. */
export function site(page: PageContext): Html {
  const host = html`<bdi class="mono">${page.host}</bdi>`;
  return html`<aside class="site" aria-label="${page.t('layout.where')}"><p>${page.rich('layout.you_are_on', { host })}</p>${page.seal && html`<p class="drawn">${page.t('layout.seal')}</p>`}</aside>`;
}

export function footer(page: PageContext, keep?: Keep): Html {
  const { helpUrl, privacyUrl } = page.brand;
  return html`<footer class="foot">${helpUrl && html`<a href="${helpUrl}">${page.t('layout.help')}</a>`}${
    privacyUrl && html`<a href="${privacyUrl}">${page.t('layout.privacy')}</a>`
  }${page.locales.length > 1 && languageMenu(page, keep)}</footer>`;
}

/** Folded up until it is asked for. A GET form of this page: its other query parameters go along, so that a sign-in under way stays under way. */
function languageMenu(page: PageContext, keep: Keep = {}): Html {
  const here = new URL(page.here, page.issuer);
  const parameters = { ...keep, ...Object.fromEntries(here.searchParams) };
  const others = Object.entries(parameters).filter(([name]) => name !== 'ui_locales');
  return html`<form class="lang" action="${here.pathname}">${others.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<details><summary><span class="unseen">${page.t('layout.language')}: </span>${
    page.locales.find(({ code }) => code === page.locale)?.name
  }</summary><ul>${page.locales.map(
    ({ code, name }) =>
      html`<li><button class="bare" name="ui_locales" value="${code}" lang="${code}"${code === page.locale && html` aria-current="true"`}>${name}</button></li>`,
  )}</ul></details></form>`;
}
