import { type Html, html } from '../../src/views/html.ts';
import type { PageContext } from '../../src/views/page.ts';
import { type FieldError, fieldError } from './form.ts';

type CodeField = {
  id?: string;
  label: string;
  hint?: string | undefined;
  /** How many digits the code has. */
  digits?: number;
  /** Sent by itself once it is complete. Never after a mistake, or a wrong code would be sent again and again. */
  isAutomatic: boolean;
  /** Not where something else comes first. */
  isFocused?: boolean;
  errors: readonly FieldError[];
};

/** A code of digits: one input, drawn as the boxes of a paper form. It takes what is pasted with gaps, too. */
export function codeField(
  page: PageContext,
  { id = 'code', label, hint, digits = 6, isAutomatic, isFocused = true, errors }: CodeField,
): Html {
  const { line } = fieldError(page, id, errors);
  const described = [hint && `${id}-hint`, line && `${id}-error`].filter(Boolean).join(' ');
  const input = html`<input${digits !== 6 && html` class="big"`} id="${id}" name="${id}" type="text" inputmode="numeric" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" required${
    isFocused && errors.length === 0 && html` autofocus`
  }${isAutomatic && errors.length === 0 && html` data-complete="${digits}"`}${
    line && html` aria-invalid="true"`
  }${described !== '' && html` aria-describedby="${described}"`}>`;
  return html`<div class="field"><label for="${id}">${label}</label>${
    hint && html`<p class="hint" id="${id}-hint">${hint}</p>`
  }${line}${digits === 6 ? html`<div class="comb">${input}</div>` : input}</div>`;
}
