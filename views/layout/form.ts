import { type Html, html } from '../../src/views/html.ts';
import type { PageContext, Sentence } from '../../src/views/page.ts';

/** A mistake in a form: the field it belongs to (its input's id), and what to do. */
export type FieldError = { field: string; sentence: Sentence };

/** Every POST form starts with it. */
export function csrfField(page: PageContext): Html {
  return html`<input type="hidden" name="csrf" value="${page.csrf}">`;
}

/** The stamp: first in `main`, and focused when the page opens, so that nobody misses what happened. */
export function alert(title: string, text: Html): Html {
  return html`<div class="alert" role="alert" tabindex="-1" autofocus><h2>${title}</h2>${text}</div>`;
}

/** Success is no toast: it is the next page's first sentence. */
export function notice(text: string): Html {
  return html`<p class="note" role="status">${text}</p>`;
}

/** The names of a form's fields by the ids of their inputs, in the order of the page. */
export type Labels = Readonly<Record<string, string>>;

/**
 * What is wrong in a form, each line leading to its field. With `labels` it names the fields, in their order: what is wrong
 * stands at the field, and once. A mistake in no named field is told in its sentence.
 */
export function errorSummary(
  page: PageContext,
  errors: readonly FieldError[],
  labels: Labels = {},
): Html | undefined {
  if (errors.length === 0) return undefined;
  const order = Object.keys(labels);
  const lines = errors
    .toSorted((one, other) => order.indexOf(one.field) - order.indexOf(other.field))
    .map(
      ({ field, sentence }) =>
        html`<li><a href="#${field}">${Object.hasOwn(labels, field) ? labels[field] : page.say(sentence)}</a></li>`,
    );
  return alert(page.t('layout.check_form.title'), html`<ul>${lines}</ul>`);
}

/** The sentence between label and box, and the attributes that tie it to the box. */
export function fieldError(page: PageContext, id: string, errors: readonly FieldError[]) {
  const error = errors.find(({ field }) => field === id);
  return {
    line: error && html`<p class="error" id="${id}-error">${page.say(error.sentence)}</p>`,
    attributes: error && html` aria-invalid="true" aria-describedby="${id}-error"`,
  };
}

type TextField = {
  id: string;
  label: string;
  value: string;
  autocomplete: string;
  isEmail?: boolean;
  isUsername?: boolean;
  isOptional?: boolean;
  /** What the page is opened for: typed into at once. After a mistake the summary has the focus. */
  isFirst?: boolean;
  errors: readonly FieldError[];
};

export function textField(
  page: PageContext,
  { id, label, value, autocomplete, isEmail, isUsername, isOptional, isFirst, errors }: TextField,
): Html {
  const { line, attributes } = fieldError(page, id, errors);
  return html`<div class="field"><label for="${id}">${label}</label>${line}<input id="${id}" name="${id}" type="text" value="${value}" autocomplete="${autocomplete}"${!isOptional && html` required`}${
    isEmail && html` inputmode="email" dir="ltr" autocapitalize="none" spellcheck="false"`
  }${isUsername && html` dir="auto" autocapitalize="none" spellcheck="false"`}${attributes}${isFirst && errors.length === 0 && html` autofocus`}></div>`;
}

/** What people type to sign in: an operator's setting. */
export type SignInBy = 'email' | 'username' | 'both';

const NAME_LABELS = {
  email: 'login.identifier',
  username: 'login.username',
  both: 'login.username_or_email',
} as const;

/** The key of the label of the field in which people say who they are. */
export function nameLabel(signInBy: SignInBy = 'email'): (typeof NAME_LABELS)[SignInBy] {
  return NAME_LABELS[signInBy];
}

/** What helps to type into that field: a username may be written from right to left. */
export function nameInput(signInBy: SignInBy = 'email'): Html {
  return signInBy === 'username' ? html` dir="auto"` : html` inputmode="email" dir="ltr"`;
}

/** A button that shows what was typed; hidden until the script makes it work. */
export function revealButton(page: PageContext, id: string): Html {
  return html`<button type="button" class="bare" data-reveal="${id}" data-show="${page.t('password.show')}" data-hide="${page.t('password.hide')}" aria-pressed="false" hidden>${page.t('password.show')}</button>`;
}
