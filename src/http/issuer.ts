import type Koa from 'koa';
import { requestInfo } from './request.ts';

/** What the http folder needs to know of the issuer: a part of the configuration. */
export type IssuerConfig = {
  /** Without a slash at its end: `https://example.com/id`. */
  issuer: string;
  /** The issuer's path without a slash at its end: '' or '/id'. */
  base: string;
  isLoopback: boolean;
  isSecure: boolean;
};

/**
 * Makes a Koa application (ours, and oidc-provider's, which is one too) see itself at the issuer, whatever Host or
 * `X-Forwarded-*` a request carries: protocol, host and the client's address are decided here and nowhere else. Also
 * lets cookies be Secure behind a proxy that ends TLS.
 */
export function bindToIssuer(app: Koa, config: IssuerConfig): void {
  const url = new URL(config.issuer);
  const fixed = (value: unknown) => ({ get: () => value, configurable: true });
  Object.defineProperties(app.request, {
    protocol: fixed(url.protocol.slice(0, -1)),
    secure: fixed(url.protocol === 'https:'),
    host: fixed(url.host),
    hostname: fixed(url.hostname),
    origin: fixed(url.origin),
    ip: {
      get(this: Parameters<typeof requestInfo>[0]) {
        return requestInfo(this).address;
      },
      configurable: true,
    },
  });
}

/** Scheme, host and port of the issuer, as a browser writes it in `Origin`. */
export function issuerOrigin(config: Pick<IssuerConfig, 'issuer'>): string {
  return new URL(config.issuer).origin;
}
