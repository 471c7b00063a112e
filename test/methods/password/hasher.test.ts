import { expect, test, vi } from 'vitest';
import type { Argon } from '../../../src/methods/password/argon2id.ts';
import { passwordConfig } from '../../../src/methods/password/config.ts';
import { createHasher } from '../../../src/methods/password/hasher.ts';

const config = passwordConfig.parse({ concurrency: 2, maxWaitSeconds: 5 });
const cheap = passwordConfig.parse({ memoryKib: 7168, passes: 1 });

test('hashes with Argon2id, 19 MiB and two passes unless told otherwise', async () => {
  const hasher = createHasher({ config: passwordConfig.parse({}) });
  const hash = await hasher.hash('correct horse battery');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.verify(hash, 'correct horse battery')).toBe(true);
  expect(await hasher.verify(hash, 'correct horse batterz')).toBe(false);
});

test('verifies against a hash of the same cost when there is none, and says no', async () => {
  const verify = vi.fn(async (_hash: string, _password: string) => true);
  const hasher = createHasher({ config: cheap, argon: { hash: async () => '', verify } });
  expect(await hasher.verify(undefined, 'correct horse battery')).toBe(false);
  expect(verify.mock.calls[0]?.[0]).toMatch(/^\$argon2id\$v=19\$m=7168,t=1,p=1\$/);
});

test('the hash of nobody is one that Argon2 accepts', async () => {
  expect(await createHasher({ config: cheap }).verify(undefined, 'correct horse battery')).toBe(false);
});

test.each([
  ['the same parameters', '$argon2id$v=19$m=7168,t=1,p=1$c2FsdA$aGFzaA', false],
  ['more memory than asked for', '$argon2id$v=19$m=65536,t=1,p=1$c2FsdA$aGFzaA', false],
  ['less memory', '$argon2id$v=19$m=4096,t=1,p=1$c2FsdA$aGFzaA', true],
  ['fewer passes', '$argon2id$v=19$m=7168,t=0,p=1$c2FsdA$aGFzaA', true],
  ['another kind of Argon2', '$argon2i$v=19$m=7168,t=1,p=1$c2FsdA$aGFzaA', true],
])('a hash with %s (%s): stale is %s', (_what, hash, isStale) => {
  expect(createHasher({ config: cheap }).isStale(hash)).toBe(isStale);
});

test('computes as many hashes at once as it may, the rest one after the other in the order they came', async () => {
  const work = slowArgon();
  const hasher = createHasher({ config, argon: work.argon });
  const hashes = ['a', 'b', 'c', 'd'].map((password) => hasher.hash(password));
  await settled();
  expect(work.started).toEqual(['a', 'b']);
  work.end('b');
  await settled();
  expect(work.started).toEqual(['a', 'b', 'c']);
  work.end('a');
  work.end('c');
  await settled();
  work.end('d');
  expect(await Promise.all(hashes)).toEqual(['a', 'b', 'c', 'd']);
});

test('a hash that fails frees its place', async () => {
  const argon: Argon = { hash: async () => Promise.reject(new Error('no memory')), verify: async () => true };
  const hasher = createHasher({ config, argon });
  for (let times = 0; times < 5; times += 1) await expect(hasher.hash('a')).rejects.toThrow('no memory');
  expect(await hasher.verify('hash', 'a')).toBe(true);
});

test('answers busy, and when to come back, as soon as a new hash would wait longer than five seconds', async () => {
  const clock = { at: 0, now: () => clock.at };
  const work = slowArgon();
  const hasher = createHasher({ config, argon: work.argon, clock });
  // So many that the moving average believes in two seconds for each.
  for (let times = 0; times < 60; times += 1) {
    const hash = hasher.hash('long');
    await settled();
    clock.at += 2000;
    work.end('long');
    await hash;
  }
  // Two run and five wait, the last of them for nearly 5 s. The next would wait for 6 × 2 s in two places.
  const queued = Array.from({ length: 8 }, (_, at) => hasher.hash(`waiting ${at}`).catch((error) => error));
  await settled();
  const outcomes = await Promise.all(queued.slice(7));
  expect(work.started.slice(-2)).toEqual(['waiting 0', 'waiting 1']);
  expect(outcomes[0]).toMatchObject({ code: 'password.busy', status: 503, detail: { retryAfterSeconds: 6 } });
});

test('nothing is computed for the one who is told that it is busy', async () => {
  const work = slowArgon();
  const hasher = createHasher({ config: { ...config, maxWaitSeconds: 0 }, argon: work.argon });
  const running = [hasher.hash('a'), hasher.hash('b')];
  await expect(hasher.verify(undefined, 'c')).rejects.toMatchObject({ code: 'password.busy' });
  await expect(hasher.verify('hash', 'c')).rejects.toMatchObject({ code: 'password.busy' });
  work.end('a');
  work.end('b');
  await Promise.all(running);
  expect(work.started).toEqual(['a', 'b']);
});

/** Argon2 whose work ends when the test says so. */
function slowArgon() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (password: string) =>
    new Promise<void>((resolve) => {
      started.push(password);
      ends.set(password, resolve);
    });
  return {
    started,
    end: (password: string) => ends.get(password)?.(),
    argon: {
      hash: async (password) => {
        await run(password);
        return password;
      },
      verify: async (_hash, password) => {
        await run(password);
        return true;
      },
    } satisfies Argon,
  };
}

/** Lets everything that can go on without a timer go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
