import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
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
    ['a region by its language', { acceptLanguage: 'tlh-CH, de-AT;q=0.8' }, 'de'],
    ['the only Portuguese there is', { uiLocales: 'pt' }, 'pt-BR'],
    ['Chinese as the mainland writes it', { acceptLanguage: 'zh-CN,zh;q=0.9,en;q=0.8' }, 'zh-Hans'],
    ['English for Taiwan', { acceptLanguage: 'zh-TW' }, 'en'],
    [
      'English for Taiwan, whose browsers add zh',
      { acceptLanguage: 'zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7' },
      'en',
    ],
    ['English for Hong Kong', { uiLocales: 'zh-HK' }, 'en'],
    ['English for Macao', { uiLocales: 'zh-MO zh' }, 'en'],
    ['English for traditional Chinese', { uiLocales: 'zh-Hant' }, 'en'],
    ['English for traditional Chinese in any region', { cookie: 'zh-hant-sg' }, 'en'],
    ['what else a reader of traditional Chinese reads', { acceptLanguage: 'zh-TW,zh;q=0.9,ja;q=0.8' }, 'ja'],
    ['simplified Chinese for who reads both', { acceptLanguage: 'zh-TW,zh-CN;q=0.9,en;q=0.8' }, 'zh-Hans'],
    ['simplified Chinese in any region', { uiLocales: 'zh-Hans-TW' }, 'zh-Hans'],
    ['simplified Chinese for Singapore', { uiLocales: 'zh-SG' }, 'zh-Hans'],
    ['simplified Chinese for no region', { uiLocales: 'zh' }, 'zh-Hans'],
    ['Hebrew by its old name', { acceptLanguage: 'iw-IL,iw;q=0.9,en;q=0.8' }, 'he'],
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

  test('offers twelve languages, each by its own name', () => {
    expect(i18n.locales.map((locale) => [locale, i18n.nameOf(locale)])).toEqual([
      ['en', 'English'],
      ['ar', 'العربية'],
      ['de', 'Deutsch'],
      ['es', 'Español'],
      ['fr', 'Français'],
      ['he', 'עברית'],
      ['it', 'Italiano'],
      ['ja', '日本語'],
      ['nl', 'Nederlands'],
      ['pl', 'Polski'],
      ['pt-BR', 'Português (Brasil)'],
      ['zh-Hans', '简体中文'],
    ]);
  });

  test('refuses to start with a language that there is not', () => {
    expect(() => createI18n({ i18n: { defaultLocale: 'tlh', timeZone: 'UTC' } })).toThrow(/no language tlh/);
  });

  test('prefers English to its own default for a script that it lacks, where English is offered', () => {
    const german = { defaultLocale: 'de', timeZone: 'UTC' };
    expect(createI18n({ i18n: german }).choose({ uiLocales: 'zh-TW' })).toBe('en');
    expect(createI18n({ i18n: { ...german, locales: ['de'] } }).choose({ uiLocales: 'zh-TW' })).toBe('de');
    expect(createI18n({ i18n: german }).choose({ uiLocales: 'ko' })).toBe('de');
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
    expect([0.2, 30, 119.5, 300, 86_400, 259_200, 604_800].map(en.duration)).toEqual([
      '1 second',
      '30 seconds',
      '120 seconds',
      '5 minutes',
      '24 hours',
      '72 hours',
      '7 days',
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
    expect(i18n.locales.filter((locale) => i18n.direction(locale) === 'rtl')).toEqual(['ar', 'he']);
  });

  test('count as Poles, Arabs and Israelis do', () => {
    const said = (locale: string, key: MessageKey, counts: number[]) =>
      counts.map((count) => i18n.phrases(locale).t(key, { count, left: count, days: count }));
    expect(said('pl', 'overview.sessions', [1, 3, 5, 22])).toEqual([
      'Zalogowana jest 1 przeglądarka.',
      'Zalogowane są 3 przeglądarki.',
      'Zalogowanych jest 5 przeglądarek.',
      'Zalogowane są 22 przeglądarki.',
    ]);
    expect(new Set(said('ar', 'overview.sessions', [0, 1, 2, 5, 11, 100])).size).toBe(6);
    expect(said('ar', 'overview.sessions', [2])).toEqual(['متصفحان مسجّلا الدخول.']);
    expect(said('he', 'overview.applications', [1, 2])).toEqual([
      'אפליקציה אחת מחוברת.',
      'שתי אפליקציות מחוברות.',
    ]);
  });

  test('are read when their language is first asked for, and never for a menu', () => {
    const source = readFileSync(join(root, 'src/i18n/i18n.ts'), 'utf8');
    expect(source).not.toMatch(/from '\.\/[a-z]{2}\.ts'/);
    const other = createI18n({ i18n: { defaultLocale: 'de', timeZone: 'UTC' } });
    expect(other.locales.map(other.nameOf)).toHaveLength(12);
    expect(other.phrases('constructor').locale).toBe('de');
    expect(other.phrases('ja')).toBe(other.phrases('ja'));
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
      /!|\b(please|invalid|successful\w*|oops|authenticate\w*|credentials?|login|bitte|ungültig\w*|erfolgreich\w*|fehlgeschlagen|Login|veuillez|invalide|inválid[ao]|non valid[ao]|erreur de|alstublieft|ongeldig|proszę|nieprawidłow\w*|éxito|sucesso|con successo|succès)\b|！|¡/;
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
  const builtAtRunTime =
    /^(scope|method|error|account|event|profile|mail\.email_moved|upstream\.failed|identity\.connect\.means)\./;
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

describe("an operator's own words", () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-words-'));
  const withWords = (file: string, text: string) => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeFileSync(join(folder, file), text);
    return createI18n({ i18n: { defaultLocale: 'en', timeZone: 'UTC', overridesDir: folder } });
  };
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('take the place of ours in their language, and leave the rest', () => {
    const changed = withWords(
      'pl.yaml',
      'login.title: Wejdź\noverview.sessions: { one: "{count} okno", other: "{count} okien" }\n',
    );
    expect(changed.phrases('pl').t('login.title')).toBe('Wejdź');
    expect(changed.phrases('pl').t('overview.sessions', { count: 1 })).toBe('1 okno');
    expect(changed.phrases('pl').t('overview.sessions', { count: 3 })).toBe('3 okien');
    expect(changed.phrases('pl').t('layout.help')).toBe('Pomoc');
    expect(changed.phrases('en').t('login.title')).toBe('Sign in');
  });

  test.each([
    ['a language that we lack', 'xx.yaml', 'login.title: Hi', /xx\.yaml is for no language/],
    ['a sentence that there is not', 'en.yaml', 'login.titel: Hi', /no sentence login\.titel/],
    ['names of Object', 'en.yaml', 'constructor: Hi', /no sentence constructor/],
    ['a value that the sentence lacks', 'en.yaml', 'login.title: Hi {name}', /no value \{name\}/],
    ['a form that the language lacks', 'de.yaml', 'overview.sessions: { few: x, other: y }', /a form “few”/],
    ['forms without “other”', 'de.yaml', 'overview.sessions: { one: x }', /no form “other”/],
    ['a plural where we have one sentence', 'en.yaml', 'login.title: { other: x }', /no plural forms/],
    ['a number', 'en.yaml', 'login.title: 7', /login\.title is no text/],
    ['a list', 'en.yaml', '- Hi', /one line for each sentence/],
  ])('are refused at start for %s', (_title, file, text, reason) => {
    expect(() => withWords(file, text)).toThrow(reason);
  });

  test('are refused when their folder is not there', () => {
    const i18n = { defaultLocale: 'en', timeZone: 'UTC', overridesDir: '/no/such/folder' };
    expect(() => createI18n({ i18n })).toThrow('i18n.overridesDir: there is no folder /no/such/folder');
  });
});
