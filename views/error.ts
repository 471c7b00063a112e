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
  /** What exactly was wrong with the request, where that is for anybody to know. */
  wrong?: Wrong;
  /** On a developer's own machine: the sentence of the log. */
  explanation?: string;
  retryAfterSeconds?: number;
  back?: { href: string; label: Sentence };
};

/** `names`: of parameters of the protocol, which the sentence lists. */
export type Wrong = {
  about:
    | 'client'
    | 'redirect_uri'
    | 'missing'
    | 'twice'
    | 'way'
    | 'request_uri'
    | 'sign_out'
    | 'too_long'
    | 'too_large'
    | 'other_site';
  names?: readonly string[];
};

/** The end of a way: what happened, what to do, what stays safe, and a reference to tell the operator. */
export default (data: Data, page: PageContext): Html => {
  const { why, wrong, explanation, retryAfterSeconds, back, referenceId } = data;
  const title = page.t(`error.${why}.title`);
  const { helpUrl } = page.brand;
  return flow(page, {
    title,
    isError: why !== 'signed_in_already',
    main: [
      html`<h1>${title}</h1><p>${page.t(`error.${why}.text`)}${why === 'refused' && [' ', adviceOf(wrong, page)]}${retryAfterSeconds !== undefined && [' ', page.t('error.wait', { wait: page.duration(retryAfterSeconds) })]}</p>`,
      wrong &&
        html`<p class="note">${page.rich(`error.wrong.${wrong.about}`, { names: html`${(wrong.names ?? []).map(nameOf)}` })}</p>`,
      explanation ? html`<p class="hint"><bdi lang="en">${explanation}</bdi></p>` : false,
      back && html`<a class="btn go" href="${back.href}">${page.say(back.label)}</a>`,
      html`<p class="hint">${page.rich('error.reference', { id: html`<bdi class="mono" translate="no">${referenceId}</bdi>` })}${
        helpUrl && [' · ', html`<a href="${helpUrl}">${page.t('error.tell')}</a>`]
      }</p>`,
    ],
  });
};

/** What only the app can mend nobody else can, however often they try. */
const OF_THE_APP: ReadonlySet<string> = new Set(['client', 'redirect_uri', 'missing', 'twice', 'way']);

function adviceOf(wrong: Wrong | undefined, page: PageContext): string | false {
  // The sentence about it says what to do.
  if (wrong?.about === 'request_uri') return false;
  return page.t(wrong && OF_THE_APP.has(wrong.about) ? 'error.refused.app' : 'error.refused.again');
}

const nameOf = (name: string, index: number): Html =>
  html`${index > 0 && ' · '}<bdi class="mono" translate="no">${name}</bdi>`;

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
      wrong: { about: 'redirect_uri' },
      explanation:
        'redirect_uri is http://localhost:4000/cb, and this client has http://localhost:4000/callback: the path differs.',
      back: { href: 'http://localhost:4000/', label: { key: 'error.back_to', values: { app: 'Books' } } },
    },
    'an unknown app': { ...errorPage('refused'), wrong: { about: 'client' } },
    'something is missing': {
      ...errorPage('refused'),
      wrong: { about: 'missing', names: ['client_id', 'redirect_uri'] },
    },
    'something is there twice': { ...errorPage('refused'), wrong: { about: 'twice', names: ['client_id'] } },
    'in an unknown way': { ...errorPage('refused'), wrong: { about: 'way' } },
    'a request that is over': { ...errorPage('refused'), wrong: { about: 'request_uri' } },
    'a sign-out that is over': { ...errorPage('expired'), wrong: { about: 'sign_out' } },
    'from another site': { ...errorPage('refused'), wrong: { about: 'other_site' } },
    'too long': { ...errorPage('bad_request'), wrong: { about: 'too_long' } },
    'too large': { ...errorPage('bad_request'), wrong: { about: 'too_large' } },
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
