// Cc: NUL, line ends, escape sequences for terminals. The others turn the direction of what follows, and so can make
// one name look like another.
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text is one line that can be stored and shown anywhere: well-formed Unicode, no control characters. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !CONTROLS.test(text);
}

/** The same for a text of several lines, such as a postal address. */
export function isPlainTextOfLines(text: string): boolean {
  return isPlainText(text.replaceAll(/\r?\n/g, ' '));
}

/** Zero-width characters, marks of direction, soft hyphens: they come along with what is copied from a page or a chat. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;

/** A text as it was meant: without what nobody sees in it. For names and addresses, not for words of people. */
export function withoutUnseen(text: string): string {
  return text.replaceAll(UNSEEN, '');
}

/**
 * Whether a text from outside could be a key of a row at all. PostgreSQL refuses NUL bytes with an error, which would
 * make a bad request look like a fault of ours.
 */
export function isKey(text: string, maximum = 500): boolean {
  if (text.length === 0 || text.length > maximum) return false;
  return /^[\x20-\x7e]*$/.test(text) || isPlainText(text);
}

/**
 * The same text on its own. A piece of a text keeps all of it in memory, so what is remembered of a request (a name in its
 * body, an address in its header) would keep 64 KB of it.
 */
export function ownText(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
