import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hmac, isSame } from '../lib/secret.ts';
import { createBrowserSecret } from './browser-secret.ts';
import { type IssuerConfig, issuerOrigin } from './issuer.ts';
import type { Form } from './routes.ts';

type Exchange = { req: IncomingMessage; res: ServerResponse };

export type Csrf = {
  /** A new masked token for this answer's forms; sets the browser's secret cookie when there is none. */
  token(ctx: Exchange): string;
  /** Whether the browser says that the request comes from our own pages (or says nothing at all). */
  isOwnOrigin(ctx: { req: IncomingMessage }): boolean;
  /** Whether the form's token belongs to this browser's cookie, and the request comes from our own pages. */
  check(ctx: { req: IncomingMessage }, form: Form): boolean;
};

/**
 * Protects the POST forms of our pages. The browser holds a random secret in a cookie; a form holds the HMAC of that
 * secret under a server key, XORed with a pad that is new for each answer: pages are compressed and reflect input, so
 * a token that stays the same could be read off the lengths (BREACH).
 */
export function createCsrf({ config, key }: { config: IssuerConfig; key: Buffer }): Csrf {
  const browser = createBrowserSecret(config);
  const origin = issuerOrigin(config);
  const expected = (secret: string) => Buffer.from(hmac(key, 'csrf', secret), 'base64url');

  function isOwnOrigin({ req }: { req: IncomingMessage }): boolean {
    const site = req.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    const from = req.headers.origin;
    return from === undefined || from === 'null' || from === origin;
  }

  return {
    token(ctx) {
      const value = expected(browser.obtain(ctx));
      const pad = randomBytes(value.length);
      return Buffer.concat([pad, xor(value, pad)]).toString('base64url');
    },

    isOwnOrigin,

    check(ctx, form) {
      const secret = browser.find(ctx.req);
      const token = Buffer.from(form.csrf ?? '', 'base64url');
      if (!secret || token.length !== 64 || !isOwnOrigin(ctx)) return false;
      const value = xor(token.subarray(0, 32), token.subarray(32));
      return isSame(value.toString('base64url'), expected(secret).toString('base64url'));
    },
  };
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)));
}
