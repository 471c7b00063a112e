import { defined } from '../lib/defined.ts';
import { decodeEntities } from '../lib/entities.ts';

/** What of a finished page can be compared with another: what people fill in, and what a browser would not let pass. */
export type PageFacts = {
  lang: string | undefined;
  dir: string | undefined;
  title: string;
  mainCount: number;
  hasAlert: boolean;
  forms: readonly Form[];
  /** What our policy (`http/security-headers.ts`) or our rules forbid, as the end of a sentence: "has a …". */
  forbidden: readonly string[];
};

/** `method` in small letters; an absent action is ''. */
export type Form = { id?: string; method: string; action: string; fields: readonly Field[] };

/** `type` of an input or a button; `select` and `textarea` for those. `autocomplete`: its words, in small letters. */
export type Field = { name: string; type: string; value: string; autocomplete: readonly string[] };

/** What our policy lets pass: scripts with the nonce, and the one whose text is `hashed`. */
type Policy = { nonce: string; host: string; hashed: string };

type Tag = { name: string; isEnd: boolean; attributes: ReadonlyMap<string, string>; content: string };

/** Reads our own kind of markup, as `html` and people write it; it is no parser for what browsers make of mistakes. */
export function readPageFacts(markup: string, policy: Policy): PageFacts {
  const tags = [...tagsOf(markup)];
  const root = tags.find(({ name }) => name === 'html')?.attributes;
  const starts = tags.filter(({ isEnd }) => !isEnd);
  return {
    lang: root?.get('lang'),
    dir: root?.get('dir'),
    title: decodeEntities(/<title>([^<]*)<\/title>/i.exec(markup)?.[1] ?? '').trim(),
    mainCount: starts.filter(({ name }) => name === 'main').length,
    hasAlert: starts.some(({ attributes }) => attributes.get('role') === 'alert'),
    forms: formsOf(tags),
    forbidden: [...new Set(starts.flatMap((tag) => forbiddenIn(tag, policy)))],
  };
}

const TAG =
  /<!--(?:[^-]|-(?!->))*(?:-->|$)|<(\/?)([a-z][^\s/<>"']*)(?![^\s/>])((?:"[^"]*"|'[^']*'|[^<>"'])*)>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/** In the order of the page; scripts and styles come with their content, in which no tag is looked for. */
function* tagsOf(markup: string): Generator<Tag> {
  const pattern = new RegExp(TAG);
  for (let found = pattern.exec(markup); found; found = pattern.exec(markup)) {
    const [, slash = '', written, rest = ''] = found;
    if (written === undefined) continue;
    const name = written.toLowerCase();
    const attributes = new Map<string, string>();
    for (const [, key = '', double, single, bare] of rest.matchAll(ATTRIBUTE)) {
      attributes.set(key.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ''));
    }
    let content = '';
    if (slash === '' && (name === 'script' || name === 'style')) {
      const end = markup.toLowerCase().indexOf(`</${name}`, pattern.lastIndex);
      content = markup.slice(pattern.lastIndex, end === -1 ? undefined : end);
      pattern.lastIndex += content.length;
    }
    yield { name, isEnd: slash !== '', attributes, content };
  }
}

const CONTROLS = new Set(['input', 'button', 'select', 'textarea']);

/** A control belongs to the form that its `form` names, wherever it stands, else to the one around it. */
function formsOf(tags: readonly Tag[]): Form[] {
  const forms: (Form & { fields: Field[] })[] = [];
  const strays: { owner: string; field: Field }[] = [];
  let open: (typeof forms)[number] | undefined;
  for (const { name, isEnd, attributes } of tags) {
    if (name === 'form') {
      open = isEnd ? undefined : formOf(attributes);
      if (open) forms.push(open);
    } else if (CONTROLS.has(name) && !isEnd && attributes.has('name')) {
      const field = fieldOf(name, attributes);
      const owner = attributes.get('form');
      if (owner !== undefined) strays.push({ owner, field });
      else open?.fields.push(field);
    }
  }
  for (const { owner, field } of strays) forms.find(({ id }) => id === owner)?.fields.push(field);
  return forms;
}

function formOf(attributes: Tag['attributes']): Form & { fields: Field[] } {
  const id = attributes.get('id');
  const method = (attributes.get('method') ?? 'get').toLowerCase();
  return { ...defined({ id }), method, action: attributes.get('action') ?? '', fields: [] };
}

function fieldOf(element: string, attributes: Tag['attributes']): Field {
  const fallback = element === 'input' ? 'text' : element === 'button' ? 'submit' : element;
  const type = element === 'input' || element === 'button' ? (attributes.get('type') ?? fallback) : fallback;
  return {
    name: attributes.get('name') ?? '',
    type: type.toLowerCase(),
    value: attributes.get('value') ?? '',
    autocomplete: (attributes.get('autocomplete') ?? '').toLowerCase().split(/\s+/).filter(Boolean),
  };
}

const NEVER = new Set(['iframe', 'frame', 'object', 'embed', 'audio', 'video', 'base', 'applet']);
const LOADS = new Set(['img', 'source', 'script', 'link', 'image', 'input']);

function forbiddenIn({ name, attributes, content }: Tag, { nonce, host, hashed }: Policy): string[] {
  const found: string[] = [];
  if (NEVER.has(name)) found.push(`has a <${name}>, which browsers block on our pages`);
  if (attributes.has('style')) {
    found.push('has a style attribute, which browsers block; write a class, and its rule in a <style>');
  }
  const handler = [...attributes.keys()].find((key) => /^on[a-z]+$/.test(key));
  if (handler) found.push(`has a handler (${handler}), which browsers block; add it in a <script>`);
  const needsNonce =
    name === 'script' ||
    name === 'style' ||
    (name === 'link' && /stylesheet/i.test(attributes.get('rel') ?? ''));
  const isHashed = name === 'script' && content === hashed;
  if (needsNonce && !isHashed && attributes.get('nonce') !== nonce) {
    found.push(`has a <${name}> that browsers block; it must have nonce="\${page.nonce}"`);
  }
  if (name === 'style' && /@import|@font-face|url\(\s*['"]?(https?:)?\/\//i.test(content)) {
    found.push('has a <style> that loads something, which browsers block');
  }
  const address = attributes.get('src') ?? attributes.get('href') ?? attributes.get('xlink:href') ?? '';
  if (LOADS.has(name) && isElsewhere(address, host)) {
    found.push(`has a <${name}> from another host (${address}); pages load nothing from elsewhere`);
  }
  return found;
}

function isElsewhere(address: string, host: string): boolean {
  if (/^\s*data:/i.test(address)) return false;
  const base = `https://${host}/`;
  return !URL.canParse(address, base) || new URL(address, base).host !== host;
}
