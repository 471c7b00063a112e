import { describe, expect, test } from 'vitest';
import { createPeerNetworks, type TrustProxy } from '../../src/http/client-address.ts';
import { type Crowd, createConnections, type Standing } from '../../src/http/connections.ts';

/** A peer: its address, its number, and what it is doing at the moment. */
type Peer = { remoteAddress: string; name: string; standing: Standing };

function setUp({ max, trust = 0 }: { max: number; trust?: TrustProxy }) {
  let now = 0;
  const ended: string[] = [];
  const crowds: { why: Crowd; network: string | undefined; ended: number }[] = [];
  const connections = createConnections<Peer>({
    max,
    networkOf: createPeerNetworks(trust),
    standingOf: ({ standing }) => standing,
    end: ({ name }) => ended.push(name),
    onCrowd: (crowd) => crowds.push(crowd),
    clock: { now: () => now },
  });
  let peers = 0;
  return {
    connections,
    ended,
    crowds,
    pass: (ms: number) => {
      now += ms;
    },
    /** One after the other. */
    come(remoteAddress: string, standing: Standing = 'silent', count = 1): Peer[] {
      return Array.from({ length: count }, () => {
        peers += 1;
        const peer: Peer = { remoteAddress, name: `${remoteAddress} #${peers}`, standing };
        connections.enter(peer);
        return peer;
      });
    },
  };
}

const [A, B, C] = ['192.0.2.1', '198.51.100.7', '203.0.113.9'] as const;
const names = (peers: Peer[]) => peers.map(({ name }) => name);

describe('one network', () => {
  test.each([
    ['an IPv4 address', [A], A],
    ['an IPv4 address in IPv6', [`::ffff:${A}`, A], A],
    ['the /64 of an IPv6 address', ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9'], '2001:db8:1:2::/64'],
  ])('holds half of all connections: %s', (_, addresses, network) => {
    const { connections, come, crowds } = setUp({ max: 20 });
    for (let each = 0; each < 30; each += 1) come(addresses[each % addresses.length] ?? '');
    expect([connections.countOf(network), connections.count()]).toEqual([10, 10]);
    expect(crowds).toHaveLength(20);
    expect(crowds[0]).toEqual({ why: 'network', network, ended: 1 });
    come('2001:db8:1:3::1', 'silent', 12);
    come(B, 'silent', 12);
    expect(connections.count()).toBe(20);
  });

  test('at its bound cuts off its own youngest without a whole request, and nobody else', () => {
    const { come, ended } = setUp({ max: 8 });
    const [, , second] = [...come(B), ...come(A, 'silent', 2)];
    come(A, 'asking', 2);
    const [fifth] = come(A);
    const [sixth] = come(A);
    expect(ended).toEqual([second, fifth].map((peer) => peer?.name));
    if (sixth) sixth.standing = 'asking';
    // Now three of the four are being answered.
    come(A, 'asking');
    expect(ended).toHaveLength(3);
    // And now all of them: who comes next goes.
    expect(names(come(A))).toEqual([ended[3]]);
  });

  test.each([
    ['this machine, by any of its addresses', 0, ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']],
    ['a proxy, when their number is given', 1, [A, '2001:db8::1']],
    ['a proxy that is named', ['192.0.2.0/24', '2001:db8::/32'], [A, '2001:db8::1']],
  ] as [string, TrustProxy, string[]][])('is not %s', (_, trust, addresses) => {
    const { connections, come, ended } = setUp({ max: 20, trust });
    for (let each = 0; each < 20; each += 1) come(addresses[each % addresses.length] ?? '');
    expect([connections.countOf(undefined), ended]).toEqual([20, []]);
  });

  test('is a stranger’s beside proxies that are named', () => {
    const { connections, come } = setUp({ max: 20, trust: ['192.0.2.0/24'] });
    come(B, 'silent', 20);
    expect(connections.countOf(B)).toBe(10);
  });
});

describe('when all are taken', () => {
  test('the youngest without a whole request of the fullest network goes, and who comes is in', () => {
    const { connections, come, ended } = setUp({ max: 10 });
    const [, , , , fifth] = come(A, 'silent', 5);
    come(B, 'silent', 3);
    come(C, 'silent', 2);
    const [asked] = come(C);
    expect([ended, connections.countOf(C)]).toEqual([[fifth?.name], 3]);
    // The newest counts for its network.
    come(B);
    expect(ended).toHaveLength(2);
    expect(connections.count()).toBe(10);
    expect(ended).not.toContain(asked?.name);
  });

  test('two networks that open all they can keep nobody of a third one out', () => {
    const { connections, come, ended, pass } = setUp({ max: 100 });
    for (let round = 0; round < 50; round += 1) {
      come(A, 'silent', 40);
      come(B, 'silent', 40);
      const [honest] = come(C);
      if (honest) honest.standing = 'asking';
      come(A, 'silent', 40);
      come(B, 'silent', 40);
      pass(100);
      if (round < 30) continue;
      if (honest) connections.leave(honest);
    }
    expect(ended.filter((name) => name.startsWith(C))).toEqual([]);
    expect(connections.countOf(C)).toBe(30);
  });

  test('the next fullest network gives way when the fullest is asking with all it has', () => {
    const { come, ended } = setUp({ max: 10 });
    come(A, 'asking', 5);
    const [, , third] = come(B, 'silent', 3);
    come(C, 'silent', 2);
    come(C);
    expect(ended).toEqual([third?.name]);
  });

  test('who comes goes when all others are asking', () => {
    const { connections, come, ended } = setUp({ max: 10 });
    come(A, 'asking', 5);
    come(B, 'asking', 5);
    expect(names(come(C))).toEqual(ended);
    expect([connections.count(), connections.countOf(C)]).toEqual([10, 0]);
  });

  test('proxies of ours and this machine give way last', () => {
    const { come, ended } = setUp({ max: 10, trust: ['192.0.2.0/24'] });
    come(A, 'silent', 8);
    const [first, second] = come(B, 'silent', 2);
    come(A);
    come(A);
    expect(ended).toEqual(names([second, first] as Peer[]));
    const eighth = come(A)[0];
    expect(ended[2]).toMatch(A);
    expect(ended[2]).not.toBe(eighth?.name);
  });

  test('those that wait between two requests go first, together, as their owners lose nothing', () => {
    const { connections, come, ended, crowds, pass } = setUp({ max: 10, trust: 1 });
    come(A, 'silent', 2);
    const waiting = come(A, 'waiting', 3);
    come(A, 'asking', 5);
    come(A);
    expect(ended.toSorted()).toEqual(names(waiting).toSorted());
    expect(crowds).toEqual([{ why: 'all', network: undefined, ended: 3 }]);
    // They are looked for now and then, not for each one that comes.
    come(A, 'silent', 2);
    const [last] = come(A, 'waiting', 1);
    come(A);
    expect(ended.at(-1)).toBe(last?.name);
    pass(250);
    const [, between] = [...come(A), ...come(A, 'waiting')];
    come(A);
    expect(ended.at(-1)).toBe(between?.name);
    expect(connections.count()).toBe(10);
  });
});

test('what is counted is what is there, whoever comes and goes', () => {
  const { connections, come, ended } = setUp({ max: 40 });
  const there = new Map<string, Peer>();
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const standings: Standing[] = ['silent', 'silent', 'waiting', 'asking'];
  for (let step = 0; step < 1_500; step += 1) {
    const gone = [...there.values()][random(60)];
    if (gone) {
      connections.leave(gone);
      there.delete(gone.name);
    } else {
      const [peer] = come(`192.0.2.${random(random(9) + 1)}`, standings[random(4)]);
      if (peer) there.set(peer.name, peer);
    }
    for (const name of ended.splice(0)) there.delete(name);
    for (let host = 0; host < 9; host += 1) {
      const of = [...there.values()].filter(({ remoteAddress }) => remoteAddress === `192.0.2.${host}`);
      expect(connections.countOf(`192.0.2.${host}`)).toBe(of.length);
      expect(of.length).toBeLessThanOrEqual(20);
    }
    expect(connections.count()).toBe(there.size);
    expect(there.size).toBeLessThanOrEqual(40);
  }
});

test('to find the fullest of very many networks is no search', () => {
  const networks = 20_000;
  let asked = 0;
  const connections = createConnections<number>({
    max: networks,
    networkOf: String,
    standingOf: () => {
      asked += 1;
      return 'silent';
    },
    end: () => {},
  });
  for (let each = 0; each < 2 * networks; each += 1) connections.enter(each);
  expect(connections.count()).toBe(networks);
  // Of each one that came when all were taken, one or two others were looked at.
  expect(asked).toBeLessThanOrEqual(3 * networks);
});
