import type { Profile } from './profile.ts';

/** Words at which the search for a name may begin. */
const MOST_WORDS = 10;
const LONGEST_SEARCH = 300;

/**
 * The texts by whose beginnings a person is found: the e-mail address, the username, and the name from each of its words on. So a search
 * is a range of an index, however many people there are; what stands in the middle of a word is not found.
 */
export function searchKeysOf(
  email: string,
  { name, given_name, family_name }: Profile,
  username = '',
): string[] {
  const both = [given_name, family_name].filter((part) => part !== undefined).join(' ');
  const keys = [name ?? '', both].flatMap((text) => {
    const words = searchKey(text).split(' ');
    return words.slice(0, MOST_WORDS).map((_, at) => words.slice(at).join(' '));
  });
  return [...new Set([searchKey(email), searchKey(username), ...keys])].filter((key) => key !== '');
}

/** The keys that begin with what was typed: from the first one, up to and without the second one. */
export function searchRange(search: string): { from: string; before: string } {
  const from = searchKey(search.slice(0, LONGEST_SEARCH));
  // The last of all code points, which no text has. Both databases compare the bytes of UTF-8.
  return { from, before: `${from}\u{10ffff}` };
}

/** Compatibility forms, cases and spaces of any kind are one. */
export function searchKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .join(' ');
}
