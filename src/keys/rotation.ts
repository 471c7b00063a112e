import { type ChangedBy, SYSTEM } from '../lib/actor.ts';
import type { Sealer } from '../lib/seal.ts';
import type { KeysConfig } from './config.ts';
import { generateKey, type KeyId, type SigningAlg } from './generation.ts';
import type { KeysStore, SigningKey } from './store.ts';

/** `isOurs`: this call did it; false when another node did at the same moment. */
export type Rotated = { alg: SigningAlg; retired: KeyId; current: KeyId; isOurs: boolean };

/** A next key that verifiers may not have read yet. `readyAt` in milliseconds since the epoch. */
export type Waiting = { alg: SigningAlg; next: KeyId; readyAt: number };

export type RotationAnswer = { rotated: Rotated[]; waiting: Waiting[] };

/** Every node reads the set again within 2 s; before that, not even force may sign with a new key. */
const NODES_FOLLOW_MS = 3_000;

/** Nodes may sign with the old key for the moments until they have read the new set, and clocks differ a little. */
const EXPIRY_MARGIN_MS = 60_000;

type RotationDeps = {
  store: KeysStore;
  sealer: Sealer;
  config: KeysConfig;
  longestTokenSeconds: () => Promise<number>;
  /** Called once for each rotation, by the call that did it. */
  onRotated: (rotated: Omit<Rotated, 'isOurs'>, by: ChangedBy) => Promise<void>;
};

/** The life of a signing key: next, current, retired, gone. Losing a race against another node is an ordinary answer. */
export function createRotation({ store, sealer, config, longestTokenSeconds, onRotated }: RotationDeps) {
  const rotating = new Map<string, Promise<RotationAnswer>>(); // at most one for each algorithm

  return {
    /** Current and next are published by one statement, so whoever knows the first key knows its successor too. */
    async ensure(alg: SigningAlg): Promise<void> {
      const { current, next } = pick(await store.list(), alg);
      if (current && next) return;
      const missing = (['current', 'next'] as const).filter(
        (state) => !(state === 'current' ? current : next),
      );
      const keys = await Promise.all(
        missing.map(async (state) => ({ state, key: await generateKey(alg, sealer) })),
      );
      await store.add(keys, await store.now());
    },

    async rotate(
      { algs, isForced }: { algs: readonly SigningAlg[]; isForced: boolean },
      by: ChangedBy,
    ): Promise<RotationAnswer> {
      const ahead = isForced ? NODES_FOLLOW_MS : config.publishAheadSeconds * 1_000;
      return join(await Promise.all(algs.map((alg) => once(alg, ahead, by))));
    },

    async rotateDue(): Promise<RotationAnswer> {
      const keys = await store.list();
      const now = await store.now();
      const due = keys.filter(
        (key) => key.state === 'current' && (key.currentAt ?? 0) + config.rotateEverySeconds * 1_000 <= now,
      );
      return join(
        await Promise.all(due.map((key) => once(key.alg, config.publishAheadSeconds * 1_000, SYSTEM))),
      );
    },

    async retire(
      key: SigningKey,
      { isUnpublished }: { isUnpublished: boolean },
    ): Promise<{ refused?: string }> {
      if (key.state === 'retired') {
        if (isUnpublished) await store.removeRetired(key.id);
        return {};
      }
      const { current, next } = pick(await store.list(), key.alg);
      const now = await store.now();
      if (key.state === 'next') {
        const isReplaced = await store.replaceNext(key.id, await generateKey(key.alg, sealer), now);
        return isReplaced ? {} : { refused: `${key.id} was promoted a moment ago. Try again.` };
      }
      if (!next || current?.id !== key.id)
        return { refused: `${key.id} is the only ${key.alg} key: no next one can take over.` };
      if (readyAt(key, next, NODES_FOLLOW_MS) > now)
        return {
          refused: `The next ${key.alg} key was published less than 3 s ago, and not every node knows it. Try again.`,
        };
      return (await promote(key, next, { isUnpublished }))
        ? {}
        : { refused: `Another node changed ${key.id} a moment ago. Try again.` };
    },

    /** Also notes the longest lifetime in use, before a change of configuration can shorten it unseen. */
    async removeExpired(): Promise<number> {
      await store.raiseLongestToken(await longestTokenSeconds());
      return store.removeExpired(await store.now());
    },
  };

  /** Simultaneous calls on this node share one rotation, so that only one key is generated. */
  function once(alg: SigningAlg, aheadMs: number, by: ChangedBy): Promise<RotationAnswer> {
    const name = `${alg} ${aheadMs}`;
    const running = rotating.get(name);
    if (running) return running;
    const started = rotateOne(alg, aheadMs, by).finally(() => rotating.delete(name));
    rotating.set(name, started);
    return started;
  }

  async function rotateOne(alg: SigningAlg, aheadMs: number, by: ChangedBy): Promise<RotationAnswer> {
    const { current, next } = pick(await store.list(), alg);
    if (!current || !next) return { rotated: [], waiting: [] };
    const ready = readyAt(current, next, aheadMs);
    if (ready > (await store.now()))
      return { rotated: [], waiting: [{ alg, next: next.id, readyAt: ready }] };
    const isOurs = await promote(current, next, { isUnpublished: false });
    const rotated = { alg, retired: current.id, current: next.id };
    if (isOurs) await onRotated(rotated, by);
    return { rotated: [{ ...rotated, isOurs }], waiting: [] };
  }

  async function promote(
    current: SigningKey,
    next: SigningKey,
    { isUnpublished }: { isUnpublished: boolean },
  ): Promise<boolean> {
    const newNext = await generateKey(current.alg, sealer);
    const longest = Math.max(await longestTokenSeconds(), current.longestTokenSeconds);
    const now = await store.now();
    return store.promote({
      currentId: current.id,
      nextId: next.id,
      newNext,
      now,
      longestTokenSeconds: longest,
      expiresAt: now + longest * 1_000 + EXPIRY_MARGIN_MS,
      isUnpublished,
    });
  }
}

/**
 * When the next key may sign. Published together with the current one it is known to whoever knows that, so it need
 * not wait: the first rotation of an installation is possible at once.
 */
function readyAt(current: SigningKey, next: SigningKey, aheadMs: number): number {
  return next.publishedAt <= current.publishedAt ? next.publishedAt : next.publishedAt + aheadMs;
}

function pick(keys: readonly SigningKey[], alg: SigningAlg) {
  const find = (state: SigningKey['state']) => keys.find((key) => key.alg === alg && key.state === state);
  return { current: find('current'), next: find('next') };
}

function join(answers: readonly RotationAnswer[]): RotationAnswer {
  return {
    rotated: answers.flatMap((answer) => answer.rotated),
    waiting: answers.flatMap((answer) => answer.waiting),
  };
}
