import { describe, expect, test } from 'vitest';
import { createI18n } from '../../src/i18n/i18n.ts';
import { builtInMethods } from '../../src/methods/built-in.ts';
import { contributionsOf } from '../../src/methods/plugged.ts';
import { sampleFrame } from '../../src/views/sample-facts.ts';
import { createViews, getMailSamples, getSamples, mailNames, screenNames } from '../../src/views/views.ts';

const i18n = createI18n({ i18n: { defaultLocale: 'en', timeZone: 'UTC' } });
const views = createViews({ config: sampleFrame, i18n, icons: contributionsOf(builtInMethods).icons });

/** Names under which a view is given something that a person types or copies letter by letter. */
const TO_THE_LETTER = /^(code|codes|secret|clientSecret|userCode|command|referenceId)$/;

describe('what a person copies letter by letter is kept from translation', () => {
  const shown = new Set<string>();

  test.each(screenNames)('on the page %s', (screen) => {
    for (const [state, data] of Object.entries(getSamples(screen))) {
      const page = readPage(views.html(screen, data as never, sampleFrame));
      const secrets = secretsOf(data);
      if (secrets.some((secret) => page.kept.includes(secret))) shown.add(screen);
      expect({ state, translated: translated(page, secrets) }).toEqual({ state, translated: [] });
    }
  });

  test.each(mailNames)('in the mail %s', (name) => {
    for (const [state, data] of Object.entries(getMailSamples(name))) {
      const { issuer, brand } = sampleFrame;
      const page = readPage(views.mail(name, data as never, { locale: 'en', issuer, brand }).html);
      const secrets = secretsOf(data);
      if (secrets.some((secret) => page.kept.includes(secret))) shown.add(`mail/${name}`);
      expect({ state, translated: translated(page, secrets) }).toEqual({ state, translated: [] });
    }
  });

  test('wherever there is one, and there are some', () => {
    expect([...shown]).toEqual(
      expect.arrayContaining([
        'error',
        'interaction/mailed-link-elsewhere',
        'interaction/welcome',
        'mail/mailbox',
        'mail/recovery',
        'mail/registration',
        'mail/sign-in',
        'methods/backup-codes/enrol',
        'methods/email/elsewhere',
        'methods/totp/enrol',
      ]),
    );
  });

  test('and the test notices one that is not', () => {
    const page = readPage('<p>Your code: <b>482</b> 913</p><p translate="no">7</p>');
    expect(translated(page, ['482913'])).toEqual(['482913', '482913']);
  });
});

/** The text of a page without blanks: what a browser may translate of it, and what it may not. */
type PageText = { open: string; kept: string };

function readPage(markup: string): PageText {
  const body = markup.replace(/^[\s\S]*<\/head>/, '').replace(/<(script|style|select)\b[\s\S]*?<\/\1>/g, '');
  const inside: { name: string; isKept: boolean }[] = [];
  const text: PageText = { open: '', kept: '' };
  for (const [piece] of body.matchAll(/<[^>]*>|[^<]+/g)) {
    const tag = /^<(\/?)([a-z0-9]+)/.exec(piece);
    const isKept = inside.at(-1)?.isKept ?? false;
    if (!piece.startsWith('<')) text[isKept ? 'kept' : 'open'] += squeezed(piece);
    else if (tag?.[1] === '/') inside.splice(inside.findLastIndex(({ name }) => name === tag[2]));
    else if (tag?.[2] && !/^(input|br|hr|img|meta|wbr)$/.test(tag[2]))
      inside.push({ name: tag[2], isKept: isKept || piece.includes(' translate="no"') });
  }
  return text;
}

/** Those of the secrets, and those runs of six digits, that a browser may translate. */
function translated({ open }: PageText, secrets: readonly string[]): string[] {
  return [...secrets.filter((secret) => open.includes(secret)), ...(open.match(/(?<!\d)\d{6}(?!\d)/g) ?? [])];
}

function secretsOf(data: unknown, name = ''): string[] {
  if (typeof data === 'string')
    return TO_THE_LETTER.test(name) ? [squeezed(data)] : (data.match(/\b\d{6}\b/g) ?? []);
  if (typeof data !== 'object' || data === null) return [];
  const isList = Array.isArray(data);
  return Object.entries(data).flatMap(([key, value]) => secretsOf(value, isList ? name : key));
}

function squeezed(text: string): string {
  return text.replace(/\s/g, '');
}
