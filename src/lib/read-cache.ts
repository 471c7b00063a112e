import type { Clock } from './clock.ts';
import { ownText } from './text.ts';

/** Answers of the last moment, by key. Concurrent reads of one key are one read. */
export type ReadCache<Value> = {
  /** The value read at most `ttlMs` ago, else a fresh one. A failed read and `undefined` are not remembered. */
  read(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined>;
  /** Forgets everything, so that the next read is fresh: after a change in this process. */
  clear(): void;
};

const MAXIMUM_KEYS = 2000;

/** Other processes see a change after `ttlMs` at the latest, because then each read goes to the database again. */
export function createReadCache<Value>({ clock, ttlMs }: { clock: Clock; ttlMs: number }): ReadCache<Value> {
  const entries = new Map<string, { value: Promise<Value | undefined>; readAt: number }>(); // at most MAXIMUM_KEYS

  return {
    async read(key, load) {
      const now = clock.now();
      const known = entries.get(key);
      // A clock that was set back must not keep an entry alive.
      if (known && now >= known.readAt && now - known.readAt < ttlMs) return known.value;

      const entry = { value: load(), readAt: now };
      entries.delete(key);
      entries.set(ownText(key), entry);
      const [oldest] = entries.keys();
      if (entries.size > MAXIMUM_KEYS && oldest !== undefined) entries.delete(oldest);

      const forget = () => {
        if (entries.get(key) === entry) entries.delete(key);
      };
      try {
        const value = await entry.value;
        if (value === undefined) forget();
        return value;
      } catch (error) {
        forget();
        throw error;
      }
    },

    clear: () => entries.clear(),
  };
}
