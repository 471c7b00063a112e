import type { Blocklist } from './blocklist.ts';
import { fold } from './normal-form.ts';

/**
 * Whether a password is among those that are tried first: a breached one, also with digits or signs around it, letters
 * swapped for look-alikes, or repeated; or a pattern (`aaaa…`, `1234…`, `qwertz…`, `abcabc…`). `password` is in its
 * normal form.
 */
export function isGuessable(password: string, blocklist: Blocklist): boolean {
  const text = fold(password);
  return isPattern(text) || variants(text).some((variant) => blocklist.has(variant));
}

/** Fewer strange characters than this around a common password do not make it uncommon: `!butterfly2024!`. */
const DECORATION = 8;

/** What a guesser would take for the same password. */
function variants(text: string): string[] {
  const unit = repeatedUnit(text) ?? text;
  const core = unit.replaceAll(/^[^\p{L}]+|(?<=\p{L})[^\p{L}]+$/gu, '');
  const isDecorated = length(unit) - length(core) < DECORATION && length(core) >= 4;
  const plain = isDecorated ? [text, unit, core] : [text, unit];
  const spaceless = plain.map((variant) => variant.replaceAll(/[\s._-]/gu, ''));
  const all = [...plain, ...spaceless];
  return [...new Set([...all, ...all.flatMap(withoutLookAlikes)])].filter((variant) => variant !== '');
}

/** `passw0rdpassw0rd` is `passw0rd` twice. The last one may be cut short. */
function repeatedUnit(text: string): string | undefined {
  const characters = [...text];
  for (let size = 1; size <= characters.length / 2; size += 1) {
    if (characters.every((character, at) => character === characters[at % size])) {
      return characters.slice(0, size).join('');
    }
  }
  return undefined;
}

const LOOK_ALIKES = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
} as const;

/** `p@ssw0rd!!` is `password!!`, and 1 stands for i as well as for l. */
function withoutLookAlikes(text: string): string[] {
  const swapped = text.replaceAll(/[01345@7$!]/g, (sign) => LOOK_ALIKES[sign as keyof typeof LOOK_ALIKES]);
  const withL = text
    .replaceAll('1', 'l')
    .replaceAll(/[0345@7$!]/g, (sign) => LOOK_ALIKES[sign as keyof typeof LOOK_ALIKES]);
  // The signs at the end are more often decoration than letters: they are looked at both ways.
  const core = text.replaceAll(/(?<![^\p{L}])[^\p{L}]+$/gu, '');
  const coreSwapped = core.replaceAll(/[01345@7$]/g, (sign) => LOOK_ALIKES[sign as keyof typeof LOOK_ALIKES]);
  return length(text) - length(core) < DECORATION ? [swapped, withL, coreSwapped] : [swapped, withL];
}

const SHORTEST_UNIT = 8;
const FEWEST_DIFFERENT = 5;

function isPattern(text: string): boolean {
  const characters = [...text];
  if (new Set(characters).size < FEWEST_DIFFERENT) return true;
  const unit = repeatedUnit(text);
  if (unit !== undefined && length(unit) < SHORTEST_UNIT) return true;
  // In a sentence or a random text nearly every character starts a new run; in a pattern they follow each other.
  const runs = characters.filter(
    (character, at) => at === 0 || !follows(characters[at - 1] ?? '', character),
  );
  return runs.length <= characters.length / 3;
}

const KEYBOARDS = [
  '1234567890',
  'qwertyuiop[]',
  'asdfghjkl;',
  'zxcvbnm,./',
  'qwertzuiopü',
  'asdfghjklöä',
  'yxcvbnm,.-',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  '!@#$%^&*()',
  '1qaz',
  '2wsx',
  '3edc',
  '4rfv',
  '5tgb',
  '6yhn',
  '7ujm',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
];

// At most two for each key of the rows above.
const NEIGHBOURS = new Set(
  KEYBOARDS.flatMap((row) => {
    const keys = [...row];
    return keys.slice(1).flatMap((key, at) => [`${keys[at]}${key}`, `${key}${keys[at]}`]);
  }),
);

/** The same character, the next or the one before in the alphabet or among the digits, or the next key. */
function follows(before: string, character: string): boolean {
  const step = (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
  return Math.abs(step) <= 1 || NEIGHBOURS.has(before + character);
}

function length(text: string): number {
  return [...text].length;
}
