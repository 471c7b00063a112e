/**
 * What makes two resource identifiers one (RFC 8707 §2, RFC 3986 §6.2.2.1 and §6.2.3): scheme and host in lower case, no
 * default port, and `/` for an empty path. Nothing else: `new URL(…).href`, which clients send, does no more to an
 * honest identifier, and paths, queries and percent signs may mean another resource.
 */
export function identifierKey(identifier: string): string {
  const [, scheme, authority, rest] = /^([a-z][a-z\d+.-]*):\/\/([^/?#]*)(.*)$/is.exec(identifier) ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined) return identifier;
  const at = authority.lastIndexOf('@') + 1;
  const host = authority
    .slice(at)
    .toLowerCase()
    .replace(DEFAULT_PORTS[scheme.toLowerCase()] ?? /^$/, '');
  const path = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
  return `${scheme.toLowerCase()}://${authority.slice(0, at)}${host}${path}`;
}

const DEFAULT_PORTS: Readonly<Record<string, RegExp>> = { https: /:443$/, http: /:80$/ };
