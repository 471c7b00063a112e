import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import { type FieldError, fieldError, revealButton } from '../../layout/form.ts';

type NewPassword = {
  minimumLength: number;
  /** What the page is opened for: typed into at once, unless there is a mistake. */
  isFirst?: boolean;
  errors: readonly FieldError[];
};

/**
 * The field for a new password: `password`. With JavaScript, "Show" is the way to check it; without, a second field
 * `again` is asked. A server that gets no `again` takes the password as it is.
 */
export function newPasswordField(page: PageContext, { minimumLength, isFirst, errors }: NewPassword): Html {
  const { line, attributes } = fieldError(page, 'password', errors);
  const again = fieldError(page, 'again', errors);
  const labels = newPasswordLabels(page);
  return html`<div class="field"><label for="password">${labels.password}</label>${line ?? html`<p class="hint" id="password-hint">${page.t('password.hint', { minimum: minimumLength })}</p>`}<div class="with"><input id="password" name="password" type="password" autocomplete="new-password" passwordrules="minlength: ${minimumLength}; allowed: unicode;" autocapitalize="none" spellcheck="false" required${
    attributes ?? html` aria-describedby="password-hint"`
  }${isFirst && errors.length === 0 && html` autofocus`}>${revealButton(page, 'password')}</div></div><noscript><div class="field"><label for="again">${labels.again}</label>${again.line}<input id="again" name="again" type="password" autocomplete="new-password" required${again.attributes}></div></noscript>`;
}

/** For the summary of mistakes above the form. */
export function newPasswordLabels(page: PageContext) {
  return { password: page.t('password.new'), again: page.t('password.again') };
}
