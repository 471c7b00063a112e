import { type Html, html } from '../src/views/html.ts';
import type { PageContext } from '../src/views/page.ts';
import type { Screens } from '../src/views/screens.ts';
import { flow } from './layout/flow.ts';

/** The end of a way: what happened, what to do, what stays safe, and a reference to tell the operator. */
export default (data: Screens['error'], page: PageContext): Html => {
  const { why, explanation, retryAfterSeconds, back, referenceId } = data;
  const title = page.t(`error.${why}.title`);
  const { helpUrl } = page.brand;
  return flow(page, {
    title,
    isError: why !== 'signed_in_already',
    main: [
      html`<h1>${title}</h1><p>${page.t(`error.${why}.text`)}${retryAfterSeconds !== undefined && [' ', page.t('error.wait', { wait: page.duration(retryAfterSeconds) })]}</p>`,
      explanation ? html`<p class="note">${explanation}</p>` : false,
      back && html`<a class="btn go" href="${back.href}">${page.say(back.label)}</a>`,
      html`<p class="hint">${page.rich('error.reference', { id: html`<bdi class="mono">${referenceId}</bdi>` })}${
        helpUrl && [' · ', html`<a href="${helpUrl}">${page.t('error.tell')}</a>`]
      }</p>`,
    ],
  });
};
