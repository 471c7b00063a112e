import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createI18n } from '../../src/i18n/i18n.ts';
import {
  contrast,
  deriveBrandColors,
  LEAST_CONTRAST,
  LEAST_LINE_CONTRAST,
  ownPalette,
} from '../../src/views/brand-color.ts';
import { brandConfig } from '../../src/views/config.ts';
import { sampleFrame } from '../../src/views/sample-facts.ts';
import { createViews, getMailSamples, getSamples } from '../../src/views/views.ts';

const css = readFileSync(new URL('../../views/assets/auth.css', import.meta.url), 'utf8');

/** Numbers that look random and are the same each time. */
function* numbers(seed = 7): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state;
  }
}

describe('one colour', () => {
  test('becomes readable in both themes, whatever it is', () => {
    const random = numbers();
    const colors = Array.from(
      { length: 5000 },
      () => `#${(random.next().value % 0x1000000).toString(16).padStart(6, '0')}`,
    );
    const faults = ['#000000', '#ffffff', '#ffff00', '#808080', '#0000ff', ...colors].flatMap((color) => {
      const derived = deriveBrandColors(color);
      return (['light', 'dark'] as const).flatMap((theme) => {
        const { fill, brand, onBrand, tint, paper, sheet, ink, ink2, rule, thread } = derived[theme];
        // What the brand does not turn, on papers that it does.
        const [stamp, ok, warn] =
          theme === 'light' ? ['#a8201a', '#1d6a34', '#7a5200'] : ['#ff9a8f', '#7ed89a', '#f2c05c'];
        const stampTint = theme === 'light' ? '#fae7e1' : '#2c1513';
        const lines = [
          [rule, paper],
          [rule, sheet],
          [thread, paper],
        ] as const;
        const pairs = [
          [brand, paper],
          [brand, sheet],
          [brand, tint],
          [onBrand, fill],
          [ink2, tint],
          [ink2, paper],
          [ink2, sheet],
          [ink, tint],
          [ink, paper],
          [ink, sheet],
          [ink, stampTint],
          [stamp, paper],
          [stamp, sheet],
          [stamp, tint],
          [ok, paper],
          [ok, tint],
          [warn, paper],
        ] as const;
        return [
          ...pairs.filter(([one, other]) => contrast(one as string, other) < LEAST_CONTRAST),
          ...lines.filter(([one, other]) => contrast(one, other) < LEAST_LINE_CONTRAST),
        ].map((pair) => [color, theme, pair]);
      });
    });
    expect(faults).toEqual([]);
  });

  test('stays what it is where it can be read already', () => {
    expect(deriveBrandColors('#0b5b4a').light.brand).toBe('#0b5b4a');
    expect(deriveBrandColors('#7a1fa2').light.brand).toBe('#7a1fa2');
    expect(deriveBrandColors('#ffd400').light.brand).not.toBe('#ffd400');
  });

  test('fills buttons itself, under dark text, where white on it would make another colour of it', () => {
    const { light, dark } = deriveBrandColors('#ffd400');
    expect([light.fill, light.onBrand, dark.fill]).toEqual(['#ffd400', light.ink, dark.brand]);
    expect(contrast(light.brand, light.paper)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    // A little darker is the same colour to the eye: white text stays.
    const red = deriveBrandColors('#e53935').light;
    expect([red.fill, red.onBrand]).toEqual([red.brand, '#ffffff']);
    expect(deriveBrandColors('#7a1fa2').light).toMatchObject({ fill: '#7a1fa2', onBrand: '#ffffff' });
    // So pale that a button of it would be lost on the paper.
    const pale = deriveBrandColors('#fffbe0').light;
    expect(contrast(pale.fill, pale.paper)).toBeGreaterThan(1.2);
  });

  test('white and black give way to the ink, not to a grey that looks switched off', () => {
    const [white, black] = [deriveBrandColors('#ffffff'), deriveBrandColors('#000000')];
    expect([white.light.brand, white.dark.brand]).toEqual([white.light.ink, '#ffffff']);
    expect([black.light.brand, black.dark.brand]).toEqual(['#000000', black.dark.ink]);
  });

  test('is measured as WCAG measures it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  test('turns papers, inks, lines and the thread into its hue: no gold beside purple, no green-black under red', () => {
    const hueOf = (hex: string) => {
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
        number,
        number,
        number,
      ];
      return red > green && blue > green ? 'purple' : red > blue && green > blue ? 'yellow' : 'other';
    };
    const { light, dark } = deriveBrandColors('#7a1fa2');
    for (const name of ['paper', 'ink', 'hair', 'thread'] as const)
      expect({ name, light: hueOf(light[name]), dark: hueOf(dark[name]) }).toEqual({
        name,
        light: 'purple',
        dark: 'purple',
      });
    const red = deriveBrandColors('#c62828').dark.paper;
    expect(Number.parseInt(red.slice(1, 3), 16)).toBeGreaterThan(Number.parseInt(red.slice(3, 5), 16));
  });

  test('is derived from the colours that the style sheet has', () => {
    const { light, dark } = ownPalette;
    for (const name of [
      'brand',
      'fill',
      'tint',
      'paper',
      'sheet',
      'ink',
      'rule',
      'hair',
      'thread',
    ] as const) {
      expect(css).toContain(`--${name}:light-dark(${light[name]},${dark[name]})`);
    }
    expect(css).toContain(`--ink-2:light-dark(${light.ink2},${dark.ink2})`);
  });

  test('is refused in other words than #rrggbb', () => {
    expect(brandConfig.safeParse({ color: '#0b5b4a' }).success).toBe(true);
    for (const color of ['red', '#fff', '#0b5b4a;}', 'rgb(1,2,3)']) {
      expect(brandConfig.safeParse({ color }).success).toBe(false);
    }
  });
});

test('a page of an app with a colour is in that colour, and the next app has its own', () => {
  const i18n = createI18n({ i18n: { locales: ['en'], defaultLocale: 'en', timeZone: 'UTC' } });
  const views = createViews({ config: { issuer: sampleFrame.issuer, brand: { color: '#c62828' } }, i18n });
  const { plain } = getSamples('interaction/login');
  const brandOf = (color?: string) => {
    const app = { name: 'Books', host: 'books.example', ...(color ? { color } : {}) };
    const page = views.html('interaction/login', { ...plain!, app }, sampleFrame);
    return /--brand:light-dark\((#[0-9a-f]{6}),/.exec(page)?.[1];
  };
  expect([brandOf('#7a1fa2'), brandOf(), brandOf('#0b5b4a')]).toEqual(['#7a1fa2', '#c62828', '#0b5b4a']);
  // More colours than are kept: each page still has its own.
  const many = Array.from({ length: 250 }, (_, index) => `#0000${(index + 5).toString(16).padStart(2, '0')}`);
  expect(many.map((color) => brandOf(color) === color)).not.toContain(false);
});

describe('pages and mails of a coloured brand', () => {
  const i18n = createI18n({ i18n: { locales: ['en'], defaultLocale: 'en', timeZone: 'UTC' } });
  const brand = { ...sampleFrame.brand, color: '#7a1fa2' };
  const views = createViews({ config: { issuer: sampleFrame.issuer, brand }, i18n });
  const { light, dark } = deriveBrandColors('#7a1fa2');

  test('have its two variants in the style sheet', () => {
    const state = Object.values(getSamples('interaction/login'))[0];
    const page = views.html('interaction/login', state as never, { ...sampleFrame, brand });
    expect(page).toContain(`--brand:light-dark(${light.brand},${dark.brand})`);
    expect(page).toContain(`--on-brand:light-dark(${light.onBrand},${dark.onBrand})`);
    expect(page).toContain(`--thread:light-dark(${light.thread},${dark.thread})`);
    expect(page).toContain(`--paper:light-dark(${light.paper},${dark.paper})`);
    for (const own of ['#0b5b4a', '#a67a1e', '#f6f3ea', '#0c1110']) expect(page).not.toContain(own);
  });

  test('show the logo in a mail, beside the name, and none where there is none', () => {
    const write = (hasMailLogo: boolean) =>
      views.mail('set-password', getMailSamples('set-password').plain!, {
        locale: 'en',
        issuer: sampleFrame.issuer,
        brand: { ...brand, hasMailLogo },
      }).html;
    expect(write(true)).toMatch(
      /<img src="cid:logo@gatehouse" height="32" alt="" style="[^"]*">&#8195;Acme</,
    );
    expect(write(false)).not.toContain('<img');
  });

  test('fill the button of a mail as that of a page', () => {
    const yellow = { ...brand, color: '#ffd400' };
    const { html } = createViews({ config: { issuer: sampleFrame.issuer, brand: yellow }, i18n }).mail(
      'set-password',
      getMailSamples('set-password').plain!,
      { locale: 'en', issuer: sampleFrame.issuer, brand: yellow },
    );
    const { fill, onBrand } = deriveBrandColors('#ffd400').light;
    expect(html).toContain(`background:${fill};color:${onBrand}`);
  });

  test('have it on the button of a mail', () => {
    const { html } = views.mail('set-password', getMailSamples('set-password').plain!, {
      locale: 'en',
      issuer: sampleFrame.issuer,
      brand,
    });
    expect(html).toContain(`background:${light.fill};color:${light.onBrand}`);
    expect(html).toContain(`border-bottom:6px solid ${light.thread}`);
    for (const own of ['#0b5b4a', '#a67a1e', '#f6f3ea', '#0c1110']) expect(html).not.toContain(own);
  });
});
