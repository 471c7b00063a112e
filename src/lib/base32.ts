import { randomBytes } from 'node:crypto';

/** Crockford's base32: no i, l, o, u, so that nothing on paper looks like something else. */
export const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** So many random characters of it, 5 bits each. */
export function randomBase32(length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += BASE32[byte & 31];
  return text;
}
