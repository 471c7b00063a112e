import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { messages as english } from '../../src/i18n/en.ts';
import { createI18n, listLocales, readMessages } from '../../src/i18n/i18n.ts';
import type { MessageKey, Messages } from '../../src/i18n/messages.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const i18n = createI18n({ i18n: { defaultLocale: 'en', timeZone: 'UTC' } });

describe('the choice of a language', () => {
  test.each([
    ['what the app asks', { uiLocales: 'de', cookie: 'en', acceptLanguage: 'en' }, 'de'],
    ['the first wish of the app that we have', { uiLocales: 'xx tlh de en' }, 'de'],
    ['the cookie before the browser', { cookie: 'de', acceptLanguage: 'en' }, 'de'],
    ['the cookie when the app asks for what we lack', { uiLocales: 'tlh', cookie: 'de' }, 'de'],
    ['the browser', { acceptLanguage: 'de' }, 'de'],
    ['the heaviest of the browser', { acceptLanguage: 'en;q=0.5, de;q=0.9' }, 'de'],
    ['a region by its language', { acceptLanguage: 'fr-CH, de-AT;q=0.8' }, 'de'],
    ['whatever its letters', { uiLocales: 'DE-de' }, 'de'],
    ['nothing that is refused', { acceptLanguage: 'de;q=0' }, 'en'],
    ['the default for nothing', {}, 'en'],
    ['the default for nonsense', { uiLocales: '../../x', cookie: '__proto__', acceptLanguage: ';;,=' }, 'en'],
  ])('takes %s', (_title, wish, locale) => {
    expect(i18n.choose(wish)).toBe(locale);
  });

  test('reads no more of a header than a browser would send', () => {
    expect(i18n.choose({ acceptLanguage: `${'xx,'.repeat(50_000)}de` })).toBe('en');
  });

  test('refuses to start with a language that there is not', () => {
    expect(() => createI18n({ i18n: { defaultLocale: 'tlh', timeZone: 'UTC' } })).toThrow(/no language tlh/);
  });

  test('offers only the languages of the configuration', () => {
    const one = createI18n({ i18n: { locales: ['en'], defaultLocale: 'en', timeZone: 'UTC' } });
    expect(one.choose({ uiLocales: 'de' })).toBe('en');
  });
});

describe('sentences', () => {
  const de = i18n.phrases('de');
  const en = i18n.phrases('en');

  test('choose the words for a number, and write it as the language does', () => {
    expect(en.t('overview.sessions', { count: 1 })).toBe('One browser is signed in.');
    expect(en.t('overview.sessions', { count: 1234 })).toBe('1,234 browsers are signed in.');
    expect(de.t('overview.applications', { count: 1 })).toBe('Eine App ist verbunden.');
    expect(de.t('overview.applications', { count: 1234 })).toBe('1.234 Apps sind verbunden.');
  });

  test('name a wait in the largest unit that is still true', () => {
    expect([0.2, 30, 119.5, 300, 86_400].map(en.duration)).toEqual([
      '1 second',
      '30 seconds',
      '120 seconds',
      '5 minutes',
      '24 hours',
    ]);
    expect(de.duration(30)).toBe('30 Sekunden');
  });

  test('leave values in pieces for markup', () => {
    const app = { markup: true };
    expect(en.parts('login.cancel', { app })).toEqual(['Cancel and go back to ', app]);
  });

  test('answer an unknown key with the key, names of Object too', () => {
    expect(['no.such', 'constructor', '__proto__'].map((key) => en.t(key))).toEqual([
      'no.such',
      'constructor',
      '__proto__',
    ]);
  });

  test('have a time zone beside their times', () => {
    expect(de.time(Date.UTC(2026, 10, 20, 12))).toBe('20. Nov. 2026, 12:00 UTC');
  });

  test('know their direction', () => {
    expect(i18n.direction('de')).toBe('ltr');
  });
});

describe.each(listLocales())('the language file %s', (locale) => {
  const messages = readMessages(locale);
  const forms = (message: Messages[MessageKey]) =>
    typeof message === 'string' ? { other: message } : message;
  const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

  test('has every sentence, and none that English lacks', () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort());
  });

  test('has exactly the plural forms of its language', () => {
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const [key, message] of Object.entries(messages)) {
      if (typeof message === 'string') continue;
      const { by: _by, ...written } = message;
      expect([key, ...Object.keys(written).sort()]).toEqual([key, ...categories.toSorted()]);
    }
  });

  test('keeps every value of a sentence', () => {
    for (const key of Object.keys(english) as MessageKey[]) {
      const wanted = holes(forms(english[key] as Messages[MessageKey]).other);
      expect([key, ...holes(forms(messages[key]).other)]).toEqual([key, ...wanted]);
    }
  });

  test('never shouts, begs, blames or boasts', () => {
    const unwanted =
      /!|\b(please|invalid|successful\w*|oops|authenticate\w*|credentials?|login|bitte|ungültig\w*|erfolgreich\w*|fehlgeschlagen|Login)\b/;
    const faults = Object.entries(messages).filter(([, message]) =>
      Object.values(forms(message)).some((text) => unwanted.test(text)),
    );
    expect(faults).toEqual([]);
  });
});

test('every sentence is used by a view, or is the code of something that arises at run time', () => {
  const sources = globSync(['src/**/*.ts', 'views/**/*.ts'], { cwd: root })
    .filter((path) => !path.startsWith('src/i18n/'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  const builtAtRunTime = /^(scope|method|error|account|event|profile)\./;
  const unused = Object.keys(english).filter(
    (key) => !builtAtRunTime.test(key) && !sources.includes(`'${key}'`),
  );
  expect(unused).toEqual([]);
});

test('every sentence that the code names exists', () => {
  const faults = globSync(['src/**/*.ts', 'views/**/*.ts'], { cwd: root }).flatMap((path) => {
    const source = readFileSync(join(root, path), 'utf8');
    const named = source.matchAll(/(?:\bkey: |\bt\(|\brich\(|\btranslate\(\w+, )'([a-z_]+\.[a-z_.]+)'/g);
    return [...named]
      .filter(([, key]) => !Object.hasOwn(english, key ?? ''))
      .map(([, key]) => `${path}: ${key}`);
  });
  expect(faults).toEqual([]);
});

// It is tsc that tests here (npm run check): an expected error that is none is an error.
test('a language with a gap or a wrong plural does not compile', () => {
  const whole = readMessages('en');
  const { 'login.title': _title, ...gap } = whole;
  const gaps: Messages[] = [
    // @ts-expect-error a sentence is missing
    gap,
    // @ts-expect-error a plural where English has one sentence
    { ...whole, 'login.title': { by: 'count', other: '' } },
    // @ts-expect-error one sentence where English has a plural
    { ...whole, 'overview.sessions': '' },
    // @ts-expect-error a plural by another value
    { ...whole, 'overview.sessions': { by: 'sessions', one: '', other: '' } },
    // @ts-expect-error a plural form that no language has
    { ...whole, 'overview.sessions': { by: 'count', single: '', other: '' } },
    // @ts-expect-error no form for everything else
    { ...whole, 'overview.sessions': { by: 'count', one: '' } },
  ];
  expect(gaps).toHaveLength(6);
});
