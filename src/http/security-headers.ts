import type { ServerResponse } from 'node:http';
import type { Middleware } from 'koa';
import type { IssuerConfig } from './issuer.ts';

/** `flow`: pages inside a sign-in. `account`: signed-in pages. `api`: what no browser draws. */
export type HeaderKind = 'flow' | 'account' | 'api';

/**
 * What every answer carries, from the start, so that no path of the code can leave it out; `setPageHeaders` then
 * replaces the policy for pages. Each choice was measured in Chromium (design §8): the stricter-looking ones
 * (`no-referrer`, `form-action` or COOP on flow pages) break real apps.
 */
export function createSecurityHeaders(
  config: TransportConfig,
  isApiPath: (path: string) => boolean,
): Middleware {
  const hsts = strictTransport(config);
  return function securityHeaders(ctx, next) {
    const { res } = ctx;
    res.setHeader('Content-Security-Policy', POLICY_OF_NO_PAGE);
    if (!isApiPath(ctx.path)) {
      // No other site draws one of these into its own process. What programs fetch, they fetch by CORS, or without a
      // browser; the files that others may show say so themselves (`static.ts`).
      res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    }
    res.setHeader('X-Content-Type-Options', 'nosniff');
    // `no-referrer` would make our own form posts say `Origin: null`.
    res.setHeader('Referrer-Policy', 'same-origin');
    if (hsts) res.setHeader('Strict-Transport-Security', hsts);
    return next();
  };
}

export type TransportConfig = Pick<IssuerConfig, 'isSecure'> & {
  http: { hstsSeconds: number; hstsIncludeSubDomains?: boolean };
};

/** `Strict-Transport-Security` (RFC 6797 §6.1); `undefined` where none is sent. */
export function strictTransport({ isSecure, http }: TransportConfig): string | undefined {
  if (!isSecure || http.hstsSeconds === 0) return undefined;
  return `max-age=${http.hstsSeconds}${http.hstsIncludeSubDomains ? '; includeSubDomains' : ''}`;
}

/** No `script-src` either: to one of ours oidc-provider would add its own scripts, and none of its pages is shown. */
const POLICY_OF_NO_PAGE = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/**
 * The headers of a page. Flow pages send no `form-action`: Chromium applies it to the whole redirect chain, and a
 * client's callback is on it. They send no COOP: it cuts off apps that sign in by a popup. `scriptHash`: of the one script
 * without a nonce that the page has. `framesOwn`: it draws other documents of ours.
 */
export function setPageHeaders(
  res: ServerResponse,
  {
    nonce,
    kind,
    scriptHash,
    framesOwn,
  }: {
    nonce: string;
    kind: HeaderKind;
    scriptHash?: string | undefined;
    framesOwn?: boolean | undefined;
  },
): void {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'${scriptHash === undefined ? '' : ` '${scriptHash}'`}`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    ...(framesOwn ? ["frame-src 'self'"] : []),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  if (kind === 'account') {
    policy.push("form-action 'self'");
    res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    // Whoever looks at a list of their devices is helped by names; at a sign-in nobody needs to be asked.
    res.setHeader('Accept-CH', 'Sec-CH-UA-Platform-Version, Sec-CH-UA-Model');
  }
  res.setHeader('Content-Security-Policy', policy.join('; '));
  res.setHeader('Permissions-Policy', PERMISSIONS);
  res.setHeader('Cache-Control', 'no-store');
}

const PERMISSIONS =
  'camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)';
