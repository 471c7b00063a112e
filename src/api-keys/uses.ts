import { networkOf } from '../http/client-address.ts';
import type { Clock } from '../lib/clock.ts';
import { sha256 } from '../lib/secret.ts';
import { ownText } from '../lib/text.ts';
import { type ApiKey, type ApiKeyStore, KEPT_DAYS } from './store.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MOST_PENDING = 1000;
const MOST_SEEN = 10_000;
/** A service that runs everywhere has that many addresses; who has more of them is told nothing by one more. */
const MOST_NETWORKS = 100;

export type UsesDeps = {
  store: ApiKeyStore;
  clock: Clock;
  /** Told at most once a day for each key, and not of the first network. */
  onNewNetwork(apiKey: ApiKey, network: string): Promise<void>;
};

type Pending = { apiKey: ApiKey; day: number; used: number; refused: number; lastUsedAt: number };

/**
 * How often keys are used, and from where: kept in memory and written every few seconds, so that a use costs no write of its
 * own. What a kill takes along is missing from the picture; what limits a key is counted elsewhere, at once.
 */
export function createUses({ store, clock, onNewNetwork }: UsesDeps) {
  let pending = new Map<string, Pending>(); // at most MOST_PENDING
  let networks = new Map<string, { apiKey: ApiKey; network: string }>(); // at most MOST_PENDING
  const seen = new Map<string, number>(); // at most MOST_SEEN
  let running: Promise<void> = Promise.resolve();

  return {
    note(apiKey: ApiKey, { isRefused, address }: { isRefused: boolean; address?: string | undefined }): void {
      const now = clock.now();
      const day = Math.floor(now / DAY_MS);
      const id = `${apiKey.id}.${day}`;
      const known = pending.get(id) ?? { apiKey, day, used: 0, refused: 0, lastUsedAt: 0 };
      known[isRefused ? 'refused' : 'used'] += 1;
      if (!isRefused) known.lastUsedAt = now;
      pending.set(id, known);
      if (!isRefused && address !== undefined) noteNetwork(apiKey, networkOf(address), day);
      if (pending.size >= MOST_PENDING || networks.size >= MOST_PENDING) void flush().catch(() => {});
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

  function noteNetwork(apiKey: ApiKey, network: string, day: number): void {
    const id = sha256(`${apiKey.id} ${network}`);
    if (seen.get(id) === day) return;
    const [oldest] = seen.keys();
    if (seen.size >= MOST_SEEN && oldest !== undefined) seen.delete(oldest);
    seen.set(id, day);
    networks.set(id, { apiKey, network: ownText(network) });
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
      for (const [id, { apiKey, day, used, refused, lastUsedAt }] of uses) {
        await store.addUses(apiKey.id, { day, used, refused }, (day + KEPT_DAYS) * DAY_MS);
        uses.delete(id);
        if (lastUsedAt > 0) await store.touch(apiKey.id, Math.floor(lastUsedAt / HOUR_MS) * HOUR_MS);
      }
      for (const [id, { apiKey, network }] of places) {
        await writeNetwork(id, apiKey, network);
        places.delete(id);
      }
    } catch (error) {
      restore(uses, places);
      throw error;
    }
  }

  async function writeNetwork(id: string, apiKey: ApiKey, network: string): Promise<void> {
    const now = clock.now();
    const expiresAt = now + KEPT_DAYS * DAY_MS;
    const found = await store.rememberNetwork(apiKey, { network, id, now, expiresAt, most: MOST_NETWORKS });
    if (found !== 'new') return;
    if (await store.takeNetworkLetter(apiKey.id, now, DAY_MS)) await onNewNetwork(apiKey, network);
  }

  function restore(uses: typeof pending, places: typeof networks): void {
    for (const [id, older] of uses) {
      const newer = pending.get(id);
      if (!newer && pending.size >= MOST_PENDING) continue;
      pending.set(id, {
        ...older,
        used: older.used + (newer?.used ?? 0),
        refused: older.refused + (newer?.refused ?? 0),
        lastUsedAt: Math.max(older.lastUsedAt, newer?.lastUsedAt ?? 0),
      });
    }
    for (const [id, place] of places) if (networks.size < MOST_PENDING) networks.set(id, place);
  }
}
