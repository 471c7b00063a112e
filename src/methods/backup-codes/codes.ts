import { BASE32, randomBase32 } from '../../lib/base32.ts';
import { hmac } from '../../lib/secret.ts';
import { withoutGaps } from '../../lib/typed-code.ts';

const LENGTH = 8;
const CODE = new RegExp(`^[${BASE32}]{${LENGTH}}$`);

/** So many different codes as they are shown: `3f9k-2m7q`, 40 random bits each. */
export function createCodes(count: number): string[] {
  const codes = new Set<string>(); // at most `count`
  while (codes.size < count) codes.add(shownCode(randomBase32(LENGTH)));
  return [...codes];
}

/** A code as it was typed, in its normal form: `3f9k2m7q`. Undefined when it can be none. */
export function normalCode(typed: string): string | undefined {
  const text = withoutGaps(typed.normalize('NFKC')).toLowerCase();
  const code = text.replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return CODE.test(code) ? code : undefined;
}

/** A code in its normal form as it is shown: `3f9k-2m7q`. */
export function shownCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** Bound to person and set, so that a row that is copied elsewhere opens nothing. */
export function hashOf(
  key: Buffer,
  { userId, setId }: { userId: string; setId: string },
  code: string,
): string {
  return hmac(key, 'backup code', userId, setId, code);
}
