import { withoutUnseen } from './text.ts';

export type Username = {
  /** As it is kept and shown, with the capitals that its owner likes. */
  username: string;
  /** What makes two of them one. */
  key: string;
};

/** Why a text is no username. `look_alike`: its letters are of several scripts, or look like those of another one. */
export type UsernameFault = 'malformed' | 'look_alike' | 'reserved';

/**
 * Reads a username as people type it: letters, digits and `.` `_` `-` between them, 64 at most, in any one script. As
 * UsernameCaseMapped of PRECIS (RFC 8265 §3.3), full-width letters are narrow ones, capitals are small ones and the form
 * is NFC; stricter than it in what apps would misread. Names of one script only (UTS #39 §5.2, highly restrictive), and no
 * `@`: it is never an e-mail address. Reserved are names that people would take for the server itself.
 */
export function readUsername(text: string): Username | { fault: UsernameFault } {
  if (text.length > MOST_TYPED) return { fault: 'malformed' };
  const username = tidy(text);
  const key = nameKey(username);
  if (username.length > MOST || key.length > MOST || !isWellFormed(username)) return { fault: 'malformed' };
  if (!isUnmistakable(username, key)) return { fault: 'look_alike' };
  if (isReserved(key)) return { fault: 'reserved' };
  return { username, key };
}

/** What makes two names one that apps are told, be they usernames or any other line; of a username it is its key. */
export function toldNameKey(text: string): string {
  return nameKey(tidy(text)).replaceAll(/\s+/g, ' ');
}

/** Whether people would take somebody of this name for the server itself. `key`: of a username, or `toldNameKey`. */
export function isReserved(key: string): boolean {
  return RESERVED.has(key) || key.startsWith('usr_');
}

/** The key by which somebody is looked up; nothing for what nobody can be called. */
export function usernameKey(text: string): string | undefined {
  const read = readUsername(text);
  return 'fault' in read ? undefined : read.key;
}

/** Whether nobody takes a name for another one: its letters are of one script, and look like no other's. `key`: `nameKey`. */
export function isUnmistakable(name: string, key: string): boolean {
  return SCRIPTS.some((script) => script.test(key)) && !looksLikeAnother(name, key);
}

const MOST = 64;
/** With what is taken away. */
const MOST_TYPED = 300;

const FULL_WIDTH = /[\uff01-\uff5e]/g;

function tidy(text: string): string {
  return withoutUnseen(text).replaceAll(FULL_WIDTH, toNarrow).trim().normalize('NFC');
}

function toNarrow(wide: string): string {
  return String.fromCharCode(wide.charCodeAt(0) - 0xfee0);
}

/** What makes two names one. A dot over `i` or `j` is drawn as the one that they have, and the small letter of `İ` brings one along. */
export function nameKey(username: string): string {
  return username
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('\u0131', 'i')
    .replaceAll(/([ij])\u0307/g, '$1');
}

function looksLikeAnother(username: string, key: string): boolean {
  return LIKE_LATIN.test(key) || LIKE_LATIN.test(username) || LIKE_ASCII.test(key) || LIKE_STROKES.test(key);
}

/** Begins and ends with a letter or digit; between them single `.` `_` `-`, which end no path and begin no option. */
function isWellFormed(username: string): boolean {
  if (!/^[\p{L}\p{M}\p{Nd}._-]+$/u.test(username) || /[._-]{2}/.test(username)) return false;
  // Letters that nobody sees, such as the fillers of Hangul, and accents in heaps over what is next to them.
  if (/\p{Default_Ignorable_Code_Point}|[\u0300-\u036f]{3}/u.test(username)) return false;
  return /^[\p{L}\p{Nd}]/u.test(username) && /[\p{L}\p{M}\p{Nd}]$/u.test(username);
}

/** One script each, and the mixtures in which Japanese, Korean and Chinese are written. Digits are ASCII, so that one looks like one. */
const SCRIPTS: readonly RegExp[] = [
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}0-9._-]+$/u,
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Bopomofo}0-9._-]+$/u,
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Hangul}0-9._-]+$/u,
  /^[\p{scx=Cyrillic}0-9._-]+$/u,
  /^[\p{scx=Greek}0-9._-]+$/u,
  /^[\p{scx=Armenian}0-9._-]+$/u,
  /^[\p{scx=Georgian}0-9._-]+$/u,
  /^[\p{scx=Hebrew}0-9._-]+$/u,
  /^[\p{scx=Arabic}0-9._-]+$/u,
  /^[\p{scx=Ethiopic}0-9._-]+$/u,
  /^[\p{scx=Devanagari}0-9._-]+$/u,
  /^[\p{scx=Bengali}0-9._-]+$/u,
  /^[\p{scx=Gurmukhi}0-9._-]+$/u,
  /^[\p{scx=Gujarati}0-9._-]+$/u,
  /^[\p{scx=Tamil}0-9._-]+$/u,
  /^[\p{scx=Telugu}0-9._-]+$/u,
  /^[\p{scx=Kannada}0-9._-]+$/u,
  /^[\p{scx=Malayalam}0-9._-]+$/u,
  /^[\p{scx=Sinhala}0-9._-]+$/u,
  /^[\p{scx=Thai}0-9._-]+$/u,
  /^[\p{scx=Lao}0-9._-]+$/u,
  /^[\p{scx=Khmer}0-9._-]+$/u,
  /^[\p{scx=Myanmar}0-9._-]+$/u,
];

/**
 * All of its letters look like Latin ones (UTS #39 §4, whole-script confusable): `сара` would be taken for `capa`, and
 * `ТОМ`, with the capitals that people see, for `TOM`.
 */
const LIKE_LATIN =
  /^(?=.*[^0-9._-])(?:[асеһіјӏорԛѕуԁԝѵхАВСЕНІЈӀКМОРԚЅТԜҮХ0-9._-]+|[αγικνορυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ0-9._-]+|[ցհոօզսքԼՍՕ0-9._-]+)$/u;

/** Latin letters that are drawn as ASCII ones: phonetic and small capital letters, clicks, long s, dotless j. */
const LIKE_ASCII =
  /[\u017f\u01c0-\u01c3\u0237\u0251\u0261\u0262\u0269\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u02b0-\u02ff\u1d00-\u1dbf\ua730\ua731]/u;

/** Strokes of Hangul and Han beside Latin letters: `adㅣa` would be taken for `adla`. */
const LIKE_STROKES = /^(?=.*\p{Script=Latin}).*[\u3163\u4e28\u30ce\u30fc\u3161\u4e00]/u;

// at most these
const RESERVED: ReadonlySet<string> = new Set(
  (
    'abuse account accounts admin administrator administrators admins all anonymous api auth everyone gatehouse ' +
    'guest help here hostmaster info login logout mail me mod moderator nobody noc noreply no-reply null oauth ' +
    'oidc operator owner password postmaster recovery register registration root security self signin sign-in ' +
    'signout sign-out signup sign-up ssl staff status support sysadmin system undefined user username users ' +
    'webmaster www you'
  ).split(' '),
);
