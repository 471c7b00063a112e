/**
 * What is wrong with an SVG as a picture that is shown beside a sign-in, as the end of a sentence ("has <script>; …").
 * Nothing is taken out: a file that has anything beside plain shapes is refused, also one that is written in a way that
 * this little grammar does not know, so that no browser can read it otherwise than it was read here (XML 1.0, SVG 2).
 */
export function problemOfSvg(body: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return 'is not in UTF-8';
  }
  // ESC too: in ISO-2022-JP it turns letters into others.
  if (/[^\t\n\r\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    return 'has control characters';
  if (/<!(?:ENTITY|ATTLIST|ELEMENT|NOTATION|\[)/i.test(text))
    return 'has declarations of XML (<!ENTITY …>, <![CDATA[ …); save it without';
  const start = PROLOG.exec(text)?.[0].length ?? 0;
  return problemOfElements(text, start);
}

/** How an SVG begins, as far as it is looked at to tell what a file is. */
export function isSvg(body: Uint8Array): boolean {
  const text = new TextDecoder().decode(body.subarray(0, 8192));
  return /^\s*(?:<\?xml\s|<!--|<!DOCTYPE\s+svg\b|<svg[\s>])/i.test(text);
}

// The address of a DTD is loaded by no browser; one that is written out in the file is refused with its brackets.
const PROLOG =
  /^(?:<\?xml version="1\.[01]"(?: encoding="(?:utf-8|UTF-8)")?(?: standalone="(?:yes|no)")?\s?\?>)?(?:\s|<!--(?:[^-]|-[^-])*-->)*(?:<!DOCTYPE svg(?: PUBLIC "[^"]*" "[^"]*")?>)?/;

const TOKEN =
  /<!--(?:[^-]|-[^-])*-->|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s?=\s?(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /\s+([\w:.-]+)\s?=\s?(?:"([^"<]*)"|'([^'<]*)')/gy;

/** Shapes, paint and words. No script, no link, no picture, nothing that moves, and nothing that is drawn many times. */
const ELEMENTS = new Set([
  'svg',
  'g',
  'path',
  'rect',
  'circle',
  'ellipse',
  'line',
  'polyline',
  'polygon',
  'defs',
  'linearGradient',
  'radialGradient',
  'stop',
  'clipPath',
  'mask',
  'title',
  'desc',
  'text',
  'tspan',
  'style',
]);
/** In these nothing may be cut or masked again: two of each level would be drawn 2^n times. */
const CUTTERS = new Set(['clipPath', 'mask']);
const GRADIENTS = new Set(['linearGradient', 'radialGradient']);
const DEEPEST = 32;

const NAMESPACES: Readonly<Record<string, string>> = {
  xmlns: 'http://www.w3.org/2000/svg',
  'xmlns:svg': 'http://www.w3.org/2000/svg',
  'xmlns:xlink': 'http://www.w3.org/1999/xlink',
};

function problemOfElements(text: string, start: number): string | undefined {
  const open: string[] = [];
  let hasRoot = false;
  TOKEN.lastIndex = start;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (!token) return `is not written as plain XML near ${JSON.stringify(text.slice(at, at + 30))}`;
    const [, closed, opened, attributes = '', slash, words] = token;
    // A browser reads what is before and behind as one style, in which `url` and `(…)` have become one word.
    if (open.at(-1) === 'style' && words === undefined && closed === undefined)
      return 'has a comment or an element in <style>';
    if (words !== undefined) {
      if (open.length === 0 && words.trim() !== '') return 'has text outside of <svg>';
      const problem = problemOfWords(words, open.at(-1));
      if (problem) return problem;
    } else if (closed !== undefined) {
      if (open.pop() !== closed) return `has </${shown(closed)}> where another element ends`;
    } else if (opened !== undefined) {
      if (open.length === 0 && (hasRoot || opened !== 'svg')) return 'is not one <svg>';
      const problem = problemOfElement(opened, attributes, open);
      if (problem) return problem;
      hasRoot = true;
      if (slash === '') open.push(opened);
      if (open.length > DEEPEST) return `has elements ${DEEPEST + 1} deep; flatten its groups`;
    }
  }
  if (open.length > 0 || !hasRoot) return 'is not one whole <svg>';
  return undefined;
}

const PLAIN =
  'only shapes, gradients and text may be in a logo; save it as plain SVG, with shapes written out';

function problemOfElement(name: string, written: string, open: readonly string[]): string | undefined {
  const isRoot = open.length === 0;
  if (!ELEMENTS.has(name) || (name === 'svg' && !isRoot)) return `has <${shown(name)}>; ${PLAIN}`;
  const attributes = new Map<string, string>();
  for (const [, key = '', double, single] of written.matchAll(ATTRIBUTE)) {
    if (attributes.has(key)) return `has ${shown(key)} twice on <${name}>`;
    const value = decode(double ?? single ?? '');
    if (value === undefined) return `has an entity that XML does not have, in ${shown(key)}`;
    attributes.set(key, value);
  }
  if (isRoot && attributes.get('xmlns') !== NAMESPACES.xmlns)
    return `lacks xmlns="${NAMESPACES.xmlns}" on <svg>, without which no browser shows it`;
  const isCut = open.some((each) => CUTTERS.has(each)) || CUTTERS.has(name);
  for (const [key, value] of attributes) {
    const problem = problemOfAttribute(name, key, value, { isRoot, isCut });
    if (problem) return problem;
  }
  return undefined;
}

function problemOfAttribute(
  element: string,
  key: string,
  value: string,
  { isRoot, isCut }: { isRoot: boolean; isCut: boolean },
): string | undefined {
  const where = `${shown(key)} on <${element}>`;
  if (key === 'xmlns' || key.startsWith('xmlns:'))
    return isRoot && NAMESPACES[key] === value ? undefined : `has ${where}; ${PLAIN}`;
  if (key === 'xml:space') return undefined;
  if (key === 'href' || key === 'xlink:href')
    return GRADIENTS.has(element) && /^#[\w.:-]+$/.test(value) ? undefined : `has ${where}; ${PLAIN}`;
  if (!/^[a-z][A-Za-z0-9-]*$/.test(key) || /^on/i.test(key)) return `has ${where}; ${PLAIN}`;
  if (isCut && (/^(?:clip-path|mask)$/.test(key) || CUTS.test(value)))
    return `has ${where} inside of another one; ${PLAIN}`;
  // Words for people, in which brackets mean nothing.
  if (key === 'aria-label' || key === 'id' || key === 'class' || key.startsWith('data-')) return undefined;
  return problemOfStyle(value, where);
}

function problemOfWords(words: string, element: string | undefined): string | undefined {
  const text = decode(words);
  if (text === undefined) return 'has an entity that XML does not have';
  if (element !== 'style') return undefined;
  if (CUTS.test(text)) return 'has clip-path or mask in <style>; write it at the shape';
  return problemOfStyle(text, '<style>');
}

const CUTS = /clip-path|mask/i;
const FUNCTIONS = new Set([
  'rgb',
  'rgba',
  'hsl',
  'hsla',
  'lab',
  'lch',
  'oklab',
  'oklch',
  'color',
  'matrix',
  'translate',
  'translatex',
  'translatey',
  'scale',
  'scalex',
  'scaley',
  'rotate',
  'skewx',
  'skewy',
  'calc',
]);

/** Nothing may be loaded, and nothing written so that it is read otherwise (escapes, rules with @). */
function problemOfStyle(value: string, where: string): string | undefined {
  if (/[\\@]/.test(value)) return `has an @ or a backslash in ${where}`;
  const rest = value.replaceAll(/url\((?:#[\w.:-]+|"#[\w.:-]+"|'#[\w.:-]+')\)/g, '');
  for (const [, name = ''] of rest.matchAll(/(?<![\w-])([\w-]+)\s?\(/g)) {
    if (!FUNCTIONS.has(name.toLowerCase())) return `has ${name}(…) in ${where}, which may load something`;
  }
  return /javascript:|data:|\/\//i.test(rest) ? `has an address in ${where}` : undefined;
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** As XML means it; undefined where it means nothing without a declaration. */
function decode(text: string): string | undefined {
  let isKnown = true;
  const decoded = text.replaceAll(
    /&(?:#(\d{1,7});|#x([0-9a-fA-F]{1,6});|(amp|lt|gt|quot|apos);)?/g,
    (_, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return CHARACTERS[name] ?? '';
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      if (!(code >= 0x20 && code <= 0x10_ffff)) isKnown = false;
      return isKnown ? String.fromCodePoint(code) : '';
    },
  );
  return isKnown ? decoded : undefined;
}

function shown(name: string): string {
  return name.slice(0, 40);
}
