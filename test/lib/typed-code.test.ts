import { expect, test } from 'vitest';
import { digitsOf } from '../../src/lib/typed-code.ts';

test.each([
  ['as it is', '482913'],
  ['with a gap in the middle', '482 913'],
  ['with a hyphen', '482-913'],
  ['with spaces around it, as it is pasted', ' 482\u00a0913\n'],
  ['with a direction mark', '\u200e482913'],
  ['in Arabic-Indic digits', '٤٨٢٩١٣'],
  ['in Persian digits', '۴۸۲۹۱۳'],
  ['in full-width digits', '４８２ ９１３'],
])('reads a code %s', (_how, typed) => {
  expect(digitsOf(typed, 6)).toBe('482913');
});

test.each(['', '48291', '4829133', '48291a', '482.913', '4e2913', '-', '४८२९१३', '48291\0'])(
  'is no code: %j',
  (typed) => {
    expect(digitsOf(typed, 6)).toBeUndefined();
  },
);
