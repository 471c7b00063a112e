import { type Html, html } from '../../../src/views/html.ts';
import type { PageContext } from '../../../src/views/page.ts';
import { alert, type FieldError } from '../../layout/form.ts';

export type PasskeyButton = {
  /** What is to be signed, or the address that tells it. */
  asks: { publicKey: unknown } | string;
  label: Html | string;
  /** The form that it belongs to, when it stands outside of it, and where it sends that form. */
  form?: string;
  action?: string;
  /** It makes a passkey; else it uses one. */
  isNew?: boolean;
  /** The browser also suggests passkeys in the field with `webauthn`. */
  isSuggested?: boolean;
  /** The browser first tries by itself. */
  isQuiet?: boolean;
  isPlain?: boolean;
};

/**
 * The button of a passkey, right behind the field that its script fills. It is hidden until the script can make it work, as
 * nothing else could.
 */
export function passkeyButton(page: PageContext, button: PasskeyButton): Html {
  const { asks, label, form, action, isNew, isSuggested, isQuiet, isPlain } = button;
  const owner = form !== undefined && html` form="${form}"`;
  return html`<input type="hidden" name="credential"${owner}><button id="credential"${!isPlain && html` class="go"`}${owner}${
    action !== undefined && html` formaction="${action}" formnovalidate`
  } data-passkey="${typeof asks === 'string' ? asks : JSON.stringify(asks)}"${isNew && html` data-new="1"`}${
    isSuggested && html` data-auto="1"`
  }${isQuiet && html` data-quiet="1"`} data-none="${page.t(isNew ? 'passkey.none_saved' : 'passkey.none')}" data-exists="${page.t(
    'passkey.saved_already',
  )}" hidden>${label}</button>`;
}

/** Why no passkey was saved. Nothing was typed, so there is no field to name. */
export function passkeyAlert(page: PageContext, [error]: readonly FieldError[]): Html | undefined {
  return (
    error &&
    alert(page.t('layout.not_yet.title'), html`<p><a href="#credential">${page.say(error.sentence)}</a></p>`)
  );
}

/** Where the script says what came of it. */
export function passkeyStatus(): Html {
  return html`<p id="passkey-say" role="status"></p>`;
}

/** What stands in for the button where no script runs. */
export function withoutScript(page: PageContext): Html {
  return html`<noscript><p class="note">${page.t('passkey.script')}</p></noscript>`;
}
