import { createI18n, type I18n } from '../i18n/i18n.ts';
import { type Assets, readAssets } from './assets.ts';
import { ownPalette } from './brand-color.ts';
import { markupOf } from './html.ts';
import { createLetter } from './letter.ts';
import { firstLine, loadOverrides, sentenceAbout } from './load-overrides.ts';
import type { Overrides } from './override.ts';
import { type Field, type Form, type PageFacts, readPageFacts } from './page-facts.ts';
import { sampleFrame } from './sample-facts.ts';
import {
  createViews,
  type Frame,
  getMailSamples,
  getSamples,
  type MailName,
  type Mails,
  mailNames,
  type ScreenName,
  type Screens,
  type Views,
} from './views.ts';

/**
 * Draws every view of an operator's folder on our sample data, in every state, and holds it against our own: what
 * people fill in, where it goes, what a browser would block. One sentence for each mistake, with the file and the states
 * that show it; none when the folder is right. Drawn in the default language, and in one that is written from the right.
 */
export function judgeOverrides(folder: string, { i18n: config }: Parameters<typeof createI18n>[0]): string[] {
  const { overrides, mistakes } = loadOverrides(folder);
  const i18n = createI18n({ i18n: config });
  const own = createViews({ config: sampleFrame, i18n });
  const theirs = createViews({ config: sampleFrame, i18n, overrides });
  const locales = [config.defaultLocale, i18n.locales.find((locale) => i18n.direction(locale) === 'rtl')];
  const judge: Judge = {
    own,
    theirs,
    i18n,
    locales: [...new Set(locales)].filter((each) => each !== undefined),
    assets: readAssets(ownPalette),
  };
  return [...mistakes, ...judgeScreens(overrides, judge), ...judgeMails(overrides, judge)];
}

type Judge = { own: Views; theirs: Views; i18n: I18n; locales: readonly string[]; assets: Assets };

/** What is wrong, and in which states of the sample data. */
type Findings = Map<string, Set<string>>;

function judgeScreens(overrides: Overrides, judge: Judge): string[] {
  return [...overrides.screens.keys()].flatMap((screen) => {
    const findings: Findings = new Map();
    const samples = Object.entries<Screens[ScreenName]>(getSamples(screen));
    for (const [state, data] of samples) {
      for (const locale of judge.locales) {
        for (const what of faultsOfPage(screen, data, { ...sampleFrame, locale }, judge)) {
          findings.set(what, (findings.get(what) ?? new Set()).add(state));
        }
      }
    }
    return [...findings].map(([what, states]) =>
      sentenceAbout(`${screen}.mts`, `${what}${inStates([...states], samples.length)}`),
    );
  });
}

function inStates(states: readonly string[], count: number): string {
  if (states.length === count) return '';
  const [first, second, ...rest] = states.map((state) => `“${state}”`);
  if (second === undefined) return ` (in the state ${first})`;
  return ` (in the states ${first}, ${second}${rest.length > 0 ? ` and ${rest.length} more` : ''})`;
}

function faultsOfPage<Screen extends ScreenName>(
  screen: Screen,
  data: Screens[Screen],
  frame: Frame,
  { own, theirs, assets }: Judge,
): string[] {
  let drawn: string;
  try {
    drawn = theirs.html(screen, structuredClone(data), frame);
  } catch (error) {
    return [`cannot be drawn: ${firstLine(error)}`];
  }
  const host = new URL(frame.issuer).host;
  const ours = own.html(screen, data, frame);
  const policy = { nonce: frame.nonce, host, hashed: markupOf(assets.goOnScript) };
  const [wanted, found] = [ours, drawn].map((markup) => readPageFacts(markup, policy)) as [
    PageFacts,
    PageFacts,
  ];
  return [
    ...faultsOfFrame(wanted, found),
    // Only the page of mails has frames, and its policy lets them pass.
    ...found.forbidden.filter((each) => !wanted.forbidden.includes(each)),
    ...faultsOfForms(wanted, found, { data, csrf: frame.csrf, host }),
    ...faultsOfScripts(ours, drawn, assets),
  ];
}

function faultsOfFrame(wanted: PageFacts, found: PageFacts): string[] {
  const faults: string[] = [];
  if (found.mainCount !== 1)
    faults.push(`has ${found.mainCount === 0 ? 'no' : found.mainCount} <main>; it must have one`);
  if (found.title === '') faults.push('has no <title>');
  if (found.lang !== wanted.lang || found.dir !== wanted.dir) {
    faults.push(`must begin with <html lang="\${page.locale}" dir="\${page.direction}">`);
  }
  if (wanted.hasAlert && !found.hasAlert)
    faults.push('does not say what was wrong: nothing has role="alert"');
  return faults;
}

const NO_TOKEN = `lacks the CSRF field (write \${layout.csrfField(page)})`;

type FormContext = { data: object; csrf: string; host: string };

function faultsOfForms(wanted: PageFacts, found: PageFacts, context: FormContext): string[] {
  const posts = found.forms.filter(({ method }) => method === 'post');
  const missing = wanted.forms
    .filter(({ method }) => method === 'post')
    .flatMap((form) => faultsOfForm(form, posts, context));
  return [...missing, ...posts.flatMap((form) => faultsOfPost(form, wanted.forms, context))];
}

/** One of theirs has all that ours has; else what the nearest one lacks. */
function faultsOfForm(form: Form, candidates: readonly Form[], context: FormContext): string[] {
  const where = `the form that posts to ${nameOfAction(form.action, context.data)}`;
  const sameWay = candidates.filter(({ action }) => action === form.action);
  if (sameWay.length === 0) return [`lacks ${where}`];
  const lacks = sameWay.map((each) => form.fields.flatMap((field) => lackOf(field, each)));
  const least = lacks.reduce((one, other) => (other.length < one.length ? other : one));
  return [...new Set(least)].map((what) => `${what} in ${where}`);
}

/** A value that nobody types must be the same: what is hidden, ticked or pressed. */
function lackOf(field: Field, form: Form): string[] {
  // Asked of every form that posts (`faultsOfPost`), not only of those that we have as well.
  if (field.name === 'csrf') return [];
  const named = form.fields.filter(({ name }) => name === field.name);
  if (named.length === 0) return [`lacks the field “${field.name}”`];
  if (['hidden', 'submit', 'checkbox', 'radio'].includes(field.type) && field.value !== '') {
    if (named.some(({ value }) => value === field.value)) return [];
    return [`has no field “${field.name}” with the value that the data gives`];
  }
  if (field.type === 'password' && named.every(({ type }) => type !== 'password')) {
    return [`shows the field “${field.name}”, which must be of type password,`];
  }
  // Password managers and passkeys go by it (WCAG 2.2 §1.3.5).
  const isKnown = named.some(({ autocomplete }) =>
    field.autocomplete.every((word) => autocomplete.includes(word)),
  );
  return isKnown ? [] : [`lacks autocomplete="${field.autocomplete.join(' ')}" at the field “${field.name}”`];
}

/**
 * A form of their own is welcome, as long as what it sends stays here and is theirs to send. One of ours that leads to an
 * app has no token, which is nobody's but ours.
 */
function faultsOfPost(form: Form, ours: readonly Form[], { data, csrf, host }: FormContext): string[] {
  const where = `the form that posts to ${nameOfAction(form.action, data)}`;
  const target = URL.canParse(form.action, `https://${host}`) && new URL(form.action, `https://${host}`);
  const hasToken = form.fields.some(({ name, value }) => name === 'csrf' && value === csrf);
  if (!target || target.host !== host) {
    if (ours.every(({ action }) => action !== form.action)) return [`sends ${where} to another host`];
    return hasToken ? [`sends the CSRF field to another host in ${where}`] : [];
  }
  return hasToken ? [] : [`${NO_TOKEN} in ${where}`];
}

/** `data.later.action`, as the author of a view knows it, rather than the address in our sample. */
function nameOfAction(action: string, data: object): string {
  for (const [name, value] of Object.entries(data)) {
    if (value === action) return `data.${name}`;
    const inside = Object.entries(typeof value === 'object' && value !== null ? value : {});
    const found = inside.find(([, deeper]) => deeper === action);
    if (found) return `data.${name}.${found[0]}`;
  }
  return action;
}

/** What works by script alone: without it there would be a button that does nothing, or a passkey that nobody has. */
const SCRIPTED = [
  {
    mark: 'data-passkey="',
    part: `the button of a passkey (write \${layout.passkeyButton(page, …)}, or keep our row of ways)`,
    script: 'passkeyScript',
  },
  {
    mark: 'data-signals="',
    part: `what browsers are told of passkeys (write <div data-signals="\${data.signals}" hidden></div>)`,
    script: 'signalsScript',
  },
  {
    mark: ' data-goes-on',
    part: `the form that goes on by itself (write \${layout.goOnForm(data, page)})`,
    script: 'goOnScript',
  },
] as const;

function faultsOfScripts(ours: string, drawn: string, assets: Assets): string[] {
  return SCRIPTED.filter(({ mark }) => ours.includes(mark)).flatMap(({ mark, part, script }) => {
    if (!drawn.includes(mark)) return [`lacks ${part}`];
    return drawn.includes(markupOf(assets[script]))
      ? []
      : [`lacks their script (pass script: page.assets.${script})`];
  });
}

function judgeMails(overrides: Overrides, { own, theirs, i18n, locales }: Judge): string[] {
  return mailNames
    .filter((name) => overrides.mails.has(name))
    .flatMap((name) => {
      const samples = Object.values<Mails[MailName]>(getMailSamples(name));
      const faults = samples.flatMap((data) =>
        locales.flatMap((locale) => faultsOfMail(name, data, { own, theirs, i18n, locale })),
      );
      return [...new Set(faults)].map((what) => sentenceAbout(`mail/${name}.mts`, what));
    });
}

function faultsOfMail(
  name: MailName,
  data: Mails[MailName],
  { own, theirs, i18n, locale }: Pick<Judge, 'own' | 'theirs' | 'i18n'> & { locale: string },
): string[] {
  const { issuer, brand } = sampleFrame;
  const page = createLetter({ issuer, brand, palette: ownPalette, phrases: i18n.phrases(locale) });
  try {
    const wanted = own.letter(name, data, page);
    const found = theirs.letter(name, structuredClone(data), page);
    const faults: string[] = [];
    if (found.action?.url !== wanted.action?.url)
      faults.push('leads to another address than ours (`action.url`)');
    if (found.code !== wanted.code) faults.push('lacks the code of the data (`code`)');
    return faults;
  } catch (error) {
    return [`cannot be written: ${firstLine(error)}`];
  }
}
