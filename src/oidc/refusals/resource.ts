import { differencesOf } from '../uri-differences.ts';
import { joined, LONGEST_URI, quote } from './presented.ts';
import type { Facts, Row } from './row.ts';

/** Scopes and resources, wherever they are asked for (RFC 6749 §3.3, RFC 8707). */
export const resourceRows: readonly Row[] = [
  {
    reason: 'scope_not_allowed',
    says: /^(requested scope is not allowed|scope contains invalid characters)/,
    explain: ({ error, client }) =>
      error.scope === undefined
        ? 'scope holds a character that no scope may have: scopes are separated by single spaces (RFC 6749 §3.3).'
        : `The client may not ask for the scope ${quote(error.scope)}; it is registered for ${quote(client?.gatehouse?.scope ?? client?.scope ?? '')}.`,
  },
  {
    reason: 'scope_missing',
    says: /^scope is missing, and the client has no default$/,
    explain: () =>
      'The request has no scope, and the client is registered for none that would be meant then: ask for openid, or register what it asks for (gatehouse clients update --scope).',
  },
  {
    reason: 'scope_unknown',
    says: /^none of the requested scopes exists here$/,
    // By now the library has taken them out of its own parameters.
    explain: ({ ctx, error, params }) =>
      `Of the scopes ${quote(String(ctx.query.scope ?? error.scope ?? ''))} none is of OpenID Connect${params.resource === undefined ? ', and the request names no resource: scopes of an API come with resource (RFC 8707)' : ', and none of the resource that is asked for'}.`,
  },
  {
    reason: 'nothing_left',
    says: /^nothing of it may be given any more$/,
    explain: ({ params, client }) =>
      `Of what was granted or asked for${params.scope ? ` (${quote(String(params.scope))})` : ''} nothing may be given any more: the client may ask for ${quote(client?.gatehouse?.scope ?? 'every scope')}, and the API offers what resource-servers show says.`,
  },
  {
    reason: 'role_permits_nothing',
    says: /^no role permits any of it$/,
    explain: ({ error }) =>
      `Of what was granted or asked for${error.scope ? ` (${quote(error.scope)})` : ''} no role of the person, or of the service itself, permits anything at this API, which says --roles enforce: gatehouse users show, clients show and roles show say who may what.`,
  },
  {
    reason: 'app_not_allowed',
    says: /^the person (has none of the roles that the app lets in|may not use this app)$/,
    explain: ({ client }) =>
      `The app lets in people with the roles ${quote((client?.gatehouse?.allowedRoles ?? []).join(', '))} alone, and this person has none of them (gatehouse roles assign, or clients update --allowed-role).`,
  },
  { reason: 'resource_unknown', says: /^no resource server is registered/, explain: explainUnknownResource },
  {
    reason: 'resource_malformed',
    says: /^resource indicator must (be an absolute URI|not contain a fragment)/,
    explain: () => 'resource must be an absolute URI without a fragment (RFC 8707 §2).',
  },
  {
    reason: 'resource_many',
    says: /^only a single resource indicator/,
    explain: () =>
      'Several resources were granted and a token is for one: name it with the parameter resource at /token (RFC 8707 §2.2).',
  },
  {
    reason: 'resource_not_granted',
    says: /^resource indicator is missing, or unknown$/,
    explain: ({ params }) =>
      `The resource ${quote(String(params.resource))} was not part of the authorization request, so no token is given for it.`,
  },
];

async function explainUnknownResource({ params, deps }: Facts): Promise<string> {
  const asked = [params.resource].flat().slice(0, MOST_RESOURCES).map(String);
  for (const identifier of asked) {
    if (identifier.length > LONGEST_URI)
      return 'No resource server is registered under an identifier of that length.';
    if (await deps.isResourceServer(identifier)) continue;
    for (const other of variantsOf(identifier)) {
      if (!(await deps.isResourceServer(other))) continue;
      return `No resource server is registered as this; ${other} is, and differs from it in ${joined(differencesOf(identifier, other) ?? [])}.`;
    }
    return `No resource server is registered under ${quote(identifier)}; it is compared as a text.`;
  }
  return 'No resource server is registered under this identifier.';
}

const MOST_RESOURCES = 20;

function variantsOf(identifier: string): string[] {
  const trimmed = identifier.trim();
  const withoutSlash = trimmed.replace(/(?<!\/)\/+$/, '');
  const others = [trimmed, withoutSlash, `${withoutSlash}/`];
  const swapped = others.map((uri) =>
    uri.startsWith('http:') ? uri.replace('http:', 'https:') : uri.replace('https:', 'http:'),
  );
  return [...new Set([...others, ...swapped, trimmed.toLowerCase()])].filter((uri) => uri !== identifier);
}
