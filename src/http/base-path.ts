import type { Middleware } from 'koa';
import { notFound } from './errors.ts';
import type { IssuerConfig } from './issuer.ts';

/** Where clients look for the metadata, below the issuer and with its path behind them (RFC 8414 §3.1). */
export const METADATA = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

/** Documents that browsers and clients look for at the root of a host and nowhere else. */
export const HOST_DOCUMENTS = [
  '/.well-known/webauthn',
  '/.well-known/passkey-endpoints',
  '/.well-known/change-password',
  '/.well-known/webfinger',
];

/**
 * Takes the issuer's path off the address: everything after it is written as if the issuer had none. `req.originalUrl`
 * keeps what was asked. Outside the path only the metadata answers, at the forms with the path inserted behind
 * `.well-known/<name>` (RFC 8414 §3.1), and what belongs to the whole host.
 */
export function createBasePath({ base }: Pick<IssuerConfig, 'base'>): Middleware {
  return function basePath(ctx, next) {
    const req: typeof ctx.req & { originalUrl?: string } = ctx.req;
    const url = req.url ?? '/';
    req.originalUrl = url;
    if (base !== '') req.url = withoutBase(url, base);
    return next();
  };
}

function withoutBase(url: string, base: string): string {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = at < 0 ? '' : url.slice(at);
  const inserted = METADATA.find((name) => path === `${name}${base}`);
  if (inserted) return inserted + query;
  // Some clients write a slash behind it (Tailscale asks for `/.well-known/webfinger/`).
  if (HOST_DOCUMENTS.includes(path.replace(/\/$/, ''))) return url;
  if (path !== base && !path.startsWith(`${base}/`)) throw notFound();
  return (path.slice(base.length) || '/') + query;
}
