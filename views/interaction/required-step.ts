import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Samples, Sentence } from '../../src/views/page.ts';
import { ana, books, noon } from '../../src/views/sample-facts.ts';
import { codeField } from '../layout/code-field.ts';
import { flow, type Step } from '../layout/flow.ts';
import { alert, csrfField, errorSummary, type FieldError, type Labels, textField } from '../layout/form.ts';
import { mailboxNote } from '../layout/mailbox.ts';
import { routeTo, switchButton, switchForm, wayBack } from '../layout/methods.ts';
import { labelOf, type ProfileField, profileField } from '../layout/profile-field.ts';
import { newPasswordField, newPasswordLabels } from '../methods/password/new-password.ts';

/** A sentence of ours, or somebody's own words, in whatever language they are. */
export type Words = Sentence | { text: string };

/** What a step asks for, in the order of the page. */
export type StepField =
  | { kind: 'profile'; field: ProfileField }
  | { kind: 'text'; id: string; label: Words; value: string }
  /** A code of six digits. */
  | { kind: 'code'; id: string; label: Words; hint?: Words }
  /** `password`, and `again` without a script. */
  | { kind: 'new-password'; email: string; minimumLength: number };

/** To be read before it is agreed to: at an address, or as a text. */
export type StepDocument = { title: string; href?: string; text?: string; lang?: string };

/** What a step says on its page (`src/required-steps/`). */
export type StepPage = {
  title: Words;
  text?: readonly Words[];
  documents?: readonly StepDocument[];
  fields?: readonly StepField[];
  /** What the form sends beside its fields. */
  hidden?: Readonly<Record<string, string>>;
  /** Absent: there is nothing to send. */
  submit?: Words;
  /** Another press of the same form, with `answer`. */
  other?: { answer: string; hint?: Words; words: Words };
  /** Below the form. */
  links?: readonly { words: Words; href: string }[];
  /** In the place of "Cancel and go back". */
  decline?: Words;
  /** A mail was sent: where there is no mail server, the page leads to it. */
  isMailed?: boolean;
  errors?: readonly FieldError[];
  /** What is wrong, and in no field. */
  refused?: Sentence;
};

/** Somebody is signed in, of whom something is demanded before the app gets anything. */
export type Data = StepPage & {
  step: Step;
  action: string;
  app: App;
  person: { name: string; email: string };
  switchAction: string;
  /** Back to the app, which is told. */
  cancelAction: string;
  /** When the offsets of time zones are told for. */
  now: number;
};

export default (data: Data, page: PageContext): Html => {
  const { documents = [], errors = [], refused } = data;
  const email = html`<b dir="auto">${data.person.email}</b>`;
  return flow(page, {
    title: plainly(data.title, page),
    isError: errors.length > 0 || refused !== undefined,
    step: data.step,
    main: [
      refused
        ? alert(page.t('layout.not_yet.title'), html`<p>${page.say(refused)}</p>`)
        : errorSummary(page, errors, labelsOf(data, page)),
      html`<h1>${inWords(data.title, page)}</h1>${routeTo(data.app, page)}`,
      html`<p class="route">${page.rich('ways.signing_in_as', { email })} ${switchButton(page, 'consent.switch')}</p>`,
      ...(data.text ?? []).map((words) => html`<p>${inWords(words, page)}</p>`),
      ...documents.map((document) => documentOf(document, page)),
      data.isMailed === true && mailboxNote(page),
      html`<form method="post" action="${data.action}">${csrfField(page)}${Object.entries(
        data.hidden ?? {},
      ).map(
        ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
      )}${(data.fields ?? []).map((field) => fieldOf(field, data, page))}${buttons(data, page)}</form>`,
      data.other &&
        html`<form method="post" action="${data.action}">${csrfField(page)}<input type="hidden" name="answer" value="${data.other.answer}">${
          data.other.hint && html`<p class="hint">${inWords(data.other.hint, page)}</p>`
        }<button class="alt">${inWords(data.other.words, page)}</button></form>`,
      ...(data.links ?? []).map(
        ({ words, href }) => html`<p>${newTab(href, inWords(words, page), page)}</p>`,
      ),
      html`<div class="sides">${data.decline === undefined && wayBack(page, data)}<form method="post" action="${data.action}">${csrfField(page)}<p><button class="link" name="answer" value="sign-out">${page.t('layout.sign_out')}</button></p></form></div>`,
      switchForm(page, data),
    ],
  });
};

function buttons({ submit, decline }: Data, page: PageContext): Html | undefined {
  const go = submit && html`<button class="go">${inWords(submit, page)}</button>`;
  if (!decline) return go;
  return html`<div class="pair"><button class="alt" name="answer" value="decline" formnovalidate>${inWords(decline, page)}</button>${go}</div>`;
}

function documentOf({ title, href, text, lang }: StepDocument, page: PageContext): Html {
  const called = html`<bdi${lang && html` lang="${lang}"`}>${title}</bdi>`;
  if (href !== undefined) return html`<p>${newTab(href, called, page)}</p>`;
  // Longer than a window, often: with a place of its own that the keyboard reaches, and that scrolls.
  return html`<section><h2>${called}</h2><div class="paper" role="region" tabindex="0" aria-label="${title}"${lang && html` lang="${lang}"`} dir="auto">${text}</div></section>`;
}

/** What was typed stays in this window. */
function newTab(href: string, called: Html, page: PageContext): Html {
  return html`<a class="link" href="${href}" target="_blank" rel="noopener">${called}<span class="unseen"> ${page.t('required.new_tab')}</span></a>`;
}

function fieldOf(field: StepField, { errors = [], now }: Data, page: PageContext): Html {
  if (field.kind === 'profile') return profileField(field.field, { errors, now }, page);
  if (field.kind === 'new-password') {
    const { email, minimumLength } = field;
    return html`<div class="field"><label for="email">${page.t('login.identifier')}</label><input id="email" type="text" value="${email}" autocomplete="username" readonly></div>${newPasswordField(page, { minimumLength, errors })}`;
  }
  const { id } = field;
  const label = plainly(field.label, page);
  if (field.kind === 'code')
    return codeField(page, {
      id,
      label,
      hint: field.hint && plainly(field.hint, page),
      isAutomatic: true,
      errors,
    });
  return textField(page, { id, label, value: field.value, autocomplete: 'off', errors });
}

function labelsOf({ fields = [] }: Data, page: PageContext): Labels {
  return Object.assign(
    {},
    ...fields.map((field) => {
      if (field.kind === 'profile') return { [field.field.id]: labelOf(field.field, page) };
      if (field.kind === 'new-password') return newPasswordLabels(page);
      return { [field.id]: plainly(field.label, page) };
    }),
  );
}

/** What came from elsewhere may be written the other way round: it is kept apart from our words. */
function inWords(words: Words, page: PageContext): Html {
  if ('text' in words) return html`<span dir="auto">${words.text}</span>`;
  const { key, values = {} } = words;
  if (!page.has(key)) return html`${page.say(words)}`;
  const apart = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? html`<bdi>${value}</bdi>` : value,
  ]);
  return page.rich(key, Object.fromEntries(apart));
}

function plainly(words: Words, page: PageContext): string {
  return 'text' in words ? words.text : page.say(words);
}

export function samples(): Samples<Data> {
  const frame = {
    step: { done: 2, total: 3 },
    action: '/interaction/Jx3vVbS1cM0yq7/required/terms',
    app: books(),
    person: ana(),
    switchAction: '/interaction/Jx3vVbS1cM0yq7/switch',
    cancelAction: '/interaction/Jx3vVbS1cM0yq7/cancel',
    now: noon(),
  };
  const quiz: Data = {
    ...frame,
    title: { text: 'A question first' },
    text: [{ text: 'Which colour has the cover of the handbook?' }],
    fields: [{ kind: 'text', id: 'colour', label: { text: 'Colour' }, value: '' }],
    submit: { key: 'layout.continue' },
  };
  const terms: Data = {
    ...frame,
    title: { key: 'terms.title' },
    text: [{ key: 'terms.text' }],
    documents: [{ title: 'Terms of use', href: 'https://acme.example/terms' }],
    hidden: { versions: 'tev_1' },
    submit: { key: 'terms.accept' },
    decline: { key: 'terms.decline' },
  };
  const password: Data = {
    ...frame,
    title: { key: 'required.password.title' },
    text: [{ key: 'required.password.text' }],
    fields: [{ kind: 'new-password', email: ana().email, minimumLength: 15 }],
    submit: { key: 'password.save' },
  };
  const sent: Data = {
    ...frame,
    title: { key: 'email.sent.title' },
    text: [{ key: 'required.email.sent', values: { email: ana().email } }],
    fields: [{ kind: 'code', id: 'code', label: { key: 'email.sent.code' } }],
    submit: { key: 'layout.continue' },
    other: { answer: 'again', hint: { key: 'email.sent.nothing' }, words: { key: 'email.sent.again' } },
    links: [{ words: { key: 'required.email.change' }, href: '/account/email' }],
    isMailed: true,
  };
  const profile: Data = {
    ...frame,
    title: { key: 'required.profile.title' },
    text: [{ key: 'required.profile.text' }],
    fields: [
      { kind: 'profile', field: { id: 'given_name', kind: 'text', value: '' } },
      { kind: 'profile', field: { id: 'phone_number', kind: 'phone', value: '' } },
      { kind: 'profile', field: { id: 'street_address', kind: 'lines', value: '' } },
      { kind: 'profile', field: { id: 'locality', kind: 'text', value: '' } },
      { kind: 'profile', field: { id: 'attribute.desk', kind: 'text', label: 'Desk', value: '' } },
    ],
    submit: { key: 'layout.continue' },
  };
  return {
    password,
    'password, the old one': {
      ...password,
      errors: [{ field: 'password', sentence: { key: 'required.password.same' } }],
    },
    'address, to be confirmed': {
      ...frame,
      title: { key: 'required.email.title' },
      text: [{ key: 'required.email.text', values: { email: ana().email } }],
      submit: { key: 'required.email.submit' },
      links: sent.links ?? [],
    },
    'address, mailed': sent,
    'address, wrong code': { ...sent, errors: [{ field: 'code', sentence: { key: 'email.wrong' } }] },
    'address, no mail server': {
      ...frame,
      title: { key: 'required.email.title' },
      text: [{ key: 'required.email.unavailable' }],
    },
    profile,
    'profile, mistakes': {
      ...profile,
      errors: [
        { field: 'given_name', sentence: { key: 'required.missing' } },
        { field: 'phone_number', sentence: { key: 'profile.wrong.phone' } },
      ],
    },
    terms,
    'terms of a newer version, as a text': {
      ...terms,
      text: [{ key: 'terms.text_new' }],
      documents: [
        {
          title: 'House rules',
          text: Array.from({ length: 12 }, (_, at) => `${at + 1}. Be kind to the books.\n`).join('\n'),
          lang: 'en',
        },
        { title: 'Privacy', href: 'https://acme.example/privacy' },
      ],
      refused: { key: 'terms.changed' },
    },
    'of an operator’s own': quiz,
    'of an operator’s own, wrong': {
      ...quiz,
      errors: [{ field: 'colour', sentence: { key: 'profile.wrong.text' } }],
    },
  };
}
