import type { MessageKey, Phrases } from '../i18n/i18n.ts';
import type { Assets } from './assets.ts';
import { type Html, html } from './html.ts';

/** What every page knows beside its own data. Made by `http/page.ts` for each answer. */
export type Frame = {
  issuer: string;
  /** The issuer's path without a slash at its end: '' or '/id'. Every local link starts with it. */
  base: string;
  locale: string;
  nonce: string;
  /** The masked CSRF token for a hidden input named `csrf`. */
  csrf: string;
  /** Path and query of this page, for the language menu. */
  here: string;
  brand: Brand;
  /** On a machine without a mail server: the page that shows its mails, to whom it may be shown. */
  mailboxUrl?: string;
};

export type Brand = {
  name: string;
  logoUrl?: string | undefined;
  /** Mails have a logo, which is attached to them (`letter.ts`). */
  hasMailLogo?: boolean | undefined;
  color?: string | undefined;
  seal?: 'on' | 'off' | undefined;
  helpUrl?: string | undefined;
  privacyUrl?: string | undefined;
};

/**
 * The app that waits for the person. `host` is the host of the redirect URI, which the app cannot choose freely. `logo` is
 * the name of a picture that an operator handed over; pages load nothing from elsewhere (docs/decisions/views-app-logos.md).
 * `color`: of all pages with this app.
 */
export type App = {
  name: string;
  host: string;
  policyUrl?: string;
  termsUrl?: string;
  logo?: string;
  color?: string;
  /** The person's own account here: there is nowhere else to go on to. */
  isOwn?: true;
};

/** A sentence to look up, with its values: `{ key: 'password.too_short', values: { minimum: 15 } }`. */
export type Sentence = { key: string; values?: Record<string, string | number> };

/** A view: data in, a whole document out. It asks nobody else, so each state of it can be shown from sample data. */
export type View<Data> = (data: Data, page: PageContext) => Html;

/** A view's data in every state that it can be in, by the state's name. */
export type Samples<Data> = Readonly<Record<string, Data>>;

type RichValues = Readonly<Record<string, Html | string | number>>;

/** What a view may use beside its data: the frame of this answer, and the words of its language. */
export type PageContext = Frame & {
  /** The issuer's host, as it stands in the address bar. */
  readonly host: string;
  readonly direction: 'ltr' | 'rtl';
  readonly locales: readonly { code: string; name: string }[];
  /** Drawn from the issuer; none where the operator switched it off. */
  readonly seal: Html | undefined;
  readonly assets: Assets;
  /** Drawings of the ways to sign in, by the method's id. */
  readonly icons: ReadonlyMap<string, Html>;
  t(key: MessageKey, values?: Readonly<Record<string, string | number>>): string;
  /** A sentence with markup for values: `rich('login.route', { app: html`<b>…</b>` })`. */
  rich(key: MessageKey, values: RichValues): Html;
  /** A sentence whose key came as data. One that we do not know is told in general words. */
  say(sentence: Sentence): string;
  has(key: string): key is MessageKey;
  /** A moment as `<time>`: in the server's time zone, and in the person's own where JavaScript runs. */
  time(at: number): Html;
  duration(seconds: number): string;
};

export function createPage({
  frame,
  phrases,
  locales,
  seal,
  assets,
  icons,
}: {
  frame: Frame;
  phrases: Phrases;
  locales: PageContext['locales'];
  seal: Html | undefined;
  assets: Assets;
  icons: PageContext['icons'];
}): PageContext {
  return {
    ...frame,
    host: new URL(frame.issuer).host,
    locale: phrases.locale,
    direction: phrases.direction,
    locales,
    seal,
    assets,
    icons,
    t: phrases.t,
    rich: (key, values) => html`${phrases.parts<Html | string | number>(key, values)}`,
    say: ({ key, values }) => (phrases.has(key) ? phrases.t(key, values) : phrases.t('layout.check_field')),
    has: (key): key is MessageKey => phrases.has(key),
    time: (at) => html`<time datetime="${new Date(at).toISOString()}">${phrases.time(at)}</time>`,
    duration: phrases.duration,
  };
}
