import { isUnmistakable, nameKey } from '../lib/username.ts';

/** A role's name, with what makes two of them one; or what is wrong with a text, in words that go on after `name`. */
export type RoleName = { name: string; key: string } | { problem: string };

const MOST = 100;

/**
 * Reads the name of a role, by which apps decide what somebody may do: two that people, or apps, could take for one must not
 * both be there. Letters, digits and `.` `_` `-` `:` `/` `@` `+`, so that a list of names can be written with spaces or
 * commas; what has another form under NFKC is refused, and not mended, since apps compare bytes. As for usernames, one
 * script alone (UTS #39 §5.2), none that looks like Latin, and no letters that only phoneticians use.
 */
export function readRoleName(text: string): RoleName {
  if (text.length === 0 || text.length > MOST) return { problem: `must have 1 to ${MOST} characters` };
  if (!WELL_FORMED.test(text) || UNSEEN.test(text) || text !== text.normalize('NFKC'))
    return {
      problem: 'must have letters, digits and . _ - : / @ + only, and begin with a letter or a digit',
    };
  const key = roleKey(text);
  if (RARE_LATIN.test(key) || !isUnmistakable(asWord(text), asWord(key)))
    return { problem: 'must be of one script, and not look like another name' };
  return { name: text, key };
}

/** What makes two names one: capitals are small letters, and the `ı` without a dot has one. */
export function roleKey(name: string): string {
  return nameKey(name.normalize('NFKC'));
}

/** Without what parts words, and usernames do not have. */
const asWord = (text: string): string => text.replaceAll(/[:/@+]/g, '.');

const WELL_FORMED = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._:/@+-]*$/u;
/** Latin letters outside of what languages write with: `ɑ` looks like `a`. */
const RARE_LATIN = /(?![a-zªº\u00df-\u017f\u1e00-\u1eff])\p{Script=Latin}/u;
/** Letters that nobody sees, such as the fillers of Hangul, and accents in heaps. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|[\u0300-\u036f]{3}/u;
