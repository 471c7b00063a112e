/**
 * Takes out of a value what must never be read in a log or in the audit: by the name of its field, and by its looks
 * (tokens, credentials, values of a query). It is the last net, not the first: callers pass no secrets.
 */
export function redact(value: unknown): unknown {
  return isClean(value) ? value : redactAt(value, 0);
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

/** The same for a text: a message, a stack, an address. */
export function redactText(text: string): string {
  return text
    .replace(/\b(Bearer|Basic|DPoP)\s+[\w.~+/=-]+/gi, '$1 [removed]')
    .replace(/\beyJ[\w-]+\.[\w-]*\.?[\w.-]*/g, '[removed]')
    .replace(/\/\/[^\s/@:]*:[^\s/@]*@/g, '//[removed]@')
    .replace(/([?&][\w.[\]%-]+=)[^&\s"'#)]+/g, '$1[removed]')
    .replace(NAMED_VALUE, (whole, name, between) =>
      isSecretName(name) ? `${name}${between}[removed]` : whole,
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
  const last = words.at(-1) ?? '';
  if (SECRET_WORDS.has(last.replace(/s$/, '')) || SECRET_WORDS.has(last)) return true;
  return last === 'key' && words.some((word) => KEY_KINDS.has(word));
}

/** `password="x"`, `token=x`, `"secret":"x"`. */
const NAMED_VALUE = /([A-Za-z][\w-]*)(=|":\s*)("(?:[^"\\]|\\.)*"|[^\s,;)}&"]+)/g;

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

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (depth >= DEEPEST) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date || value instanceof URL) return redactText(String(value));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redactAt(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isHidden(name, item) ? '[removed]' : redactAt(item, depth + 1),
    ]),
  );
}

/** Numbers and booleans are counts and facts (`tokens: 3`); `code: 'database.away'` is one of ours or the system's. */
function isHidden(name: string, value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return false;
  return isSecretName(name);
}

/** Message, stack, code, detail and cause: nothing else that a library hangs on its errors (requests, bindings). */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code, status, detail } = error as { code?: unknown; status?: unknown; detail?: unknown };
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof detail === 'object' && detail !== null ? { detail: redactAt(detail, depth + 1) } : {}),
    stack: redactText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: redactAt(error.cause, depth + 1) }),
  };
}
