import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: `<prefix>_` and 24 characters of Crockford's base32 (120 random bits), for example
 * `usr_8f3k…`. Ids name things; they open nothing.
 */
export function createId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  let text = '';
  for (const byte of randomBytes(24)) text += ALPHABET[byte & 31];
  return `${prefix}_${text}`;
}
