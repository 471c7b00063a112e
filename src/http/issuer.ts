import type Koa from 'koa';
import { isLoopbackHost } from '../lib/loopback.ts';
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

/**
 * Reads the address that `ISSUER` gives; or says, in a sentence, what is wrong with it. Where none is given it is this
 * machine's, at the port that is listened on: links must lead there.
 */
export function readIssuer(
  given: string | undefined,
  port: unknown = undefined,
): { issuer: IssuerConfig & { port: number } } | { mistake: string } {
  const text = given ?? new URL(`http://localhost:${isPort(port) ? port : 3000}`).origin;
  const wrong = (why: string) => ({ mistake: `ISSUER is ${JSON.stringify(text)}; ${why}` });
  if (!URL.canParse(text)) return wrong('it must be a URL such as https://id.example.com.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return wrong('it must start with https://.');
  if (url.search || url.hash || url.username || url.password) {
    return wrong('it must have no query, no fragment and no user name (OpenID Connect Discovery §3).');
  }
  if (url.hostname.endsWith('.')) {
    return wrong('its host ends in a dot, which browsers take for another host; take the dot away.');
  }
  if (url.hostname.includes('_')) {
    return wrong(
      'its host has a _ in it, which no host name has (RFC 952): certificates and clients refuse it.',
    );
  }
  if (url.pathname.includes('//')) {
    return wrong('its path has // in it, which proxies and clients write as /; write one.');
  }
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.protocol === 'http:' && !isLoopback) {
    return wrong('plain http is for localhost only; it must start with https://.');
  }
  const base = url.pathname.replace(/(?<!\/)\/+$/, '');
  if (`${url.origin}${base}` !== text.replace(/\/$/, '')) {
    return wrong(`it must be written as ${url.origin}${base}, as clients will compare it.`);
  }
  const ownPort = isLoopback && url.port !== '' ? Number(url.port) : 3000;
  const isSecure = url.protocol === 'https:';
  return { issuer: { issuer: `${url.origin}${base}`, base, isLoopback, isSecure, port: ownPort } };
}

/** Port 0 is any free one, which nobody knows before. */
const isPort = (port: unknown): port is number =>
  typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535;

/**
 * What no longer works after `ISSUER` was changed, in a sentence: the address is in every token, in the names of apps'
 * settings, and in what browsers hold.
 */
export function whatDies(before: string, now: string): string {
  const [old, next] = [new URL(before), new URL(now)];
  const dead = ['Tokens issued so far are refused, and every app needs the new address in its settings'];
  if (old.host !== next.host || old.protocol !== next.protocol || old.pathname !== next.pathname)
    dead.push('everybody has to sign in again');
  if (old.hostname !== next.hostname) dead.push('existing passkeys do not work');
  return `ISSUER was ${before} at the last start, and is ${now} now. ${dead.join('; ')}. If you did not mean this, set ISSUER back.`;
}
