import { type Clock, steadyClock } from '../lib/clock.ts';

/**
 * What a connection is doing. `silent`: a whole request has not come, in the head or in the body. `waiting`: between two
 * requests, or we are done and the peer does not read. `asking`: a whole request is being answered.
 */
export type Standing = 'silent' | 'waiting' | 'asking';

/** Why room was made: one network held half of all, or there were as many as there may be. */
export type Crowd = 'network' | 'all';

export type ConnectionsDeps<C> = {
  /** The most in all. One network may hold half of them. */
  max: number;
  /** The network of the peer; `undefined`: many people may be behind it (a proxy of ours, this machine): no bound. */
  networkOf(connection: C): string | undefined;
  standingOf(connection: C): Standing;
  /** Cuts it off. */
  end(connection: C): void;
  /** Told of each look for room, with how many were cut off. */
  onCrowd?: ((crowd: { why: Crowd; network: string | undefined; ended: number }) => void) | undefined;
  /** Only goes forward (milliseconds). */
  clock?: Clock | undefined;
};

/**
 * Who holds the connections of a process. When a network, or all of them, hold as many as they may, the next one still
 * comes in, and another one of that network, or of the fullest, goes: those that wait between two requests (their
 * owners lose nothing), else the youngest without a whole request. So who opens connections and says nothing pushes out
 * only their own, and whoever asks at once is in. A whole request is never cut off; where there is nothing else, the new
 * connection goes. Costs nothing per request: what a connection does is asked only when room is needed.
 */
export function createConnections<C>(deps: ConnectionsDeps<C>) {
  const { max, networkOf, standingOf, end, onCrowd, clock = steadyClock } = deps;
  const maxOfNetwork = Math.floor(max / 2);

  const links = new Map<C, Link<C>>(); // at most `max`, and the one that comes
  const groups = new Map<string, Group<C>>(); // at most as many as links
  const unbounded = newGroup<C>(undefined);
  // The networks by how many they hold, so that the fullest is known without a search, however many there are.
  const bySize = new Map<number, Set<Group<C>>>(); // at most as many as links
  let greatest = 0;

  function groupOf(network: string | undefined): Group<C> {
    if (network === undefined) return unbounded;
    const known = groups.get(network);
    if (known) return known;
    const group = newGroup<C>(network);
    groups.set(network, group);
    return group;
  }

  /** To be called with each change of a size, which is always by one. */
  function resize(group: Group<C>, by: 1 | -1): void {
    const before = group.size;
    group.size += by;
    if (group.network === undefined) return;
    const left = bySize.get(before);
    left?.delete(group);
    if (left?.size === 0) bySize.delete(before);
    if (group.size === 0) {
      groups.delete(group.network);
    } else {
      const joined = bySize.get(group.size);
      if (joined) joined.add(group);
      else bySize.set(group.size, new Set([group]));
    }
    if (group.size > greatest) greatest = group.size;
    else if (before === greatest && !bySize.has(before)) greatest -= 1;
  }

  function add(connection: C): Link<C> {
    const group = groupOf(networkOf(connection));
    const link: Link<C> = { connection, group, older: group.youngest, younger: undefined };
    if (group.youngest) group.youngest.younger = link;
    group.youngest = link;
    links.set(connection, link);
    resize(group, 1);
    return link;
  }

  function remove({ connection, group, older, younger }: Link<C>): void {
    links.delete(connection);
    if (older) older.younger = younger;
    if (younger) younger.older = older;
    else group.youngest = older;
    resize(group, -1);
  }

  function cutOff(link: Link<C>): void {
    remove(link);
    end(link.connection);
  }

  /** How many of this group went to make room for `newest`: 0 when each of the others has a whole request. */
  function makeRoomIn(group: Group<C>, newest: Link<C>): number {
    const ended = endWaiting(group, newest);
    if (ended > 0) return ended;
    for (let link = group.youngest; link; link = link.older) {
      if (link === newest || standingOf(link.connection) === 'asking') continue;
      cutOff(link);
      return 1;
    }
    return 0;
  }

  /** Some at once, so that a crowd that comes together does not push itself out one by one. */
  function endWaiting(group: Group<C>, newest: Link<C>): number {
    const now = clock.now();
    if (now - group.lookedAt < LOOKS_EVERY_MS) return 0;
    group.lookedAt = now;
    let ended = 0;
    for (let link = group.youngest; link && ended < ENDED_AT_ONCE; link = link.older) {
      if (link === newest || standingOf(link.connection) !== 'waiting') continue;
      cutOff(link);
      ended += 1;
    }
    return ended;
  }

  function makeRoom(newest: Link<C>): { network: string | undefined; ended: number } {
    for (let size = greatest; size > 0; size -= 1) {
      for (const group of bySize.get(size) ?? []) {
        const ended = makeRoomIn(group, newest);
        if (ended > 0) return { network: group.network, ended };
      }
    }
    // Last: behind a proxy of ours there are many people, and on this machine there is who looks after it.
    return { network: undefined, ended: makeRoomIn(unbounded, newest) };
  }

  return {
    /** A new one has come. False: it was cut off itself. */
    enter(connection: C): boolean {
      const newest = add(connection);
      const { group } = newest;
      const isOver = group !== unbounded && group.size > maxOfNetwork;
      if (!isOver && links.size <= max) return true;
      const { network, ended } = isOver
        ? { network: group.network, ended: makeRoomIn(group, newest) }
        : makeRoom(newest);
      if (ended === 0) cutOff(newest);
      onCrowd?.({ why: isOver ? 'network' : 'all', network, ended: Math.max(ended, 1) });
      return ended > 0;
    },

    /** The connection was closed, by us or by the other side. */
    leave(connection: C): void {
      const link = links.get(connection);
      if (link) remove(link);
    },

    /** How many there are, and how many of this network (`undefined`: of those without a bound). */
    count: () => links.size,
    countOf: (network: string | undefined) =>
      network === undefined ? unbounded.size : (groups.get(network)?.size ?? 0),
  };
}

/** The connections of one network: a chain from the youngest to the oldest. */
type Group<C> = {
  network: string | undefined;
  size: number;
  youngest: Link<C> | undefined;
  /** When those that wait were last looked for. */
  lookedAt: number;
};
type Link<C> = { connection: C; group: Group<C>; older: Link<C> | undefined; younger: Link<C> | undefined };

function newGroup<C>(network: string | undefined): Group<C> {
  return { network, size: 0, youngest: undefined, lookedAt: Number.NEGATIVE_INFINITY };
}

/** Looking through thousands of connections takes a moment: not for each one that comes. */
const LOOKS_EVERY_MS = 250;
const ENDED_AT_ONCE = 1000;
