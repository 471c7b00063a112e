import { BlockList, isIP } from 'node:net';
import { isLoopbackHost } from '../lib/loopback.ts';
import { isPlainText } from '../lib/text.ts';
import { isPrivateScheme } from './private-schemes.ts';

/** What an app is decides which redirect URIs it may have. */
export const CLIENT_TYPES = ['web', 'spa', 'native', 'service'] as const;
export type ClientType = (typeof CLIENT_TYPES)[number];

/** What more about a client decides: nothing said is a client that does not authenticate. */
export type RedirectFacts = { authMethod?: string; allowHttp?: boolean };

/**
 * What is wrong with a redirect URI (or a post-logout one) for a client of this type; `undefined` when it is right.
 * - web, spa: https, or http on a loopback host. A web client that authenticates: also a private-use scheme, for its app
 *   on phones, and with `allowHttp` plain http to a host of a network of one's own.
 * - native: http on a loopback host with any port, https ("claimed"), or a private-use scheme (RFC 8252 §7.1–7.3), which
 *   may be one word (`cursor`) where no browser or system acts on it.
 * Never a fragment (RFC 6749 §3.1.2), wildcard (RFC 9700 §4.1.3: compared exactly) or user name.
 */
export function problemOfRedirectUri(
  uri: string,
  type: ClientType,
  { authMethod = 'none', allowHttp = false }: RedirectFacts = {},
): string | undefined {
  const isConfidentialWeb = type === 'web' && authMethod !== 'none';
  if (type === 'service') return 'a service client has no pages, so it cannot have one';
  if (uri.length > 2000) return 'it must have at most 2000 characters';
  if (!isPlainText(uri) || /[\s\\]/u.test(uri))
    return 'it must not contain spaces, control characters or backslashes';
  const url = URL.parse(uri);
  if (!url) return 'it must be an absolute URI such as https://app.example.com/callback';
  if (uri.includes('#')) return 'it must not have a fragment (#…)';
  if (uri.includes('*')) return 'wildcards are not offered; give each URI in full';
  if (url.username !== '' || url.password !== '' || /^[a-z][a-z\d+.-]*:\/\/[^/?]*@/i.test(uri)) {
    return 'it must not contain a user name or password';
  }
  switch (url.protocol) {
    case 'https:':
      if (type === 'native' && isLoopbackHost(url.hostname)) {
        return 'a native app on a loopback host uses http (RFC 8252 §7.3)';
      }
      return undefined;
    case 'http:':
      if (isLoopbackHost(url.hostname)) return undefined;
      if (!isHouseHost(url.hostname))
        return 'plain http is possible on localhost, 127.0.0.1 and [::1] only; use https';
      if (isConfidentialWeb && allowHttp) return undefined;
      return 'plain http to a host of your own network needs --allow-http, and a web client that authenticates; use https if you can';
    default:
      if (type !== 'native' && !isConfidentialWeb)
        return 'it must start with https:// (or http:// on localhost); a scheme is for native, or for web with authentication';
      if (!isPrivateScheme(url.protocol.slice(0, -1))) {
        return 'a scheme of your own must be a reversed domain name, such as com.example.app:/callback, or a word of 2 to 40 letters that no browser or system acts on';
      }
      return undefined;
  }
}

/** RFC 1918, RFC 4193. */
const houseNetworks = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  houseNetworks.addSubnet(network, bits, 'ipv4');
houseNetworks.addSubnet('fc00::', 7, 'ipv6');
/** RFC 6762, RFC 8375, and what routers and ICANN keep for networks of one's own. */
const HOUSE_DOMAINS = ['.local', '.lan', '.home.arpa', '.internal'];

/** Whether a host (`url.hostname`) is in a network of one's own, where certificates are hard to come by. */
function isHouseHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  if (family !== 0) return houseNetworks.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return HOUSE_DOMAINS.some((domain) => host.endsWith(domain) && host.length > domain.length);
}

/** What is wrong with an origin that may call the token endpoint from a browser; `undefined` when it is right. */
export function problemOfOrigin(origin: string): string | undefined {
  const url = URL.parse(origin);
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isHttp || url.origin !== origin || origin.includes('*')) {
    return 'it must be a scheme, a host and perhaps a port, such as https://app.example.com';
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return 'plain http is possible on localhost, 127.0.0.1 and [::1] only; use https';
  }
  return undefined;
}

/** What is wrong with a page's URL that we link to or show (logo, policy, terms). */
export function problemOfPageUrl(text: string): string | undefined {
  const problem = problemOfRedirectUri(text, 'web');
  return problem === 'it must not have a fragment (#…)' ? undefined : problem;
}

/** What is wrong with the address of a client's keys, which we fetch. */
export function problemOfKeysUri(text: string): string | undefined {
  const problem = problemOfRedirectUri(text, 'web');
  return problem ?? (URL.parse(text)?.protocol === 'https:' ? undefined : 'it must start with https://');
}

/** The origins of the redirect URIs that have one. */
export function originsOf(redirectUris: readonly string[]): string[] {
  const origins = redirectUris.map((uri) => URL.parse(uri)?.origin ?? 'null');
  return [...new Set(origins)].filter((origin) => origin !== 'null');
}
