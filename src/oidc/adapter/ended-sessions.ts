import type { LastingStore } from './lasting/store.ts';

/**
 * Sessions that were ended lately, in this process's memory, so that asking costs a request nothing. A Redis that
 * fails over, or starts from an older copy, may have forgotten the end; the database has not.
 */
export function createEndedSessions({ store }: { store: Pick<LastingStore, 'listEndedSessions'> }) {
  // At most what was ended in `endedSessionSeconds`, and each had to be signed in to: 0.3 KB each.
  const expiries = new Map<string, number>();
  let since = 0;

  return {
    has: (uid: string): boolean => expiries.has(uid),

    /** Known here at once; the other nodes read it within a second. */
    add(uids: readonly string[]): void {
      for (const uid of uids) expiries.set(uid, Number.POSITIVE_INFINITY);
    },

    list: (): string[] => [...expiries.keys()],

    /** Reads what was ended since the last time, by this node or another one. */
    async refresh(): Promise<void> {
      const { now, ended } = await store.listEndedSessions(since);
      for (const { uid, expiresAt } of ended) expiries.set(uid, expiresAt);
      for (const [uid, expiresAt] of expiries) if (expiresAt <= now) expiries.delete(uid);
      // A row is stamped before its transaction ends: one that took a while is still seen.
      since = now - LONGEST_TRANSACTION_MS;
    },
  };
}

const LONGEST_TRANSACTION_MS = 30_000;
