import { type Html, html } from '../src/views/html.ts';
import type { PageContext, Samples } from '../src/views/page.ts';
import { flow } from './layout/flow.ts';

/** What an app is told of an error leads here (`error_uri`): a class of errors, in plain words, and where to look. */
export type Data = {
  class:
    | 'request'
    | 'client'
    | 'access'
    | 'grant'
    | 'person'
    | 'denied'
    | 'key'
    | 'too_many'
    | 'busy'
    | 'broken';
  /** Absent when the address has none that could be ours. */
  referenceId?: string;
};

/** For a person: what it means. For who builds or runs the app: the line in the log, and the chapter that explains it. */
export default ({ class: named, referenceId }: Data, page: PageContext): Html => {
  const { title, text, chapters } = ABOUT[named] ?? ABOUT.request;
  const documents = ['docs/troubleshooting.md', ...chapters.map((chapter) => `#${chapter}`)].map(
    (part) => html` <bdi class="mono" translate="no">${part}</bdi>`,
  );
  const { helpUrl } = page.brand;
  return flow(page, {
    title: page.t(title),
    isError: true,
    main: [
      html`<h1>${page.t(title)}</h1><p>${page.t(text)}</p>`,
      html`<section><h2>${page.t('error_class.developer')}</h2><p>${page.t('error_class.log')}</p><p>${page.rich('error_class.read', { document: html`${documents}` })}</p></section>`,
      (referenceId !== undefined || helpUrl !== undefined) &&
        html`<p class="hint">${
          referenceId !== undefined &&
          page.rich('error.reference', { id: html`<bdi class="mono" translate="no">${referenceId}</bdi>` })
        }${helpUrl && [referenceId !== undefined && ' · ', html`<a href="${helpUrl}">${page.t('error.tell')}</a>`]}</p>`,
    ],
  });
};

/** The words of the last three are those of their own error pages. */
const ABOUT = {
  request: {
    title: 'error_class.request.title',
    text: 'error_class.request.text',
    chapters: ['the-request', 'authorization'],
  },
  client: {
    title: 'error_class.client.title',
    text: 'error_class.client.text',
    chapters: ['who-the-client-is'],
  },
  access: {
    title: 'error_class.access.title',
    text: 'error_class.access.text',
    chapters: ['scopes-and-resources'],
  },
  grant: {
    title: 'error_class.grant.title',
    text: 'error_class.grant.text',
    chapters: ['tokens'],
  },
  person: {
    title: 'error_class.person.title',
    text: 'error_class.person.text',
    chapters: ['authorization'],
  },
  denied: {
    title: 'error_class.denied.title',
    text: 'error_class.denied.text',
    chapters: ['authorization'],
  },
  key: {
    title: 'error_class.key.title',
    text: 'error_class.key.text',
    chapters: ['tokens'],
  },
  too_many: {
    title: 'error.too_many.title',
    text: 'error.too_many.text',
    chapters: ['authorization'],
  },
  busy: {
    title: 'error.busy.title',
    text: 'error.busy.text',
    chapters: ['when-something-is-wrong-with-the-installation'],
  },
  broken: {
    title: 'error.broken.title',
    text: 'error.broken.text',
    chapters: ['when-something-is-wrong-with-the-installation'],
  },
} as const satisfies Record<Data['class'], object>;

export function samples(): Samples<Data> {
  const referenceId = 'req_01JD3Q4ZK8';
  return {
    request: { class: 'request', referenceId },
    client: { class: 'client', referenceId },
    access: { class: 'access', referenceId },
    grant: { class: 'grant', referenceId },
    person: { class: 'person', referenceId },
    denied: { class: 'denied', referenceId },
    key: { class: 'key', referenceId },
    'too many': { class: 'too_many', referenceId },
    busy: { class: 'busy', referenceId },
    broken: { class: 'broken', referenceId },
    'no reference': { class: 'request' },
  };
}
