import { randomBase32 } from './base32.ts';

/**
 * A new id: `<prefix>_` and 24 characters of Crockford's base32 (120 random bits), for example
 * `usr_8f3k…`. Ids name things; they open nothing.
 */
export function createId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  return `${prefix}_${randomBase32(24)}`;
}

/** What has the form of an id that was made up here: the prefix says of what. */
const MADE_UP = /^([a-z]+)_[0-9a-hjkmnp-tv-z]{24}$/;

/**
 * What is wrong with an id that somebody chose, in words that go on after its name; `undefined` when it can be one. It is
 * written into addresses, logs and headers as it is, so it has 3 to 128 letters, digits and `.` `_` `~` `-`, and `|` where
 * `others` says so. One that looks made up must have the prefix of its kind: a client that is called like a person would
 * be taken for one (RFC 9700 §4.15).
 */
export function problemOfChosenId(
  id: string,
  { prefix, others = '' }: { prefix: string; others?: '' | '|' },
): string | undefined {
  if (id.length < 3 || id.length > 128) return 'must have 3 to 128 characters';
  if (!/^[A-Za-z\d]/.test(id)) return 'must begin with a letter or a digit';
  if (!/^[\w.~|-]+$/.test(id) || (others === '' && id.includes('|')))
    return `must have letters, digits and . _ ~ -${others === '' ? '' : ' |'} only`;
  if (/^gatehouse(?![A-Za-z\d])/i.test(id))
    return 'must not begin with gatehouse, which is kept for Gatehouse itself';
  const madeUp = MADE_UP.exec(id)?.[1];
  if (madeUp !== undefined && madeUp !== prefix)
    return `must not look like an id of another kind (${madeUp}_…)`;
  return undefined;
}
