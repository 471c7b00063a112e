import { type Html, html } from '../../src/views/html.ts';
import type { App, PageContext, Sentence } from '../../src/views/page.ts';
import { passkeyRow } from '../methods/passkey/row.ts';
import type { Step } from './flow.ts';
import { alert, csrfField, errorSummary, type FieldError, type Labels, type SignInBy } from './form.ts';
import { methodIcon } from './icons.ts';

/** What the ways to sign in share on their pages: the list of others, the id of the attempt, the boxes, the refusal. */

/** A row of "other ways": `count` is how often it can still be used (backup codes). */
export type MethodOption = {
  method: string;
  href: string;
  isLastUsed: boolean;
  count?: number;
  /** How it goes on from a page with a form: `name` and `away` with what the form holds, `browser` by a script. */
  row?: 'name' | 'browser' | 'away';
  /** Of a row that is one of several of its method: which, what it is called, and its drawing. */
  choice?: string;
  name?: string;
  icon?: string;
};

/** Why an answer was refused. `expired`: the attempt was over before the answer came; a new one has begun. */
export type StepRefusal =
  | { why: 'wrong' | 'busy' | 'expired' | 'reused' /** In the place of ours. */; sentence?: Sentence }
  | { why: 'slow_down'; retryAfterSeconds: number };

/**
 * The data of a method's page inside a sign-in: `MethodScreen<{ … }>` in `methods/<id>/login.ts`. `Show` is what the
 * method's `begin` returned under `show`; absent when the method has no `begin`, or begins with this page's own form.
 */
export type MethodScreen<Show = Record<string, never>> = {
  step: Step;
  /** Where the form goes. It holds the CSRF field, the method's own fields, and `handle` when there is one. */
  action: string;
  attemptId?: string;
  app: App;
  /** For who has none of what is asked for any more. */
  lostUrl?: string;
  /** Who is signing in, once that is proved. Absent at a first step. */
  person?: { name: string; email: string };
  /** At a first step: what was typed, hinted, or must be (`isIdentifierLocked`). */
  identifier?: string;
  signInBy?: SignInBy;
  isIdentifierLocked?: boolean;
  show?: Show;
  refused?: StepRefusal;
  others: readonly MethodOption[];
  /** Back to the app: a POST form. Outside of a sign-in, where nothing has to be ended, a link (`cancelUrl`). */
  cancelAction?: string;
  cancelUrl?: string;
  /** Somebody else wants to go on: a POST form. */
  switchAction?: string;
  /** At a second factor: for how many days the box `remember_device` (value `yes`) offers not to ask again here. */
  rememberDeviceDays?: number;
  /** At a first step: an address that nobody has may become an account. */
  areNewcomersWelcome?: true;
  /** At a first step: whether the box `remember` ("keep me signed in") is ticked. */
  remember?: boolean;
};

/**
 * The data of the page on which a method is added: `EnrolScreen<{ … }>` in `methods/<id>/enrol.ts`. `flow`: inside a
 * sign-in, drawn by `layout/flow.ts`; `account`: among the person's own pages.
 */
export type EnrolScreen<Show = Record<string, never>> = {
  frame: 'flow' | 'account';
  step?: Step;
  /** Where the form goes: CSRF field, the enrolment's fields, `handle`. */
  action: string;
  attemptId?: string;
  show?: Show;
  /** What is wrong, each with the id of its input. */
  errors: readonly FieldError[];
  refused?: StepRefusal;
  person: { name: string; email: string };
  app?: App;
  others: readonly MethodOption[];
  /** Inside a sign-in, when it may wait: a POST form. `left`: how often it may still wait, this time included. */
  later?: { action: string; left: number };
  /** As on the page of a method. */
  cancelAction?: string;
  cancelUrl?: string;
  signOutAction?: string;
};

/** "Other ways": a list under a small heading; nothing when there is no other. */
export function otherMethods(
  page: PageContext,
  options: readonly MethodOption[],
  title = page.t('login.others'),
  form?: string,
): Html | false {
  return (
    options.length > 0 &&
    html`<section><h2 class="hint">${title}</h2>${methodRows(page, options, form)}</section>`
  );
}

/** Ledger rows, in the order given. `form`: the id of the password's form, which some ways answer with. */
export function methodRows(page: PageContext, options: readonly MethodOption[], form?: string): Html {
  const rows = options.map((option) => {
    const { method, href, isLastUsed, count, row, name, icon = method } = option;
    if (row === 'browser' && form !== undefined) return passkeyRow(page, option, form);
    const key = `method.${method}.name`;
    const words = page.has(key) ? page.t(key) : method;
    const label = html`${methodIcon(page, icon)}${name === undefined ? words : html`<bdi>${name}</bdi>`}${
      count !== undefined && html` <span class="hint">${page.t('ways.count', { count })}</span>`
    }${isLastUsed && html`<span class="last">${page.t('login.last_used')}</span>`}`;
    // What was typed as a name goes along, so that one press sends the mail; and whether to keep the person signed in.
    if ((row === 'name' || row === 'away') && form !== undefined)
      return html`<li><button form="${form}" formaction="${href}" formnovalidate>${label}</button></li>`;
    return html`<li><a href="${href}">${label}</a></li>`;
  });
  return html`<ul class="ways">${rows}</ul>`;
}

/** Under the heading: for which app this is, with the host that it cannot choose freely. */
export function routeTo(app: App, page: PageContext): Html {
  if (app.isOwn) return html`<p class="route">${page.t('login.route_account')}</p>`;
  const name = html`<b dir="auto">${app.name}</b>`;
  const host = html`<bdi class="mono">${app.host}</bdi>`;
  return html`<p class="route">${page.rich('login.route', { app: name, host })}</p>`;
}

/** Every form of a method starts with it: the CSRF token, and the id of the attempt when there is one. */
export function methodFields(page: PageContext, { attemptId }: { attemptId?: string }): Html {
  return html`${csrfField(page)}${
    attemptId !== undefined && html`<input type="hidden" name="handle" value="${attemptId}">`
  }`;
}

/** "Don't ask on this device": inside the form of a second factor. */
export function rememberBrowserBox(
  page: PageContext,
  { rememberDeviceDays: days }: { rememberDeviceDays?: number },
): Html | false {
  return (
    days !== undefined &&
    html`<label class="check"><input type="checkbox" name="remember_device" value="yes"><span>${page.t(
      'second_factor.remember_device',
      { days },
    )}</span></label>`
  );
}

/** "Keep me signed in": inside the form of a first step. */
export function rememberBox(page: PageContext, { remember }: { remember?: boolean }): Html | false {
  return (
    remember !== undefined &&
    html`<label class="check"><input type="checkbox" name="remember" value="yes"${
      remember && html` checked`
    }><span>${page.t('login.remember')}</span></label>`
  );
}

/** The stamp over a refused answer. `wrong` is the method's own sentence; `field` the input that it leads to. */
export function refusalAlert(
  page: PageContext,
  refused: StepRefusal | undefined,
  { wrong, field, title = page.t('login.refused.title') }: { wrong: string; field: string; title?: string },
): Html | undefined {
  if (!refused) return undefined;
  if (refused.why === 'slow_down') {
    const wait = page.duration(refused.retryAfterSeconds);
    return alert(title, html`<p>${page.t('login.refused.slow_down', { wait })}</p>`);
  }
  if (refused.sentence) return alert(title, html`<p>${page.say(refused.sentence)}</p>`);
  if (refused.why === 'busy') return alert(title, html`<p>${page.t('login.refused.busy')}</p>`);
  if (refused.why === 'expired') return alert(title, html`<p>${page.t('login.refused.expired')}</p>`);
  return alert(title, html`<p><a href="#${field}">${wrong}</a></p>`);
}

/** "Later (2 left)": only inside a sign-in, and only when it may wait. */
export function laterForm(
  page: PageContext,
  later: { action: string; left: number } | undefined,
): Html | undefined {
  return (
    later &&
    html`<form method="post" action="${later.action}">${csrfField(page)}<button class="alt">${page.t(
      'enrol.later',
      {
        left: later.left,
      },
    )}</button></form>`
  );
}

/** For who has none of it any more. */
export function lostLink(page: PageContext, { lostUrl }: Pick<MethodScreen, 'lostUrl'>): Html | undefined {
  return lostUrl === undefined
    ? undefined
    : html`<p><a class="link" href="${lostUrl}">${page.t('lost.link')}</a></p>`;
}

/** Who the sign-in is for, and the way out for everybody else. */
export function signingInAs(
  page: PageContext,
  { person, switchAction }: Pick<MethodScreen, 'person' | 'switchAction'>,
): Html | undefined {
  return (
    person &&
    html`<p class="route">${page.rich('ways.signing_in_as', { email: html`<b dir="auto">${person.email}</b>` })}${
      switchAction !== undefined && html` ${switchButton(page)}`
    }</p>`
  );
}

/** A press on it sends the form below. It may stand in another form: a form inside of a form there cannot be. */
export function switchButton(
  page: PageContext,
  key: 'login.not_you' | 'consent.switch' = 'login.not_you',
): Html {
  return html`<button class="link" form="switch">${page.t(key)}</button>`;
}

/** Somebody else wants to go on. A press and no link: what changes a sign-in is not to be had by an address. */
export function switchForm(
  page: PageContext,
  { switchAction }: { switchAction?: string | undefined },
): Html | undefined {
  return switchAction === undefined
    ? undefined
    : html`<form id="switch" method="post" action="${switchAction}" hidden>${csrfField(page)}</form>`;
}

/** Back to where the person came from: to the app, which is told (a press, as above), or to other pages of ours. */
export function wayBack(
  page: PageContext,
  { app, cancelAction, cancelUrl }: Pick<MethodScreen, 'cancelAction' | 'cancelUrl'> & { app?: App },
): Html | undefined {
  const text =
    app && !app.isOwn
      ? page.rich('login.cancel', { app: html`<bdi>${app.name}</bdi>` })
      : page.t('ways.cancel');
  if (cancelAction !== undefined) {
    return html`<form method="post" action="${cancelAction}">${csrfField(page)}<p><button class="link">${text}</button></p></form>`;
  }
  return cancelUrl === undefined ? undefined : html`<p><a class="link" href="${cancelUrl}">${text}</a></p>`;
}

/** The stamp over the page that adds a way: what is wrong in its form, or why it has begun anew. */
export function enrolAlert(
  page: PageContext,
  { errors, refused }: Pick<EnrolScreen, 'errors' | 'refused'>,
  field: string,
  labels?: Labels,
): Html | undefined {
  const title = page.t('layout.not_yet.title');
  const wrong = page.t('layout.check_field');
  return errorSummary(page, errors, labels) ?? refusalAlert(page, refused, { wrong, field, title });
}
