import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createI18n } from '../../src/i18n/i18n.ts';
import { contrast, deriveBrandColors, grounds, LEAST_CONTRAST } from '../../src/views/brand-color.ts';
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
        const { brand, onBrand, tint } = derived[theme];
        const { paper, sheet } = grounds[theme];
        const ink = theme === 'light' ? '#4a5752' : '#a9b8b2';
        const pairs = [
          [brand, paper],
          [brand, sheet],
          [brand, tint],
          [onBrand, brand],
          [ink, tint],
        ] as const;
        return pairs
          .filter(([one, other]) => contrast(one, other) < LEAST_CONTRAST)
          .map((pair) => [color, pair]);
      });
    });
    expect(faults).toEqual([]);
  });

  test('stays what it is where it can be read already', () => {
    expect(deriveBrandColors('#0b5b4a').light.brand).toBe('#0b5b4a');
    expect(deriveBrandColors('#7a1fa2').light.brand).toBe('#7a1fa2');
    expect(deriveBrandColors('#ffd400').light.brand).not.toBe('#ffd400');
  });

  test('is measured as WCAG measures it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  test('is guarded on the grounds that the style sheet has', () => {
    for (const name of ['paper', 'sheet'] as const) {
      expect(css).toContain(`--${name}:light-dark(${grounds.light[name]},${grounds.dark[name]})`);
    }
    expect(css).toContain('--ink-2:light-dark(#4a5752,#a9b8b2)');
  });

  test('is refused in other words than #rrggbb', () => {
    expect(brandConfig.safeParse({ color: '#0b5b4a' }).success).toBe(true);
    for (const color of ['red', '#fff', '#0b5b4a;}', 'rgb(1,2,3)']) {
      expect(brandConfig.safeParse({ color }).success).toBe(false);
    }
  });
});

describe('pages and mails of a coloured brand', () => {
  const i18n = createI18n({ i18n: { locales: ['en'], defaultLocale: 'en', timeZone: 'UTC' } });
  const brand = { ...sampleFrame.brand, color: '#ffd400' };
  const views = createViews({ config: { issuer: sampleFrame.issuer, brand }, i18n });
  const { light, dark } = deriveBrandColors('#ffd400');

  test('have its two variants in the style sheet', () => {
    const state = Object.values(getSamples('interaction/login'))[0];
    const page = views.html('interaction/login', state as never, { ...sampleFrame, brand });
    expect(page).toContain(`--brand:light-dark(${light.brand},${dark.brand})`);
    expect(page).toContain(`--on-brand:light-dark(${light.onBrand},${dark.onBrand})`);
    expect(page).not.toContain('#0b5b4a');
  });

  test('have it on the button of a mail', () => {
    const { html } = views.mail('set-password', getMailSamples('set-password').plain!, {
      locale: 'en',
      issuer: sampleFrame.issuer,
      brand,
    });
    expect(html).toContain(`background:${light.brand}`);
    expect(html).not.toContain('#0b5b4a');
  });
});
