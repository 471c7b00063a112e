import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecret, sha256 } from '../lib/secret.ts';
import { cookieNames, setHostCookie } from './cookies.ts';
import type { IssuerConfig } from './issuer.ts';
import { requestInfo } from './request.ts';

const ONE_YEAR = 365 * 24 * 60 * 60;

/**
 * Marks a browser as one in which somebody signed in: limits for it can then be its own, and a stranger who guesses
 * from elsewhere does not slow it down. Call `remember` after a successful sign-in and at no other time; later requests
 * carry the hash in `RequestInfo.knownBrowserHash`. The cookie opens nothing.
 */
export function createKnownBrowsers(config: IssuerConfig) {
  const name = cookieNames(config).device;
  return {
    /** Answers the hash that later requests will carry. */
    remember(ctx: { req: IncomingMessage; res: ServerResponse }): string {
      const known = requestInfo(ctx).knownBrowserHash;
      if (known !== undefined) return known;
      const secret = createSecret();
      setHostCookie(ctx.res, config, name, secret, ONE_YEAR);
      return sha256(secret);
    },
  };
}
