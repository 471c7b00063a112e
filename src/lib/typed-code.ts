/**
 * A code of digits as a person types it: `482 913`, `482-913`, digits of another script. Undefined when it is anything
 * but that many digits.
 */
export function digitsOf(typed: string, length: number): string | undefined {
  const digits = withoutGaps(typed).replace(OTHER_DIGITS, toAscii);
  return digits.length === length && /^[0-9]+$/.test(digits) ? digits : undefined;
}

/** Without the gaps that people and apps put into a code so that it reads well. */
export function withoutGaps(typed: string): string {
  return typed.replace(/[\s\u200e\u200f\u2010-\u2015-]/g, '');
}

/** What keyboards in Arabic, Persian and Japanese type: each block begins with its zero. */
const OTHER_DIGITS = /[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g;

function toAscii(digit: string): string {
  const code = digit.charCodeAt(0);
  const zero = code >= 0xff10 ? 0xff10 : code >= 0x06f0 ? 0x06f0 : 0x0660;
  return String(code - zero);
}
