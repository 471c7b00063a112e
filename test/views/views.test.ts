import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createI18n } from '../../src/i18n/i18n.ts';
import { builtInMethods } from '../../src/methods/built-in.ts';
import { contributionsOf } from '../../src/methods/plugged.ts';
import { sampleFrame } from '../../src/views/sample-facts.ts';
import type { Frame, MailName, Mails, ScreenName, Screens } from '../../src/views/views.ts';
import { createViews, getMailSamples, getSamples, mailNames, screenNames } from '../../src/views/views.ts';

const i18n = createI18n({ i18n: { defaultLocale: 'en', timeZone: 'UTC' } });
const { icons } = contributionsOf(builtInMethods);
const views = createViews({ config: sampleFrame, i18n, icons });
const states = screenNames.flatMap((screen) =>
  Object.keys(getSamples(screen)).map((state) => [screen, state] as const),
);
const attack = '"><script>alert(1)</script>\'';

/** Every string of the data becomes `text`, except the words that the data's type knows. */
function poisoned<Data>(data: Data, text: string): Data {
  if (typeof data === 'string') return text as Data;
  if (Array.isArray(data)) return data.map((item) => poisoned(item, text)) as Data;
  if (typeof data !== 'object' || data === null) return data;
  const known = new Set(['why', 'kind']);
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, known.has(name) ? value : poisoned(value, text)]),
  ) as Data;
}

function render<Screen extends ScreenName>(
  screen: Screen,
  state: string,
  changes: Partial<Frame> = {},
  text?: string,
) {
  const data = getSamples(screen)[state] as Screens[Screen];
  return views.html(screen, text === undefined ? data : poisoned(data, text), { ...sampleFrame, ...changes });
}

/** A page without the one script that its policy may allow by the hash of its text. */
function withoutHashed(page: string): string {
  return page.replace(/<script>([^<]*)<\/script>/, (whole, script: string) => {
    const hash = createHash('sha256').update(script).digest('base64');
    return `sha256-${hash}` === views.goOnScriptHash ? '' : whole;
  });
}

describe.each(states)('%s: %s', (screen, state) => {
  test('writes no text as markup', () => {
    const brand = { name: attack, logoUrl: attack, helpUrl: attack, privacyUrl: attack };
    const page = render(screen, state, { csrf: attack, here: `/x?${attack}=${attack}`, brand }, attack);
    const rest = withoutHashed(page);
    expect(rest.match(/<script[^>]*>/g)).toEqual([`<script type="module" nonce="${sampleFrame.nonce}">`]);
    expect(page.includes('&lt;script&gt;')).toBe(true);
  });

  test('leads nowhere by an address that is a script', () => {
    const page = render(screen, state, {}, 'javascript:alert(1)');
    expect(page.match(/(href|src|action)="\s*javascript:[^>]*/gi)).toBeNull();
  });

  test('has no style attribute, no handler, and nothing from elsewhere', () => {
    const page = render(screen, state);
    expect(page.match(/<[^>]*\s(style|on[a-z]+)=[^>]*/g)).toBeNull();
    // The one thing that a page asks for: the picture of an app, which is kept here.
    const asked = page.replace(/<img class="logo" src="\/clients\/logo\/[\w-]{22}\.svg"/g, '');
    const loads = asked.match(/<(link|script|img|iframe)[^>]*\s(src|href)="(?!data:)[^>]*/g) ?? [];
    // Mails are documents of ours, each in a frame without rights.
    const isMail =
      /^<iframe [^>]*src="\/dev\/mailbox\/[^"]*" sandbox="allow-popups allow-popups-to-escape-sandbox"/;
    expect(loads.filter((each) => screen !== 'mail/mailbox' || !isMail.test(each))).toEqual([]);
    expect(page === asked).toBe(!JSON.stringify(getSamples(screen)[state]).includes('"logo":'));
    for (const tag of withoutHashed(page).match(/<(script|style)\b[^>]*>/g) ?? []) {
      expect(tag).toContain(`nonce="${sampleFrame.nonce}"`);
    }
  });

  test.each(i18n.locales)('says all of it in %s', (locale) => {
    const page = render(screen, state, { locale });
    const dir = i18n.direction(locale);
    expect(page.startsWith(`<!doctype html><html lang="${locale}" dir="${dir}">`)).toBe(true);
    const words = page.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
    expect(words.match(/.{0,20}(\{\w+\}|undefined|\[object|NaN)/)).toBeNull();
    // A key that was not found is shown as it is.
    expect(
      words.match(/\b(login|consent|error|password|layout|account|overview|sessions)\.[a-z_]+\b/),
    ).toBeNull();
  });
});

describe('the login page', () => {
  const bytes = (page: string) => gzipSync(page, { level: 9 }).length;

  test('weighs at most 8 KB in every state and language, style and script included', () => {
    const weights = Object.keys(getSamples('interaction/login')).flatMap((state) =>
      i18n.locales.map((locale) => bytes(render('interaction/login', state, { locale }))),
    );
    expect(Math.max(...weights)).toBeLessThanOrEqual(8 * 1024);
  });

  test('keeps the identifier after a refusal, and says "Error" in its title', () => {
    const page = render('interaction/login', 'wrong');
    expect(page).toContain('<title>Error: Sign in – Acme</title>');
    expect(page).toMatch(/<main><div class="alert" role="alert" tabindex="-1" autofocus>/);
    expect(page).toMatch(/<input id="identifier"[^>]*value="ana@example.com"/);
    expect(page).not.toMatch(/<input id="password"[^>]*value=/);
  });

  test('has the words that password managers look for', () => {
    const page = render('interaction/login', 'plain');
    expect(page).toMatch(/<input id="identifier" name="identifier"[^>]*autocomplete="username"/);
    expect(page).toMatch(/<input id="password" name="password"[^>]*autocomplete="current-password"/);
  });

  test('locks the identifier of a known person, and offers a way out', () => {
    const page = render('interaction/login', 'known person');
    expect(page).toMatch(/<input id="identifier"[^>]*autocomplete="username"[^>]*readonly/);
    expect(page).toMatch(/<button class="link" form="switch">Not you\?<\/button>/);
    expect(page).toMatch(/<form id="switch" method="post" action="[^"]*\/switch" hidden>/);
  });
});

test('a consent answers "allow" or "deny", and no address of the app is followed that is not of the web', () => {
  const page = render('interaction/consent', 'plain');
  expect(page).toMatch(/<button[^>]*name="decision" value="deny">/);
  expect(page).toMatch(/<button[^>]*name="decision" value="allow">/);
});

test('the language menu keeps the other parameters of the address, and those that a refused form needs', () => {
  const here = '/set-password?from=mail&ui_locales=en';
  const page = render('users/set-password', 'too short', { here });
  const menu = /<form class="lang" action="([^"]*)">([\s\S]*?)<details>/.exec(page);
  expect(menu?.[1]).toBe('/set-password');
  expect(menu?.[2]).toBe(
    '<input type="hidden" name="token" value="Zm9vYmFyYmF6cXV4"><input type="hidden" name="from" value="mail">',
  );
});

test('the seal says what it is, and is gone where the operator switched it off', () => {
  const i18n = createI18n({ i18n: { locales: ['en'], defaultLocale: 'en', timeZone: 'UTC' } });
  const draw = (brand: { seal?: 'on' | 'off' }) =>
    createViews({ config: { issuer: sampleFrame.issuer, brand }, i18n }).html(
      'interaction/login',
      getSamples('interaction/login').plain as Screens['interaction/login'],
      sampleFrame,
    );
  expect(draw({})).toContain('class="seal"');
  expect(draw({})).toContain('drawn from this address');
  expect(draw({ seal: 'off' })).not.toContain('class="seal"');
  expect(draw({ seal: 'off' })).not.toContain('drawn from this address');
});

test('the language menu is gone where there is one language', () => {
  const one = createI18n({ i18n: { locales: ['en'], defaultLocale: 'en', timeZone: 'UTC' } });
  const page = createViews({ config: sampleFrame, i18n: one }).html(
    'interaction/welcome',
    { command: 'npm start' },
    sampleFrame,
  );
  expect(page).not.toContain('ui_locales');
});

test('local links start with the path of the issuer', () => {
  const page = render('account/overview', 'person', { base: '/id', issuer: 'https://acme.example/id' });
  expect(page).toContain('href="/id/account/sessions"');
});

test('a new password names its rules to password managers', () => {
  const page = render('interaction/first-administrator', 'empty');
  expect(page).toMatch(/autocomplete="new-password" passwordrules="minlength: 15; allowed: unicode;"/);
});

const mailStates = mailNames.flatMap((name) =>
  Object.keys(getMailSamples(name)).map((state) => [name, state] as const),
);

describe.each(mailStates)('the mail %s: %s', (name, state) => {
  const sample = getMailSamples(name)[state] as Mails[MailName];
  const mail = (locale = 'en', data = sample) =>
    views.mail(name, data as never, { locale, issuer: sampleFrame.issuer, brand: sampleFrame.brand });

  test.each(i18n.locales)('is complete as text in %s', (locale) => {
    const { subject, text } = mail(locale);
    const data = sample as Record<string, string | number>;
    for (const [key, value] of Object.entries(data))
      if (
        ![
          'when',
          'until',
          'validHours',
          'validSeconds',
          'dueAt',
          'isFirst',
          'what',
          'method',
          'methodIds',
        ].includes(key)
      )
        expect(text + subject).toContain(value);
    if (data.when ?? data.until) expect(text).toContain('2026');
    expect(text).toContain('auth.acme.example');
    expect(`${subject}${text}`).not.toMatch(/\{\w+\}|undefined|mail\.[a-z_]+\./);
  });

  test('says the same as html, and loads nothing', () => {
    const { html } = mail();
    expect(html).toMatch(/<meta name="color-scheme" content="light dark">/);
    expect(html).not.toMatch(/<(img|link|script|iframe)|url\(|@import/);
    // One thing to do: a link, or a code to type.
    expect(html.match(/href="/g) ?? []).toHaveLength('code' in sample && !/href="/.test(html) ? 0 : 1);
  });

  test('writes no text as markup, and no line end into the subject', () => {
    const { html, subject } = mail('en', poisoned(sample, `${attack}\r\nBcc: all@example.com`));
    expect(html).not.toContain('<script');
    expect(subject).not.toMatch(/[\r\n]/);
  });
});
