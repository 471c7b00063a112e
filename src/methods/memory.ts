import { createHash } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { createSealer, type Sealer } from '../lib/seal.ts';
import { createSecret, sha256 } from '../lib/secret.ts';
import type { MethodsConfig } from './config.ts';
import type { MemoryKey, MethodsStore } from './store.ts';

export type OneTimeMemory = ReturnType<typeof createOneTimeMemory>;

/** Where a memory may be used: the same method, the same purpose, the same interaction or browser, the same person. */
export type MemoryScope = {
  method: string;
  /** What the attempt is for: `sign-in`, `enrolment`. A memory of one never serves another. */
  purpose: string;
  /** What ties it to one browser: the interaction's uid, or the session's. */
  boundTo: string;
  userId?: string;
};

/**
 * What a method wants to know again when the answer comes. Only the hash of the handle is stored, and what is kept is
 * sealed under the handle itself, so that a copy of the table opens nothing.
 */
export function createOneTimeMemory({ store, clock, config }: OneTimeMemoryDeps) {
  return {
    /** Answers the handle that the browser must bring back; `handle` is one that was made before, by `createSecret`. */
    async remember(
      scope: MemoryScope,
      kept: Record<string, unknown>,
      answers = 1,
      handle = createSecret(),
    ): Promise<string> {
      const key = memoryKey(handle, scope);
      await store.remember({
        ...key,
        kept: sealerFor(handle).seal(JSON.stringify(kept), context(key)),
        answersLeft: answers,
        expiresAt: clock.now() + config.memoryTtlSeconds * 1000,
      });
      return handle;
    },

    /** Works once: what was kept, or nothing when it was spent, has expired, or belongs elsewhere. */
    async consume(scope: MemoryScope, handle: string): Promise<Record<string, unknown> | undefined> {
      const key = memoryKey(handle, scope);
      return opened(handle, key, await store.consumeMemory(key, clock.now()));
    },

    /** Whether it would still answer. Spends nothing. */
    isOpen: (scope: MemoryScope, handle: string): Promise<boolean> =>
      store.isMemoryOpen(memoryKey(handle, scope), clock.now()),

    /** What was kept, for one of the answers that it still takes. Who proves something with it must `consume` it then. */
    async answer(scope: MemoryScope, handle: string): Promise<Record<string, unknown> | undefined> {
      const key = memoryKey(handle, scope);
      return opened(handle, key, await store.answerMemory(key, clock.now()));
    },
  };
}

export type OneTimeMemoryDeps = {
  store: Pick<MethodsStore, 'remember' | 'consumeMemory' | 'answerMemory' | 'isMemoryOpen'>;
  clock: Clock;
  config: Pick<MethodsConfig, 'memoryTtlSeconds'>;
};

function memoryKey(handle: string, { method, purpose, boundTo, userId }: MemoryScope): MemoryKey {
  return {
    handleHash: sha256(handle),
    method,
    purpose,
    binding: sha256(JSON.stringify([boundTo, userId ?? null])),
  };
}

function opened(handle: string, key: MemoryKey, kept: string | undefined) {
  return kept === undefined ? undefined : JSON.parse(sealerFor(handle).open(kept, context(key)).toString());
}

function sealerFor(handle: string): Sealer {
  return createSealer([createHash('sha256').update('gatehouse one-time memory').update(handle).digest()]);
}

function context(key: MemoryKey): string {
  return `one_time_memory.kept:${key.handleHash}`;
}
