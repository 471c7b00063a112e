import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import { footer, htmlDocument, mark, site } from './document.ts';
import { csrfField } from './form.ts';

type Section = 'overview' | 'profile' | 'security' | 'sessions' | 'applications' | 'data';
type AccountParts = {
  section: Section;
  title: string;
  isError?: boolean;
  signOutAction: string;
  main: readonly (Html | false | undefined)[];
  /** What the browser is told of the person's passkeys, as JSON. */
  signals?: string | undefined;
  /** Rules beside our sheet. */
  css?: Html;
};

const PATHS: Record<Section, string> = {
  overview: '/account',
  profile: '/account/profile',
  security: '/account/security',
  sessions: '/account/sessions',
  applications: '/account/applications',
  data: '/account/data',
};

/** A page of the account: sections at the start, marked by the thread; below 56rem they fold into a menu. */
export function account(
  page: PageContext,
  { section, title, isError, signOutAction, main, signals, css }: AccountParts,
): Html {
  const sections = html`<ul>${(Object.keys(PATHS) as Section[]).map(
    (name) =>
      html`<li><a href="${page.base}${PATHS[name]}"${name === section && html` aria-current="page"`}>${page.t(`account.${name}`)}</a></li>`,
  )}</ul><form method="post" action="${signOutAction}">${csrfField(page)}<button class="bare">${page.t('layout.sign_out')}</button></form>`;

  return htmlDocument(page, {
    title,
    isError,
    css: css ? html`${page.assets.accountCss}${css}` : page.assets.accountCss,
    kind: 'account',
    script: signals === undefined ? undefined : page.assets.signalsScript,
    body: html`<header class="mast">${mark(page)}<span>${page.brand.name}</span>${page.seal}</header><nav class="sections wide" aria-label="${page.t('account.nav')}">${sections}</nav><details class="sections narrow"><summary>${page.t('layout.menu')}<span>${page.t(`account.${section}`)}</span></summary><nav aria-label="${page.t('account.nav')}">${sections}</nav></details><main><h1>${title}</h1>${main}</main>${signals !== undefined && html`<div data-signals="${signals}" hidden></div>`}${site(page)}${footer(page)}`,
  });
}
