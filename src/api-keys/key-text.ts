import { crc32 } from 'node:zlib';
import { BASE32, randomBase32 } from '../lib/base32.ts';

/*
 * `ghk_` + 24 characters that name the key + 32 characters that open (160 bits) + 7 characters of a checksum, all in
 * Crockford's base32 as our ids are. The mark and the checksum let a scanner of leaked secrets know one for certain.
 */

const FORM = /^ghk_([0-9a-hjkmnp-tv-z]{24})[0-9a-hjkmnp-tv-z]{32}[0-9a-hjkmnp-tv-z]{7}$/;
const CHECKSUM_LENGTH = 7;
const ID_PREFIX = 'apk_';

/** What every key begins with. */
export const KEY_MARK = 'ghk_';

/** A new key for what has this id (`apk_…`). Shown once, and never stored. */
export function mintKey(id: string): string {
  const text = `${KEY_MARK}${id.slice(ID_PREFIX.length)}${randomBase32(32)}`;
  return text + checksumOf(text);
}

/** The public id that a key names; `undefined` for what never was a key of ours, which nobody need look up. */
export function readKey(presented: string): { id: string } | undefined {
  const [, id] = FORM.exec(presented) ?? [];
  if (id === undefined) return undefined;
  const end = presented.length - CHECKSUM_LENGTH;
  if (checksumOf(presented.slice(0, end)) !== presented.slice(end)) return undefined;
  return { id: ID_PREFIX + id };
}

/** CRC-32 (ISO 3309): tells a mistyped key from a wrong one, and proves nothing. */
function checksumOf(text: string): string {
  let left = crc32(text);
  let digits = '';
  for (let at = 0; at < CHECKSUM_LENGTH; at += 1) {
    digits = BASE32[left % 32] + digits;
    left = Math.floor(left / 32);
  }
  return digits;
}
