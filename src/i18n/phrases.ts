import type { Messages, Plural } from './messages.ts';

export type Values = Readonly<Record<string, string | number>>;

/** Everything one language can say. Made once; a sentence is cut into pieces when it is first said, and not again. */
export type Phrases = {
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  /** The language's own name for itself: "Deutsch". */
  readonly name: string;
  has(key: string): boolean;
  /** A sentence; numbers are written as the language writes them. An unknown key answers the key itself. */
  t(key: string, values?: Values): string;
  /** A sentence in pieces, its values left as they are, so that a view can put markup into it. */
  parts<Value>(key: string, values: Readonly<Record<string, Value>>): (string | Value)[];
  /** "21 Nov 2026, 14:05 UTC". */
  time(at: number): string;
  /** "30 seconds", "2 minutes", "1 hour", "7 days": the largest unit that is still true, rounded up. */
  duration(seconds: number): string;
};

type Piece = string | { readonly value: string };
type Compiled = { readonly by?: string; readonly forms: Readonly<Record<string, readonly Piece[]>> };

export function createPhrases({
  locale,
  messages,
  timeZone,
}: {
  locale: string;
  messages: Messages;
  timeZone: string;
}): Phrases {
  const compiled = new Map<string, Compiled>(); // at most one for each sentence of the language
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const times = once(
    () =>
      new Intl.DateTimeFormat(locale, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        timeZone,
        timeZoneName: 'short',
      }),
  );
  const [seconds, minutes, hours, days] = ['second', 'minute', 'hour', 'day'].map((unit) =>
    once(() => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })),
  ) as [Once<Intl.NumberFormat>, Once<Intl.NumberFormat>, Once<Intl.NumberFormat>, Once<Intl.NumberFormat>];

  function find(key: string): Compiled | undefined {
    let found = compiled.get(key);
    if (!found && Object.hasOwn(messages, key)) {
      found = compile(messages[key as keyof Messages]);
      compiled.set(key, found);
    }
    return found;
  }

  function choose(key: string, values: Readonly<Record<string, unknown>>): readonly Piece[] | undefined {
    const message = find(key);
    if (!message) return undefined;
    const category = message.by ? rules.select(Number(values[message.by] ?? 0)) : 'other';
    return message.forms[category] ?? message.forms.other;
  }

  return {
    locale,
    direction: directionOf(locale),
    name: nameOfLanguage(locale),
    has: (key) => Object.hasOwn(messages, key),

    t(key, values = {}) {
      const pieces = choose(key, values);
      if (!pieces) return key;
      let text = '';
      for (const piece of pieces) {
        const value = typeof piece === 'string' ? piece : (values[piece.value] ?? '');
        text += typeof value === 'number' ? numbers.format(value) : value;
      }
      return text;
    },

    parts(key, values) {
      const pieces = choose(key, values) ?? [key];
      return pieces.map((piece) => (typeof piece === 'string' ? piece : (values[piece.value] ?? '')));
    },

    time: (at) => times().format(at),

    duration(wait) {
      if (wait < 120) return seconds().format(Math.max(1, Math.ceil(wait)));
      if (wait < 7200) return minutes().format(Math.ceil(wait / 60));
      // A deadline of three days is still one of 72 hours.
      if (wait <= 259_200) return hours().format(Math.ceil(wait / 3600));
      return days().format(Math.ceil(wait / 86_400));
    },
  };
}

function compile(message: string | Plural): Compiled {
  if (typeof message === 'string') return { forms: { other: cut(message) } };
  const { by, ...forms } = message;
  return { by, forms: Object.fromEntries(Object.entries(forms).map(([form, text]) => [form, cut(text)])) };
}

/** `to continue to {app}` becomes `['to continue to ', { value: 'app' }]`. */
function cut(text: string): Piece[] {
  return text
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('{') && piece.endsWith('}') ? { value: piece.slice(1, -1) } : piece));
}

const RIGHT_TO_LEFT = new Set(['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo', 'Adlm', 'Rohg']);

export function directionOf(locale: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(new Intl.Locale(locale).maximize().script ?? '') ? 'rtl' : 'ltr';
}

/** "Deutsch", "français" with a capital, as a menu wants it. */
export function nameOfLanguage(locale: string): string {
  const name = new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

type Once<Value> = () => Value;

function once<Value>(make: () => Value): Once<Value> {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
