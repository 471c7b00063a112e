import { account } from '../../views/layout/account.ts';
import { codeField } from '../../views/layout/code-field.ts';
import { footer, htmlDocument, mark, site } from '../../views/layout/document.ts';
import { flow } from '../../views/layout/flow.ts';
import {
  alert,
  csrfField,
  errorSummary,
  fieldError,
  notice,
  revealButton,
  textField,
} from '../../views/layout/form.ts';
import { goOnForm } from '../../views/layout/go-on.ts';
import { methodIcon } from '../../views/layout/icons.ts';
import {
  enrolAlert,
  laterForm,
  methodFields,
  methodRows,
  otherMethods,
  refusalAlert,
  rememberBox,
  rememberBrowserBox,
  signingInAs,
  switchButton,
  switchForm,
  wayBack,
} from '../../views/layout/methods.ts';
import { passkeyButton, passkeyStatus, withoutScript } from '../../views/methods/passkey/button.ts';
import { passwordForm } from '../../views/methods/password/login.ts';
import { newPasswordField } from '../../views/methods/password/new-password.ts';
import { qrCode } from '../../views/methods/totp/qr-code.ts';
import type { Html, html } from './html.ts';
import type { Letter, LetterContext } from './letter.ts';
import type { PageContext } from './page.ts';
import type { MailName, Mails, ScreenName, Screens } from './views.ts';

/**
 * A view of an operator: `<VIEWS_DIR>/interaction/login.mts` exports one as its default. Its first two parameters are
 * those of our own view at the same path; the third is what our views import, as its file may lie anywhere. A type of
 * this file is gone when Node has read it, so `import type` may take any path.
 *
 *     export default ((data, page, { html, layout }) => layout.flow(page, {…})) satisfies ViewOverride<'error'>;
 */
export type ViewOverride<Screen extends ScreenName> = (
  data: Screens[Screen],
  page: PageContext,
  kit: ViewKit<Screen>,
) => Html;

/** The same for a mail: `<VIEWS_DIR>/mail/new-device.mts`. What it returns is written as text and as HTML. */
export type MailOverride<Mail extends MailName> = (
  data: Mails[Mail],
  page: LetterContext,
  kit: MailKit<Mail>,
) => Letter;

export type ViewKit<Screen extends ScreenName> = {
  html: typeof html;
  layout: typeof layout;
  /** Our own view, for the states that an override leaves as they are. Without `data`: on the same. */
  ours(data?: Screens[Screen]): Html;
};

export type MailKit<Mail extends MailName> = { ours(data?: Mails[Mail]): Letter };

/** The parts that our own views are made of. What each takes is said where it is written. */
export const layout = {
  account,
  alert,
  codeField,
  csrfField,
  enrolAlert,
  errorSummary,
  fieldError,
  flow,
  footer,
  goOnForm,
  htmlDocument,
  laterForm,
  mark,
  methodFields,
  methodIcon,
  newPasswordField,
  notice,
  otherMethods,
  passkeyButton,
  passkeyStatus,
  passwordForm,
  qrCode,
  refusalAlert,
  rememberBox,
  rememberBrowserBox,
  revealButton,
  signingInAs,
  switchButton,
  switchForm,
  wayBack,
  site,
  textField,
  methodRows,
  withoutScript,
} as const;

/** What an operator's folder holds, by the name of the screen or mail. */
export type Overrides = {
  layout: typeof layout;
  screens: ReadonlyMap<ScreenName, ViewOverride<ScreenName>>;
  mails: ReadonlyMap<MailName, MailOverride<MailName>>;
};
