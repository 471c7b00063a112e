import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import { footer, htmlDocument, type Keep, mark, site } from './document.ts';

/** Filled segments of the thread: `{ done: 1, total: 3 }`. */
export type Step = { done: number; total: number };

type FlowParts = {
  title: string;
  isError?: boolean | undefined;
  step?: Step | undefined;
  main: HtmlList;
  keep?: Keep;
  script?: Html | undefined;
  /** Rules beside our sheet. */
  css?: Html;
};
type HtmlList = Html | readonly (Html | false | undefined)[];

/** A page inside a sign-in: masthead and seal, the thread with its steps, one thing to do. */
export function flow(page: PageContext, { title, isError, step, main, keep, script, css }: FlowParts): Html {
  return htmlDocument(page, {
    title,
    isError,
    css: css ? html`${page.assets.flowCss}${css}` : page.assets.flowCss,
    kind: 'flow',
    script,
    body: html`<header class="mast">${page.seal}${mark(page)}<span>${page.brand.name}</span></header>${thread(step)}<main>${main}</main>${site(page)}${footer(page, keep)}`,
  });
}

function thread(step: Step = { done: 1, total: 1 }): Html {
  const segments = Array.from({ length: step.total }, (_, index) =>
    index < step.done ? html`<i data-on></i>` : html`<i></i>`,
  );
  return html`<div class="thread" aria-hidden="true">${segments}</div>`;
}
