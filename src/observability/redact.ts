import dns from 'node:dns';
import { constants } from 'node:os';

/**
 * Takes out of a value what must never be read in a log or in the audit: by the name of its field, and by its looks
 * (tokens, credentials, values of a query). It is the last net, not the first: callers pass no secrets. Of what is longer,
 * larger or deeper than anything of ours the rest is left out before it is looked at: strangers write some of it.
 */
export function redact(value: unknown): unknown {
  return isClean(value) ? value : redactAt(value, 0, { characters: MOST_IN_ALL });
}

const clean: unique symbol = Symbol('clean');

/**
 * Put into the fields of a log line (`{ ...CLEAN, status }`) that its writer has made of nothing but what may be read: it
 * and its message are written as they are. For lines that are written with each request.
 */
export const CLEAN: { readonly [clean]: true } = { [clean]: true };

export function isClean(value: unknown): boolean {
  return typeof value === 'object' && value !== null && clean in value;
}

/** The same for a text: a message, an address. Of one above 4,096 characters the end is left out. */
export function redactText(text: string): string {
  if (text.length <= MOST_OF_A_TEXT) return redactWhole(text);
  const end = endOfLastWord(text, MOST_OF_A_TEXT);
  return `${redactWhole(text.slice(0, end))}[${text.length - end} characters]`;
}

/** No expression here may take longer than in proportion to the text (`test/expressions.test.ts`). */
function redactWhole(text: string): string {
  return text
    .replace(/\b(Bearer|Basic|DPoP)\s+[\w.~+/=-]+/gi, '$1 [removed]')
    .replace(/\beyJ[\w.-]{5,}/g, '[removed]')
    .replace(/ghk_[\da-z]{10,}/gi, '[removed]')
    .replace(/\/\/[^\s/@:]*:[^\s/@]*@/g, '//[removed]@')
    .replace(/([?&][\w.[\]%-]+=)[^&\s"'#)]+/g, '$1[removed]')
    .replace(NAMED_VALUE, (whole, name, between, value) =>
      isHidden(name, value.replaceAll('"', '')) ? `${name}${between}[removed]` : whole,
    )
    .replace(/(?<![\w./-])[\w-]{43,}(?![\w./-])/g, '[removed]');
}

/** Whether a field of this name holds a secret: by its last word, so that `tokenFormat` and `keyId` stay. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
  const last = (words.at(-1) ?? '').replace(/^\d+/, '');
  if (SECRET_WORDS.has(last.replace(/s$/, '')) || SECRET_WORDS.has(last)) return true;
  return last === 'key' && words.some((word) => KEY_KINDS.has(word));
}

/** `password="x"`, `token=x`, `"secret":"x"`; a text that was cut may end within the quotes. */
const NAMED_VALUE = /(?<![\w-])([\w-]+)(=|":\s*)("(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[^\s,;)}&"]+)/g;

const SECRET_WORDS = new Set([
  'assertion',
  'authorization',
  'bearer',
  'code',
  'cookie',
  'credential',
  'csrf',
  'jwt',
  'otp',
  'passphrase',
  'password',
  'passwd',
  'pin',
  'secret',
  'token',
  'verifier',
  'xsrf',
]);
const KEY_KINDS = new Set(['private', 'secret', 'root', 'api', 'server']);
const DEEPEST = 8;
const MOST_OF_A_TEXT = 4096;
const MOST_ENTRIES = 100;
const LONGEST_NAME = 100;
/** Of all texts of one value, with a few for each entry. */
const MOST_IN_ALL = 64 * 1024;

type Room = { characters: number };

function redactAt(value: unknown, depth: number, room: Room): unknown {
  room.characters -= 20;
  if (room.characters <= 0) return '[too much]';
  if (typeof value === 'string') {
    room.characters -= Math.min(value.length, MOST_OF_A_TEXT);
    return redactText(value);
  }
  if (typeof value !== 'object' || value === null)
    return typeof value === 'bigint' ? redactText(String(value)) : value;
  if (depth >= DEEPEST) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth, room);
  if (value instanceof Date || value instanceof URL) return redactAt(String(value), depth, room);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ENTRIES).map((item) => redactAt(item, depth + 1, room));
    return value.length > MOST_ENTRIES ? [...items, `[${value.length - MOST_ENTRIES} more]`] : items;
  }
  const names = Object.keys(value);
  const entries = names.slice(0, MOST_ENTRIES).map((name) => {
    const item = (value as Record<string, unknown>)[name];
    const short = name.slice(0, LONGEST_NAME);
    return [short, isHidden(short, item) ? '[removed]' : redactAt(item, depth + 1, room)];
  });
  if (names.length > MOST_ENTRIES) entries.push(['…', `[${names.length - MOST_ENTRIES} more]`]);
  return Object.fromEntries(entries);
}

/** Where the last word before `most` begins: one that is cut might be a secret that no longer looks like one. */
function endOfLastWord(text: string, most: number): number {
  let end = most;
  while (end > 0 && text.charCodeAt(end - 1) > 0x20) end -= 1;
  return end;
}

/** The innermost frames, which are at its end, also behind a message of any length. */
function endOfStack(stack: string): string {
  if (stack.length <= MOST_OF_A_TEXT) return stack;
  const end = stack.slice(-MOST_OF_A_TEXT);
  return `[…]${end.slice(end.indexOf('\n'))}`;
}

/** Words that the audit has in the place of a secret that was changed. Too short to be one of ours, or anybody's password here. */
const SAYS_THAT_IT_IS: ReadonlySet<unknown> = new Set(['set', 'replaced']); // at most these

/** Numbers and booleans are counts and facts (`tokens: 3`); `code: 'EAUTH'` says why something failed. */
function isHidden(name: string, value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return false;
  return isSecretName(name) && !SAYS_THAT_IT_IS.has(value) && !isFault(name, value);
}

/**
 * Whether this is a `code` that names a fault, which is what its reader looks for, and none that opens anything: one of
 * ours (`database.away`), OpenSSL's or Node's (`CERT_HAS_EXPIRED`), the system's (`ECONNREFUSED`), or nodemailer's (`EAUTH`).
 */
function isFault(name: string, value: unknown): boolean {
  if (typeof value !== 'string' || !/code$/i.test(name)) return false;
  return (
    FAULTS.has(value) ||
    /^(?:[A-Z]+(?:_[A-Z0-9]+){1,9}|[a-z]+(?:_[a-z]+){0,4}\.[a-z]+\d?(?:_[a-z]+){0,9})$/.test(value)
  );
}

const NODEMAILER =
  'EAUTH ECONFIG ECONNECTION EDNS EENVELOPE EFETCH EFILEACCESS EMAXLIMIT EMESSAGE ENOAUTH EOAUTH2 EPROTOCOL EPROXY ' +
  'EREQUIRETLS ESENDMAIL ESOCKET ESTREAM ETLS EURLACCESS';
// at most the names that Node and nodemailer have
const FAULTS: ReadonlySet<unknown> = new Set([
  ...Object.keys(constants.errno),
  ...Object.values(dns).filter((value) => typeof value === 'string'),
  ...NODEMAILER.split(' '),
]);

/** Message, stack, code, detail and cause: nothing else that a library hangs on its errors (requests, bindings). */
function redactError(error: Error, depth: number, room: Room): Record<string, unknown> {
  const { code, status, detail } = error as { code?: unknown; status?: unknown; detail?: unknown };
  return {
    type: error.name,
    message: redactAt(error.message, depth + 1, room),
    ...(typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof detail === 'object' && detail !== null ? { detail: redactAt(detail, depth + 1, room) } : {}),
    stack: redactAt(endOfStack(error.stack ?? ''), depth + 1, room),
    ...(error.cause === undefined ? {} : { cause: redactAt(error.cause, depth + 1, room) }),
  };
}
