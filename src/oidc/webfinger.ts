import { parsePairs } from '../http/body.ts';
import { notFound, parametersMalformed } from '../http/errors.ts';
import type { Route } from '../http/routes.ts';
import { readMailDomain } from '../lib/email-address.ts';

const ISSUER = 'http://openid.net/specs/connect/1.0/issuer';

/**
 * Tells whoever has an e-mail address which issuer signs its person in (OpenID Connect Discovery §2, RFC 7033), for the
 * domains that the operator names. The same for everything before the `@`: nobody learns who has an account.
 * `base-path.ts` answers it at the root of the host, where it is looked for.
 */
export function createWebFinger({
  config: { issuer, oidc },
}: {
  config: { issuer: string; oidc: { webfingerDomains: readonly string[] } };
}): Route[] {
  const domains = new Set(oidc.webfingerDomains); // at most one for each that the operator names
  if (domains.size === 0) return [];
  return [
    {
      method: 'GET',
      path: '/.well-known/webfinger',
      headers: 'api',
      // RFC 7033 §4.3: as many as the client wants to know of.
      repeats: ['rel'],
      handle(ctx) {
        // RFC 7033 §5; for what is refused as well, so that a page can tell why.
        ctx.res.setHeader('Access-Control-Allow-Origin', '*');
        const asked = parsePairs(ctx.querystring);
        const valuesOf = (wanted: string) =>
          asked.filter(([name]) => name === wanted).map(([, value]) => value);
        const [resource = ''] = valuesOf('resource');
        const domain = domainOf(resource);
        if (domain === undefined || !domains.has(domain)) throw notFound();
        const relations = valuesOf('rel');
        const links = [{ rel: ISSUER, href: issuer }];
        ctx.res.setHeader('Cache-Control', 'public, max-age=3600');
        ctx.body = JSON.stringify({
          subject: resource,
          links: relations.length === 0 ? links : links.filter(({ rel }) => relations.includes(rel)),
        });
        ctx.res.setHeader('Content-Type', 'application/jrd+json');
      },
    },
  ];
}

/**
 * The domain of an account or an address (RFC 7565 §7, RFC 6068 §2); `undefined` for any other URI. What is none throws
 * (RFC 7033 §4.2).
 */
function domainOf(resource: string): string | undefined {
  const [, scheme, rest = ''] = /^([a-z][a-z\d+.-]*):([^\s]+)$/i.exec(resource) ?? [];
  if (scheme === undefined) throw parametersMalformed();
  if (!/^(?:acct|mailto)$/i.test(scheme)) return undefined;
  const at = rest.lastIndexOf('@');
  const domain =
    at > 0 && isWellEncoded(rest) ? readMailDomain(decodeURIComponent(rest.slice(at + 1))) : undefined;
  if (domain === undefined) throw parametersMalformed();
  return domain;
}

function isWellEncoded(text: string): boolean {
  try {
    return !decodeURIComponent(text).includes('\0');
  } catch {
    return false;
  }
}
