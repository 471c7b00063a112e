import * as accountApiKey from '../../views/account/api-key.ts';
import * as accountApiKeyAdd from '../../views/account/api-key-add.ts';
import * as accountApiKeyEnd from '../../views/account/api-key-end.ts';
import * as accountApiKeyRenew from '../../views/account/api-key-renew.ts';
import * as accountApiKeys from '../../views/account/api-keys.ts';
import * as accountApplications from '../../views/account/applications.ts';
import * as accountConnect from '../../views/account/connect.ts';
import * as accountData from '../../views/account/data.ts';
import * as accountDelete from '../../views/account/delete.ts';
import * as accountDeletionPlanned from '../../views/account/deletion-planned.ts';
import * as accountEmail from '../../views/account/email.ts';
import * as accountEmailConfirm from '../../views/account/email-confirm.ts';
import * as accountEmailSent from '../../views/account/email-sent.ts';
import * as accountEmailUndo from '../../views/account/email-undo.ts';
import * as accountEmailUndone from '../../views/account/email-undone.ts';
import * as accountLostDevice from '../../views/account/lost-device.ts';
import * as accountLostDeviceCancel from '../../views/account/lost-device-cancel.ts';
import * as accountLostDeviceCancelled from '../../views/account/lost-device-cancelled.ts';
import * as accountOverview from '../../views/account/overview.ts';
import * as accountPassword from '../../views/account/password.ts';
import * as accountProfile from '../../views/account/profile.ts';
import * as accountProve from '../../views/account/prove.ts';
import * as accountRemove from '../../views/account/remove.ts';
import * as accountRename from '../../views/account/rename.ts';
import * as accountSecurity from '../../views/account/security.ts';
import * as accountSessions from '../../views/account/sessions.ts';
import * as error from '../../views/error.ts';
import * as errorClass from '../../views/error-class.ts';
import * as interactionConsent from '../../views/interaction/consent.ts';
import * as interactionEnrol from '../../views/interaction/enrol.ts';
import * as interactionFirstAdministrator from '../../views/interaction/first-administrator.ts';
import * as interactionIdentityCode from '../../views/interaction/identity-code.ts';
import * as interactionIdentityConnect from '../../views/interaction/identity-connect.ts';
import * as interactionIdentityCreate from '../../views/interaction/identity-create.ts';
import * as interactionLogin from '../../views/interaction/login.ts';
import * as interactionLostDevice from '../../views/interaction/lost-device.ts';
import * as interactionMailedCode from '../../views/interaction/mailed-code.ts';
import * as interactionMailedLink from '../../views/interaction/mailed-link.ts';
import * as interactionMailedLinkElsewhere from '../../views/interaction/mailed-link-elsewhere.ts';
import * as interactionMayUse from '../../views/interaction/may-use.ts';
import * as interactionMoreWays from '../../views/interaction/more-ways.ts';
import * as interactionMoreWaysPassword from '../../views/interaction/more-ways-password.ts';
import * as interactionNewCredential from '../../views/interaction/new-credential.ts';
import * as interactionNewCredentialRemoved from '../../views/interaction/new-credential-removed.ts';
import * as interactionNewDevice from '../../views/interaction/new-device.ts';
import * as interactionNewDeviceEnded from '../../views/interaction/new-device-ended.ts';
import * as interactionOtherPerson from '../../views/interaction/other-person.ts';
import * as interactionRecovery from '../../views/interaction/recovery.ts';
import * as interactionRecoveryAdded from '../../views/interaction/recovery-added.ts';
import * as interactionRecoveryPassword from '../../views/interaction/recovery-password.ts';
import * as interactionRecoveryStarted from '../../views/interaction/recovery-started.ts';
import * as interactionRegistration from '../../views/interaction/registration.ts';
import * as interactionRegistrationDetails from '../../views/interaction/registration-details.ts';
import * as interactionRequiredStep from '../../views/interaction/required-step.ts';
import * as interactionSelectAccount from '../../views/interaction/select-account.ts';
import * as interactionUnknownIdentity from '../../views/interaction/unknown-identity.ts';
import * as interactionWelcome from '../../views/interaction/welcome.ts';
import * as mailApiKey from '../../views/mail/api-key.ts';
import * as mailBackupCodeUsed from '../../views/mail/backup-code-used.ts';
import * as mailConfirmAddress from '../../views/mail/confirm-address.ts';
import * as mailDeletionCancelled from '../../views/mail/deletion-cancelled.ts';
import * as mailDeletionDone from '../../views/mail/deletion-done.ts';
import * as mailDeletionPlanned from '../../views/mail/deletion-planned.ts';
import * as mailEmailChanged from '../../views/mail/email-changed.ts';
import * as mailEmailConfirm from '../../views/mail/email-confirm.ts';
import * as mailEmailInUse from '../../views/mail/email-in-use.ts';
import * as mailEmailMoved from '../../views/mail/email-moved.ts';
import * as mailIdentityCode from '../../views/mail/identity-code.ts';
import * as mailInvitation from '../../views/mail/invitation.ts';
import * as mailLinkUsed from '../../views/mail/link-used.ts';
import * as mailMailbox from '../../views/mail/mailbox.ts';
import * as mailNewDevice from '../../views/mail/new-device.ts';
import * as mailPasskeyDoubted from '../../views/mail/passkey-doubted.ts';
import * as mailPasswordChanged from '../../views/mail/password-changed.ts';
import * as mailRecovered from '../../views/mail/recovered.ts';
import * as mailRecovery from '../../views/mail/recovery.ts';
import * as mailRecoveryStarted from '../../views/mail/recovery-started.ts';
import * as mailRegistration from '../../views/mail/registration.ts';
import * as mailRegistrationKnown from '../../views/mail/registration-known.ts';
import * as mailRemovalAsked from '../../views/mail/removal-asked.ts';
import * as mailRemovalCancelled from '../../views/mail/removal-cancelled.ts';
import * as mailSecondFactorFailed from '../../views/mail/second-factor-failed.ts';
import * as mailSecondFactorsRemoved from '../../views/mail/second-factors-removed.ts';
import * as mailSetPassword from '../../views/mail/set-password.ts';
import * as mailSignIn from '../../views/mail/sign-in.ts';
import * as mailTest from '../../views/mail/test.ts';
import * as mailTokenTheft from '../../views/mail/token-theft.ts';
import * as mailWayChanged from '../../views/mail/way-changed.ts';
import * as methodsBackupCodesEnrol from '../../views/methods/backup-codes/enrol.ts';
import * as methodsBackupCodesLogin from '../../views/methods/backup-codes/login.ts';
import * as methodsEmailElsewhere from '../../views/methods/email/elsewhere.ts';
import * as methodsEmailHere from '../../views/methods/email/here.ts';
import * as methodsEmailLink from '../../views/methods/email/link.ts';
import * as methodsEmailLogin from '../../views/methods/email/login.ts';
import * as methodsPasskeyEnrol from '../../views/methods/passkey/enrol.ts';
import * as methodsPasskeyLogin from '../../views/methods/passkey/login.ts';
import * as methodsPasskeyOffer from '../../views/methods/passkey/offer.ts';
import * as methodsPasswordLogin from '../../views/methods/password/login.ts';
import * as methodsTotpEnrol from '../../views/methods/totp/enrol.ts';
import * as methodsTotpLogin from '../../views/methods/totp/login.ts';
import * as oidcGoOn from '../../views/oidc/go-on.ts';
import * as oidcSignOut from '../../views/oidc/sign-out.ts';
import * as oidcSignedOut from '../../views/oidc/signed-out.ts';
import * as usersSetPassword from '../../views/users/set-password.ts';
import type { I18n } from '../i18n/i18n.ts';
import { type Assets, readAssets } from './assets.ts';
import { deriveBrandColors, ownPalette, type Palette } from './brand-color.ts';
import { type Html, html, isHtml, markupOf } from './html.ts';
import {
  createLetter,
  isLetter,
  type Letter,
  type LetterContext,
  type MailView,
  type RenderedMail,
  renderLetter,
} from './letter.ts';
import {
  type App,
  type Brand,
  createPage,
  type Frame,
  type PageContext,
  type Samples,
  type View,
} from './page.ts';
import { drawSeal } from './seal.ts';

export type { Wrong } from '../../views/error.ts';
export type { StepDocument, StepField, StepPage, Words } from '../../views/interaction/required-step.ts';
export type { AddedLately } from '../../views/layout/added-lately.ts';
export type { Step } from '../../views/layout/flow.ts';
export type { FieldError } from '../../views/layout/form.ts';
export type { LostDeviceForm, WaitingRemoval } from '../../views/layout/lost-device.ts';
export type { EnrolScreen, MethodOption, MethodScreen, StepRefusal } from '../../views/layout/methods.ts';
export type { RenderedMail } from './letter.ts';
export type { App, Brand, Frame, Samples, Sentence } from './page.ts';

/** Every screen: its key is the path below `views/`. The view owns its data (`type Data`) and its `samples`. */
const screens = {
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
  'interaction/select-account': interactionSelectAccount,
  'interaction/may-use': interactionMayUse,
  'interaction/more-ways': interactionMoreWays,
  'interaction/more-ways-password': interactionMoreWaysPassword,
  'interaction/required-step': interactionRequiredStep,
  'interaction/unknown-identity': interactionUnknownIdentity,
  'interaction/identity-code': interactionIdentityCode,
  'interaction/identity-connect': interactionIdentityConnect,
  'interaction/identity-create': interactionIdentityCreate,
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
  'oidc/go-on': oidcGoOn,
  'oidc/sign-out': oidcSignOut,
  'oidc/signed-out': oidcSignedOut,
  'account/overview': accountOverview,
  'account/sessions': accountSessions,
  'account/api-key': accountApiKey,
  'account/api-key-add': accountApiKeyAdd,
  'account/api-key-end': accountApiKeyEnd,
  'account/api-key-renew': accountApiKeyRenew,
  'account/api-keys': accountApiKeys,
  'account/applications': accountApplications,
  'account/profile': accountProfile,
  'account/password': accountPassword,
  'account/email': accountEmail,
  'account/email-sent': accountEmailSent,
  'account/email-confirm': accountEmailConfirm,
  'account/email-undo': accountEmailUndo,
  'account/email-undone': accountEmailUndone,
  'account/security': accountSecurity,
  'account/connect': accountConnect,
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
  'error-class': errorClass,
  'mail/mailbox': mailMailbox,
};

/** Every mail: its key is the name of its file in `views/mail/`. */
const mails = {
  'backup-code-used': mailBackupCodeUsed,
  'sign-in': mailSignIn,
  'link-used': mailLinkUsed,
  'api-key': mailApiKey,
  test: mailTest,
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
  'identity-code': mailIdentityCode,
  invitation: mailInvitation,
  'passkey-doubted': mailPasskeyDoubted,
  'password-changed': mailPasswordChanged,
  'confirm-address': mailConfirmAddress,
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

/** What each screen shows, by its key in the table above. */
export type Screens = DataOf<View<never>, typeof screens>;
export type ScreenName = keyof Screens;

/** What each mail says: it is rendered into a subject, a text part that is complete on its own, and an html part. */
export type Mails = DataOf<MailView<never>, typeof mails>;
export type MailName = keyof Mails;

/** The data of each row. A row whose samples are not of the data that its view takes does not compile. */
type DataOf<
  Draw extends (data: never, ...rest: never[]) => unknown,
  Table extends { [Name in keyof Table]: { default: Draw; samples(): Samples<DataOfRow<Table[Name]>> } },
> = { [Name in keyof Table]: DataOfRow<Table[Name]> };
type DataOfRow<Row> = Row extends { default: (data: infer Data, ...rest: never[]) => unknown } ? Data : never;

export const screenNames = Object.keys(screens) as readonly ScreenName[];
export const mailNames = Object.keys(mails) as readonly MailName[];

/** A screen in every state. The dev pages show them, the tests look at each, and views of operators are judged by them. */
export function getSamples<Screen extends ScreenName>(screen: Screen): Samples<Screens[Screen]> {
  return screens[screen].samples() as Samples<Screens[Screen]>;
}

/** A mail in every state. */
export function getMailSamples<Mail extends MailName>(mail: Mail): Samples<Mails[Mail]> {
  return mails[mail].samples() as Samples<Mails[Mail]>;
}

export type Views = ReturnType<typeof createViews>;

/** An operator's view that fails for a page costs no one the page: `failed` is told, and our own view stands in. */
type OverrideFailure = (view: ScreenName | `mail/${MailName}`, error: unknown) => void;

/** The views of an operator, as `load-overrides.ts` makes them of a folder; `override.ts` says what each may do. */
type StandIns = {
  layout: object;
  screens: ReadonlyMap<ScreenName, StandIn>;
  mails: ReadonlyMap<MailName, StandIn>;
};
type StandIn = (data: never, page: never, kit: never) => unknown;

/** Every page and mail, as text. What can be known before the first request (assets, seal, languages) is made here. */
export function createViews({
  config,
  i18n,
  icons = new Map(),
  overrides,
  failed = rethrow,
}: {
  config: { issuer: string; brand?: Pick<Brand, 'color' | 'seal'> };
  i18n: I18n;
  /** Drawings of the ways to sign in, by the method's id. */
  icons?: PageContext['icons'];
  overrides?: StandIns | undefined;
  failed?: OverrideFailure;
}) {
  const color = config.brand?.color;
  const palette = color === undefined ? ownPalette : deriveBrandColors(color);
  const assetsFor = createAssetsByColor(palette);
  const assets = assetsFor(undefined);
  const locales = i18n.locales.map((code) => ({ code, name: i18n.nameOf(code) }));
  const seal = config.brand?.seal === 'off' ? undefined : drawSeal(config.issuer);

  function draw<Screen extends ScreenName>(screen: Screen, data: Screens[Screen], page: PageContext): Html {
    // The table's row and the data belong to one screen, which TypeScript cannot see through an index.
    const own = screens[screen].default as View<Screens[Screen]>;
    const override = overrides?.screens.get(screen);
    if (!overrides || !override) return own(data, page);
    const kit = { html, layout: overrides.layout, ours: (changed = data) => own(changed, page) };
    try {
      return whole(override(data as never, page as never, kit as never), isHtml, 'html`…`');
    } catch (error) {
      failed(screen, error);
      return own(data, page);
    }
  }

  function write<Mail extends MailName>(name: Mail, data: Mails[Mail], page: LetterContext): Letter {
    const own = mails[name].default as MailView<Mails[Mail]>;
    const override = overrides?.mails.get(name);
    if (!override) return own(data, page);
    try {
      const kit = { ours: (changed = data) => own(changed, page) };
      const letter = override(data as never, page as never, kit as never);
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

    /** Of the script that sends a form by itself: the policy of such a page names it. */
    goOnScriptHash: assets.goOnScriptHash,

    /** A whole document. The answer's headers (`http/security-headers.ts`) must name `frame.nonce`. */
    html<Screen extends ScreenName>(screen: Screen, data: Screens[Screen], frame: Frame): string {
      const phrases = i18n.phrases(frame.locale);
      const { app } = data as { app?: App };
      const page = createPage({ frame, phrases, locales, seal, assets: assetsFor(app?.color), icons });
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

/** More colours than an installation has apps with one of their own at a time. */
const KEPT_COLORS = 100;

/** Style sheets in the colour of an app, made when its first page is shown; of who has none in that of the installation. */
function createAssetsByColor(own: Palette): (color: string | undefined) => Assets {
  const ours = readAssets(own);
  const made = new Map<string, Assets>(); // at most KEPT_COLORS
  return (color) => {
    if (color === undefined) return ours;
    const known = made.get(color);
    if (known) return known;
    if (made.size >= KEPT_COLORS) made.clear();
    const assets = readAssets(deriveBrandColors(color));
    made.set(color, assets);
    return assets;
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
