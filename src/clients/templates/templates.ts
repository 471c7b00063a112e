import { z } from 'zod';
import { asOption, type Deed, deedInvalid, defineDeed } from '../../deeds/deeds.ts';
import { nearest } from '../../lib/nearest.ts';
import { toTable } from '../../lib/table.ts';
import type { ClientInput } from '../properties.ts';
import { asksByItself, fill, linesFor, type Places, type Template } from './template.ts';

/** Read when somebody asks for one: most commands do not. */
const loadTemplates = async () => (await import('./apps.ts')).TEMPLATES;

/** What `clients create` takes of it. */
export const TEMPLATE_FIELDS = {
  template: asOption(z.string().optional(), { value: 'app' }).describe(
    'Of an app that is known here: sets what it needs, and prints what to type there. clients templates lists them.',
  ),
  url: z.string().optional().describe('Where the app of the template runs: https://grafana.example.com'),
};

/** A template that somebody has chosen, for an app at an address (without a slash at its end). */
export type ChosenTemplate = { template: Template; url: string | undefined };

/**
 * What was chosen by `--template` and `--url`; `undefined` when neither was given. Throws `deeds.invalid` for a template
 * that is none, and for an address that is missing or wrong.
 */
export async function chooseTemplate(
  id: string | undefined,
  url: string | undefined,
): Promise<ChosenTemplate | undefined> {
  const refuse = (field: string, why: string) => deedInvalid({ problems: [{ field, why }] });
  if (id === undefined) {
    if (url !== undefined) throw refuse('url', 'goes with --template');
    return undefined;
  }
  const templates = await loadTemplates();
  const template = templates.find((each) => each.id === id);
  if (!template) throw refuse('template', whyUnknown(id, templates));
  if (!needsUrl(template)) {
    if (url !== undefined) throw refuse('url', `is not needed: the addresses of ${template.name} are known`);
    return { template, url: undefined };
  }
  if (url === undefined)
    throw refuse('url', `is needed: where ${template.name} runs, such as https://${template.id}.example.com`);
  const why = problemOfUrl(url);
  if (why !== undefined) throw refuse('url', why);
  return { template, url: baseOf(url) };
}

/** What a client of it is, before anything that was said beside it. */
export function inputOfTemplate({ template, url }: ChosenTemplate): ClientInput {
  const there = (text: string) => fill(text, placesOf(url));
  const { postLogoutRedirectUris: signedOut = [] } = template;
  return {
    name: template.name,
    redirectUris: template.redirectUris.map(there),
    ...(signedOut.length > 0 ? { postLogoutRedirectUris: signedOut.map(there) } : {}),
    ...template.settings,
  };
}

/** What is known of a client that was made of a template. `secret`: what is shown of it. */
export type MadeClient = { issuer: string; clientId: string; secret: string; scope: string | undefined };

/** What to type there, with the values filled in; the names of the JSON. */
export type Guide = {
  template: string;
  app: string;
  where: string;
  lines: readonly string[];
  notes: readonly string[];
  sources: readonly string[];
  mark: Template['mark'];
  version: string;
};

export function guideOf({ template, url }: ChosenTemplate, made: MadeClient): Guide {
  const places = { ...placesOf(url), ...placesOfClient(made) };
  const filled = (text: string) => fill(text, places);
  return {
    template: template.id,
    app: template.name,
    where: filled(template.where),
    lines: linesFor(template, made.scope).map(filled),
    notes: [...(template.notes ?? []), ...noteOfScopes(template, made)].map(filled),
    sources: template.sources,
    mark: template.mark,
    version: template.version,
  };
}

/** Of an app that asks for the same scopes whatever its client has. */
function noteOfScopes(template: Template, { scope = '' }: MadeClient): string[] {
  const { scope: own = '' } = template.settings;
  const names = (text: string) => text.split(' ').toSorted().join(' ');
  if (!asksByItself(template) || names(own) === names(scope)) return [];
  return [
    `${template.name} asks for ${own} by itself. This client may ask for ${scope}: set the same scopes in ${template.name}.`,
  ];
}

/** For people: the lines as they are typed, so that they can be copied. */
export function guideToText({ app, where, lines, notes, sources, ...shownBy }: Guide): string {
  return [
    '',
    `${app}: ${where}`,
    '',
    ...lines,
    '',
    ...notes,
    `${markInWords(shownBy)}: ${sources.join(' ')}`,
  ].join('\n');
}

/** `clients templates`. */
export const listTemplates: Deed<unknown> = defineDeed('clients.templates', {
  summary: 'Lists the apps that clients create --template knows.',
  input: z.strictObject({}),
  permission: 'clients:read',
  run: () => loadTemplates(),
  show: (templates) => ({
    templates: templates.map(({ id, name, mark, version, sources, ...template }) => ({
      id,
      name,
      needs_url: needsUrl(template),
      mark,
      version,
      sources,
    })),
  }),
  command: {
    text: (templates) =>
      toTable(
        ['TEMPLATE', 'APP', 'SHOWN BY'],
        templates.map((template) => [template.id, template.name, markInWords(template)]),
      ),
  },
});

/** `Tried (oauth2-proxy 7.15.6)`. */
export function markInWords({ mark, version }: Pick<Template, 'mark' | 'version'>): string {
  return mark === 'tried' ? `Tried (${version})` : `From its documentation (${version})`;
}

/** Whether its addresses depend on where it runs. */
export function needsUrl({ redirectUris }: Pick<Template, 'redirectUris'>): boolean {
  return redirectUris.some((uri) => uri.includes('<url>'));
}

function whyUnknown(id: string, templates: readonly Template[]): string {
  const guess = nearest(
    id.toLowerCase(),
    templates.map((template) => template.id),
  );
  return `names none that there is${guess === undefined ? '' : `; did you mean ${guess}?`} (clients templates lists them)`;
}

/** The lines are copied into shells and files: an address has nothing that means something there. */
function problemOfUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'must be an address such as https://grafana.example.com';
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  if (/[?#]/.test(text)) return 'must not have a query or a fragment (? or #)';
  return /^[\w.~/%@:+-]*$/.test(url.pathname) ? undefined : 'must have a path of plain letters';
}

function baseOf(text: string): string {
  const { origin, pathname } = new URL(text);
  let end = pathname.length;
  while (pathname[end - 1] === '/') end -= 1;
  return origin + pathname.slice(0, end);
}

function placesOf(url: string | undefined): Partial<Places> {
  return url === undefined ? {} : { url, url_encoded: encodeURIComponent(url) };
}

function placesOfClient({ issuer, clientId, secret }: MadeClient): Partial<Places> {
  return {
    client_id: clientId,
    client_secret: secret,
    issuer,
    discovery: `${issuer}/.well-known/openid-configuration`,
    authorization: `${issuer}/auth`,
    token: `${issuer}/token`,
    userinfo: `${issuer}/me`,
    end_session: `${issuer}/session/end`,
    jwks: `${issuer}/jwks`,
  };
}
