import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { I18nConfig } from './config.ts';
import { type MessageKey, type Messages, messageKeys } from './messages.ts';
import { readOverrides } from './overrides.ts';
import { createPhrases, directionOf, nameOfLanguage, type Phrases } from './phrases.ts';

export type { MessageKey, Messages, Phrases };

/** What a request says about languages. Later ones are asked only when earlier ones name none that we have. */
export type Wish = {
  /** OIDC Core §3.1.2.1: tags by preference, separated by spaces. Also what the language menu sends. */
  uiLocales?: string | undefined;
  cookie?: string | undefined;
  acceptLanguage?: string | undefined;
};

export type I18n = ReturnType<typeof createI18n>;

const FOLDER = new URL('./', import.meta.url);
// Two or three letters, so that no other file of this folder is taken for a language.
const LOCALE_FILE = /^([a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?)\.[jt]s$/;

/**
 * Every language of this folder: a new one is a new file. The default is read at start, another one when it is first
 * asked for: twelve at once would take memory that most installations never use.
 */
export function createI18n(config: { i18n: I18nConfig }) {
  const { defaultLocale, timeZone, overridesDir } = config.i18n;
  const known = listLocales();
  const locales = config.i18n.locales ?? known;
  const unknown = [...locales, defaultLocale].find((locale) => !known.includes(locale));
  if (unknown) throw new Error(`i18n: no language ${unknown}; there are ${known.join(', ')}`);

  const overrides = overridesDir === undefined ? undefined : readOverrides(overridesDir, known);
  const usable = new Set([...locales, defaultLocale]); // at most the languages that are offered
  const read = new Map<string, Phrases>(); // at most the same
  const offered = locales.map((locale) => ({ locale, tag: readTag(locale) as Tag })); // at most the same
  const fallback = phrasesOf(defaultLocale);

  function phrasesOf(locale: string): Phrases {
    if (!usable.has(locale)) return fallback;
    let phrases = read.get(locale);
    if (!phrases) {
      const messages = { ...readMessages(locale), ...overrides?.get(locale) };
      phrases = createPhrases({ locale, messages, timeZone });
      read.set(locale, phrases);
    }
    return phrases;
  }

  /** Of those of a language and a script, the one of this region, then the one of no region, then any. */
  function find({ language, script, region }: Tag): string | undefined {
    const alike = offered.filter(({ tag }) => tag.language === language && tag.script === script);
    const best =
      alike.find(({ tag }) => tag.region === region) ??
      alike.find(({ tag }) => tag.region === undefined) ??
      alike[0];
    return best?.locale;
  }

  return {
    locales,

    /**
     * The language of an answer: what the app or the menu asks, then the cookie, then the browser. RFC 4647 §3.4: `de-AT`
     * finds `de`; and `pt` finds `pt-BR`, the only Portuguese there is. Never in another script, though: `zh-TW` is asked
     * by people who read traditional Chinese. They get English, unless they ask for another language that we have.
     */
    choose({ uiLocales = '', cookie = '', acceptLanguage = '' }: Wish): string {
      const unreadable = new Set<string>(); // at most as many as tags fit into what is read of a header
      for (const wish of [
        uiLocales.slice(0, 200).split(' '),
        [cookie.slice(0, 35)],
        acceptedTags(acceptLanguage),
      ]) {
        for (const tag of wish.map(readTag)) {
          if (tag === undefined) continue;
          // Browsers put `zh` behind the `zh-TW` of the person, who means the same by it.
          const locale = tag.isBare && unreadable.has(tag.language) ? undefined : find(tag);
          if (locale !== undefined) return locale;
          if (offered.some((each) => each.tag.language === tag.language)) unreadable.add(tag.language);
        }
      }
      return unreadable.size > 0 && locales.includes('en') ? 'en' : defaultLocale;
    },

    /** Everything one language can say, for views. */
    phrases: phrasesOf,

    /** Sentences by key. An unknown key answers the key itself. */
    translator: (locale: string) => phrasesOf(locale).t,

    direction: directionOf,

    /** The language's own name for itself, "Deutsch", without reading its sentences: menus name them all. */
    nameOf: nameOfLanguage,
  };
}

/** The tags of the languages in this folder. */
export function listLocales(): string[] {
  return readdirSync(FOLDER)
    .map((name) => LOCALE_FILE.exec(name)?.[1])
    .filter((locale) => locale !== undefined)
    .sort((a, b) => (a === 'en' ? -1 : b === 'en' ? 1 : a.localeCompare(b, 'en')));
}

/** The sentences of one language, checked to be whole. */
export function readMessages(locale: string): Messages {
  const load = createRequire(import.meta.url);
  const extension = fileURLToPath(import.meta.url).slice(-3);
  const { messages } = load(`./${locale}${extension}`) as { messages?: Messages };
  const missing = messageKeys.find((key) => messages?.[key] === undefined);
  if (!messages || missing) throw new Error(`i18n: ${locale} has no sentence for ${missing ?? 'anything'}`);
  return messages;
}

/** `script`: the one that is written where nothing else is said. `isBare`: a language and no more. */
type Tag = { language: string; script: string | undefined; region: string | undefined; isBare: boolean };

const TAG = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;

/** A tag of RFC 5646 by its parts; old names are the new ones, so `iw` is `he`. Nothing for what is none. */
function readTag(text: string): Tag | undefined {
  if (!TAG.test(text)) return undefined;
  try {
    const tag = new Intl.Locale(text);
    const { language, region } = tag;
    return { language, script: tag.maximize().script, region, isBare: !text.includes('-') };
  } catch {
    return undefined;
  }
}

/** RFC 9110 §12.5.4: by weight, and `q=0` means "not this one". */
function acceptedTags(header: string): string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return { tag, weight: Number(weight) || 0 };
    })
    .filter(({ tag, weight }) => tag !== '' && tag !== '*' && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}

/** What is wrong with the section `i18n`: languages that we do not have, and words of the operator. */
export function judgeI18n({ locales = [], defaultLocale, overridesDir }: I18nConfig): string[] {
  const known = listLocales();
  const mistakes = [...locales, defaultLocale]
    .filter((locale) => !known.includes(locale))
    .map(
      (locale) => `i18n names the language ${JSON.stringify(locale)}; it must be one of ${known.join(', ')}.`,
    );
  if (overridesDir === undefined) return mistakes;
  try {
    readOverrides(overridesDir, known);
  } catch (error) {
    mistakes.push(`${(error as Error).message}.`);
  }
  return mistakes;
}
