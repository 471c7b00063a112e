import { networkOf } from '../http/client-address.ts';
import type { Clock } from '../lib/clock.ts';
import { sha256 } from '../lib/secret.ts';
import { ownText } from '../lib/text.ts';
import { type ApiKey, type ApiKeyStore, KEPT_DAYS } from './store.ts';
import type { Refusal } from './verdict.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MOST_PENDING = 1000;
const MOST_SEEN = 10_000;
/**
 * Networks that are remembered of a key. A service that runs everywhere has more, and is told of none beyond them. As many
 * are remembered from which a key was refused: nobody fills the audit with a key that is over.
 */
const MOST_NETWORKS = 100;

export type UsesDeps = {
  store: ApiKeyStore;
  clock: Clock;
  /** Called for each network once, and again where it failed; `isFirst`: no earlier use is known. */
  onNewNetwork(apiKey: ApiKey, network: string, told: { isFirst: boolean }): Promise<void>;
  /** The same of each network from which it was refused for a reason. An empty network: nobody said. */
  onRefused(apiKey: ApiKey, network: string, why: Refusal): Promise<void>;
  /** After `onNewNetwork`, where the use before came from elsewhere. What fails here is not tried again. */
  tellOwner(apiKey: ApiKey, network: string): Promise<void>;
};

type Pending = {
  apiKey: ApiKey;
  day: number;
  used: number;
  refused: number;
  lastUsedAt: number;
  lastUsedFrom?: string | undefined;
};
type Place = {
  apiKey: ApiKey;
  network: string;
  refused?: Refusal | undefined;
  /** What the table said when the network was written there; `known` as soon as it is told, too. */
  found?: Awaited<ReturnType<ApiKeyStore['rememberNetwork']>>;
};

/**
 * How often keys are used, and from where: kept in memory and written every few seconds, so that a use costs no write of its
 * own. What a kill takes along is missing from the picture; what limits a key is counted elsewhere, at once.
 */
export function createUses({ store, clock, onNewNetwork, onRefused, tellOwner }: UsesDeps) {
  let pending = new Map<string, Pending>(); // at most MOST_PENDING
  let networks = new Map<string, Place>(); // at most MOST_PENDING
  const seen = new Map<string, number>(); // at most MOST_SEEN
  let running: Promise<void> = Promise.resolve();

  return {
    note(apiKey: ApiKey, { isRefused, address }: { isRefused: boolean; address?: string | undefined }): void {
      const now = clock.now();
      const day = Math.floor(now / DAY_MS);
      const id = `${apiKey.id}.${day}`;
      const known = pending.get(id) ?? { apiKey, day, used: 0, refused: 0, lastUsedAt: 0 };
      known[isRefused ? 'refused' : 'used'] += 1;
      if (!isRefused) {
        known.lastUsedAt = now;
        known.lastUsedFrom = address === undefined ? undefined : ownText(networkOf(address));
      }
      pending.set(id, known);
      if (!isRefused && address !== undefined) noteNetwork({ apiKey, network: networkOf(address) }, day);
      flushIfMany();
    },

    /** That a key was presented which is good no more, or not there, or not now. */
    noteRefusal(apiKey: ApiKey, refused: Refusal, address?: string): void {
      const network = address === undefined ? '' : networkOf(address);
      noteNetwork({ apiKey, network, refused }, Math.floor(clock.now() / DAY_MS));
      flushIfMany();
    },

    flush,

    /** The last `days` days, today last, with what is not written yet. */
    async listDays(id: string, days = KEPT_DAYS): Promise<{ day: string; used: number; refused: number }[]> {
      await flush();
      const today = Math.floor(clock.now() / DAY_MS);
      const first = today - days + 1;
      const byDay = new Map((await store.listUses(id, first)).map((each) => [each.day, each])); // at most `days`
      return Array.from({ length: days }, (_, at) => {
        const { used = 0, refused = 0 } = byDay.get(first + at) ?? {};
        return { day: new Date((first + at) * DAY_MS).toISOString().slice(0, 10), used, refused };
      });
    },
  };

  /** What fails here stays, and the job that comes round tries again and logs it. */
  function flushIfMany(): void {
    if (pending.size >= MOST_PENDING || networks.size >= MOST_PENDING) void flush().catch(() => {});
  }

  function noteNetwork({ apiKey, network, refused }: Place, day: number): void {
    const id = sha256([apiKey.id, network, ...(refused === undefined ? [] : [refused])].join(' '));
    if (seen.get(id) === day) return;
    const [oldest] = seen.keys();
    if (seen.size >= MOST_SEEN && oldest !== undefined) seen.delete(oldest);
    seen.set(id, day);
    networks.set(id, { apiKey, network: ownText(network), refused });
  }

  /** One after the other, so that what is asked for after it is there. What could not be written is tried again. */
  function flush(): Promise<void> {
    const next = running.catch(() => {}).then(write);
    running = next;
    return next;
  }

  async function write(): Promise<void> {
    const [uses, places] = [pending, networks];
    pending = new Map(); // at most MOST_PENDING
    networks = new Map(); // at most MOST_PENDING
    try {
      // Before the last use: a network that a key was used from last is one that was told of.
      for (const [id, place] of places) {
        await writeNetwork(id, place);
        places.delete(id);
      }
      for (const [id, { apiKey, day, used, refused, lastUsedAt, lastUsedFrom = null }] of uses) {
        await store.addUses(apiKey.id, { day, used, refused }, (day + KEPT_DAYS) * DAY_MS);
        uses.delete(id);
        const hour = Math.floor(lastUsedAt / HOUR_MS) * HOUR_MS;
        if (lastUsedAt > 0) await store.touch(apiKey.id, hour, lastUsedFrom);
      }
    } catch (error) {
      restore(uses, places);
      throw error;
    }
  }

  async function writeNetwork(id: string, place: Place): Promise<void> {
    const { apiKey, network, refused } = place;
    const row = { id, network, refused, now: clock.now(), most: MOST_NETWORKS };
    // Kept for when telling fails and is tried again: by then the row is there, and would say that it was told.
    place.found ??= await store.rememberNetwork(apiKey, row);
    const { found } = place;
    if (found === 'known') return;
    if (refused !== undefined) return await onRefused(apiKey, network, refused);
    // The rows of a key that was idle for long are swept, and the first one since is not its first.
    const { lastUsedFrom } = apiKey;
    const isFirst = found === 'first' && lastUsedFrom === undefined;
    await onNewNetwork(apiKey, network, { isFirst });
    place.found = 'known';
    if (!isFirst && lastUsedFrom !== network) await tellOwner(apiKey, network);
  }

  function restore(uses: typeof pending, places: typeof networks): void {
    for (const [id, older] of uses) {
      const newer = pending.get(id);
      if (!newer && pending.size >= MOST_PENDING) continue;
      pending.set(id, {
        ...older,
        used: older.used + (newer?.used ?? 0),
        refused: older.refused + (newer?.refused ?? 0),
        ...(newer && newer.lastUsedAt > older.lastUsedAt
          ? { lastUsedAt: newer.lastUsedAt, lastUsedFrom: newer.lastUsedFrom }
          : {}),
      });
    }
    for (const [id, place] of places) if (networks.size < MOST_PENDING) networks.set(id, place);
  }
}
