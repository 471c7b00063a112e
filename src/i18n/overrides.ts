import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messages as english } from './en.ts';
import type { MessageKey, Messages, Plural } from './messages.ts';

/**
 * An operator's own words, per language: `<folder>/de.yaml` holds `login.title: Willkommen`, and for a sentence with a
 * number a map of plural forms. All are read and checked at start, so that a slip of the pen never reaches a page.
 */
export function readOverrides(folder: string, locales: readonly string[]): Map<string, Partial<Messages>> {
  const { parse }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  const found = new Map<string, Partial<Messages>>();
  for (const file of filesOf(folder)) {
    const locale = /^(.+)\.ya?ml$/.exec(file)?.[1];
    if (locale === undefined) continue;
    const path = join(folder, file);
    if (!locales.includes(locale)) {
      throw new Error(`i18n.overridesDir: ${path} is for no language that we have (${locales.join(', ')})`);
    }
    found.set(locale, checkWords(parse(readFileSync(path, 'utf8')) ?? {}, locale, path));
  }
  return found;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    throw new Error(`i18n.overridesDir: there is no folder ${folder} that can be read`, { cause });
  }
}

function checkWords(words: unknown, locale: string, path: string): Partial<Messages> {
  const refuse = (what: string) => new Error(`i18n.overridesDir: ${path}: ${what}`);
  if (typeof words !== 'object' || words === null || Array.isArray(words)) {
    throw refuse('write one line for each sentence, “login.title: Welcome”');
  }
  const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
  const checked: Record<string, string | Plural> = {};
  for (const [key, said] of Object.entries(words)) {
    if (!Object.hasOwn(english, key)) throw refuse(`there is no sentence ${key}`);
    const ours: string | Plural = english[key as MessageKey];
    const texts = typeof said === 'string' ? { other: said } : said;
    if (typeof texts !== 'object' || texts === null) throw refuse(`${key} is no text`);
    if (typeof ours === 'string' && typeof said !== 'string') throw refuse(`${key} has no plural forms`);
    const known = typeof ours === 'string' ? ours : Object.values(ours).join(' ');
    for (const [form, text] of Object.entries(texts)) {
      if (form !== 'other' && !forms.includes(form as Intl.LDMLPluralRule)) {
        throw refuse(`${key} has a form “${form}”; this language has ${forms.join(', ')}`);
      }
      if (typeof text !== 'string') throw refuse(`${key} is no text`);
      const strange = [...text.matchAll(/\{(\w+)\}/g)].find(([hole]) => !known.includes(hole));
      if (strange) throw refuse(`${key} has no value ${strange[0]}`);
    }
    if (!('other' in texts)) throw refuse(`${key} has no form “other”`);
    checked[key] = typeof ours === 'string' ? (texts.other as string) : ({ ...texts, by: ours.by } as Plural);
  }
  return checked as Partial<Messages>;
}
