import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IssuerConfig } from './issuer.ts';

/** Names of all cookies of one installation. */
export type CookieNames = {
  session: string;
  /** The secret by which the browser is known as the same one (`browser-secret.ts`); its forms are derived from it. */
  csrf: string;
  device: string;
  interaction: string;
  resume: string;
  locale: string;
  /** Two minutes after a password was chosen by a one-time link (`interaction/ticket.ts`). */
  ticket: string;
  /** Ten minutes after a mailed link was pressed in a browser that had not asked for it (`methods/email`). */
  email: string;
  /** Tokens of people who are not asked for the second factor in this browser (`methods/remembered-browsers.ts`). */
  remembered: string;
  /** What this browser can do with a new passkey (`interaction/passkey.ts`). */
  passkeys: string;
  /** The ways that were used last in this browser (`interaction/last-used.ts`). */
  lastUsed: string;
  /** That somebody signed out, until somebody signs in (`rememberSignOut`). */
  signedOut: string;
  /** The `state` of a sign-in to the own account (`account/sign-in.ts`). */
  account: string;
  /** What was proved in the account by adding it (`account/own-proofs.ts`). */
  proofs: string;
};

/**
 * The names by which cookies are set and read, decided by the issuer. On https `__Host-` for what belongs to the whole
 * host (a sibling subdomain cannot plant it), `__Secure-` for what has a path of its own: it says which sign-in is meant, and
 * opens nothing without the browser's secret (`browser-secret.ts`). On http no prefix, which a
 * browser would refuse. An issuer with a path has it in the names, so that two issuers on one host keep apart.
 */
export function cookieNames(config: Pick<IssuerConfig, 'base' | 'isSecure'>): CookieNames {
  const place = config.base.replaceAll(/[^a-z0-9]+/gi, '-');
  const host = config.isSecure ? '__Host-' : '';
  const secure = config.isSecure ? '__Secure-' : '';
  return {
    session: `${host}gatehouse${place}-session`,
    csrf: `${host}gatehouse${place}-csrf`,
    device: `${host}gatehouse${place}-device`,
    interaction: `${secure}gatehouse${place}-interaction`,
    resume: `${secure}gatehouse${place}-resume`,
    locale: `${host}gatehouse${place}-locale`,
    ticket: `${host}gatehouse${place}-ticket`,
    email: `${host}gatehouse${place}-email`,
    remembered: `${host}gatehouse${place}-remembered`,
    passkeys: `${host}gatehouse${place}-passkeys`,
    lastUsed: `${host}gatehouse${place}-last-used`,
    signedOut: `${host}gatehouse${place}-signed-out`,
    account: `${host}gatehouse${place}-account`,
    proofs: `${host}gatehouse${place}-proofs`,
  };
}

/** The value of a cookie of a request, or `undefined`. The first one counts when a name occurs twice. */
export function readCookie(
  req: { headers: { cookie?: string | undefined } },
  name: string,
): string | undefined {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * Adds one `Set-Cookie`: HttpOnly, Lax, for the whole host, Secure on https. `__Host-` demands `Path=/`; without the
 * prefix the cookie stays below the issuer's path. Values are ours: base64url or a locale.
 */
export function setHostCookie(
  res: { appendHeader(name: string, value: string): unknown },
  config: Pick<IssuerConfig, 'base' | 'isSecure'>,
  name: string,
  value: string,
  maxAgeSeconds?: number,
): void {
  const parts = [`${name}=${value}`, `Path=${config.isSecure ? '/' : config.base || '/'}`];
  if (maxAgeSeconds !== undefined) parts.push(`Max-Age=${maxAgeSeconds}`);
  if (config.isSecure) parts.push('Secure');
  parts.push('HttpOnly', 'SameSite=Lax');
  res.appendHeader('Set-Cookie', parts.join('; '));
}

/**
 * That somebody has signed out in this browser, until somebody signs in. Without it a sign-in page that leads on by itself
 * to another provider, where the person is still signed in, would sign them in again at once.
 */
export function rememberSignOut(res: ServerResponse, config: Pick<IssuerConfig, 'base' | 'isSecure'>): void {
  setHostCookie(res, config, cookieNames(config).signedOut, 'v1', ONE_DAY_SECONDS);
}

export function hasSignedOut(
  ctx: { req: IncomingMessage },
  config: Pick<IssuerConfig, 'base' | 'isSecure'>,
): boolean {
  return readCookie(ctx.req, cookieNames(config).signedOut) !== undefined;
}

export function forgetSignOut(
  ctx: { req: IncomingMessage; res: ServerResponse },
  config: Pick<IssuerConfig, 'base' | 'isSecure'>,
): void {
  if (hasSignedOut(ctx, config)) setHostCookie(ctx.res, config, cookieNames(config).signedOut, '', 0);
}

const ONE_DAY_SECONDS = 24 * 60 * 60;
