import { setTimeout as wait } from 'node:timers/promises';
import { operatorHere } from '../lib/actor.ts';
import type { Clock } from '../lib/clock.ts';
import type { Command, CommandAnswer } from '../lib/command.ts';
import { type SigningAlg, signingAlgs } from './generation.ts';
import type { Keys, RotationAnswer, SigningKey } from './keys.ts';

type KeysCommandsDeps = {
  keys: Pick<Keys, 'list' | 'rotate' | 'retire' | 'reseal'>;
  clock: Clock;
  /** Waits for the moment a new key may sign; tests give their own. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

/** Longer than nodes need to read the set again; for anything longer the operator is told the time. */
const LONGEST_WAIT_MS = 5_000;

/** `keys list|rotate|retire|reseal`. */
export function createKeysCommands({ keys, clock, sleep = sleepFor }: KeysCommandsDeps): Command[] {
  return [
    {
      name: 'keys list',
      summary: 'Shows the signing keys that are published.',
      async run() {
        const list = await keys.list();
        return { json: { keys: list.map(toJson) }, text: toTable(list) };
      },
    },
    {
      name: 'keys rotate',
      summary: 'Lets the next signing key take over, and publishes a new next one.',
      options: {
        alg: { type: 'text', help: 'Only the keys of this algorithm.', choices: signingAlgs },
        now: { type: 'flag', help: 'Also when verifiers may not have read the next key yet.' },
      },
      async run({ values, signal }) {
        const wish = { ...(values.alg ? { alg: values.alg as SigningAlg } : {}), now: values.now === true };
        let answer = await keys.rotate(wish, operatorHere());
        const longest = Math.max(0, ...answer.waiting.map(({ readyAt }) => readyAt - clock.now()));
        if (wish.now && answer.waiting.length > 0 && longest <= LONGEST_WAIT_MS) {
          await sleep(longest + 50, signal);
          const later = await Promise.all(
            answer.waiting.map(({ alg }) => keys.rotate({ alg, now: true }, operatorHere())),
          );
          answer = {
            rotated: [...answer.rotated, ...later.flatMap(({ rotated }) => rotated)],
            waiting: later.flatMap(({ waiting }) => waiting),
          };
        }
        return toRotationAnswer(answer);
      },
    },
    {
      name: 'keys retire',
      summary: 'Ends the use of a key for signing. It stays published until its last token has expired.',
      positionals: ['id'],
      options: {
        unpublish: {
          type: 'flag',
          help: 'Take it out of the JWKS at once, because it was stolen: its tokens fail.',
        },
      },
      async run({ positionals: [id = ''], values }) {
        const unpublish = values.unpublish === true;
        await keys.retire(id, { unpublish }, operatorHere());
        return { json: { id, retired: true, unpublished: unpublish }, text: `${id} signs no more.` };
      },
    },
    {
      name: 'keys reseal',
      summary:
        'Encrypts everything again under the first key of SECRET_KEY, so that older ones can be removed.',
      async run() {
        const { resealed, unreadable } = await keys.reseal(operatorHere());
        const lost = unreadable.map((place) => `\n  ${place}`).join('');
        return {
          json: { resealed, unreadable },
          text:
            unreadable.length === 0
              ? `${resealed} values are sealed again. Older keys can be taken out of SECRET_KEY.`
              : `${resealed} values are sealed again. No key in SECRET_KEY opens these; keep the older keys:${lost}`,
          ...(unreadable.length === 0 ? {} : { exitCode: 1 as const }),
        };
      },
    },
  ];
}

function sleepFor(ms: number, signal: AbortSignal): Promise<unknown> {
  return wait(ms, undefined, { signal });
}

function toRotationAnswer({ rotated, waiting }: RotationAnswer): CommandAnswer {
  const lines = [
    ...rotated.map(({ alg, current, retired }) => `${alg}: ${current} signs now, ${retired} is retired.`),
    ...waiting.map(
      ({ alg, next, readyAt }) =>
        `${alg}: ${next} was published too short a time ago; verifiers surely know it at ` +
        `${new Date(readyAt).toISOString()}. To rotate before that: --now.`,
    ),
  ];
  return {
    json: {
      rotated: rotated.map(({ alg, current, retired }) => ({ alg, current, retired })),
      waiting: waiting.map(({ alg, next, readyAt }) => ({
        alg,
        next,
        ready_at: new Date(readyAt).toISOString(),
      })),
    },
    text: lines.length > 0 ? lines.join('\n') : 'There are no such keys.',
    ...(rotated.length > 0 ? {} : { exitCode: 1 as const }),
  };
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
