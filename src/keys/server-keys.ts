import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/seal.ts';
import { createServerKeyId, type KeysStore, type NewServerKey } from './store.ts';

/** What the server's own keys are for. Adding one is adding a word here: it is made at the next start. */
export const serverKeyPurposes = ['refresh', 'pairwise', 'cookies', 'codes', 'csrf', 'artifacts'] as const;
export type ServerKeyPurpose = (typeof serverKeyPurposes)[number];
export type ServerKey = { id: string; key: Buffer };
export type ServerKeys = ReturnType<typeof createServerKeys>;

const CACHE_MS = 2_000;

type Cache = {
  turn: number;
  readAt: number;
  byId: Map<string, ServerKey & { purpose: string }>;
  current: Map<string, ServerKey>;
};

/**
 * The server's own secrets for HMAC, pairwise subjects and cookies: random rows, sealed under `SECRET_KEY` and never
 * derived from it, so that changing it changes no `sub`, no cookie and no successor. Kept in memory for 2 s at most.
 */
export function createServerKeys({
  store,
  sealer,
  clock,
}: {
  store: KeysStore;
  sealer: Sealer;
  clock: Clock;
}) {
  let cache: Cache | undefined;
  let reads = 0;
  let reading: Promise<Cache> | undefined;

  return {
    /** Makes what is missing. Nodes that start at the same time end up with the same keys. */
    async prepare(): Promise<void> {
      const { current } = await read();
      const missing = serverKeyPurposes.filter((purpose) => !current.has(purpose));
      if (missing.length === 0) return;
      await store.addServerKeys(missing.map(createKey), await store.now());
      await read();
    },

    /** The key to use now. */
    async current(purpose: ServerKeyPurpose): Promise<ServerKey> {
      const key = (await fresh()).current.get(purpose);
      if (!key) throw new Error(`no server key for ${purpose}: keys.prepare() was not called`);
      return key;
    },

    /** An older key, by the id that was noted when it was used. */
    async find(purpose: ServerKeyPurpose, id: string): Promise<Buffer | undefined> {
      const isOurs = (key: (ServerKey & { purpose: string }) | undefined) => key?.purpose === purpose;
      const known = (await fresh()).byId.get(id);
      // Another node may have made it a moment ago, so an unknown id is looked up before it is refused.
      const found = isOurs(known) ? known : (await read()).byId.get(id);
      return isOurs(found) ? found?.key : undefined;
    },

    /** All keys of a purpose, the current one first: what a cookie's signature may have been made with. */
    async list(purpose: ServerKeyPurpose): Promise<ServerKey[]> {
      const { byId } = await fresh();
      return [...byId.values()].filter((key) => key.purpose === purpose).map(({ id, key }) => ({ id, key }));
    },

    /**
     * A new current key; the older ones stay readable by id. Answers the id in use, whoever rotated. Rotating `pairwise`
     * changes every pairwise `sub`.
     */
    async rotate(purpose: ServerKeyPurpose): Promise<{ id: string }> {
      const before = (await read()).current.get(purpose);
      if (before) await store.replaceServerKey(before.id, createKey(purpose), await store.now());
      else await store.addServerKeys([createKey(purpose)], await store.now());
      const after = (await read()).current.get(purpose);
      if (!after) throw new Error(`no server key for ${purpose} after its rotation`);
      return { id: after.id };
    },
  };

  function fresh(): Promise<Cache> | Cache {
    const age = cache ? clock.now() - cache.readAt : Number.POSITIVE_INFINITY;
    if (cache && age >= 0 && age < CACHE_MS) return cache;
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function read(): Promise<Cache> {
    reads += 1;
    const known = cache?.byId;
    const next: Cache = { turn: reads, readAt: clock.now(), byId: new Map(), current: new Map() };
    const rows = await store.listServerKeys();
    for (const row of rows.sort((left, right) => Number(right.isCurrent) - Number(left.isCurrent))) {
      const { id, purpose } = row;
      const key = known?.get(id)?.key ?? sealer.open(row.sealedSecret, serverKeyContext(id));
      next.byId.set(id, { id, key, purpose });
      if (row.isCurrent) next.current.set(purpose, { id, key });
    }
    // A read that began earlier and ended later must not bring back what it saw.
    if (!cache || cache.turn < next.turn) cache = next;
    return next;
  }

  function createKey(purpose: string): NewServerKey {
    const id = createServerKeyId();
    return { id, purpose, sealedSecret: sealer.seal(randomBytes(32), serverKeyContext(id)) };
  }
}

/** Where a sealed server key belongs. */
export function serverKeyContext(id: string): string {
  return `server_keys.secret:${id}`;
}
