import { type Html, html } from '../src/views/html.ts';
import type { PageContext, Samples, Sentence } from '../src/views/page.ts';
import { flow } from './layout/flow.ts';

/** Every page that ends a way: a human cause, a next step, a reference id. */
export type Data = {
  why:
    | 'expired'
    | 'not_found'
    | 'refused'
    | 'broken'
    | 'busy'
    | 'too_many'
    | 'bad_request'
    | 'link_used'
    | 'other_browser'
    | 'signed_in_already';
  referenceId: string;
  /** A second sentence for refusals by the protocol, ready to show; it names no unverified target. */
  explanation?: string;
  retryAfterSeconds?: number;
  back?: { href: string; label: Sentence };
};

/** The end of a way: what happened, what to do, what stays safe, and a reference to tell the operator. */
export default (data: Data, page: PageContext): Html => {
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
      html`<p class="hint">${page.rich('error.reference', { id: html`<bdi class="mono" translate="no">${referenceId}</bdi>` })}${
        helpUrl && [' · ', html`<a href="${helpUrl}">${page.t('error.tell')}</a>`]
      }</p>`,
    ],
  });
};

export function samples(): Samples<Data> {
  return {
    expired: {
      ...errorPage('expired'),
      back: {
        href: 'https://books.example/',
        label: { key: 'error.back_to', values: { app: 'Books' } },
      },
    },
    'not found': {
      ...errorPage('not_found'),
      back: { href: '/account', label: { key: 'error.to_account' } },
    },
    refused: {
      ...errorPage('refused'),
      explanation: "redirect_uri did not match any of the client's registered redirect_uris",
    },
    broken: errorPage('broken'),
    busy: { ...errorPage('busy'), retryAfterSeconds: 5 },
    'too many': { ...errorPage('too_many'), retryAfterSeconds: 300 },
    'bad request': errorPage('bad_request'),
    'link used': {
      ...errorPage('link_used'),
      back: { href: '/account', label: { key: 'error.to_account' } },
    },
    'other browser': {
      ...errorPage('other_browser'),
      back: {
        href: 'https://books.example/',
        label: { key: 'error.start_again', values: { app: 'Books' } },
      },
    },
    'signed in already': {
      ...errorPage('signed_in_already'),
      back: {
        href: 'https://books.example/',
        label: { key: 'error.back_to', values: { app: 'Books' } },
      },
    },
  };
}

function errorPage(why: Data['why']): Data {
  return { why, referenceId: 'req_01JD3Q4ZK8' };
}
