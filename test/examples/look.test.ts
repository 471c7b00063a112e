import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgePicture } from '../../src/lib/picture.ts';
import { contrast, deriveBrandColors, LEAST_CONTRAST } from '../../src/views/brand-color.ts';
import { repository } from '../support/processes.ts';

const css = readFileSync(join(repository, 'examples', 'style.css'), 'utf8');

test('the examples share one style sheet of at most 2 KB, and write no other', () => {
  expect(Buffer.byteLength(css)).toBeLessThanOrEqual(2048);
  expect(globSync('examples/**/*.css', { cwd: repository })).toEqual([join('examples', 'style.css')]);
  for (const file of globSync('examples/*/*.{js,html}', { cwd: repository })) {
    expect(readFileSync(join(repository, file), 'utf8'), file).not.toMatch(/<style|\sstyle=/);
  }
});

test('its colours are what our pages make of the colour that the demo gives its apps', () => {
  const { light, dark } = deriveBrandColors('#7a1fa2');
  for (const [token, name] of [
    ['paper', 'paper'],
    ['sheet', 'sheet'],
    ['ink', 'ink'],
    ['line', 'rule'],
    ['brand', 'brand'],
    ['on-brand', 'onBrand'],
    ['thread', 'thread'],
  ] as const) {
    expect(css).toContain(`--${token}: light-dark(${light[name]}, ${dark[name]});`);
  }
  expect(contrast(light.brand, light.paper)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
});

test('their logo is one that Gatehouse takes', () => {
  expect(judgePicture(readFileSync(join(repository, 'examples', 'notes.svg')))).toHaveProperty('picture');
});
