const MARKUP = Symbol('markup');

/**
 * A piece of HTML that is safe to write as it is. Only `html` and `raw` make one: its key is a symbol of this file,
 * which no parsed input can carry.
 */
export type Html = { readonly [MARKUP]: string };

/** What a hole of a template takes. Text and numbers are escaped, arrays are joined, nothing is written for the rest. */
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[];

const holesOf = new WeakMap<TemplateStringsArray, readonly Hole[]>();

type Hole = 'text' | 'url';

/**
 * The one way to write a page: html`<p>${name}</p>`. Every value is escaped unless it is `Html` itself. A hole must
 * stand in text or inside a quoted attribute; in `href`, `src` and `action` only addresses of the web and of ours pass.
 */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let holes = holesOf.get(strings);
  if (!holes) {
    holes = findHoles(strings);
    holesOf.set(strings, holes);
  }
  let text = strings[0] ?? '';
  for (let index = 0; index < values.length; index += 1) {
    text += write(values[index], holes[index] ?? 'text') + strings[index + 1];
  }
  return { [MARKUP]: text };
}

/** Text that is written without escaping. Only `src/views/assets.ts` may call it (a test looks), on files of ours. */
export function raw(text: string): Html {
  return { [MARKUP]: text };
}

export function isHtml(value: unknown): value is Html {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Html>)[MARKUP] === 'string';
}

/** The text of a finished piece. */
export function markupOf(piece: Html): string {
  if (!isHtml(piece)) throw new TypeError('not made by html or raw');
  return piece[MARKUP];
}

function write(value: HtmlValue, hole: Hole): string {
  if (typeof value === 'string') return escapeText(hole === 'url' ? webAddress(value) : value);
  if (typeof value === 'number') return String(value);
  if (value === undefined || value === null || value === false) return '';
  if (Array.isArray(value)) return value.map((item: HtmlValue) => write(item, hole)).join('');
  return markupOf(value as Html);
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

/** An app chooses the addresses of its terms and policy: `javascript:` and its like lead nowhere. */
function webAddress(url: string): string {
  const isOther = /^[^/?#]*:/.test(url) && !/^(https?:|mailto:|otpauth:|data:image\/)/i.test(url);
  return isOther ? '#' : url;
}

/** Looks at a template once: a hole in an unquoted attribute, a handler, a `style` or a script is a mistake of ours. */
function findHoles(strings: TemplateStringsArray): Hole[] {
  return strings.slice(0, -1).map((part) => {
    if (/=\s*$/.test(part)) throw new TypeError(`a value in an unquoted attribute after ${part.slice(-40)}`);
    if (/\s(on\w+|style)\s*=\s*"[^"]*$/i.test(part)) throw new TypeError(`a value in ${part.slice(-40)}`);
    return /\s(href|src|action|formaction)="$/i.test(part) ? 'url' : 'text';
  });
}
