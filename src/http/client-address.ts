import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { ownText } from '../lib/text.ts';

/**
 * Who is believed about the client's address: how many proxies stand in front (0: none), or the networks they are in
 * (`10.0.0.0/8`, `::1`).
 */
export type TrustProxy = number | readonly string[];

export type AddressReader = {
  /** The client's address. */
  address(req: IncomingMessage): string;
  /** Whether the peer of the connection is one of our own proxies. */
  isTrusted(req: IncomingMessage): boolean;
};

/**
 * Reads the client's address from `X-Forwarded-For`, from the right, as far as we trust who wrote it. `Forwarded` is
 * not read: a proxy that knows only one of the two headers passes the other one on as the client sent it.
 */
export function createAddressReader(trust: TrustProxy): AddressReader {
  const isTrustedAt = createTrust(trust);
  return {
    address(req) {
      let current = plainAddress(req.socket.remoteAddress ?? '') ?? '0.0.0.0';
      const named = forwardedFor(req);
      for (let hop = 0; isTrustedAt(current, hop); hop += 1) {
        const next = named.pop();
        const address = next === undefined ? undefined : plainAddress(next);
        if (address === undefined) break;
        current = address;
      }
      return current;
    },
    isTrusted: (req) => isTrustedAt(plainAddress(req.socket.remoteAddress ?? '') ?? '0.0.0.0', 0),
  };
}

/**
 * Names the network of a connection's other end (`networkOf`), by its address alone. `undefined` where many people may
 * be behind it: a proxy of ours, and this machine.
 */
export function createPeerNetworks(trust: TrustProxy): (peer: Peer) => string | undefined {
  const isTrustedAt = createTrust(trust);
  return function networkOfPeer({ remoteAddress = '' }) {
    const address = plainAddress(remoteAddress) ?? '0.0.0.0';
    return isLoopback(address) || isTrustedAt(address, 0) ? undefined : networkOf(address);
  };
}

type Peer = { remoteAddress?: string | undefined };

/** The address for limits: IPv4 whole, IPv6 as its /64, which is what one household gets. Our own is `::1`. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address === '::1' || !isIPv6(address)) return address;
  return `${expand(address).slice(0, 4).join(':')}::/64`;
}

/** Whether the other end of the connection itself is this machine, whatever a header says. */
export function isLoopbackPeer(req: IncomingMessage): boolean {
  return isLoopback(plainAddress(req.socket.remoteAddress ?? '') ?? '');
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function createTrust(trust: TrustProxy): (address: string, hop: number) => boolean {
  return typeof trust === 'number' ? (_, hop) => hop < trust : networksOf(trust);
}

/** Whether a text names an address, or a network as a CIDR. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...others] = text.split('/');
  const family = isIP(address);
  if (family === 0 || others.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/** Whether an address is in one of these networks (`10.0.0.0/8`, `::1`). IPv4 inside IPv6 is IPv4. */
export function networksOf(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function forwardedFor(req: IncomingMessage): string[] {
  const header = req.headers['x-forwarded-for'];
  if (header === undefined) return [];
  const text = Array.isArray(header) ? header.join(',') : header;
  return text.split(',').map((part) => part.trim());
}

/** IPv6 with an IPv4 at its end, a zone, brackets, quotes and a port. */
const LONGEST = 80;

/** Addresses that were read already: the peers of connections are few, and each comes with many requests. */
const known = new Map<string, string | undefined>(); // at most MOST_KNOWN
const MOST_KNOWN = 1000;

/** Without port, brackets, zone or the IPv4-in-IPv6 wrapping; `undefined` when it is no address. */
export function plainAddress(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  if (known.has(text)) return known.get(text);
  const own = ownText(text);
  const address = readAddress(own);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(own, address);
  return address;
}

function readAddress(text: string): string | undefined {
  let address = text.replace(/^"(.*)"$/, '$1');
  address = address.replace(/^\[([^\]]+)\](:\d+)?$/, '$1').replace(/%[\s\S]*$/, '');
  if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(address)) address = address.slice(0, address.lastIndexOf(':'));
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] && isIPv4(mapped[1])) return mapped[1];
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expand(address: string): string[] {
  const withoutIpv4 = address.replace(/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = withoutIpv4.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].map((group) => Number.parseInt(group, 16).toString(16));
}
