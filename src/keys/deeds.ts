import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { asOption, type Deed, defineDeed } from '../deeds/deeds.ts';
import type { Clock } from '../lib/clock.ts';
import { signingAlgs } from './generation.ts';
import type { Keys, RotationAnswer, SigningKey } from './keys.ts';

export type KeyDeedsDeps = {
  keys: Pick<Keys, 'list' | 'rotate' | 'retire' | 'reseal'>;
  clock: Clock;
  /** Waits for the moment a new key may sign; tests give their own. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

/** Longer than nodes need to read the set again; for anything longer the operator is told the time. */
const LONGEST_WAIT_MS = 5_000;

/** What can be done to the keys that sign. */
export const keyDeeds: readonly Deed<KeyDeedsDeps>[] = [
  defineDeed('keys.list', {
    summary: 'Shows the signing keys that are published.',
    input: z.strictObject({}),
    permission: 'keys:read',
    run: ({ keys }: KeyDeedsDeps) => keys.list(),
    show: (list) => ({ keys: list.map(toJson) }),
    command: { text: toTable },
  }),
  defineDeed('keys.rotate', {
    summary: 'Lets the next signing key take over, and publishes a new next one.',
    input: z.strictObject({
      alg: z.enum(signingAlgs).optional().describe('Only the keys of this algorithm.'),
      now: z
        .boolean()
        .default(false)
        .describe('Rotate even if verifiers may not have read the next key yet.'),
    }),
    permission: 'keys:write',
    async run(
      { keys, clock, sleep = sleepFor }: KeyDeedsDeps,
      wish,
      by,
      { signal },
    ): Promise<RotationAnswer> {
      const answer = await keys.rotate(by, wish);
      const longest = Math.max(0, ...answer.waiting.map(({ readyAt }) => readyAt - clock.now()));
      if (!wish.now || answer.waiting.length === 0 || longest > LONGEST_WAIT_MS) return answer;
      await sleep(longest + 50, signal);
      const later = await Promise.all(answer.waiting.map(({ alg }) => keys.rotate(by, { alg, now: true })));
      return {
        rotated: [...answer.rotated, ...later.flatMap(({ rotated }) => rotated)],
        waiting: later.flatMap(({ waiting }) => waiting),
      };
    },
    show: showRotation,
    command: { text: tellRotation, exitCode: ({ rotated }) => (rotated.length > 0 ? 0 : 1) },
  }),
  defineDeed('keys.retire', {
    summary: 'Ends the use of a key for signing. It stays published until its last token has expired.',
    input: z.strictObject({
      key: asOption(z.string(), { value: 'id' }).describe('Its id.'),
      unpublish: z
        .boolean()
        .default(false)
        .describe('Take it out of the JWKS at once, because it was stolen: its tokens stop working.'),
    }),
    permission: 'keys:write',
    run: ({ keys }: KeyDeedsDeps, { key, unpublish }, by) => keys.retire(key, by, { unpublish }),
    show: (_, { key, unpublish }) => ({ id: key, retired: true, unpublished: unpublish }),
    command: { positionals: ['key'], text: (_, { key }) => `${key} does not sign any more.` },
  }),
  defineDeed('keys.reseal', {
    summary:
      'Encrypts everything again under the first key of SECRET_KEY, so that older ones can be removed.',
    input: z.strictObject({}),
    permission: 'keys:write',
    run: ({ keys }: KeyDeedsDeps, _, by) => keys.reseal(by),
    show: ({ resealed, unreadable }) => ({ resealed, unreadable }),
    command: {
      text({ resealed, unreadable }) {
        if (unreadable.length === 0)
          return `${resealed} values are sealed again. Older keys can be taken out of SECRET_KEY.`;
        const lost = unreadable.map((place) => `\n  ${place}`).join('');
        return `${resealed} values are sealed again. No key in SECRET_KEY opens these; keep the older keys:${lost}`;
      },
      exitCode: ({ unreadable }) => (unreadable.length === 0 ? 0 : 1),
    },
  }),
];

function sleepFor(ms: number, signal: AbortSignal): Promise<unknown> {
  return wait(ms, undefined, { signal });
}

function showRotation({ rotated, waiting }: RotationAnswer): unknown {
  return {
    rotated: rotated.map(({ alg, current, retired }) => ({ alg, current, retired })),
    waiting: waiting.map(({ alg, next, readyAt }) => ({
      alg,
      next,
      ready_at: new Date(readyAt).toISOString(),
    })),
  };
}

function tellRotation({ rotated, waiting }: RotationAnswer): string {
  const lines = [
    ...rotated.map(({ alg, current, retired }) => `${alg}: ${current} signs now, ${retired} is retired.`),
    ...waiting.map(
      ({ alg, next, readyAt }) =>
        `${alg}: ${next} was published too recently; verifiers will know it by ` +
        `${new Date(readyAt).toISOString()}. To rotate before that: --now.`,
    ),
  ];
  return lines.length > 0 ? lines.join('\n') : 'There are no such keys.';
}

function toJson(key: SigningKey) {
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    id: key.id,
    alg: key.alg,
    state: key.state,
    published_at: time(key.publishedAt),
    current_at: time(key.currentAt),
    retired_at: time(key.retiredAt),
    expires_at: time(key.expiresAt),
    public_jwk: key.publicJwk,
  };
}

function toTable(keys: readonly SigningKey[]): string {
  return keys
    .map((key) => `${key.id}  ${key.alg.padEnd(5)}  ${key.state.padEnd(7)}  ${toStory(key)}`)
    .join('\n');
}

function toStory({ state, publishedAt, currentAt, expiresAt }: SigningKey): string {
  const day = (ms: number | undefined) => new Date(ms ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  if (state === 'next') return `published since ${day(publishedAt)}`;
  if (state === 'current') return `signs since ${day(currentAt)}`;
  return `published until ${day(expiresAt)}`;
}
