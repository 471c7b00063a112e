import { type Blocklist, createBlocklist } from './blocklist.ts';
import type { PasswordConfig } from './config.ts';
import { isGuessable } from './guessable.ts';
import { fold, MAXIMUM_BYTES, normalForm } from './normal-form.ts';

/** Why a new password is not taken. `refused` is the translation key, `detail` its values. */
export type PasswordRefusal = {
  refused:
    | 'password.missing'
    | 'password.too_short'
    | 'password.too_long'
    | 'password.characters'
    | 'password.breached'
    | 'password.personal';
  detail?: Record<string, string | number>;
};

/** What is known of the person, so that it does not become the password. */
export type PasswordOwner = {
  email: string;
  username?: string | undefined;
  profile?: {
    name?: string | undefined;
    given_name?: string | undefined;
    family_name?: string | undefined;
    middle_name?: string | undefined;
    nickname?: string | undefined;
    preferred_username?: string | undefined;
  };
};

/**
 * What a new password must be: long enough (in code points), not too long (in bytes), text, not among the commonest,
 * not made of the person's or this site's own names. No rules of composition (NIST SP 800-63B-4 §3.1.1.2). Passwords
 * that exist already are never judged by it.
 */
export function createPolicy({ config, siteWords, blocklist = createBlocklist() }: PolicyDeps) {
  const site = [...siteWords, ...config.refusedWords].flatMap(wordsOf);

  return {
    check(password: string, owner: PasswordOwner): PasswordRefusal | undefined {
      if (password === '') return { refused: 'password.missing' };
      if (Buffer.byteLength(password.normalize('NFC')) > MAXIMUM_BYTES) {
        return { refused: 'password.too_long', detail: { maximum: MAXIMUM_BYTES } };
      }
      const text = normalForm(password);
      if (text === undefined) return { refused: 'password.characters' };
      if ([...text].length < config.minimumLength) {
        return { refused: 'password.too_short', detail: { minimum: config.minimumLength } };
      }
      if (isMadeOf(text, [...site, ...ownWords(owner)])) return { refused: 'password.personal' };
      if (isGuessable(text, blocklist)) return { refused: 'password.breached' };
      return undefined;
    },
  };
}

export type PolicyDeps = {
  config: Pick<PasswordConfig, 'minimumLength' | 'refusedWords'>;
  /** The issuer's host, the brand's name. */
  siteWords: readonly string[];
  blocklist?: Blocklist;
};

/** Letters and digits that must be left once all known words are taken away. */
const FEWEST_OF_ITS_OWN = 8;

function isMadeOf(password: string, words: readonly string[]): boolean {
  const text = fold(password).replaceAll(NEITHER_LETTER_NOR_DIGIT, '');
  // The longest first: else `ann` would leave the `a` of `anna` behind.
  const longestFirst = [...new Set(words)].sort((left, right) => right.length - left.length);
  const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ' '), text);
  return rest !== text && [...rest.replaceAll(' ', '')].length < FEWEST_OF_ITS_OWN;
}

const NEITHER_LETTER_NOR_DIGIT = /[^\p{L}\p{N}]/gu;

function ownWords({ email, username, profile = {} }: PasswordOwner): string[] {
  const { name, given_name, family_name, middle_name, nickname, preferred_username } = profile;
  const names = [username, name, given_name, family_name, middle_name, nickname, preferred_username];
  return [email, ...email.split('@'), ...names].flatMap((text) => (text === undefined ? [] : wordsOf(text)));
}

/** A text as a whole and its parts, as `isMadeOf` compares them. Shorter parts are in every language's words. */
function wordsOf(text: string): string[] {
  const folded = fold(text);
  const parts = [folded, ...folded.split(NEITHER_LETTER_NOR_DIGIT)];
  return parts
    .map((part) => part.replaceAll(NEITHER_LETTER_NOR_DIGIT, ''))
    .filter((part) => [...part].length >= (SYLLABIC.test(part) ? 2 : 4));
}

/** Scripts that write a name in two characters. */
const SYLLABIC = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;
