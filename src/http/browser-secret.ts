import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequestSlot } from '../lib/request-slot.ts';
import { createSecret, isSame, sha256 } from '../lib/secret.ts';
import { cookieNames, readCookie, setHostCookie } from './cookies.ts';
import type { IssuerConfig } from './issuer.ts';
import { requestInfo } from './request.ts';

type Exchange = { req: IncomingMessage; res: ServerResponse };

/**
 * The secret by which a browser is known as the same one: its forms are derived from it (`csrf.ts`), and whatever takes
 * more than one request is bound to its hash. On https its cookie is `__Host-`, so no sibling subdomain can plant it. A
 * secret that is well formed is never replaced.
 */
export type BrowserSecret = {
  /** The secret of this browser, if it has one. */
  find(req: IncomingMessage): string | undefined;
  /** The secret of this browser; one that has none is given one. */
  obtain(ctx: Exchange): string;
  /** Its hash (`RequestInfo.browserHash`), for what begins now: the cookie lives its whole time again. */
  bind(ctx: Exchange): string;
};

/**
 * As long as a browser may stay signed in (`oidc/lifetimes.ts`), and renewed by each sign-in that begins: the forms of
 * the account work until the end, and an interaction, which lives an hour, never outlives it.
 */
export const BROWSER_SECRET_SECONDS = 30 * 24 * 60 * 60;

const WELL_FORMED = /^[\w-]{43}$/;
const fresh = createRequestSlot<string>('fresh browser secret');

export function createBrowserSecret(config: Pick<IssuerConfig, 'base' | 'isSecure'>): BrowserSecret {
  const name = cookieNames(config).csrf;
  return { find, obtain, bind };

  function find(req: IncomingMessage): string | undefined {
    return fresh.get(req) ?? wellFormedSecret(readCookie(req, name));
  }

  /** One answer may ask for it more than once: they share the one that was made first. */
  function obtain(ctx: Exchange): string {
    return find(ctx.req) ?? give(ctx, createSecret());
  }

  function bind(ctx: Exchange): string {
    const secret = fresh.get(ctx.req) ?? give(ctx, obtain(ctx));
    return sha256(secret);
  }

  function give({ req, res }: Exchange, secret: string): string {
    if (fresh.get(req) === secret) return secret;
    fresh.set(req, secret);
    requestInfo({ req }).browserHash = sha256(secret);
    setHostCookie(res, config, name, secret, BROWSER_SECRET_SECONDS);
    return secret;
  }
}

export function wellFormedSecret(value: string | undefined): string | undefined {
  return value !== undefined && WELL_FORMED.test(value) ? value : undefined;
}

/** Whether the browser that asks is the one whose secret has this hash. A browser without a secret is none. */
export function isSameBrowser(ctx: { req: IncomingMessage }, browserHash: unknown): boolean {
  const own = requestInfo(ctx).browserHash;
  return own !== undefined && typeof browserHash === 'string' && isSame(own, browserHash);
}
