import accountApplications from '../../views/account/applications.ts';
import accountData from '../../views/account/data.ts';
import accountDelete from '../../views/account/delete.ts';
import accountDeletionPlanned from '../../views/account/deletion-planned.ts';
import accountEmail from '../../views/account/email.ts';
import accountEmailConfirm from '../../views/account/email-confirm.ts';
import accountEmailSent from '../../views/account/email-sent.ts';
import accountEmailUndo from '../../views/account/email-undo.ts';
import accountEmailUndone from '../../views/account/email-undone.ts';
import accountLostDevice from '../../views/account/lost-device.ts';
import accountLostDeviceCancel from '../../views/account/lost-device-cancel.ts';
import accountLostDeviceCancelled from '../../views/account/lost-device-cancelled.ts';
import accountOverview from '../../views/account/overview.ts';
import accountPassword from '../../views/account/password.ts';
import accountProfile from '../../views/account/profile.ts';
import accountProve from '../../views/account/prove.ts';
import accountRemove from '../../views/account/remove.ts';
import accountRename from '../../views/account/rename.ts';
import accountSecurity from '../../views/account/security.ts';
import accountSessions from '../../views/account/sessions.ts';
import error from '../../views/error.ts';
import interactionConsent from '../../views/interaction/consent.ts';
import interactionEnrol from '../../views/interaction/enrol.ts';
import interactionFirstAdministrator from '../../views/interaction/first-administrator.ts';
import interactionLogin from '../../views/interaction/login.ts';
import interactionLostDevice from '../../views/interaction/lost-device.ts';
import interactionMailedCode from '../../views/interaction/mailed-code.ts';
import interactionMailedLink from '../../views/interaction/mailed-link.ts';
import interactionMailedLinkElsewhere from '../../views/interaction/mailed-link-elsewhere.ts';
import interactionNewCredential from '../../views/interaction/new-credential.ts';
import interactionNewCredentialRemoved from '../../views/interaction/new-credential-removed.ts';
import interactionNewDevice from '../../views/interaction/new-device.ts';
import interactionNewDeviceEnded from '../../views/interaction/new-device-ended.ts';
import interactionOtherPerson from '../../views/interaction/other-person.ts';
import interactionRecovery from '../../views/interaction/recovery.ts';
import interactionRecoveryAdded from '../../views/interaction/recovery-added.ts';
import interactionRecoveryPassword from '../../views/interaction/recovery-password.ts';
import interactionRecoveryStarted from '../../views/interaction/recovery-started.ts';
import interactionRegistration from '../../views/interaction/registration.ts';
import interactionRegistrationDetails from '../../views/interaction/registration-details.ts';
import interactionWelcome from '../../views/interaction/welcome.ts';
import mailBackupCodeUsed from '../../views/mail/backup-code-used.ts';
import mailDeletionCancelled from '../../views/mail/deletion-cancelled.ts';
import mailDeletionDone from '../../views/mail/deletion-done.ts';
import mailDeletionPlanned from '../../views/mail/deletion-planned.ts';
import mailEmailChanged from '../../views/mail/email-changed.ts';
import mailEmailConfirm from '../../views/mail/email-confirm.ts';
import mailEmailInUse from '../../views/mail/email-in-use.ts';
import mailEmailMoved from '../../views/mail/email-moved.ts';
import mailInvitation from '../../views/mail/invitation.ts';
import mailLinkUsed from '../../views/mail/link-used.ts';
import mailMailbox from '../../views/mail/mailbox.ts';
import mailNewDevice from '../../views/mail/new-device.ts';
import mailPasswordChanged from '../../views/mail/password-changed.ts';
import mailRecovered from '../../views/mail/recovered.ts';
import mailRecovery from '../../views/mail/recovery.ts';
import mailRecoveryStarted from '../../views/mail/recovery-started.ts';
import mailRegistration from '../../views/mail/registration.ts';
import mailRegistrationKnown from '../../views/mail/registration-known.ts';
import mailRemovalAsked from '../../views/mail/removal-asked.ts';
import mailRemovalCancelled from '../../views/mail/removal-cancelled.ts';
import mailSecondFactorFailed from '../../views/mail/second-factor-failed.ts';
import mailSecondFactorsRemoved from '../../views/mail/second-factors-removed.ts';
import mailSetPassword from '../../views/mail/set-password.ts';
import mailSignIn from '../../views/mail/sign-in.ts';
import mailTokenTheft from '../../views/mail/token-theft.ts';
import mailWayChanged from '../../views/mail/way-changed.ts';
import methodsBackupCodesEnrol from '../../views/methods/backup-codes/enrol.ts';
import methodsBackupCodesLogin from '../../views/methods/backup-codes/login.ts';
import methodsEmailElsewhere from '../../views/methods/email/elsewhere.ts';
import methodsEmailHere from '../../views/methods/email/here.ts';
import methodsEmailLink from '../../views/methods/email/link.ts';
import methodsEmailLogin from '../../views/methods/email/login.ts';
import methodsPasskeyEnrol from '../../views/methods/passkey/enrol.ts';
import methodsPasskeyLogin from '../../views/methods/passkey/login.ts';
import methodsPasskeyOffer from '../../views/methods/passkey/offer.ts';
import methodsPasswordLogin from '../../views/methods/password/login.ts';
import methodsTotpEnrol from '../../views/methods/totp/enrol.ts';
import methodsTotpLogin from '../../views/methods/totp/login.ts';
import oidcSignOut from '../../views/oidc/sign-out.ts';
import oidcSignedOut from '../../views/oidc/signed-out.ts';
import usersSetPassword from '../../views/users/set-password.ts';
import type { I18n } from '../i18n/i18n.ts';
import { readAssets } from './assets.ts';
import { deriveBrandColors, ownPalette } from './brand-color.ts';
import { type Html, html, isHtml, markupOf } from './html.ts';
import {
  createLetter,
  isLetter,
  type Letter,
  type LetterContext,
  type MailView,
  renderLetter,
} from './letter.ts';
import type { MailOverride, Overrides, ViewOverride } from './override.ts';
import { createPage, type PageContext, type View } from './page.ts';
import type { Brand, Frame, MailName, Mails, RenderedMail, ScreenName, Screens } from './screens.ts';
import { drawSeal } from './seal.ts';

const screens: { readonly [Screen in ScreenName]: View<Screen> } = {
  'interaction/login': interactionLogin,
  'methods/email/login': methodsEmailLogin,
  'methods/email/link': methodsEmailLink,
  'methods/email/elsewhere': methodsEmailElsewhere,
  'methods/email/here': methodsEmailHere,
  'interaction/consent': interactionConsent,
  'interaction/registration': interactionRegistration,
  'interaction/registration-details': interactionRegistrationDetails,
  'interaction/mailed-code': interactionMailedCode,
  'interaction/mailed-link': interactionMailedLink,
  'interaction/mailed-link-elsewhere': interactionMailedLinkElsewhere,
  'interaction/new-credential': interactionNewCredential,
  'interaction/new-credential-removed': interactionNewCredentialRemoved,
  'interaction/new-device': interactionNewDevice,
  'interaction/new-device-ended': interactionNewDeviceEnded,
  'interaction/other-person': interactionOtherPerson,
  'interaction/recovery': interactionRecovery,
  'interaction/recovery-added': interactionRecoveryAdded,
  'interaction/recovery-password': interactionRecoveryPassword,
  'interaction/recovery-started': interactionRecoveryStarted,
  'interaction/enrol': interactionEnrol,
  'methods/passkey/login': methodsPasskeyLogin,
  'methods/passkey/enrol': methodsPasskeyEnrol,
  'methods/passkey/offer': methodsPasskeyOffer,
  'methods/password/login': methodsPasswordLogin,
  'methods/totp/login': methodsTotpLogin,
  'methods/totp/enrol': methodsTotpEnrol,
  'methods/backup-codes/login': methodsBackupCodesLogin,
  'methods/backup-codes/enrol': methodsBackupCodesEnrol,
  'interaction/first-administrator': interactionFirstAdministrator,
  'interaction/welcome': interactionWelcome,
  'users/set-password': usersSetPassword,
  'oidc/sign-out': oidcSignOut,
  'oidc/signed-out': oidcSignedOut,
  'account/overview': accountOverview,
  'account/sessions': accountSessions,
  'account/applications': accountApplications,
  'account/profile': accountProfile,
  'account/password': accountPassword,
  'account/email': accountEmail,
  'account/email-sent': accountEmailSent,
  'account/email-confirm': accountEmailConfirm,
  'account/email-undo': accountEmailUndo,
  'account/email-undone': accountEmailUndone,
  'account/security': accountSecurity,
  'account/rename': accountRename,
  'account/lost-device': accountLostDevice,
  'account/lost-device-cancel': accountLostDeviceCancel,
  'account/lost-device-cancelled': accountLostDeviceCancelled,
  'interaction/lost-device': interactionLostDevice,
  'account/prove': accountProve,
  'account/remove': accountRemove,
  'account/data': accountData,
  'account/delete': accountDelete,
  'account/deletion-planned': accountDeletionPlanned,
  error,
  'mail/mailbox': mailMailbox,
};

const mails: { readonly [Mail in MailName]: MailView<Mail> } = {
  'backup-code-used': mailBackupCodeUsed,
  'sign-in': mailSignIn,
  'link-used': mailLinkUsed,
  'token-theft': mailTokenTheft,
  'set-password': mailSetPassword,
  'new-device': mailNewDevice,
  recovered: mailRecovered,
  recovery: mailRecovery,
  'recovery-started': mailRecoveryStarted,
  'removal-asked': mailRemovalAsked,
  'removal-cancelled': mailRemovalCancelled,
  'second-factors-removed': mailSecondFactorsRemoved,
  registration: mailRegistration,
  'registration-known': mailRegistrationKnown,
  invitation: mailInvitation,
  'password-changed': mailPasswordChanged,
  'email-confirm': mailEmailConfirm,
  'email-changed': mailEmailChanged,
  'email-in-use': mailEmailInUse,
  'email-moved': mailEmailMoved,
  'deletion-planned': mailDeletionPlanned,
  'deletion-cancelled': mailDeletionCancelled,
  'deletion-done': mailDeletionDone,
  'way-changed': mailWayChanged,
  'second-factor-failed': mailSecondFactorFailed,
};

export const screenNames = Object.keys(screens) as readonly ScreenName[];
export const mailNames = Object.keys(mails) as readonly MailName[];

export type Views = ReturnType<typeof createViews>;

/** An operator's view that fails for a page costs no one the page: `failed` is told, and our own view stands in. */
type OverrideFailure = (view: ScreenName | `mail/${MailName}`, error: unknown) => void;

/** Every page and mail, as text. What can be known before the first request (assets, seal, languages) is made here. */
export function createViews({
  config,
  i18n,
  icons = new Map(),
  overrides,
  failed = rethrow,
}: {
  config: { issuer: string; brand?: Pick<Brand, 'color'> };
  i18n: I18n;
  /** Drawings of the ways to sign in, by the method's id. */
  icons?: PageContext['icons'];
  /** What `load-overrides.ts` made of the operator's folder. */
  overrides?: Overrides | undefined;
  failed?: OverrideFailure;
}) {
  const color = config.brand?.color;
  const palette = color === undefined ? ownPalette : deriveBrandColors(color);
  const assets = readAssets(palette);
  const locales = i18n.locales.map((code) => ({ code, name: i18n.nameOf(code) }));
  const seal = drawSeal(config.issuer);

  function draw<Screen extends ScreenName>(screen: Screen, data: Screens[Screen], page: PageContext): Html {
    // The table's row and the data belong to one screen, which TypeScript cannot see through an index.
    const own = screens[screen] as (data: Screens[Screen], page: PageContext) => Html;
    const override = overrides?.screens.get(screen) as ViewOverride<Screen> | undefined;
    if (!overrides || !override) return own(data, page);
    const kit = { html, layout: overrides.layout, ours: (changed = data) => own(changed, page) };
    try {
      return whole(override(data, page, kit), isHtml, 'html`…`');
    } catch (error) {
      failed(screen, error);
      return own(data, page);
    }
  }

  function write<Mail extends MailName>(name: Mail, data: Mails[Mail], page: LetterContext): Letter {
    const own = mails[name] as (data: Mails[Mail], page: LetterContext) => Letter;
    const override = overrides?.mails.get(name) as MailOverride<Mail> | undefined;
    if (!override) return own(data, page);
    try {
      const letter = override(data, page, { ours: (changed = data) => own(changed, page) });
      return whole(
        letter,
        isLetter,
        'a whole letter: subject, preheader, title, paragraphs, action, reasons',
      );
    } catch (error) {
      failed(`mail/${name}`, error);
      return own(data, page);
    }
  }

  return {
    /** The mark in the operator's colour, as SVG. */
    icon: assets.iconSvg,

    /** A whole document. The answer's headers (`http/security-headers.ts`) must name `frame.nonce`. */
    html<Screen extends ScreenName>(screen: Screen, data: Screens[Screen], frame: Frame): string {
      const phrases = i18n.phrases(frame.locale);
      const page = createPage({ frame, phrases, locales, seal, assets, icons });
      return `<!doctype html>${markupOf(draw(screen, data, page))}`;
    },

    /** One mail in one language: a text part that is complete on its own, and the same as HTML. */
    mail<Mail extends MailName>(
      name: Mail,
      data: Mails[Mail],
      { locale, issuer, brand }: { locale: string; issuer: string; brand: Brand },
    ): RenderedMail {
      const letter = createLetter({ issuer, brand, palette, phrases: i18n.phrases(locale) });
      return renderLetter(write(name, data, letter), letter);
    },

    /** What a mail says, before it is text and HTML. */
    letter<Mail extends MailName>(name: Mail, data: Mails[Mail], page: LetterContext): Letter {
      return write(name, data, page);
    },
  };
}

function rethrow(_view: string, error: unknown): never {
  throw error;
}

/** Nothing that a view returns is taken on trust: it was written by somebody else, and perhaps without types. */
function whole<Value>(value: unknown, is: (value: unknown) => value is Value, wanted: string): Value {
  if (is(value)) return value;
  const found = value instanceof Promise ? 'a promise' : (NAMES[typeof value] ?? `a ${typeof value}`);
  throw new TypeError(`it returns ${found}; it must return ${wanted}`);
}

const NAMES: Readonly<Record<string, string>> = {
  undefined: 'nothing',
  string: 'a text',
  object: 'another object',
};
