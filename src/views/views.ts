import accountApplications from '../../views/account/applications.ts';
import accountOverview from '../../views/account/overview.ts';
import accountSessions from '../../views/account/sessions.ts';
import error from '../../views/error.ts';
import interactionConsent from '../../views/interaction/consent.ts';
import interactionEnrol from '../../views/interaction/enrol.ts';
import interactionFirstAdministrator from '../../views/interaction/first-administrator.ts';
import interactionLogin from '../../views/interaction/login.ts';
import interactionWelcome from '../../views/interaction/welcome.ts';
import mailMailbox from '../../views/mail/mailbox.ts';
import mailPasswordChanged from '../../views/mail/password-changed.ts';
import mailSecondFactorFailed from '../../views/mail/second-factor-failed.ts';
import mailSetPassword from '../../views/mail/set-password.ts';
import mailTokenTheft from '../../views/mail/token-theft.ts';
import mailWayChanged from '../../views/mail/way-changed.ts';
import oidcSignOut from '../../views/oidc/sign-out.ts';
import oidcSignedOut from '../../views/oidc/signed-out.ts';
import usersSetPassword from '../../views/users/set-password.ts';
import type { I18n } from '../i18n/i18n.ts';
import { readAssets } from './assets.ts';
import { type Html, markupOf } from './html.ts';
import { createLetter, type MailView, renderLetter } from './letter.ts';
import { createPage, type View } from './page.ts';
import type { Brand, Frame, MailName, Mails, RenderedMail, ScreenName, Screens } from './screens.ts';
import { drawSeal } from './seal.ts';

const screens: { readonly [Screen in ScreenName]: View<Screen> } = {
  'interaction/login': interactionLogin,
  'interaction/consent': interactionConsent,
  'interaction/enrol': interactionEnrol,
  'interaction/first-administrator': interactionFirstAdministrator,
  'interaction/welcome': interactionWelcome,
  'users/set-password': usersSetPassword,
  'oidc/sign-out': oidcSignOut,
  'oidc/signed-out': oidcSignedOut,
  'account/overview': accountOverview,
  'account/sessions': accountSessions,
  'account/applications': accountApplications,
  error,
  'mail/mailbox': mailMailbox,
};

const mails: { readonly [Mail in MailName]: MailView<Mail> } = {
  'token-theft': mailTokenTheft,
  'set-password': mailSetPassword,
  'password-changed': mailPasswordChanged,
  'way-changed': mailWayChanged,
  'second-factor-failed': mailSecondFactorFailed,
};

export type Views = ReturnType<typeof createViews>;

/** Every page and mail, as text. What can be known before the first request (assets, seal, languages) is made here. */
export function createViews({ config, i18n }: { config: { issuer: string }; i18n: I18n }) {
  const assets = readAssets();
  const locales = i18n.locales.map((code) => ({ code, name: i18n.phrases(code).name }));
  const seal = drawSeal(config.issuer);

  return {
    /** A whole document. The answer's headers (`http/security-headers.ts`) must name `frame.nonce`. */
    html<Screen extends ScreenName>(screen: Screen, data: Screens[Screen], frame: Frame): string {
      const phrases = i18n.phrases(frame.locale);
      const page = createPage({ frame, phrases, locales, seal, assets });
      // The table's row and the data belong to one screen, which TypeScript cannot see through an index.
      const view = screens[screen] as (data: Screens[Screen], page: unknown) => Html;
      return `<!doctype html>${markupOf(view(data, page))}`;
    },

    /** One mail in one language: a text part that is complete on its own, and the same as HTML. */
    mail<Mail extends MailName>(
      name: Mail,
      data: Mails[Mail],
      { locale, issuer, brand }: { locale: string; issuer: string; brand: Brand },
    ): RenderedMail {
      const letter = createLetter({ issuer, brand, phrases: i18n.phrases(locale) });
      const view = mails[name] as (data: Mails[Mail], page: unknown) => ReturnType<MailView<Mail>>;
      return renderLetter(view(data, letter), letter);
    },
  };
}
