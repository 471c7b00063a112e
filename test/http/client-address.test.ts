import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createAddressReader, networkOf, type TrustProxy } from '../../src/http/client-address.ts';

function requestFrom(peer: string, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
}

test.each<[string, TrustProxy, string, string | undefined, string]>([
  ['without trust the peer counts, whatever is written', 0, '198.51.100.7', '1.2.3.4', '198.51.100.7'],
  ['without trust, also from this machine', [], '127.0.0.1', '1.2.3.4', '127.0.0.1'],
  ['behind one proxy, what that proxy wrote', 1, '10.0.0.1', '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  [
    'behind two proxies, what the outer one wrote',
    2,
    '10.0.0.1',
    '6.6.6.6, 203.0.113.9, 10.0.0.2',
    '203.0.113.9',
  ],
  ['behind one proxy that wrote nothing, the proxy', 1, '10.0.0.1', undefined, '10.0.0.1'],
  ['what is no address ends the search', 2, '10.0.0.1', '6.6.6.6, unknown, 10.0.0.2', '10.0.0.2'],
  ['a peer outside the networks is not believed', ['10.0.0.0/8'], '198.51.100.7', '1.2.3.4', '198.51.100.7'],
  [
    'inside the networks, the first address outside',
    ['10.0.0.0/8', 'fd00::/8'],
    '10.0.0.1',
    '6.6.6.6, 203.0.113.9, fd00::2',
    '203.0.113.9',
  ],
  ['all inside: the farthest one', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['a single address is a network, too', ['::1'], '::1', '203.0.113.9', '203.0.113.9'],
  ['IPv4 inside IPv6 is IPv4', ['127.0.0.0/8'], '::ffff:127.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['ports and brackets are left out', 1, '10.0.0.1', '[2001:DB8::1]:4711', '2001:db8::1'],
  ['an IPv4 port is left out', 1, '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
])('%s', (_, trust, peer, forwardedFor, expected) => {
  expect(createAddressReader(trust).address(requestFrom(peer, forwardedFor))).toBe(expected);
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '::1'],
  ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
