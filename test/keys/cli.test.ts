import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandsOf } from '../../src/deeds/deeds.ts';
import { keysConfig } from '../../src/keys/config.ts';
import { keyDeeds } from '../../src/keys/deeds.ts';
import { serverKeyPurposes } from '../../src/keys/server-keys.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { DAY, idsOf, letTimePass, rootKey, setUpKeys } from './set-up.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('sqlite');
});
afterEach(() => database.close());

test('keys list shows states and times, and nothing private', async () => {
  const { run } = await setUpCommands();
  const { json, text } = await run('keys list');
  expect(json).toEqual({
    keys: expect.arrayContaining([
      {
        id: expect.stringMatching(/^key_/),
        alg: 'ES256',
        state: 'next',
        published_at: expect.stringMatching(/^\d{4}-.*Z$/),
        current_at: null,
        retired_at: null,
        expires_at: null,
        public_jwk: expect.objectContaining({ kty: 'EC', crv: 'P-256', use: 'sig' }),
      },
    ]),
  });
  expect(JSON.stringify(json)).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  expect(text.split('\n')).toHaveLength(4);
  expect(text).toMatch(/^key_\w{24} {2}ES256 {2}current {2}signs since \d{4}-\d\d-\d\d \d\d:\d\d$/m);
});

test('keys rotate rotates every algorithm or the one that is named', async () => {
  const { run, keys } = await setUpCommands();
  const { json } = await run('keys rotate', { alg: 'RS256' });
  expect(json).toMatchObject({
    rotated: [{ alg: 'RS256', current: (await idsOf(keys, 'RS256')).current[0] }],
  });
  const answer = await run('keys rotate');
  expect(answer.exitCode).toBeUndefined();
  expect(answer.json).toMatchObject({ rotated: [{ alg: 'ES256' }], waiting: [{ alg: 'RS256' }] });
});

test('keys rotate says until when verifiers may not know the next key, and ends with 1', async () => {
  const { run } = await setUpCommands();
  await run('keys rotate');
  const answer = await run('keys rotate');
  expect(answer.exitCode).toBe(1);
  expect(answer.text).toMatch(/^ES256: key_\w+ was published too recently; .* by \d{4}-\S+Z\. .*--now\.$/m);
});

test('keys rotate --now waits the seconds that nodes need to read the set, and then rotates', async () => {
  const slept: number[] = [];
  const { run } = await setUpCommands({
    async sleep(ms) {
      slept.push(ms);
      await letTimePass(database.db, 3_000);
    },
  });
  await run('keys rotate');
  expect((await run('keys rotate', { now: true })).json).toMatchObject({
    rotated: [{ alg: 'ES256' }, { alg: 'RS256' }],
    waiting: [],
  });
  expect(slept).toHaveLength(1);
  expect(slept[0]).toBeLessThanOrEqual(3_050);
});

test('keys rotate of an algorithm that has no keys says so', async () => {
  const { run } = await setUpCommands();
  expect(await run('keys rotate', { alg: 'EdDSA' })).toMatchObject({
    text: 'There are no such keys.',
    exitCode: 1,
    json: { rotated: [], waiting: [] },
  });
});

test('keys retire ends the use of a key, and with --unpublish its publication', async () => {
  const { run, keys } = await setUpCommands();
  const before = await idsOf(keys, 'ES256');
  await run('keys retire', {}, before.current);
  expect((await idsOf(keys, 'ES256')).retired).toEqual(before.current);
  await run('keys retire', { unpublish: true }, before.current);
  expect((await idsOf(keys, 'ES256')).retired).toEqual([]);
  await expect(run('keys retire', {}, ['key_none'])).rejects.toThrow(
    'No key has the id key_none. `keys list` shows them.',
  );
});

test('keys reseal says when older keys can go, and ends with 1 when something could not be opened', async () => {
  const { run } = await setUpCommands({ sealer: createSealer([Buffer.alloc(32, 7), rootKey]) });
  const count = 4 + serverKeyPurposes.length;
  expect(await run('keys reseal')).toEqual({
    json: { resealed: count, unreadable: [] },
    text: `${count} values are sealed again. Older keys can be taken out of SECRET_KEY.`,
  });
  const lost = await setUpCommands({ sealer: createSealer([Buffer.alloc(32, 8)]) }, { isPrepared: true });
  const answer = await lost.run('keys reseal');
  expect(answer.exitCode).toBe(1);
  expect(answer.json).toMatchObject({
    resealed: 0,
    unreadable: expect.arrayContaining([expect.stringMatching(/^keys\./)]),
  });
});

test('the configuration tells what is wrong', () => {
  expect(keysConfig.parse(undefined)).toEqual({
    rotateEverySeconds: (90 * DAY) / 1_000,
    publishAheadSeconds: DAY / 1_000,
  });
  for (const wrong of [
    { rotateEverySeconds: 60 },
    { rotateEverySeconds: 86_400, publishAheadSeconds: 86_400 },
    { publishAheadSeconds: -1 },
    { rotateEvery: 90 },
  ])
    expect(keysConfig.safeParse(wrong).success).toBe(false);
});

type Overrides = Parameters<typeof setUpKeys>[1] & {
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

async function setUpCommands({ sleep, ...overrides }: Overrides = {}, { isPrepared = false } = {}) {
  if (!isPrepared) await setUpKeys(database.db).keys.prepare();
  const { keys } = setUpKeys(database.db, overrides);
  const clock = { now: () => Date.now() };
  const commands = commandsOf(keyDeeds, { keys, clock, ...(sleep ? { sleep } : {}) });
  const run = (name: string, values: Record<string, string | boolean> = {}, positionals: string[] = []) => {
    const command = commands.find((each) => each.name === name);
    if (!command) throw new Error(`no command ${name}`);
    const { signal } = new AbortController();
    return command.run({ positionals, values, signal, write() {}, readStdin: async () => '' });
  };
  return { run, keys };
}
