import type { ClientInput } from '../properties.ts';

/**
 * What one app needs that people run, as its makers say it: one file of data each. In its texts stand in angle brackets
 * what is known when the client is made (`PLACES`); `<url>` is where the app runs, without a slash at its end.
 */
export type Template = {
  /** What is typed after `--template`: small letters, digits and dashes. */
  id: string;
  /** As its makers write it; the client's name, unless another one is given. */
  name: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris?: readonly string[];
  /** What differs from a client of which nothing is said. */
  settings: TemplateSettings;
  /** Where the lines belong. */
  where: string;
  /** What to type there. A line with `<each_scope>` stands there once for each scope that is left (`unasked`). */
  lines: readonly string[];
  /** Scopes that these lines leave out: the app asks for them by itself, or has no use for them. */
  unasked?: readonly string[];
  /** What else must be known; whole sentences. */
  notes?: readonly string[];
  /** Public addresses that say so. */
  sources: readonly string[];
  /** Whether somebody has signed in by it here, or its documentation was only read. */
  mark: 'tried' | 'from its documentation';
  /** Of which version: what was tried, or what was read and when. */
  version: string;
};

export type TemplateSettings = Pick<
  ClientInput,
  'type' | 'grants' | 'scope' | 'authMethod' | 'pkce' | 'idTokenClaims' | 'claims' | 'level'
>;

/** What may stand in angle brackets. */
export const PLACES = [
  'url',
  'url_encoded',
  'client_id',
  'client_secret',
  'scope',
  'scope_commas',
  'scope_quoted',
  'scope_symbols',
  'each_scope',
  'issuer',
  'discovery',
  'authorization',
  'token',
  'userinfo',
  'end_session',
  'jwks',
] as const;

export type Places = Readonly<Record<(typeof PLACES)[number], string>>;

const SCOPE_FORMS = {
  scope: (names) => names.join(' '),
  scope_commas: (names) => names.join(','),
  scope_quoted: (names) => names.map((name) => `"${name}"`).join(', '),
  // A symbol of Ruby.
  scope_symbols: (names) => names.map((name) => (/^\w+$/.test(name) ? `:${name}` : `:"${name}"`)).join(', '),
} as const satisfies Record<string, (names: readonly string[]) => string>;

const SCOPE_PLACE = /<(?:scope(?:_\w+)?|each_scope)>/;

/** What to type there, with the scopes that the client has (separated by spaces). */
export function linesFor({ lines, unasked = [] }: Pick<Template, 'lines' | 'unasked'>, scope = ''): string[] {
  const asked = scope.split(' ').filter((name) => name !== '' && !unasked.includes(name));
  const places = Object.fromEntries(Object.entries(SCOPE_FORMS).map(([place, form]) => [place, form(asked)]));
  return lines.flatMap((line) => {
    const each = line.includes('<each_scope>') ? asked.map((name) => ({ each_scope: name })) : [{}];
    return each.map((one) => fill(line, { ...places, ...one }));
  });
}

/** Whether its lines say which scopes it asks for. */
export function asksByItself({ lines }: Pick<Template, 'lines'>): boolean {
  return !lines.some((line) => SCOPE_PLACE.test(line));
}

/** A text with what is known put in. */
export function fill(text: string, places: Partial<Places>): string {
  const known: Readonly<Record<string, string | undefined>> = places;
  return text.replaceAll(/<([a-z_]+)>/g, (whole, name: string) => known[name] ?? whole);
}
