import { randomBytes } from 'node:crypto';
import type { RequestInfo } from '../../src/http/request.ts';

/** What is known of a request that nobody made, for what is called below the pages. */
export function requestFrom(network: string, knownBrowserHash?: string): RequestInfo {
  return {
    id: `req_${randomBytes(6).toString('base64url')}`,
    address: network,
    network,
    userAgent: 'Firefox on Linux',
    nonce: 'nonce',
    locale: 'en',
    ...(knownBrowserHash ? { knownBrowserHash } : {}),
  };
}
